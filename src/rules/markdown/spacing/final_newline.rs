//! MD047

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Fix;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// A file whose last line has no line ending is one that many tools get wrong: text appended to
/// it lands on the last line, and comparing versions shows that line as changed although only
/// the ending was added.
///
/// A last line of white space, `>` marks or comments alone is not reported.
///
/// With `⏎` for a newline character, this file is reported, because its last line has none:
///
/// ```text
/// # Title⏎
/// ⏎
/// The last line
/// ```
///
/// # Fixes
///
/// Adds a newline character to the last line.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FinalNewline {}

impl Rule for FinalNewline {
    const META: Meta = Meta {
        id: "MD047",
        name: "single-trailing-newline",
        tags: &["blank_lines"],
        summary: "files should end with a single newline character",
        fixable: Fixable::Safe,
        of_page: true,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(last) = page.body_lines().next_back() else { return };
        if page.is_blank(Some(last)) {
            return;
        }
        let end = page.text.len();
        let last_char = page.line_text(last).chars().next_back().map_or(0, char::len_utf8);
        out.report(
            Span::new(end - last_char, end),
            "expected a line ending at the end of the file",
        )
        .with(Fix::safe(Span::at(end), page.line_ending()));
    }
}
