//! Tables: every row with its pipes, also the delimiter row and cells that rendering drops.

use std::ops::Range;

use super::inline::Opaque;
use super::{Document, Flags, Kind, Node, NodeId, inline};
use crate::text::Span;

#[derive(Clone, Debug)]
pub struct Table {
    pub node: NodeId,
    /// Indices in [`Document::rows`]: the header, the delimiter row, then the data.
    pub rows: Range<usize>,
}

impl Table {
    /// Cells beyond those of the header, which rendering drops. `rows` are the document's.
    pub fn surplus_cells<'a>(&self, rows: &'a [Row]) -> impl Iterator<Item = Span> + 'a {
        let rows = &rows[self.rows.clone()];
        let expected = rows.first().map_or(0, Row::cell_count);
        let longer = rows.iter().filter(move |row| row.cell_count() > expected);
        longer.flat_map(move |row| row.cells().skip(expected))
    }
}

/// One line of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// From 0.
    pub line: usize,
    /// Without the white space around it and without container prefixes.
    pub span: Span,
    /// The row under the header.
    pub delimiter: bool,
    /// Offsets of the pipes that divide cells.
    pub pipes: Vec<u32>,
}

impl Row {
    /// Whether the row starts with a pipe.
    pub fn leading_pipe(&self) -> bool {
        self.pipes.first() == Some(&self.span.start)
    }

    /// Whether the row ends with a pipe; a row that is one pipe starts with it.
    pub fn trailing_pipe(&self) -> bool {
        self.span.len() > 1 && self.pipes.last().is_some_and(|&pipe| pipe + 1 == self.span.end)
    }

    /// How many cells the row has, in the source: rendering drops surplus ones.
    pub fn cell_count(&self) -> usize {
        let outer = usize::from(self.leading_pipe()) + usize::from(self.trailing_pipe());
        self.pipes.len() + 1 - outer
    }

    /// The spans between pipes, with their padding.
    pub fn cells(&self) -> impl Iterator<Item = Span> + '_ {
        let inner = &self.pipes[usize::from(self.leading_pipe())..];
        let inner = &inner[..inner.len() - usize::from(self.trailing_pipe() && !inner.is_empty())];
        let start = self.span.start() + usize::from(self.leading_pipe());
        let end = self.span.end() - usize::from(self.trailing_pipe());
        let starts = std::iter::once(start).chain(inner.iter().map(|&pipe| pipe as usize + 1));
        let ends = inner.iter().map(|&pipe| pipe as usize).chain(std::iter::once(end));
        starts.zip(ends).map(|(start, end)| Span::new(start, end.max(start)))
    }
}

/// Reads the rows of a table whose nodes are known, and marks its lines.
pub(super) fn complete(doc: &mut Document, node: NodeId, text: &str) {
    let first_row = doc.rows.len();
    let rows: Vec<NodeId> =
        doc.children(node).filter(|&child| doc.nodes[child].kind == Kind::TableRow).collect();
    for (index, &row_node) in rows.iter().enumerate() {
        let start = doc.nodes[row_node].span.start();
        let line = doc.lines.line_at(start);
        if index > 0 && is_html(text, doc.lines.span(text, line), start) {
            cut(doc, node, row_node);
            break;
        }
        doc.rows.push(row(doc, text, line, start, false));
        if index == 0 && line + 1 < doc.lines.count() {
            let span = doc.lines.span(text, line + 1);
            let prefix =
                text[span.range()].bytes().take_while(|byte| !b"|:-".contains(byte)).count();
            doc.rows.push(row(doc, text, line + 1, span.start() + prefix, true));
        }
    }
    let table = doc.nodes[node].data as usize;
    doc.tables[table].rows = first_row..doc.rows.len();
}

/// Whether the line is one tag, which starts an HTML block where no paragraph goes on.
fn is_html(text: &str, line: Span, start: usize) -> bool {
    text.as_bytes().get(start) == Some(&b'<') && {
        let content = Span::new(start, start + text[start..line.end()].trim_end().len());
        let tag = Opaque::new(text, content).next();
        tag == Some(content)
            && text[start + 1..].starts_with(|c: char| c == '/' || c.is_ascii_alphabetic())
    }
}

/// Makes the rows of a table from `row` on an HTML block; they are the last nodes there are.
fn cut(doc: &mut Document, table: NodeId, row: NodeId) {
    let span = Span { start: doc.nodes[row].span.start, end: doc.nodes[table].span.end };
    doc.nodes.truncate(row);
    doc.links.truncate(doc.links.partition_point(|link| link.node < row));
    doc.html_tags.truncate(doc.html_tags.partition_point(|tag| tag.span.start < span.start));
    let parent = doc.nodes[table].parent;
    doc.nodes[table].end = row as u32;
    doc.nodes[table].span.end = doc.rows.last().map_or(span.start, |row| row.span.end);
    doc.nodes.push(Node { kind: Kind::HtmlBlock, span, parent, end: row as u32 + 1, data: 0 });
    for line in doc.lines_of(span) {
        doc.flags[line] = Flags::HTML;
    }
}

/// Makes a paragraph right after a table the rows that they are: the parser ends a table at a row
/// of nothing but pipes.
pub(super) fn take_paragraph(doc: &mut Document, node: NodeId, text: &str) {
    let Some(table) = doc.tables.last() else { return };
    let (table_node, rows) = (table.node, table.rows.clone());
    let lines = doc.lines_of(doc.nodes[node].span);
    let Some(last) = doc.rows[rows.clone()].last() else { return };
    let first_line = doc.lines.span(text, *lines.start()).of(text);
    let adjacent = last.line + 1 == *lines.start()
        && doc.nodes[table_node].end as usize == node
        && doc.nodes[table_node].parent == doc.nodes[node].parent;
    if !adjacent || !first_line.bytes().all(|byte| b" \t>|".contains(&byte)) {
        return;
    }
    for line in lines {
        let start = doc.lines.start(line);
        let prefix = text[start..].bytes().take_while(|byte| b" \t>".contains(byte)).count();
        let row = row(doc, text, line, start + prefix, false);
        doc.rows.push(row);
        doc.flags[line] = Flags::TABLE;
    }
    let end = doc.nodes[node].span.end;
    let row = &mut doc.nodes[node];
    (row.kind, row.parent) = (Kind::TableRow, table_node as u32);
    let end_node = row.end;
    let table = &mut doc.nodes[table_node];
    (table.end, table.span.end) = (end_node, end);
    let index = doc.tables.len() - 1;
    doc.tables[index].rows.end = doc.rows.len();
}

fn row(doc: &Document, text: &str, line: usize, start: usize, delimiter: bool) -> Row {
    let end = doc.lines.span(text, line).end();
    let source = &text[start.min(end)..end];
    let start = end - source.trim_start_matches([' ', '\t']).len();
    let span = Span::new(start, start + text[start..end].trim_end_matches([' ', '\t']).len());
    let bytes = span.of(text).as_bytes();
    let pipes = memchr::memchr_iter(b'|', bytes)
        .filter(|&at| !inline::is_escaped(bytes, at))
        .map(|at| (span.start() + at) as u32)
        .collect();
    Row { line, span, delimiter, pipes }
}
