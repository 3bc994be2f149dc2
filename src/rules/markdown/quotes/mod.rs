//! Block quotes: the space around their marks.

mod blanks;
mod spaces;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "quotes",
    summary: "the space around the marks of block quotes",
    validation: ValidationType::Markdown,
    rules: &[Entry::of::<spaces::Spaces>(), Entry::of::<blanks::Blanks>()],
};
