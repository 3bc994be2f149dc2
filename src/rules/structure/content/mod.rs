//! Content: how much a page says.

mod too_long;
mod too_short;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "content",
    summary: "how much a page says",
    validation: ValidationType::Structure,
    rules: &[Entry::of::<too_short::TooShort>(), Entry::of::<too_long::TooLong>()],
};
