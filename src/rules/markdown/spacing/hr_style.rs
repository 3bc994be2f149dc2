//! MD035

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::document::Kind;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::Span;

/// Thematic breaks of one page are written alike, so that readers of the source recognise them
/// and do not look for a meaning in the difference.
///
/// ```markdown bad
/// Before
///
/// ---
///
/// Between
///
/// * * *
///
/// After
/// ```
///
/// ```markdown good
/// Before
///
/// ---
///
/// Between
///
/// ---
///
/// After
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HrStyle {
    /// The exact text of every thematic break, such as `---`; `consistent` takes that of the
    /// first one.
    style: String,
}

const CONSISTENT: &str = "consistent";

impl Default for HrStyle {
    fn default() -> Self {
        HrStyle { style: CONSISTENT.to_owned() }
    }
}

impl Rule for HrStyle {
    const META: Meta = Meta {
        id: "MD035",
        name: "hr-style",
        tags: &["hr"],
        summary: "horizontal rule style should be consistent",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let style = self.style.trim();
        let mut expected = Some(style).filter(|style| !matches!(*style, "" | CONSISTENT));
        for node in page.of_kind(Kind::ThematicBreak) {
            let span = page.nodes[node].span;
            // White space at the end is part of the style.
            let line_end = page.line_span(page.line_of(span.start())).end();
            let found = page.slice(Span::new(span.start(), line_end));
            let expected = *expected.get_or_insert(found);
            if found != expected {
                out.report(span, message!("expected `{}`, found `{}`", expected, found));
            }
        }
    }
}
