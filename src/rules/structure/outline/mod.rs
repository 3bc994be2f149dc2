//! The outline: how headings divide a page.

mod consecutive;
mod deep;
mod empty_section;
mod long_preamble;
mod no_headings;
mod section;
mod too_many_h1;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "outline",
    summary: "how headings divide a page",
    validation: ValidationType::Structure,
    rules: &[
        Entry::of::<no_headings::NoHeadings>(),
        Entry::of::<too_many_h1::TooManyH1>(),
        Entry::of::<empty_section::EmptySection>(),
        Entry::of::<consecutive::Consecutive>(),
        Entry::of::<long_preamble::LongPreamble>(),
        Entry::of::<deep::Deep>(),
    ],
};
