//! Headings: the outline and how headings are written.

mod blanks_around;
mod duplicate;
mod first_line;
mod increment;
mod missing_space;
mod missing_space_closed;
mod multiple_space;
mod multiple_space_closed;
mod required;
mod single_title;
mod start_left;
mod style;
mod trailing_punctuation;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "headings",
    summary: "the outline and how headings are written",
    validation: ValidationType::Markdown,
    rules: &[
        Entry::of::<increment::Increment>(),
        Entry::of::<style::HeadingStyleName>(),
        Entry::of::<missing_space::MissingSpace>(),
        Entry::of::<multiple_space::MultipleSpace>(),
        Entry::of::<missing_space_closed::MissingSpaceClosed>(),
        Entry::of::<multiple_space_closed::MultipleSpaceClosed>(),
        Entry::of::<blanks_around::BlanksAround>(),
        Entry::of::<start_left::StartLeft>(),
        Entry::of::<duplicate::Duplicate>(),
        Entry::of::<single_title::SingleTitle>(),
        Entry::of::<trailing_punctuation::TrailingPunctuation>(),
        Entry::of::<first_line::FirstLine>(),
        Entry::of::<required::Required>(),
    ],
};
