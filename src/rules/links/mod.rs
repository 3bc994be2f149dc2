//! Links, anchors and assets, as the generator of the page's site makes them.

mod targets;

use super::Group;

pub(super) use targets::judge_page;
pub use targets::{DeadLink, Fault, JudgedLinks, Unchecked, judge};

/// In the order in which they are listed.
pub const GROUPS: &[&Group] = &[&targets::GROUP];
