//! Front matter: that it can be read, and which fields it has.

mod fields;
mod front_matter;

use super::Group;

pub use fields::is_taken;

/// In the order in which they are listed.
pub const GROUPS: &[&Group] = &[&front_matter::GROUP, &fields::GROUP];
