//! Tables: every row with its pipes, also the delimiter row and cells that rendering drops.

use std::ops::Range;

use smallvec::SmallVec;

use super::inline::Opaque;
use super::source::Break;
use super::{Document, Flags, Kind, NodeId, blocks, inline};
use crate::text::{LineIndex, Span};

#[derive(Clone, Debug)]
pub struct Table {
    pub node: NodeId,
    /// Indices in [`Document::rows`]: the header, the delimiter row, then the data.
    pub rows: Range<usize>,
}

/// One line of a table.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// From 0.
    pub line: usize,
    /// Without the white space around it and without container prefixes.
    pub span: Span,
    /// The row under the header.
    pub delimiter: bool,
    /// Offsets of the pipes that divide cells.
    pub pipes: SmallVec<[u32; 6]>,
}

impl TableRow {
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

/// Reads the source of a row whose cells are known, and that of the delimiter row after the header.
/// The row stands on `line` (from 0). Returns the cells beyond those of the header.
pub(super) fn end_row(doc: &mut Document, node: NodeId, line: usize, text: &str) -> Vec<Span> {
    let table = doc.tables.last_mut().expect("a row has a table");
    let header = doc.rows.get(table.rows.start).map(TableRow::cell_count);
    let start = doc.nodes[node].span.start();
    let row = read_row(&doc.lines, text, line, start, false);
    let surplus = match header {
        Some(expected) if row.cell_count() > expected => row.cells().skip(expected).collect(),
        _ => Vec::new(),
    };
    doc.rows.push(row);
    if header.is_none() && line + 1 < doc.lines.count() {
        let span = doc.lines.span(text, line + 1);
        let prefix = text[span.range()].bytes().take_while(|byte| !b"|:-".contains(byte)).count();
        doc.rows.push(read_row(&doc.lines, text, line + 1, span.start() + prefix, true));
    }
    table.rows.end = doc.rows.len();
    surplus
}

/// Where markdownlint ends a table that the parser lets go on: at a row that is one tag, and so
/// starts an HTML block, or that is indented like code.
pub(super) fn early_end(doc: &Document, node: NodeId, text: &str) -> Option<Break> {
    let table = doc.nodes[node];
    let rows = doc.tables[table.data as usize].rows.clone();
    let is_code = |row: &TableRow| {
        let indent = &text.as_bytes()[doc.lines.start(row.line)..row.span.start()];
        table.parent == 0 && blocks::columns(indent, 0) > 3
    };
    let early = |row: &&TableRow| is_html(text, row.span) || is_code(row);
    let row = doc.rows[rows].iter().skip(2).find(early)?;
    let content = if is_code(row) { 0 } else { row.span.start() };
    Some(Break::before(&doc.lines, text, row.line, content))
}

/// Whether the row is one tag.
fn is_html(text: &str, row: Span) -> bool {
    let is_tag = |c: char| c == '/' || c.is_ascii_alphabetic();
    let source = row.of(text);
    source.strip_prefix('<').is_some_and(|rest| rest.starts_with(is_tag))
        && Opaque::new(text, row).next() == Some(row)
}

/// Where a table starts within a paragraph if this line (from 0) is its header: the parser takes
/// only lines with a leading pipe for one. Both lines have to have so many quote marks, and their
/// content no less than so many columns: else they go on a paragraph lazily.
pub(super) fn late_start(
    lines: &LineIndex,
    text: &str,
    line: usize,
    quotes: usize,
    column: usize,
) -> Option<Break> {
    let (header, delimiter) =
        (row_on(lines, text, line, false), row_on(lines, text, line + 1, true));
    let is_inside = |row: &TableRow| {
        let prefix = &text.as_bytes()[lines.start(row.line)..row.span.start()];
        let marks = prefix.iter().filter(|&&byte| byte == b'>').count();
        marks == quotes && blocks::columns(prefix, 0) >= column
    };
    let is_table = !header.pipes.is_empty()
        && header.cell_count() == delimiter.cell_count()
        && is_inside(&header)
        && is_inside(&delimiter)
        && delimiter.cells().all(|cell| is_delimiter(cell.of(text)));
    is_table.then(|| Break::before(lines, text, line, header.span.start()))
}

fn is_delimiter(cell: &str) -> bool {
    let cell = cell.trim();
    let cell = cell.strip_prefix(':').unwrap_or(cell);
    let cell = cell.strip_suffix(':').unwrap_or(cell);
    !cell.is_empty() && cell.bytes().all(|byte| byte == b'-')
}

/// Makes a paragraph right after a table the rows that they are: the parser ends a table at a row
/// of nothing but pipes.
pub(super) fn take_paragraph(doc: &mut Document, node: NodeId, text: &str) {
    let Some(table) = doc.tables.last() else { return };
    let (table_node, rows) = (table.node, table.rows.clone());
    if doc.nodes[table_node].end as usize != node {
        return;
    }
    let lines = doc.lines_of(doc.nodes[node].span);
    let Some(last) = doc.rows[rows.clone()].last() else { return };
    let first_line = doc.lines.span(text, *lines.start()).of(text);
    let adjacent =
        last.line + 1 == *lines.start() && doc.nodes[table_node].parent == doc.nodes[node].parent;
    if !adjacent || !first_line.bytes().all(|byte| b" \t>|".contains(&byte)) {
        return;
    }
    for line in lines {
        doc.rows.push(row_on(&doc.lines, text, line, false));
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

/// The row on a line (from 0) behind white space and quote marks.
fn row_on(lines: &LineIndex, text: &str, line: usize, delimiter: bool) -> TableRow {
    let start = lines.start(line);
    let prefix = text[start..].bytes().take_while(|byte| b" \t>".contains(byte)).count();
    read_row(lines, text, line, start + prefix, delimiter)
}

fn read_row(lines: &LineIndex, text: &str, line: usize, start: usize, delimiter: bool) -> TableRow {
    let end = lines.span(text, line).end();
    let source = &text[start.min(end)..end];
    let start = end - source.trim_start_matches([' ', '\t']).len();
    let span = Span::new(start, start + text[start..end].trim_end_matches([' ', '\t']).len());
    let bytes = span.of(text).as_bytes();
    let pipes = memchr::memchr_iter(b'|', bytes)
        .filter(|&at| !inline::is_escaped(bytes, at))
        .map(|at| (span.start() + at) as u32)
        .collect();
    TableRow { line, span, delimiter, pipes }
}
