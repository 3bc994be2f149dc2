//! Words.

mod names;
mod proper_names;
mod scan;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "text",
    summary: "words",
    validation: ValidationType::Markdown,
    rules: &[Entry::of::<proper_names::ProperNames>()],
};
