//! MD028

use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::document::{Document, Kind, NodeId};
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::Span;

/// A blank line between two quotes makes them one quote for some renderers and two for others.
/// Put a `>` on the line if they are one; put text or a comment between them if they are two.
///
/// ```markdown bad
/// > To be,
///
/// > or not to be.
/// ```
///
/// ```markdown good
/// > To be,
/// >
/// > or not to be.
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Blanks {}

impl Rule for Blanks {
    const META: Meta = Meta {
        id: "MD028",
        name: "no-blanks-blockquote",
        tags: &["blockquote", "whitespace"],
        summary: "no blank lines inside blockquotes",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        if page.quote_prefixes.is_empty() {
            return;
        }
        for quote in page.of_kind(Kind::BlockQuote) {
            for line in blank_lines_between(page, quote).into_iter().flatten() {
                let message = "expected `>` or text between two quotes, found a blank line";
                out.report(Span::at(page.line_span(line).start()), message);
            }
        }
    }
}

/// The lines from a quote to the one that follows it, if all of them are blank.
fn blank_lines_between(doc: &Document, quote: NodeId) -> Option<Range<usize>> {
    let node = doc.nodes[quote];
    let next = doc.nodes.get(node.end as usize)?;
    let around = doc.nodes[node.parent as usize].kind;
    if next.parent != node.parent
        || next.kind != Kind::BlockQuote
        || around == Kind::FootnoteDefinition
    {
        return None;
    }
    let end = doc.line_of(next.span.start());
    let mut start = *doc.lines_of(node.span).end() + 1;
    while start < end && doc.is_in_quote(start, quote) {
        start += 1;
    }
    let blank = |line: usize| doc.line_text(line).bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    (start..end).all(blank).then_some(start..end)
}
