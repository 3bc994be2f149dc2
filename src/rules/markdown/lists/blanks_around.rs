//! MD032

use schemars::JsonSchema;
use serde::Deserialize;

use super::directives::Directives;
use crate::diagnostic::Fix;
use crate::document::Document;
use crate::rules::{Fixable, Meta, Rule, Sink};
use crate::text::Span;

/// Blank lines around a list show where it starts and ends. Some renderers take a list right
/// below a paragraph for a part of it, and text right below the last item always belongs to
/// that item, even where its author meant a new paragraph.
///
/// Only outermost lists are looked at.
///
/// ```markdown bad
/// Bring:
/// - bread
/// - cheese
/// ## Next
/// ```
///
/// ```markdown good
/// Bring:
///
/// - bread
/// - cheese
///
/// ## Next
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BlanksAround {}

impl Rule for BlanksAround {
    const META: Meta = Meta {
        id: "MD032",
        name: "blanks-around-lists",
        tags: &["bullet", "ul", "ol", "blank_lines"],
        summary: "lists have blank lines around them",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, doc: &Document, out: &mut Sink) {
        let directives = Directives::find(doc);
        for list in doc.lists.iter().filter(|list| list.depth == 0) {
            let span = doc.nodes[list.node].span;
            let (first, last) = doc.lines_of(span).into_inner();
            let last = directives.closing_line(first).map_or(last, |line| last.min(line - 1));
            if !doc.is_blank(first.checked_sub(1)) {
                out.report(doc.first_line(span), "expected a blank line above the list")
                    .with(blank_line(doc, first, first));
            }
            // An unclosed code block goes on over blank lines.
            let is_empty = |line| doc.line_text(line).trim_matches([' ', '\t', '>']).is_empty();
            let last = (first..=last).rfind(|&line| !is_empty(line)).unwrap_or(first);
            if !doc.is_blank(Some(last + 1)) {
                let line = doc.line_span(last);
                let text = Span::new(line.start().max(span.start()), line.end().min(span.end()));
                out.report(text, "expected a blank line below the list").with(blank_line(
                    doc,
                    last + 1,
                    last,
                ));
            }
        }
    }
}

/// A blank line before line `before`, in the block quotes of line `like`.
fn blank_line(doc: &Document, before: usize, like: usize) -> Fix {
    let text = doc.blank_line_before(before, like);
    Fix::safe(Span::at(doc.lines.start(before)), text)
}
