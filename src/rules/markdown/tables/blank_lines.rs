//! MD058

use schemars::JsonSchema;
use serde::Deserialize;

use crate::rules::markdown::blank_line;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};

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
///
/// # Fixes
///
/// Adds the missing blank lines above and below the table, inside a quote with its marks.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BlankLines {}

impl Rule for BlankLines {
    const META: Meta = Meta {
        id: "MD058",
        name: "blanks-around-tables",
        tags: &["table"],
        summary: "tables should be surrounded by blank lines",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for table in &page.tables {
            let rows = &page.rows[table.rows.clone()];
            let Some((first, last)) = rows.first().zip(rows.last()) else { continue };
            if !page.is_blank(first.line.checked_sub(1)) {
                let fix = blank_line::insert(page, first.line, first.line);
                out.report(first.span, "no blank line before the table").fix = fix;
            }
            if !page.is_blank(Some(last.line + 1)) {
                let fix = blank_line::insert(page, last.line + 1, last.line);
                out.report(last.span, "no blank line after the table").fix = fix;
            }
        }
    }
}
