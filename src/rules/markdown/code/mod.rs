//! Code blocks: fences, languages and what surrounds them.

mod blanks_around;
mod language;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "code",
    summary: "fences, languages and what surrounds code blocks",
    validation: ValidationType::Markdown,
    rules: &[Entry::of::<blanks_around::BlanksAround>(), Entry::of::<language::Language>()],
};
