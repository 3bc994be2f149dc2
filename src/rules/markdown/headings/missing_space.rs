//! MD018

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Fix;
use crate::document::{Document, Flags};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, is_js_space};

/// Without a space after the `#`, a line is no heading but text that starts with a `#`. It is
/// missing from the outline, and the page shows the mark.
///
/// ```markdown bad
/// #Introduction
/// ```
///
/// ```markdown good
/// # Introduction
/// ```
///
/// # Fixes
///
/// Adds a space after the `#`. A line that was text becomes a heading.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingSpace {}

impl Rule for MissingSpace {
    const META: Meta = Meta {
        id: "MD018",
        name: "no-missing-space-atx",
        tags: &["headings", "atx", "spaces"],
        summary: "no missing space after the hashes of a heading",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for line in page.body_lines() {
            let flags = page.flags[line];
            if !flags.intersects(Flags::HASH) || flags.intersects(Flags::CODE | Flags::HTML) {
                continue;
            }
            let start = page.lines.start(line);
            if page.is_hidden(start) {
                continue;
            }
            if let Some(hashes) = unspaced_hashes(page, line) {
                let after = start + hashes;
                out.report(Span::new(start, after), "expected a space after the `#`")
                    .with(Fix::review(Span::at(after), " "));
            }
        }
    }
}

/// How many `#` start a line, if text follows them that does not end in `#`.
fn unspaced_hashes(doc: &Document, line: usize) -> Option<usize> {
    const KEYCAP: &str = "#\u{fe0f}\u{20e3}";
    let text = doc.line_text(line);
    let rest = text.trim_start_matches('#');
    if rest.is_empty() || rest.starts_with([' ', '\t']) || text.starts_with(KEYCAP) {
        return None;
    }
    let closed = text.trim_end_matches(is_js_space).ends_with('#');
    let last = doc.line_span(line).end() - 1;
    (!closed || doc.is_hidden(last)).then(|| text.len() - rest.len())
}
