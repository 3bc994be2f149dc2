//! MD055

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Message, message};
use crate::document::TableRow;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::Span;

/// Rows that all start and end the same way are easier to read in the source, and some renderers
/// do not understand a table whose rows lack the outer pipes.
///
/// A line right after a table that starts nothing else is one more row: such a line is reported
/// too, and what it mostly lacks is a blank line before it.
///
/// ```markdown bad
/// | Key | Value |
/// | --- | ----- |
/// | a   | 1
/// ```
///
/// ```markdown good
/// | Key | Value |
/// | --- | ----- |
/// | a   | 1     |
/// ```
///
/// ```markdown good {"style":"no_leading_or_trailing"}
/// Key | Value
/// --- | -----
/// a   | 1
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Pipes {
    /// Where rows have outer pipes; `consistent` takes what the page's first row has.
    style: PipeStyle,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum PipeStyle {
    #[default]
    Consistent,
    // So markdownlint takes what is no style.
    #[serde(alias = "(unknown)")]
    LeadingAndTrailing,
    LeadingOnly,
    NoLeadingOrTrailing,
    TrailingOnly,
}

/// Which outer pipes a row has.
#[derive(Clone, Copy, PartialEq)]
struct Outer {
    leading: bool,
    trailing: bool,
}

impl PipeStyle {
    fn outer(self, first: &TableRow) -> Outer {
        let (leading, trailing) = match self {
            PipeStyle::Consistent => return Outer::of(first),
            PipeStyle::LeadingAndTrailing => (true, true),
            PipeStyle::LeadingOnly => (true, false),
            PipeStyle::NoLeadingOrTrailing => (false, false),
            PipeStyle::TrailingOnly => (false, true),
        };
        Outer { leading, trailing }
    }
}

impl Outer {
    /// A row that is one pipe both starts and ends with it.
    fn of(row: &TableRow) -> Self {
        let trailing = row.pipes.last().is_some_and(|&pipe| pipe + 1 == row.span.end);
        Outer { leading: row.leading_pipe(), trailing }
    }
}

impl Rule for Pipes {
    const META: Meta = Meta {
        id: "MD055",
        name: "table-pipe-style",
        tags: &["table"],
        summary: "table pipes should be consistent",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(first) = page.rows.first() else { return };
        let expected = self.style.outer(first);
        for row in &page.rows {
            let found = Outer::of(row);
            if found.leading != expected.leading {
                let start = Span::at(row.span.start());
                out.report(start, message(expected.leading, "leading"));
            }
            if found.trailing != expected.trailing {
                let end = Span::at(row.span.end());
                out.report(end, message(expected.trailing, "trailing"));
            }
        }
    }
}

fn message(missing: bool, which: &str) -> Message {
    match missing {
        true => message!("table row without {} pipe", which),
        false => message!("table row with unexpected {} pipe", which),
    }
}
