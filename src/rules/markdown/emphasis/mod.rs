//! Emphasis: its marks, and where it stands in for something else.

mod as_heading;
mod emphasis_style;
mod hidden;
mod inner_spaces;
mod strong_style;
mod style;
mod visible_marks;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "emphasis",
    summary: "emphasis markers, and emphasis used for something else",
    validation: ValidationType::Markdown,
    rules: &[
        Entry::of::<as_heading::AsHeading>(),
        Entry::of::<inner_spaces::InnerSpaces>(),
        Entry::of::<emphasis_style::EmphasisStyle>(),
        Entry::of::<strong_style::StrongStyle>(),
        Entry::of::<visible_marks::VisibleMarks>(),
    ],
};
