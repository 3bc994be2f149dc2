//! Links, anchors and assets, as the generator of the page's site makes them.

mod site;
mod targets;

use super::Group;

pub use site::{ORPHAN, is_orphan};
pub(super) use targets::judge_page;
pub use targets::{
    DeadLink, Fault, JudgedLinks, USED, Unchecked, dead_target, from_root, is_about_dead_links,
    judge,
};

/// In the order in which they are listed.
pub const GROUPS: &[&Group] = &[&targets::GROUP, &site::GROUP];
