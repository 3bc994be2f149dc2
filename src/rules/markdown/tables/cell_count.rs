//! MD056

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::document::{Document, Table, TableRow};
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::Span;

/// Cells beyond those of the header are not shown at all, so what they say is lost; missing
/// cells leave holes that look like a mistake.
///
/// A pipe inside a cell, in code too, is written `\|`. A line right after a table that starts
/// nothing else is one more row, and mostly one with too few cells.
///
/// ```markdown bad
/// | Key | Value |
/// | --- | ----- |
/// | a   | 1     | one |
/// | b   |
/// ```
///
/// ```markdown good
/// | Key | Value |
/// | --- | ----- |
/// | a   | 1     |
/// | b   |       |
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CellCount {}

impl Rule for CellCount {
    const META: Meta = Meta {
        id: "MD056",
        name: "table-column-count",
        tags: &["table"],
        summary: "table rows should have as many cells as the header",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for table in &page.tables {
            check_table(page, table, out);
        }
    }
}

fn check_table(doc: &Document, table: &Table, out: &mut Sink) {
    let Some((header, rows)) = doc.rows[table.rows.clone()].split_first() else { return };
    let expected = header.cell_count();
    for row in rows {
        let count = row.cell_count();
        if count != expected {
            out.report(
                place(row, expected),
                message!("expected {} cells, found {}", expected, count),
            );
        }
    }
}

/// The surplus cells, or the end of a row that has too few.
fn place(row: &TableRow, expected: usize) -> Span {
    let surplus = row.cells().nth(expected);
    Span::new(surplus.map_or(row.span.end(), Span::start), row.span.end())
}
