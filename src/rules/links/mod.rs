//! Links, anchors and assets, as the generator of the page's site makes them.

mod targets;

use super::Group;

pub(super) use targets::dead_links;
pub use targets::{DeadLink, Fault, judge};

/// In the order in which they are listed.
pub const GROUPS: &[&Group] = &[&targets::GROUP];
