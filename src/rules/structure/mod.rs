//! Structure: how much a page says, and how its headings divide it.
//!
//! These rules run where the type `structure` is asked for, those of the group `templates` also
//! where a structure file applies to a page.

mod content;
mod outline;
mod templates;

use super::Group;

/// In the order in which they are listed.
pub const GROUPS: &[&Group] = &[&content::GROUP, &outline::GROUP, &templates::GROUP];
