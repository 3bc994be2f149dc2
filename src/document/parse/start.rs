//! Documents in which nothing, or nothing but the front matter, has been found yet.

use crate::data::Format;
use crate::document::{Document, Flags, Kind, Node, front_matter};
use crate::text::Span;

/// A document of which nothing but the lines is known becomes one that has its front matter, too.
pub(super) fn unparsed(doc: &mut Document, text: &str) {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let front_matter = match doc.head {
        Some(end) => front_matter::opaque(bom, end),
        None => front_matter::find(text, bom),
    };
    let body = Span::new(front_matter.map_or(bom, |found| found.span.end()), text.len());
    empty(doc, body);
    doc.front_matter = front_matter;
    doc.nodes.reserve(text.len() / 24 + 8);
}

/// A standalone data file: the root node and nothing below it.
pub(in crate::document) fn parse_data(format: Format, text: String) -> Document {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let body = Span::new(bom, text.len());
    let mut doc = Document::default();
    doc.lines.read(&text);
    empty(&mut doc, body);
    doc.nodes.push(Node { kind: Kind::Root, span: body, parent: 0, end: 1, data: 0 });
    doc.format = Some(format);
    doc.text = text;
    doc
}

/// Takes out what was found in another text, and keeps the room it took. All fields are named, so
/// that none that is new is forgotten.
fn empty(doc: &mut Document, new_body: Span) {
    let Document {
        text: _,
        lines,
        flags,
        front_matter,
        head: _,
        body,
        body_line,
        nodes,
        headings,
        lists,
        items,
        code_blocks,
        tables,
        rows,
        links,
        autolinks,
        math,
        definitions,
        undefined_references,
        html_tags,
        comments,
        hidden,
        quote_prefixes,
        container_lines,
        directives,
        format,
        data,
        marks: _,
        kinds,
        has_brackets,
    } = doc;
    flags.clear();
    flags.resize(lines.count(), Flags::default());
    (*front_matter, *format, *kinds, *has_brackets) = (None, None, 0, false);
    (*body, *body_line) = (new_body, lines.line_at(new_body.start()));
    data.take();
    nodes.clear();
    headings.clear();
    lists.clear();
    items.clear();
    code_blocks.clear();
    tables.clear();
    rows.clear();
    links.clear();
    autolinks.clear();
    math.clear();
    definitions.clear();
    undefined_references.clear();
    html_tags.clear();
    comments.clear();
    hidden.clear();
    quote_prefixes.clear();
    container_lines.clear();
    directives.clear();
}
