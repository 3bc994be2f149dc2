//! MD060

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::width::{display_width, display_width_of_emoji, has_text_emoji};
use crate::document::{Document, TableRow};
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::Span;

/// A table whose source is written in one way can be read and edited without rendering it.
///
/// Three ways are known: `aligned`, where the pipes of all rows are aligned (wide
/// characters and emoji take two columns); `compact`, with one space on both sides of each cell;
/// and `tight`, with none. Without a chosen style each table may have its own, and the one that
/// it is closest to is what it is held against.
///
/// ```markdown bad
/// | Key | Value |
/// |--- | ----- |
/// | a    |1 |
/// ```
///
/// ```markdown good
/// | Key | Value |
/// | --- | ----- |
/// | a   | 1     |
///
/// | Key | Value |
/// | --- | --- |
/// | a | 1 |
///
/// |Key|Value|
/// |---|---|
/// |a|1|
/// ```
///
/// ```markdown bad {"style":"aligned"}
/// | Key | Value |
/// | --- | --- |
/// | a | 1 |
/// ```
///
/// ```markdown good {"style":"compact","aligned_delimiter":true}
/// | Key | Value |
/// | --- | ----- |
/// | a | 1 |
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Columns {
    /// How cells are set; `any` takes for each table the style that it is closest to.
    style: ColumnStyle,
    /// Whether the pipes of the delimiter row stand below those of the header also in `compact`
    /// and `tight` tables.
    aligned_delimiter: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ColumnStyle {
    Aligned,
    #[default]
    Any,
    Compact,
    Tight,
}

/// What is wrong at a pipe.
#[derive(Clone, Copy)]
struct Issue {
    pipe: u32,
    message: &'static str,
}

/// What is wrong with a table if it is meant to have one style or the other.
#[derive(Default)]
struct Issues {
    aligned: Vec<Issue>,
    compact: Vec<Issue>,
    tight: Vec<Issue>,
}

impl Rule for Columns {
    const META: Meta = Meta {
        id: "MD060",
        name: "table-column-style",
        tags: &["table"],
        summary: "table columns should have a consistent style",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for table in &page.tables {
            let rows = &page.rows[table.rows.clone()];
            let issues = self.issues(page, rows);
            for issue in self.closest(&issues) {
                let pipe = issue.pipe as usize;
                out.report(Span::new(pipe, pipe + 1), issue.message);
            }
        }
    }
}

impl Columns {
    fn allows(&self, style: ColumnStyle) -> bool {
        self.style == style || self.style == ColumnStyle::Any
    }

    fn issues(&self, doc: &Document, rows: &[TableRow]) -> Issues {
        let mut issues = Issues::default();
        if self.allows(ColumnStyle::Aligned) {
            let message = "pipe is not below that of the header";
            issues.aligned = misaligned(doc, rows, message, display_width);
            if issues.aligned.is_empty() {
                return issues;
            }
            let is_unclear = rows.iter().any(|row| has_text_emoji(doc.slice(row.span)));
            if is_unclear && misaligned(doc, rows, message, display_width_of_emoji).is_empty() {
                return Issues::default();
            }
        }
        if self.aligned_delimiter && self.style != ColumnStyle::Aligned {
            let delimiter = &rows[..rows.len().min(2)];
            issues.compact = misaligned(
                doc,
                delimiter,
                "pipe of the delimiter row is not below that of the header",
                display_width,
            );
            issues.tight.clone_from(&issues.compact);
        }
        for row in rows {
            spacing(doc, row, &mut issues);
        }
        issues
    }

    /// The issues of the allowed style that has the fewest.
    fn closest<'a>(&self, issues: &'a Issues) -> &'a [Issue] {
        let aligned = self.allows(ColumnStyle::Aligned).then_some(&issues.aligned);
        let compact = self.allows(ColumnStyle::Compact).then_some(&issues.compact);
        let tight = self.allows(ColumnStyle::Tight).then_some(&issues.tight);
        // The first of equals is taken.
        [aligned, compact, tight]
            .into_iter()
            .flatten()
            .min_by_key(|list| list.len())
            .map_or(&[], Vec::as_slice)
    }
}

/// The pipes of later rows that do not stand below one of the header's. Surplus pipes are not
/// counted: how many cells a row has is for another rule.
fn misaligned(
    doc: &Document,
    rows: &[TableRow],
    message: &'static str,
    width: fn(&str) -> usize,
) -> Vec<Issue> {
    let Some((header, rows)) = rows.split_first() else { return Vec::new() };
    let expected: Vec<usize> = pipe_columns(doc, header, width).collect();
    let mut issues = Vec::new();
    for row in rows {
        let mut remaining = expected.len();
        for (&pipe, column) in row.pipes.iter().zip(pipe_columns(doc, row, width)) {
            if remaining == 0 {
                break;
            } else if expected.binary_search(&column).is_ok() {
                remaining -= 1;
            } else {
                issues.push(Issue { pipe, message });
            }
        }
    }
    issues
}

/// The display columns at which the pipes of a row stand.
fn pipe_columns<'a>(
    doc: &'a Document,
    row: &'a TableRow,
    width: fn(&str) -> usize,
) -> impl Iterator<Item = usize> + 'a {
    let mut reached = doc.lines.start(row.line);
    let mut column = 0;
    row.pipes.iter().map(move |&pipe| {
        column += width(&doc.text[reached..pipe as usize]);
        reached = pipe as usize;
        column
    })
}

/// Compares the white space at each pipe of a row with what `compact` and `tight` have there.
fn spacing(doc: &Document, row: &TableRow, issues: &mut Issues) {
    let bytes = &doc.text.as_bytes()[row.span.range()];
    let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t');
    for &pipe in &row.pipes {
        let (before, after) = bytes.split_at((pipe - row.span.start) as usize);
        if !before.is_empty() {
            let spaces = before.iter().rev().take_while(is_space).count();
            issues.compare(pipe, spaces, &BEFORE);
        }
        if after.len() > 1 {
            let spaces = after[1..].iter().take_while(is_space).count();
            issues.compare(pipe, spaces, &AFTER);
        }
    }
}

/// What is said of the white space on one side of a pipe.
struct Messages {
    missing: &'static str,
    extra: &'static str,
    unexpected: &'static str,
}

const BEFORE: Messages = Messages {
    missing: "no space before the pipe",
    extra: "more than one space before the pipe",
    unexpected: "space before the pipe",
};

const AFTER: Messages = Messages {
    missing: "no space after the pipe",
    extra: "more than one space after the pipe",
    unexpected: "space after the pipe",
};

impl Issues {
    fn compare(&mut self, pipe: u32, spaces: usize, messages: &Messages) {
        match spaces {
            0 => self.compact.push(Issue { pipe, message: messages.missing }),
            1 => {}
            _ => self.compact.push(Issue { pipe, message: messages.extra }),
        }
        if spaces > 0 {
            self.tight.push(Issue { pipe, message: messages.unexpected });
        }
    }
}
