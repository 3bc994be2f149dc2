//! Tables: every row with its pipes, also the delimiter row and cells that rendering drops.

use std::ops::Range;

use super::{Document, Kind, NodeId, inline};
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

/// Reads the rows of a table whose nodes are known.
pub(super) fn complete(doc: &mut Document, node: NodeId, text: &str) {
    let first_row = doc.rows.len();
    let starts: Vec<usize> = doc
        .children(node)
        .filter(|&child| doc.nodes[child].kind == Kind::TableRow)
        .map(|row| doc.nodes[row].span.start())
        .collect();
    for (index, &start) in starts.iter().enumerate() {
        let line = doc.lines.line_at(start);
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
