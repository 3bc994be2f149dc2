//! The one pass of pulldown-cmark that fills the arrays of a [`Document`].

use std::sync::OnceLock;

use pulldown_cmark::{
    BrokenLink, CowStr, Event, HeadingLevel, LinkType, Options, Parser, RefDefs, Tag, TagEnd,
};

use super::links;
use super::source::{Break, Source};
use super::{
    Document, Flags, Kind, List, Node, NodeId, Table, autolinks, blocks, definitions, directives,
    front_matter, html, lines, math, quotes, references, tables,
};
use crate::data::Format;
use crate::text::{LineIndex, Span};

const EXTENSIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_FOOTNOTES);

/// How often a page is parsed at most: again if the parser did not see where a block starts.
const MAX_PARSES: usize = 3;

/// Parses a page.
pub(super) fn parse(text: String) -> Document {
    let lines = LineIndex::new(&text);
    let mut doc = if lines.has_lone_cr() {
        build(lines, &with_lf_for_lone_cr(&text))
    } else {
        build(lines, &text)
    };
    doc.text = text;
    html::find_comments(&mut doc);
    quotes::find(&mut doc);
    html::find_block_tags(&mut doc);
    definitions::find(&mut doc);
    math::find(&mut doc);
    let brackets = references::find(&mut doc);
    autolinks::find(&mut doc, &brackets);
    directives::find(&mut doc);
    lines::mark_blank(&mut doc);
    doc
}

/// Fills the arrays that the parser's events tell.
fn build(lines: LineIndex, text: &str) -> Document {
    let mut builder = Builder::new(lines, text);
    let mut breaks = Vec::new();
    builder.run(text, &breaks);
    for _ in 1..MAX_PARSES {
        if builder.breaks.is_empty() {
            break;
        }
        breaks.append(&mut builder.breaks);
        breaks.sort_unstable();
        breaks.dedup();
        builder = Builder::new(std::mem::take(&mut builder.doc.lines), text);
        builder.run(text, &breaks);
    }
    builder.doc
}

/// A document that holds nothing but lines and front matter yet.
fn unparsed(lines: LineIndex, text: &str) -> Document {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let front_matter = front_matter::find(text, bom);
    let body = Span::new(front_matter.map_or(bom, |found| found.span.end()), text.len());
    let mut doc = empty(lines, body);
    doc.front_matter = front_matter;
    doc.nodes.reserve(text.len() / 24 + 8);
    doc
}

/// A standalone data file: the root node and nothing below it.
pub(super) fn parse_data(format: Format, text: String) -> Document {
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

/// The document being filled, the open nodes, and the line reached so far.
struct Builder {
    doc: Document,
    open: Vec<NodeId>,
    line: usize,
    list_depth: u32,
    /// Where the parser did not see that a block starts.
    breaks: Vec<Break>,
}

impl Builder {
    fn new(lines: LineIndex, text: &str) -> Self {
        let mut doc = unparsed(lines, text);
        doc.nodes.push(Node { kind: Kind::Root, span: doc.body, parent: 0, end: 0, data: 0 });
        Builder { doc, open: vec![0], line: 0, list_depth: 0, breaks: Vec::new() }
    }

    fn run(&mut self, text: &str, breaks: &[Break]) {
        let source = Source::new(text, self.doc.body.start(), breaks);
        let mut events = Parser::new_ext(&source.text, EXTENSIONS).into_offset_iter();
        while let Some((event, range)) = events.next() {
            if let Event::Rule = event
                && source.is_inserted(range.start)
            {
                continue;
            }
            let span = Span::new(source.place(range.start), source.place(range.end));
            if let Event::End(TagEnd::TableHead | TagEnd::TableRow) = event {
                let row = *self.open.last().expect("the row is open");
                for cell in tables::end_row(&mut self.doc, row, text) {
                    self.surplus_cell(cell, text, events.reference_definitions());
                }
            }
            self.event(event, span, text);
        }
        self.doc.nodes[0].end = self.doc.nodes.len() as u32;
    }

    fn event(&mut self, event: Event, span: Span, text: &str) {
        match event {
            Event::Start(tag) => self.start(&tag, span, text),
            Event::End(tag) => self.end(tag, text),
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
            Event::Rule if text[span.start()..].starts_with(':') => {}
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

    fn line_break(&mut self, kind: Kind, span: Span, text: &str) {
        self.leaf_inline(kind, span);
        let next = text[span.end()..].trim_start_matches([' ', '\t', '>']);
        if !next.starts_with(['|', ':', '-']) {
            return;
        }
        let line = self.doc.lines.line_at(span.start());
        let block = self.open.iter().rev().find(|&&node| self.doc.nodes[node].kind.is_block());
        let start = block.map_or(0, |&block| self.doc.nodes[block].span.start());
        if self.doc.lines.line_at(start) < line {
            let (quotes, column) = self.containers(text);
            self.breaks.extend(tables::late_start(&self.doc.lines, text, line, quotes, column));
        }
    }

    /// How many block quotes are open, and the column at which the content of the innermost list
    /// item starts.
    fn containers(&self, text: &str) -> (usize, usize) {
        let kind = |node: &&NodeId| self.doc.nodes[**node].kind;
        let quotes = self.open.iter().filter(|node| kind(node) == Kind::BlockQuote).count();
        let item = self.open.iter().rev().find(|node| kind(node) == Kind::Item);
        let item = item.map(|&node| self.doc.items[self.doc.nodes[node].data as usize]);
        let content = item.map(|item| item.content_start as usize);
        (quotes, content.map_or(0, |offset| blocks::column_of(text, offset)))
    }

    /// Parses a cell that rendering drops, as running text.
    fn surplus_cell(&mut self, cell: Span, text: &str, definitions: &RefDefs) {
        // A space that is not white space to the parser keeps blocks from starting.
        const SPACE: &str = "\u{a0}";
        let source = SPACE.to_owned() + cell.of(text).trim();
        let start = cell.start() + cell.of(text).len() - cell.of(text).trim_start().len();
        let defined = |link: BrokenLink| {
            definitions.get(&link.reference).map(|_| (CowStr::from(""), CowStr::from("")))
        };
        let parser = Parser::new_with_broken_link_callback(&source, EXTENSIONS, Some(defined));
        self.open_node(Kind::TableCell, cell, 0);
        for (event, range) in parser.into_offset_iter() {
            let place = |offset: usize| start + offset.saturating_sub(SPACE.len());
            let span = Span::new(place(range.start), place(range.end));
            match event {
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                Event::Text(_) if span.is_empty() => {}
                event => self.event(event, span, text),
            }
        }
        self.end(TagEnd::TableCell, text);
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
            TagEnd::Link | TagEnd::Image => links::complete(&mut self.doc, node, text),
            TagEnd::Table => self.breaks.extend(tables::early_end(&self.doc, node, text)),
            TagEnd::Paragraph => tables::take_paragraph(&mut self.doc, node, text),
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
        self.open.push(self.doc.nodes.len());
        self.doc.nodes.push(Node { kind, span, parent, end: 0, data: data as u32 });
    }

    fn open_block(&mut self, kind: Kind, span: Span, flags: Flags) {
        self.open_node(kind, span, 0);
        self.flag(span, flags);
    }

    fn open_heading(&mut self, level: HeadingLevel, span: Span, text: &str) {
        let node = self.doc.nodes.len();
        let last_line = self.doc.lines.line_at(span.end().max(1) - 1);
        let one_line = self.doc.lines.start(last_line) <= span.start();
        let heading = if one_line {
            blocks::atx(text, span, node)
        } else {
            blocks::setext(text, span, node, level as u8)
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

    fn open_code(&mut self, indented: bool, span: Span, text: &str) {
        let node = self.doc.nodes.len();
        let block = if indented {
            let span = trim_end(text, span);
            blocks::CodeBlock {
                node,
                span,
                fence: None,
                info: Span::at(span.start()),
                closing: None,
            }
        } else {
            blocks::fenced(text, trim_line_endings(text, span), node)
        };
        self.open_node(Kind::CodeBlock, block.span, self.doc.code_blocks.len());
        self.doc.code_blocks.push(block);
        if indented {
            self.flag(block.span, Flags::INDENTED);
            self.flag_indented_end(block.span, text);
            return;
        }
        self.flag(block.span, Flags::FENCED);
        for fence in block.fence.into_iter().chain(block.closing) {
            let line = self.doc.lines.line_at(fence.start());
            self.doc.flags[line] |= Flags::FENCE;
        }
        if block.closing.is_none() {
            self.flag_unclosed_end(block.span, text);
        }
    }

    /// Marks the blank lines after a block that nothing closes, up to the end of its container,
    /// and the last line of the page or block quote as its fence: markdownlint counts like that.
    fn flag_unclosed_end(&mut self, block: Span, text: &str) {
        let lines = &self.doc.lines;
        let mut last = lines.line_at(block.end());
        let quoted = self.open.iter().any(|&node| self.doc.nodes[node].kind == Kind::BlockQuote);
        if !quoted {
            let is_blank = |line| is_white(lines.span(text, line).of(text));
            while last + 1 < lines.count() && is_blank(last + 1) {
                last += 1;
                self.doc.flags[last] |= Flags::FENCED;
            }
        }
        if quoted || last + 1 == lines.count() {
            self.doc.flags[last] |= Flags::FENCE;
        }
    }

    /// Marks the blank lines after indented code up to the last one that is as indented as code:
    /// markdownlint counts them as code.
    fn flag_indented_end(&mut self, block: Span, text: &str) {
        let indent = blocks::column_of(text, block.start());
        let lines = &self.doc.lines;
        let first = lines.line_at(block.end() - 1) + 1;
        let mut end = first;
        for line in first..lines.count() {
            let blank = lines.span(text, line).of(text);
            if !is_white(blank) {
                break;
            }
            if blocks::columns(blank.as_bytes(), 0) >= indent {
                end = line + 1;
            }
        }
        for flags in &mut self.doc.flags[first..end] {
            *flags |= Flags::INDENTED;
        }
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
        self.flag_tight(span);
        let parent = *self.open.last().expect("the root stays open");
        // The text of a code block's last line has the line ending that the block's span lacks.
        let limit = self.doc.nodes[parent].span.end.max(span.start);
        let in_code = self.doc.nodes[parent].kind == Kind::CodeBlock;
        let end = if in_code { span.end.min(limit) } else { span.end };
        self.leaf(Kind::Text, Span { start: span.start, end });
        let in_paragraph = matches!(self.doc.nodes[parent].kind, Kind::Paragraph | Kind::Item);
        if in_paragraph && !span.of(text).is_empty() {
            let line = self.advance(span.start());
            self.doc.flags[line] |= Flags::PROSE;
        }
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

    /// Marks the lines of a span.
    fn flag(&mut self, span: Span, flags: Flags) {
        let first = self.advance(span.start());
        let last = if span.is_empty() { span.end() } else { span.end() - 1 };
        let mut line = first;
        loop {
            self.doc.flags[line] |= flags;
            if self.doc.lines.next_start(line) > last || line + 1 >= self.doc.lines.count() {
                break;
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

/// Whether a line holds nothing but spaces and tabs.
fn is_white(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
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
    let trimmed = span.of(text).trim_end_matches([' ', '\t', '\n', '\r']);
    Span::new(span.start(), span.start() + trimmed.len())
}

/// Cuts one line ending off a span's end.
fn trim_line_endings(text: &str, span: Span) -> Span {
    let source = span.of(text);
    let trimmed = source.strip_suffix('\n').unwrap_or(source);
    let trimmed = trimmed.strip_suffix('\r').unwrap_or(trimmed);
    Span::new(span.start(), span.start() + trimmed.len())
}
