//! Lists: markers, numbers, indentation and the space around them.

mod blanks_around;
mod bullet_style;
mod directives;
mod item_indent;
mod marker_space;
mod nesting_indent;
mod numbering;

use crate::document::{Document, Item};
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

/// Where the last quote mark before an item on its line ends, from the start of the line.
fn quote_width(doc: &Document, item: &Item) -> usize {
    let start = item.marker.start;
    let after = doc.quote_prefixes.partition_point(|prefix| prefix.span.start < start);
    let Some(prefix) = after.checked_sub(1).map(|at| doc.quote_prefixes[at]) else { return 0 };
    if prefix.line == doc.line_of(item.marker.start()) { indent(doc, prefix.span.end()) } else { 0 }
}
