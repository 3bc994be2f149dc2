//! Style: the rules of markdownlint, with its ids, names, options and defaults.

mod headings;
mod spacing;
mod title;

use super::Group;

/// In the order in which they are listed.
pub const GROUPS: &[&Group] = &[&headings::GROUP, &spacing::GROUP];
