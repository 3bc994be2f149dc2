//! Spacing: blank lines, line length, tabs, white space at line ends, and thematic breaks.

mod final_newline;
mod hard_tabs;
mod hr_style;
mod line_length;
mod multiple_blanks;
mod trailing_spaces;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "spacing",
    summary: "blank lines, line length and white space",
    validation: ValidationType::Markdown,
    rules: &[
        Entry::of::<trailing_spaces::TrailingSpaces>(),
        Entry::of::<hard_tabs::HardTabs>(),
        Entry::of::<multiple_blanks::MultipleBlanks>(),
        Entry::of::<line_length::LineLength>(),
        Entry::of::<hr_style::HrStyle>(),
        Entry::of::<final_newline::FinalNewline>(),
    ],
};
