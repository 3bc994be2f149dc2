//! Style: the rules of markdownlint, with its ids, names, options and defaults.

mod blank_line;
mod code;
mod emphasis;
mod headings;
mod html;
mod links;
mod lists;
mod quotes;
mod spacing;
mod tables;
mod text;
pub(super) mod title;

use super::Group;

pub(super) use links::undefined_references::report as undefined_references;

/// In the order in which they are listed.
pub const GROUPS: &[&Group] = &[
    &headings::GROUP,
    &lists::GROUP,
    &code::GROUP,
    &quotes::GROUP,
    &emphasis::GROUP,
    &links::GROUP,
    &tables::GROUP,
    &html::GROUP,
    &spacing::GROUP,
    &text::GROUP,
];
