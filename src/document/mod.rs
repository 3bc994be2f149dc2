//! A page, parsed once: plain arrays in document order, with byte spans into the page's text.
//!
//! The parser is pulldown-cmark; what it does not tell (markers, fences, underlines, table
//! pipes, parts of links, bare URLs, tags inside HTML blocks) is read once from the source at
//! the span. Rules read these arrays; they do not parse and do not split lines.

mod alerts;
mod anchors;
mod autolinks;
mod blocks;
mod colon_fences;
mod containers;
mod data;
mod definitions;
mod directives;
mod formulas;
mod front_matter;
mod html;
mod inline;
mod lines;
mod links;
mod marks;
mod math;
mod parse;
mod quotes;
mod references;
mod source;
mod tables;
mod tabs;
mod tree;

use std::borrow::Cow;
use std::sync::OnceLock;

use self::marks::Marks;
use crate::data::{Format, Parsed};
use crate::text::{LineIndex, Position, Span};

pub use anchors::{HeadingAnchors, percent_encode};
pub use blocks::{CodeBlock, Heading, HeadingStyle, Item, List};
pub use definitions::{Definition, normalize_label};
pub use directives::{DIRECTIVE_PREFIXES, Directive, DirectiveKind, directive_words};
pub use front_matter::{FrontMatter, FrontMatterFormat};
pub use html::{HtmlPart, HtmlTag};
pub use lines::Flags;
pub use links::{Link, LinkKind, UndefinedReference};
pub use quotes::QuotePrefix;
pub use tables::{Table, TableRow};

/// Index of a node in [`Document::nodes`].
pub type NodeId = usize;

/// A block or inline element. Nodes are a tree in a flat array: the descendants of node `n`
/// are the nodes `n + 1 .. end`.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    pub kind: Kind,
    /// From the first byte of the element's own markup to the last one; white space and line
    /// endings after it are not in it.
    pub span: Span,
    pub parent: u32,
    /// One past the last descendant.
    pub end: u32,
    /// Index of what else is known in the array of the node's kind (see [`Kind`]).
    pub data: u32,
}

/// What a node is; in brackets the array that [`Node::data`] points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The whole body; node 0, and nobody's child.
    Root,
    Paragraph,
    /// [`Document::headings`]
    Heading,
    BlockQuote,
    /// [`Document::code_blocks`]
    CodeBlock,
    HtmlBlock,
    /// [`Document::lists`]
    List,
    /// [`Document::items`]
    Item,
    FootnoteDefinition,
    /// [`Document::tables`]
    Table,
    TableRow,
    TableCell,
    ThematicBreak,
    /// Text as the parser cut it; an escaped character's backslash is outside every node.
    Text,
    /// A code span, with its backticks.
    Code,
    /// A tag or comment in running text.
    InlineHtml,
    Emphasis,
    Strong,
    /// [`Document::links`]
    Link,
    /// [`Document::links`]
    Image,
    FootnoteReference,
    SoftBreak,
    HardBreak,
}

impl Kind {
    /// Whether other blocks stand in it.
    pub fn is_container(self) -> bool {
        matches!(
            self,
            Kind::Root
                | Kind::BlockQuote
                | Kind::List
                | Kind::Item
                | Kind::FootnoteDefinition
                | Kind::Table
                | Kind::TableRow
        )
    }

    /// Whether it is a block, such as a paragraph or a list, and not part of running text.
    pub fn is_block(self) -> bool {
        !matches!(
            self,
            Kind::Text
                | Kind::Code
                | Kind::InlineHtml
                | Kind::Emphasis
                | Kind::Strong
                | Kind::Link
                | Kind::Image
                | Kind::FootnoteReference
                | Kind::SoftBreak
                | Kind::HardBreak
        )
    }
}

/// A parsed page. It owns its text and has no lifetime.
#[derive(Debug, Default)]
pub struct Document {
    pub text: String,
    pub lines: LineIndex,
    /// What each line is part of; as many as lines.
    pub flags: Vec<Flags>,
    pub front_matter: Option<FrontMatter>,
    /// Where the next page that is parsed has front matter of a kind of its own, up to this byte;
    /// none if that is 0.
    pub(crate) head: Option<usize>,
    /// What the parser saw: the text without byte order mark and front matter.
    pub body: Span,
    /// Index of the first line of the body, from 0.
    pub body_line: usize,
    pub nodes: Vec<Node>,
    pub headings: Vec<Heading>,
    pub lists: Vec<List>,
    pub items: Vec<Item>,
    pub code_blocks: Vec<CodeBlock>,
    pub tables: Vec<Table>,
    pub rows: Vec<TableRow>,
    /// Links, images and autolinks in angle brackets.
    pub links: Vec<Link>,
    /// Bare URLs and addresses that GitHub makes links.
    pub autolinks: Vec<Span>,
    /// `$…$` and `$$…$$` in running text: what stands between the dollars is not Markdown for
    /// markdownlint.
    pub math: Vec<Span>,
    pub definitions: Vec<Definition>,
    pub undefined_references: Vec<UndefinedReference>,
    /// Tags in running text and in HTML blocks.
    pub html_tags: Vec<HtmlTag>,
    /// Comments, `<!--` to `-->`, wherever they stand.
    pub comments: Vec<Span>,
    /// What stands in comments, where it is out of sight of rules that read lines: for them it
    /// is neither text nor white space, except for spaces with something after them on the line.
    pub hidden: Vec<Span>,
    /// The `>` marks of block quotes, by line and then by depth.
    pub quote_prefixes: Vec<QuotePrefix>,
    /// Lines that open or close a container, such as `:::note`, without their line ending.
    pub container_lines: Vec<Span>,
    /// Comments that switch rules on or off.
    pub directives: Vec<Directive>,
    /// How a standalone data file is written; `None` for a page.
    pub format: Option<Format>,
    data: OnceLock<Parsed>,
    /// See `marks`.
    marks: Marks,
    /// The kinds of what holds something else, as bits.
    kinds: u32,
    /// Whether running text may have brackets that are neither escaped nor part of a link.
    has_brackets: bool,
}

impl Document {
    /// Parses a page. Any text is a page: this cannot fail.
    pub fn parse(text: impl Into<String>) -> Self {
        let mut doc = Document::default();
        doc.parse_again(text.into());
        doc
    }

    /// Becomes the document of another page, in the room that it has already.
    pub fn parse_again(&mut self, text: String) {
        parse::parse(self, text);
    }

    /// The span of a line (from 0) without its line ending.
    pub fn line_span(&self, line: usize) -> Span {
        self.lines.span(&self.text, line)
    }

    /// A hash of the text, by which a later change is noticed.
    pub fn digest(&self) -> u64 {
        xxhash_rust::xxh3::xxh3_64(self.text.as_bytes())
    }

    /// The text of a line (from 0) without its line ending.
    pub fn line_text(&self, line: usize) -> &str {
        self.line_span(line).of(&self.text)
    }

    /// The line (from 0) that holds the byte at `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.lines.line_at(offset)
    }

    /// The first and last line (from 0) that a span touches.
    pub fn lines_of(&self, span: Span) -> std::ops::RangeInclusive<usize> {
        let first = self.line_of(span.start());
        let last = if span.is_empty() { span.end() } else { span.end() - 1 };
        // Most spans stand on one line.
        let is_one = last < self.lines.next_start(first);
        first..=if is_one { first } else { self.line_of(last) }
    }

    /// The line ending that occurs most: what new lines get.
    pub fn line_ending(&self) -> &'static str {
        self.lines.ending()
    }

    /// The part of a span that stands on its first line.
    pub fn first_line(&self, span: Span) -> Span {
        let line = self.line_span(self.line_of(span.start()));
        Span::new(span.start(), span.end().min(line.end()).max(span.start()))
    }

    /// Line and column of the byte at `offset`.
    pub fn position(&self, offset: usize) -> Position {
        self.lines.position(&self.text, offset)
    }

    /// The source text of a span.
    pub fn slice(&self, span: Span) -> &str {
        span.of(&self.text)
    }

    /// Whether a line (from 0) has none of these flags.
    pub fn is_plain(&self, line: usize, flags: Flags) -> bool {
        !self.flags[line].intersects(flags)
    }

    /// Whether a line (from 0) holds nothing but white space, `>` marks and comments; lines
    /// before the first and after the last count as blank.
    pub fn is_blank(&self, line: Option<usize>) -> bool {
        line.and_then(|line| self.flags.get(line))
            .is_none_or(|flags| flags.intersects(Flags::BLANK | Flags::FRONT_MATTER))
    }

    /// Whether the byte at `offset` stands in a comment, out of sight of rules that read lines.
    pub fn is_hidden(&self, offset: usize) -> bool {
        let next = self.hidden.partition_point(|span| span.start() <= offset);
        next > 0 && self.hidden[next - 1].contains(offset)
    }

    /// The lines of the body (from 0); none if the front matter goes to the end of the text.
    pub fn body_lines(&self) -> std::ops::Range<usize> {
        let all_front_matter = self.front_matter.is_some() && self.body.is_empty();
        if all_front_matter { 0..0 } else { self.body_line..self.lines.count() }
    }

    /// The first block of the body that is not a comment: a node, a definition, or the line that
    /// opens a container.
    pub fn first_content(&self) -> Option<Span> {
        let mut blocks = self.children(0).map(|block| self.nodes[block].span);
        let block = blocks.find(|&block| !self.is_comment(block));
        let definition = self.definitions.first().map(|definition| definition.span);
        let container = self.container_lines.first().copied();
        block.into_iter().chain(definition).chain(container).min_by_key(|span| span.start)
    }

    /// Whether the lines of a span are one comment, from the first column to the last.
    fn is_comment(&self, span: Span) -> bool {
        let lines = self.lines_of(span);
        let start = self.lines.start(*lines.start()).max(self.body.start());
        let source = &self.text[start..self.line_span(*lines.end()).end()];
        let inner = source.strip_prefix("<!--").filter(|_| source.ends_with("-->"));
        inner.is_some_and(|inner| {
            let inner = inner.strip_suffix("-->").unwrap_or("");
            !inner.starts_with('>') && !inner.starts_with("->") && !inner.ends_with('-')
        })
    }

    /// A heading's text as written, on one line and without the tags that stand directly in it.
    pub fn heading_text(&self, heading: &Heading) -> Cow<'_, str> {
        let tags = || {
            let inline = self.children(heading.node).map(|child| self.nodes[child]);
            inline.filter(|node| node.kind == Kind::InlineHtml).map(|node| node.span)
        };
        let source = self.slice(heading.content);
        let is_one_line = memchr::memchr2(b'\n', b'\r', source.as_bytes()).is_none();
        if is_one_line && tags().next().is_none() {
            return source.into();
        }
        let mut text = String::with_capacity(source.len());
        let mut reached = heading.content.start();
        for tag in tags() {
            text.push_str(&self.text[reached..tag.start()]);
            reached = tag.end();
        }
        text.push_str(&self.text[reached..heading.content.end()]);
        if is_one_line {
            return text.into();
        }
        text.replace("\r\n", " ").replace(['\n', '\r'], " ").into()
    }

    /// Whether the byte at `offset` is in math, where markup is text.
    pub fn is_math(&self, offset: usize) -> bool {
        let after = self.math.partition_point(|span| span.end() <= offset);
        self.math.get(after).is_some_and(|span| span.contains(offset))
    }
}

#[cfg(test)]
mod tests;
