//! The `>` marks of block quotes, line by line.

use std::ops::Range;

use super::{Document, Kind, NodeId, blocks};
use crate::text::{Span, is_js_space};

/// One `>` mark with the white space that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotePrefix {
    /// From 0.
    pub line: usize,
    /// The mark and the one space after it, if there is one.
    pub span: Span,
    /// The block quote.
    pub node: NodeId,
    /// Whether the white space after it is the indentation of a list item in the quote.
    pub item_indent: bool,
}

impl Document {
    /// The marks on a line (from 0), by depth.
    pub fn quote_prefixes_of(&self, line: usize) -> &[QuotePrefix] {
        let start = self.quote_prefixes.partition_point(|prefix| prefix.line < line);
        let rest = &self.quote_prefixes[start..];
        &rest[..rest.partition_point(|prefix| prefix.line == line)]
    }

    /// Whether a line (from 0) belongs to a block quote, with its mark or lazily.
    pub fn is_in_quote(&self, line: usize, quote: NodeId) -> bool {
        self.lines_of(self.nodes[quote].span).contains(&line)
            || self.quote_prefixes_of(line).iter().any(|prefix| prefix.node == quote)
    }

    /// A blank line, with its line ending, to put before line `next` (from 0), in the block
    /// quotes of line `like`: that line itself, or the one before.
    pub fn blank_line_before(&self, next: usize, like: usize) -> String {
        let mut blank = String::new();
        let mut end = self.lines.start(like);
        for prefix in self.quote_prefixes_of(like) {
            let before = &self.text[end..prefix.span.start()];
            let in_item = before.chars().any(|c| !is_js_space(c));
            if in_item && like == next {
                // The list item starts below the blank line, and so does what is in it.
                break;
            }
            // A list marker on the blank line would start another item.
            blank.extend(before.chars().map(|c| if c == '\t' { c } else { ' ' }));
            blank.push_str(self.slice(prefix.span));
            end = prefix.span.end();
        }
        blank.truncate(blank.trim_end().len());
        blank.push_str(self.line_ending());
        blank
    }
}

/// Finds the marks. Containers are visited outermost first, and each takes its prefix off the
/// lines that those around it went on with; a line without the prefix goes on a paragraph lazily.
pub(super) fn find(doc: &mut Document) {
    if !doc.has(Kind::BlockQuote) {
        return;
    }
    let mut finder = Finder {
        doc,
        reached: (0..doc.lines.count()).map(|line| doc.lines.start(line) as u32).collect(),
        open: Vec::new(),
        matched: Vec::new(),
        prefixes: Vec::new(),
        indents: Vec::new(),
    };
    for node in doc.blocks() {
        match doc.nodes[node].kind {
            Kind::BlockQuote => finder.take_quote_marks(node),
            Kind::Item => finder.take_item_indent(node),
            _ => {}
        }
    }
    let Finder { mut prefixes, mut indents, .. } = finder;
    prefixes.sort_by_key(|prefix| prefix.span.start);
    indents.sort_unstable();
    for prefix in &mut prefixes {
        let end_in_quote = (prefix.span.end, prefix.node as u32);
        prefix.item_indent = indents.binary_search(&end_in_quote).is_ok();
    }
    doc.quote_prefixes = prefixes;
}

struct Finder<'a> {
    doc: &'a Document,
    /// Where the content of each line begins below the containers so far.
    reached: Vec<u32>,
    open: Vec<Container>,
    /// The lines with the prefixes of the open containers, innermost last.
    matched: Vec<usize>,
    prefixes: Vec<QuotePrefix>,
    /// Where the indentation of an item begins, and the quote that the item stands in.
    indents: Vec<(u32, u32)>,
}

/// A quote or an item whose blocks are visited.
struct Container {
    /// The node after its last one.
    end: u32,
    /// Its lines are `matched[start..]`, up to those of the next one.
    start: usize,
}

impl Finder<'_> {
    /// The lines of a range that all containers around a node went on with.
    fn lines_around(&mut self, node: NodeId, range: Range<usize>) -> QuoteLines {
        while self.open.last().is_some_and(|around| around.end as usize <= node) {
            let closed = self.open.pop().expect("it was looked at");
            self.matched.truncate(closed.start);
        }
        let Some(around) = self.open.last() else { return QuoteLines::All(range) };
        let lines = &self.matched[around.start..];
        let first = around.start + lines.partition_point(|&line| line < range.start);
        let end = around.start + lines.partition_point(|&line| line < range.end);
        QuoteLines::Matched(first..end)
    }

    fn line(&self, lines: &QuoteLines, at: usize) -> Option<usize> {
        match lines {
            QuoteLines::All(range) => (range.start + at < range.end).then_some(range.start + at),
            QuoteLines::Matched(range) => self.matched[range.clone()].get(at).copied(),
        }
    }

    fn open(&mut self, node: NodeId, start: usize) {
        self.open.push(Container { end: self.doc.nodes[node].end, start });
    }

    fn rest(&self, line: usize) -> &str {
        let from = self.reached[line] as usize;
        &self.doc.text[from..self.doc.line_span(line).end().max(from)]
    }

    /// The lines of a quote: the blank ones with a mark after its last child are its own too, down
    /// to the node after it.
    fn take_quote_marks(&mut self, node: NodeId) {
        let doc = self.doc;
        let (first, last) = doc.lines_of(doc.nodes[node].span).into_inner();
        let next = doc.nodes.get(doc.nodes[node].end as usize);
        let end = next.map_or(doc.lines.count(), |next| doc.line_of(next.span.start()));
        let end_of_content = doc.line_of(doc.nodes[node].span.end().max(1) - 1);
        let lines = self.lines_around(node, first..end.max(last + 1));
        let start_of_lines = self.matched.len();
        let mut with_mark = first;
        for at in 0.. {
            let Some(line) = self.line(&lines, at) else { break };
            if line > with_mark && line > end_of_content + 1 {
                break;
            }
            let rest = self.rest(line);
            let indent = rest.bytes().take_while(|&byte| byte == b' ').count();
            if indent > 3 || rest.as_bytes().get(indent) != Some(&b'>') {
                if line > end_of_content {
                    break;
                }
                continue;
            }
            let start = self.reached[line] as usize + indent;
            let space = usize::from(matches!(rest.as_bytes().get(indent + 1), Some(b' ' | b'\t')));
            let span = Span::new(start, start + 1 + space);
            self.prefixes.push(QuotePrefix { line, span, node, item_indent: false });
            self.reached[line] = span.end;
            self.matched.push(line);
            with_mark = line + 1;
        }
        self.open(node, start_of_lines);
    }

    /// Takes the indentation of an item off its lines and off the blank lines after it.
    fn take_item_indent(&mut self, node: NodeId) {
        let doc = self.doc;
        let span = doc.nodes[node].span;
        let item = doc.items[doc.nodes[node].data as usize];
        let (first, last) = doc.lines_of(span).into_inner();
        let start = self.reached[first] as usize;
        if start > span.start() {
            return;
        }
        let content = (item.content_start as usize).max(item.marker.end());
        let width = blocks::columns(&doc.text.as_bytes()[start..content], 0);
        let width = width.max(item.marker.len() + 1);
        let quote = doc.ancestors(node).find(|&around| doc.nodes[around].kind == Kind::BlockQuote);
        let quote = quote.unwrap_or(0) as u32;
        let lines = self.lines_around(node, first + 1..doc.lines.count());
        let start_of_lines = self.matched.len();
        self.reached[first] = content as u32;
        self.matched.push(first);
        for at in 0.. {
            let Some(line) = self.line(&lines, at) else { break };
            let rest = self.rest(line).as_bytes();
            let (bytes, columns) = take_columns(rest, width);
            let blank = rest.iter().all(|byte| matches!(byte, b' ' | b'\t'));
            if line > last && !blank {
                break;
            }
            if columns >= width || blank {
                let from = self.reached[line];
                self.indents.push((from, quote));
                self.reached[line] = from + bytes as u32;
                self.matched.push(line);
            }
        }
        self.open(node, start_of_lines);
    }
}

/// Lines that a container may go on with.
enum QuoteLines {
    All(Range<usize>),
    /// Places in the list of matched ones.
    Matched(Range<usize>),
}

/// How many bytes of white space make up a number of columns, and how many columns they are.
fn take_columns(bytes: &[u8], width: usize) -> (usize, usize) {
    let (mut at, mut columns) = (0, 0);
    while columns < width && matches!(bytes.get(at), Some(b' ' | b'\t')) {
        columns += blocks::columns(&bytes[at..=at], columns);
        at += 1;
    }
    (at, columns)
}
