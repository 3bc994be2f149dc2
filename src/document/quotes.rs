//! The `>` marks of block quotes, line by line.

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
/// lines it spans; a line without the prefix goes on a paragraph lazily.
pub(super) fn find(doc: &mut Document) {
    if !doc.has(Kind::BlockQuote) {
        return;
    }
    let mut reached: Vec<u32> =
        (0..doc.lines.count()).map(|line| doc.lines.start(line) as u32).collect();
    let mut prefixes = Vec::new();
    let mut indents = Vec::new();
    for node in doc.blocks() {
        match doc.nodes[node].kind {
            Kind::BlockQuote => take_quote_marks(doc, node, &mut reached, &mut prefixes),
            Kind::Item => take_item_indent(doc, node, &mut reached, &mut indents),
            _ => {}
        }
    }
    prefixes.sort_by_key(|prefix| prefix.span.start);
    indents.sort_unstable();
    for prefix in &mut prefixes {
        let end_in_quote = (prefix.span.end, prefix.node as u32);
        prefix.item_indent = indents.binary_search(&end_in_quote).is_ok();
    }
    doc.quote_prefixes = prefixes;
}

/// The lines of a quote: the blank ones with a mark after its last child are its own too, down to
/// the node after it.
fn quote_lines(doc: &Document, node: NodeId) -> std::ops::Range<usize> {
    let (first, last) = doc.lines_of(doc.nodes[node].span).into_inner();
    let next = doc.nodes.get(doc.nodes[node].end as usize);
    let end = next.map_or(doc.lines.count(), |next| doc.line_of(next.span.start()));
    first..end.max(last + 1)
}

fn take_quote_marks(
    doc: &Document,
    node: NodeId,
    reached: &mut [u32],
    prefixes: &mut Vec<QuotePrefix>,
) {
    let end_of_content = doc.line_of(doc.nodes[node].span.end().max(1) - 1);
    for line in quote_lines(doc, node) {
        let rest = &doc.text
            [reached[line] as usize..doc.line_span(line).end().max(reached[line] as usize)];
        let indent = rest.bytes().take_while(|&byte| byte == b' ').count();
        if indent > 3 || rest.as_bytes().get(indent) != Some(&b'>') {
            if line > end_of_content {
                break;
            }
            continue;
        }
        let start = reached[line] as usize + indent;
        let space = usize::from(matches!(rest.as_bytes().get(indent + 1), Some(b' ' | b'\t')));
        let span = Span::new(start, start + 1 + space);
        prefixes.push(QuotePrefix { line, span, node, item_indent: false });
        reached[line] = span.end;
    }
}

/// Takes the indentation of an item off its lines and off the blank lines after it. Where it
/// starts, and the quote that the item stands in, goes to `indents`.
fn take_item_indent(
    doc: &Document,
    node: NodeId,
    reached: &mut [u32],
    indents: &mut Vec<(u32, u32)>,
) {
    let span = doc.nodes[node].span;
    let item = doc.items[doc.nodes[node].data as usize];
    let (first, last) = doc.lines_of(span).into_inner();
    let start = reached[first] as usize;
    if start > span.start() {
        return;
    }
    let content = (item.content_start as usize).max(item.marker.end());
    let width = blocks::columns(&doc.text.as_bytes()[start..content], 0).max(item.marker.len() + 1);
    reached[first] = content as u32;
    let quote = doc.ancestors(node).find(|&around| doc.nodes[around].kind == Kind::BlockQuote);
    let quote = quote.unwrap_or(0) as u32;
    for (line, reached) in reached.iter_mut().enumerate().skip(first + 1) {
        let from = *reached as usize;
        let rest = &doc.text.as_bytes()[from..doc.line_span(line).end().max(from)];
        let (bytes, columns) = take_columns(rest, width);
        let blank = rest.iter().all(|byte| matches!(byte, b' ' | b'\t'));
        if line > last && !blank {
            return;
        }
        if columns >= width || blank {
            indents.push((*reached, quote));
            *reached = (from + bytes) as u32;
        }
    }
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
