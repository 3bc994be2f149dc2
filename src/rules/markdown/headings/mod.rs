//! Headings: the outline and how headings are written.

mod increment;
mod style;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "headings",
    summary: "the outline and how headings are written",
    validation: ValidationType::Markdown,
    rules: &[Entry::of::<increment::Increment>(), Entry::of::<style::Style>()],
};
