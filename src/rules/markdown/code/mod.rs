//! Code blocks: fences, languages and what surrounds them.

mod blanks_around;
mod block_style;
mod fence_style;
mod language;
mod prompts;
mod span_padding;

use crate::rules::{Entry, Group, ValidationType};

pub const GROUP: Group = Group {
    name: "code",
    summary: "fences, languages and what surrounds code blocks",
    validation: ValidationType::Markdown,
    rules: &[
        Entry::of::<prompts::Prompts>(),
        Entry::of::<blanks_around::BlanksAround>(),
        Entry::of::<span_padding::SpanPadding>(),
        Entry::of::<language::Language>(),
        Entry::of::<block_style::BlockStyle>(),
        Entry::of::<fence_style::FenceStyle>(),
    ],
};
