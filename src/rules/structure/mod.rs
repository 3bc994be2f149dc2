//! Structure: how much a page says, and how its headings divide it.
//!
//! These rules run where the type `structure` is asked for. What all pages of one kind have in
//! common stands in structure files instead (see [`crate::structure`]).

mod amount;
mod content;
mod outline;

use super::Group;

/// In the order in which they are listed.
pub const GROUPS: &[&Group] = &[&content::GROUP, &outline::GROUP];
