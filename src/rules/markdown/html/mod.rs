//! HTML among the Markdown.

mod inline;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "html",
    summary: "HTML among the Markdown",
    validation: ValidationType::Markdown,
    rules: &[Entry::of::<inline::Inline>()],
};
