//! MD058

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Fix;
use crate::document::Document;
use crate::rules::{Fixable, Meta, Rule, Sink};
use crate::text::Span;

/// Some renderers only see a table after a blank line, and take the line after it for one more
/// row. Blank lines also show readers of the source where the table begins and ends.
///
/// ```markdown bad
/// The keys are:
/// | Key | Value |
/// | --- | ----- |
/// | a   | 1     |
/// ```
///
/// ```markdown good
/// The keys are:
///
/// | Key | Value |
/// | --- | ----- |
/// | a   | 1     |
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BlankLines {}

impl Rule for BlankLines {
    const META: Meta = Meta {
        id: "MD058",
        name: "blanks-around-tables",
        tags: &["table"],
        summary: "tables have blank lines around them",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, doc: &Document, out: &mut Sink) {
        for table in &doc.tables {
            let rows = &doc.rows[table.rows.clone()];
            let Some((first, last)) = rows.first().zip(rows.last()) else { continue };
            if !doc.is_blank(first.line.checked_sub(1)) {
                let fix = blank_line(doc, first.line, first.line);
                out.report(first.span, "no blank line before the table").with(fix);
            }
            if !doc.is_blank(Some(last.line + 1)) {
                let fix = blank_line(doc, last.line, last.line + 1);
                out.report(last.span, "no blank line after the table").with(fix);
            }
        }
    }
}

/// A blank line before line `before`, in the same block quotes as line `like`.
fn blank_line(doc: &Document, like: usize, before: usize) -> Fix {
    let blank = doc.blank_line_before(before, like);
    Fix::safe(Span::at(doc.lines.start(before)), blank)
}
