//! Lists: markers, numbers, indentation and the space around them.

mod blanks_around;
mod bullet_style;
mod directives;
mod item_indent;
mod marker_space;
mod nesting_indent;
mod numbering;

use crate::document::Document;
use crate::rules::{Entry, Group, ValidationType};
use crate::text::utf16_len;

pub const GROUP: Group = Group {
    name: "lists",
    summary: "markers, numbers, indentation and the space around lists",
    validation: ValidationType::Markdown,
    rules: &[
        Entry::of::<bullet_style::BulletStyle>(),
        Entry::of::<item_indent::ItemIndent>(),
        Entry::of::<nesting_indent::NestingIndent>(),
        Entry::of::<numbering::Numbering>(),
        Entry::of::<marker_space::MarkerSpace>(),
        Entry::of::<blanks_around::BlanksAround>(),
    ],
};

/// How far the byte at `offset` stands from the start of its line; a tab counts as one.
fn indent(doc: &Document, offset: usize) -> usize {
    let line = doc.lines.start(doc.line_of(offset)).max(doc.body.start());
    utf16_len(&doc.text[line..offset])
}
