//! Lists: markers, numbers, indentation and the space around them.

mod blanks_around;
mod bullet_style;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "lists",
    summary: "markers, numbers, indentation and the space around lists",
    validation: ValidationType::Markdown,
    rules: &[Entry::of::<bullet_style::BulletStyle>(), Entry::of::<blanks_around::BlanksAround>()],
};
