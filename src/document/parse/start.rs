//! Documents in which nothing, or nothing but the front matter, has been found yet.

use std::sync::OnceLock;

use crate::data::Format;
use crate::document::{Document, Flags, Kind, Node, front_matter};
use crate::text::{LineIndex, Span};

/// A document that holds nothing but lines and front matter yet.
pub(super) fn unparsed(lines: LineIndex, text: &str) -> Document {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let front_matter = front_matter::find(text, bom);
    let body = Span::new(front_matter.map_or(bom, |found| found.span.end()), text.len());
    let mut doc = empty(lines, body);
    doc.front_matter = front_matter;
    doc.nodes.reserve(text.len() / 24 + 8);
    doc
}

/// A standalone data file: the root node and nothing below it.
pub(in crate::document) fn parse_data(format: Format, text: String) -> Document {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let body = Span::new(bom, text.len());
    let mut doc = empty(LineIndex::new(&text), body);
    doc.nodes.push(Node { kind: Kind::Root, span: body, parent: 0, end: 1, data: 0 });
    doc.format = Some(format);
    doc.text = text;
    doc
}

/// A document in which nothing has been found yet; its text is still to come.
fn empty(lines: LineIndex, body: Span) -> Document {
    Document {
        flags: vec![Flags::default(); lines.count()],
        body_line: lines.line_at(body.start()),
        lines,
        front_matter: None,
        body,
        nodes: Vec::new(),
        headings: Vec::new(),
        lists: Vec::new(),
        items: Vec::new(),
        code_blocks: Vec::new(),
        tables: Vec::new(),
        rows: Vec::new(),
        links: Vec::new(),
        autolinks: Vec::new(),
        math: Vec::new(),
        definitions: Vec::new(),
        undefined_references: Vec::new(),
        html_tags: Vec::new(),
        comments: Vec::new(),
        hidden: Vec::new(),
        quote_prefixes: Vec::new(),
        directives: Vec::new(),
        format: None,
        schemas: Vec::new(),
        data: OnceLock::new(),
        text: String::new(),
    }
}
