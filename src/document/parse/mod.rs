//! The one pass of pulldown-cmark that fills the arrays of a [`Document`].

mod code;
mod start;
mod unseen;

use std::borrow::Cow;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::links;
use super::source::{Break, SourceText};
use super::{
    Document, Flags, Kind, List, Node, NodeId, Table, autolinks, blocks, definitions, directives,
    formulas, html, lines, math, quotes, references, tables, tabs,
};
use crate::cancel;
use crate::text::Span;

const EXTENSIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_FOOTNOTES);

/// Nodes between two looks at whether to go on: a power of two, and seldom enough to cost nothing.
const CANCEL_EVERY: usize = 64;

/// How often a page is parsed at most: again if the parser did not see where a block starts.
const MAX_PARSES: usize = 3;

pub(super) use start::parse_data;

/// Parses a page into a document that may have been another's.
pub(super) fn parse(doc: &mut Document, text: String) {
    doc.lines.read(&text);
    doc.marks.read(&text);
    let source = match doc.lines.has_lone_cr() {
        true => Cow::Owned(with_lf_for_lone_cr(&text)),
        false => Cow::Borrowed(text.as_str()),
    };
    let source = match memchr::memchr(b'\t', source.as_bytes()) {
        Some(_) => Cow::Owned(tabs::mask(&source).into_owned()),
        None => source,
    };
    let formulas = build_around_formulas(doc, &source);
    doc.text = text;
    formulas::flag(doc, &formulas);
    cancel::check();
    html::find_comments(doc);
    quotes::find(doc);
    html::find_block_tags(doc);
    definitions::find(doc);
    math::find(doc, &formulas);
    cancel::check();
    let brackets = references::find(doc);
    cancel::check();
    autolinks::find(doc, &brackets);
    cancel::check();
    directives::find(doc);
    lines::mark_by_text(doc);
}

/// Fills the arrays, with formulas as opaque text. Where one was taken for other blocks, there may
/// be more behind it, which are seen only once it is out of the way.
fn build_around_formulas(doc: &mut Document, text: &str) -> Vec<Span> {
    build(doc, text);
    let mut formulas = Vec::new();
    for _ in 1..MAX_PARSES {
        let found = formulas::find(doc, text);
        if found == formulas {
            break;
        }
        let masked = formulas::mask(doc, text, &found);
        build(doc, &masked);
        formulas = found;
    }
    formulas
}

/// Fills the arrays that the parser's events tell.
fn build(doc: &mut Document, text: &str) {
    let mut breaks = Vec::new();
    for _ in 0..MAX_PARSES {
        let mut builder = Builder::new(doc, text);
        builder.run(text, &breaks);
        if builder.breaks.is_empty() {
            break;
        }
        breaks.append(&mut builder.breaks);
        breaks.sort_unstable();
        breaks.dedup();
    }
}

/// The document being filled, the open nodes, and the line reached so far.
struct Builder<'d> {
    doc: &'d mut Document,
    open: Vec<NodeId>,
    line: usize,
    list_depth: u32,
    /// Where the parser did not see that a block starts.
    breaks: Vec<Break>,
}

impl<'d> Builder<'d> {
    fn new(doc: &'d mut Document, text: &str) -> Self {
        start::unparsed(doc, text);
        doc.nodes.push(Node { kind: Kind::Root, span: doc.body, parent: 0, end: 0, data: 0 });
        Builder { doc, open: vec![0], line: 0, list_depth: 0, breaks: Vec::new() }
    }

    fn run(&mut self, text: &str, breaks: &[Break]) {
        let source = SourceText::new(text, self.doc.body.start(), &self.doc.marks.colons, breaks);
        let mut events = Parser::new_ext(&source.text, EXTENSIONS).into_offset_iter();
        while let Some((event, range)) = events.next() {
            if self.doc.nodes.len().is_multiple_of(CANCEL_EVERY) {
                cancel::check();
            }
            if let Event::Rule = event
                && source.is_inserted(range.start)
            {
                continue;
            }
            let span = Span::new(source.place(range.start), source.place(range.end));
            if let Event::End(TagEnd::TableHead | TagEnd::TableRow) = event {
                let row = *self.open.last().expect("the row is open");
                let line = self.advance(self.doc.nodes[row].span.start());
                for cell in tables::end_row(self.doc, row, line, text) {
                    self.surplus_cell(cell, text, events.reference_definitions());
                }
            }
            self.event(&event, span, text);
        }
        self.doc.nodes[0].end = self.doc.nodes.len() as u32;
    }

    // There are millions of events, and calling this takes as long as what is done for most.
    #[inline(always)]
    fn event(&mut self, event: &Event, span: Span, text: &str) {
        match event {
            Event::Start(tag) => self.start(tag, span, text),
            Event::End(tag) => self.end(*tag, text),
            Event::Text(_) => self.leaf_text(span, text),
            Event::Code(_) => self.leaf_inline(Kind::Code, span),
            Event::InlineHtml(_) => {
                self.leaf_inline(Kind::InlineHtml, span);
                html::push_tag(&mut self.doc.html_tags, text, span, false);
            }
            Event::FootnoteReference(_) => self.leaf_inline(Kind::FootnoteReference, span),
            Event::SoftBreak => self.line_break(Kind::SoftBreak, span, text),
            Event::HardBreak => self.line_break(Kind::HardBreak, span, text),
            // The line of a container, which the parser sees as a break.
            Event::Rule if text[span.start()..].starts_with(':') => {
                self.doc.container_lines.push(trim_end(text, span));
            }
            Event::Rule => {
                let span = trim_end(text, span);
                self.leaf(Kind::ThematicBreak, span);
                self.flag(span, Flags::THEMATIC_BREAK);
            }
            Event::Html(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag, span: Span, text: &str) {
        let node = self.doc.nodes.len();
        match tag {
            Tag::Paragraph => {
                self.open_block(Kind::Paragraph, trim_end(text, span), Flags::PARAGRAPH)
            }
            Tag::Heading { level, .. } => self.open_heading(*level, trim_end(text, span), text),
            Tag::BlockQuote(_) => self.open_node(Kind::BlockQuote, span, 0),
            Tag::CodeBlock(kind) => {
                self.open_code(matches!(kind, pulldown_cmark::CodeBlockKind::Indented), span, text);
            }
            Tag::HtmlBlock => self.open_block(Kind::HtmlBlock, trim_end(text, span), Flags::HTML),
            Tag::List(first) => {
                let list = List { node, ordered: first.is_some(), depth: self.list_depth };
                self.list_depth += 1;
                self.open_node(Kind::List, span, self.doc.lists.len());
                self.doc.lists.push(list);
            }
            Tag::Item => self.open_item(span, text),
            Tag::FootnoteDefinition(_) => self.open_node(Kind::FootnoteDefinition, span, 0),
            Tag::Table(_) => {
                let span = trim_end(text, span);
                self.open_node(Kind::Table, span, self.doc.tables.len());
                self.flag(span, Flags::TABLE);
                let rows = self.doc.rows.len();
                self.doc.tables.push(Table { node, rows: rows..rows });
            }
            Tag::TableHead | Tag::TableRow => {
                self.open_node(Kind::TableRow, trim_end(text, span), 0)
            }
            Tag::TableCell => self.open_cell(span),
            Tag::Emphasis => self.open_inline(Kind::Emphasis, span, 0),
            Tag::Strong => self.open_inline(Kind::Strong, span, 0),
            Tag::Link { link_type, dest_url, .. } => {
                self.open_link(*link_type, dest_url, span, false)
            }
            Tag::Image { link_type, dest_url, .. } => {
                self.open_link(*link_type, dest_url, span, true)
            }
            // Extensions that are not switched on.
            _ => self.open_node(Kind::Text, span, 0),
        }
    }

    fn end(&mut self, tag: TagEnd, text: &str) {
        let node = self.open.pop().expect("every end has a start");
        let end = self.doc.nodes.len();
        self.doc.nodes[node].end = end as u32;
        match tag {
            TagEnd::Link | TagEnd::Image => {
                let span = links::complete(self.doc, node, text);
                self.flag(span, Flags::LINK);
            }
            TagEnd::Table => self.breaks.extend(tables::early_end(self.doc, node, text)),
            TagEnd::Paragraph => tables::take_paragraph(self.doc, node, text),
            TagEnd::List(_) => {
                self.list_depth -= 1;
                self.close_container(node, text);
            }
            TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.close_container(node, text);
            }
            _ => {}
        }
    }

    fn open_node(&mut self, kind: Kind, span: Span, data: usize) {
        let parent = *self.open.last().expect("the root stays open") as u32;
        self.doc.kinds |= 1 << kind as u32;
        self.open.push(self.doc.nodes.len());
        self.doc.nodes.push(Node { kind, span, parent, end: 0, data: data as u32 });
    }

    fn open_block(&mut self, kind: Kind, span: Span, flags: Flags) {
        self.open_node(kind, span, 0);
        self.flag(span, flags);
    }

    fn open_heading(&mut self, level: HeadingLevel, span: Span, text: &str) {
        let node = self.doc.nodes.len();
        let line = self.advance(span.start());
        let heading = if span.end() <= self.doc.lines.next_start(line) {
            blocks::atx(text, span, node, line)
        } else {
            blocks::setext(text, span, node, line, level as u8)
        };
        self.open_node(Kind::Heading, span, self.doc.headings.len());
        self.doc.headings.push(heading);
        self.flag(span, Flags::HEADING);
    }

    fn open_item(&mut self, span: Span, text: &str) {
        let list = *self.open.last().expect("an item has a list");
        let list_index = self.doc.nodes[list].data;
        let item = blocks::item(text, span, self.doc.nodes.len(), list_index);
        let span = Span::new(item.marker.start(), span.end().max(item.marker.end()));
        if self.doc.nodes.len() == list + 1 {
            self.doc.nodes[list].span.start = span.start;
        }
        self.open_node(Kind::Item, span, self.doc.items.len());
        self.doc.items.push(item);
    }

    /// Cells that the source lacks are put at the row's end.
    fn open_cell(&mut self, span: Span) {
        let row = *self.open.last().expect("a cell has a row");
        let end = self.doc.nodes[row].span.end;
        let span = Span { start: span.start.min(end), end: span.end.min(end) };
        self.open_node(Kind::TableCell, span, 0);
    }

    fn open_link(&mut self, link_type: LinkType, destination: &CowStr, span: Span, image: bool) {
        let node = self.doc.nodes.len();
        let link = links::begin(link_type, destination, span, node, image);
        let kind = if image { Kind::Image } else { Kind::Link };
        self.open_inline(kind, span, self.doc.links.len());
        self.doc.links.push(link);
    }

    /// Marks the lines of running text that stands in an item without a paragraph of its own, as
    /// the items of tight lists have it.
    fn flag_tight(&mut self, span: Span) {
        let parent = *self.open.last().expect("the root stays open");
        if self.doc.nodes[parent].kind == Kind::Item {
            self.flag(span, Flags::PARAGRAPH);
        }
    }

    fn open_inline(&mut self, kind: Kind, span: Span, data: usize) {
        self.flag_tight(span);
        self.open_node(kind, span, data);
    }

    fn leaf_inline(&mut self, kind: Kind, span: Span) {
        self.flag_tight(span);
        self.leaf(kind, span);
    }

    fn leaf(&mut self, kind: Kind, span: Span) {
        let parent = *self.open.last().expect("the root stays open") as u32;
        let end = self.doc.nodes.len() as u32 + 1;
        self.doc.nodes.push(Node { kind, span, parent, end, data: 0 });
    }

    fn leaf_text(&mut self, span: Span, text: &str) {
        let parent = self.doc.nodes[*self.open.last().expect("the root stays open")];
        if parent.kind == Kind::CodeBlock {
            // The text of its last line has the line ending that the block's span lacks.
            let end = span.end.min(parent.span.end.max(span.start));
            return self.leaf(Kind::Text, Span { end, ..span });
        }
        // To the parser each bracket that is not escaped may be a link's and starts a text.
        let first = text.as_bytes().get(span.start());
        self.doc.has_brackets |= matches!(first, Some(b'[' | b']' | b'!'));
        if parent.kind == Kind::Item {
            self.flag(span, Flags::PARAGRAPH);
        }
        if matches!(parent.kind, Kind::Paragraph | Kind::Item) && !span.is_empty() {
            let line = self.advance(span.start());
            self.doc.flags[line] |= Flags::PROSE;
        }
        self.leaf(Kind::Text, span);
    }

    /// Ends a container where its content ends; the parser's range goes on over blank lines.
    fn close_container(&mut self, node: NodeId, text: &str) {
        let Node { kind, span, data, .. } = self.doc.nodes[node];
        let last = self.doc.children(node).last();
        let content = last.map_or(0, |child| self.doc.nodes[child].span.end());
        let own = match kind {
            Kind::Item => self.doc.items[data as usize].marker.end(),
            _ => span.start() + 1,
        };
        let mut end = content.max(own).min(span.end().max(own));
        if kind != Kind::List {
            // What stands behind the last child is a definition, which has no node.
            let rest = &text[end..span.end().max(end)];
            end += rest.trim_end_matches([' ', '\t', '\n', '\r', '>']).len();
        }
        self.doc.nodes[node].span.end = end as u32;
    }

    /// Marks the lines of a span; returns the last one.
    fn flag(&mut self, span: Span, flags: Flags) -> usize {
        let first = self.advance(span.start());
        let last = if span.is_empty() { span.end() } else { span.end() - 1 };
        let mut line = first;
        loop {
            self.doc.flags[line] |= flags;
            if self.doc.lines.next_start(line) > last || line + 1 >= self.doc.lines.count() {
                return line;
            }
            line += 1;
        }
    }

    /// The line of an offset; offsets mostly grow, so this mostly steps forward.
    fn advance(&mut self, offset: usize) -> usize {
        let lines = &self.doc.lines;
        if lines.start(self.line) > offset {
            self.line = lines.line_at(offset);
        }
        while lines.next_start(self.line) <= offset && self.line + 1 < lines.count() {
            self.line += 1;
        }
        self.line
    }
}

/// The text with each CR that ends a line alone, which the parser does not always take for a line
/// ending, replaced by LF. Offsets stay the same.
fn with_lf_for_lone_cr(text: &str) -> String {
    let mut parts = text.split_inclusive('\r').peekable();
    let mut result = String::with_capacity(text.len());
    while let Some(part) = parts.next() {
        match part.strip_suffix('\r') {
            Some(line) if !parts.peek().is_some_and(|next| next.starts_with('\n')) => {
                result.push_str(line);
                result.push('\n');
            }
            _ => result.push_str(part),
        }
    }
    result
}

/// Cuts the white space off a span's end.
fn trim_end(text: &str, span: Span) -> Span {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let last = text.as_bytes()[span.range()].iter().rposition(is_text);
    Span::new(span.start(), span.start() + last.map_or(0, |last| last + 1))
}
