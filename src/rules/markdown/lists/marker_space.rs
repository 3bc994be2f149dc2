//! MD030

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Fix, message};
use crate::document::{Document, Kind, List, NodeId};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// The same number of spaces follows each marker, one unless configured otherwise. More of
/// them move the column at which nested lists, code and further paragraphs have to start.
///
/// ```markdown bad
/// -   Apples
/// -   Pears
/// ```
///
/// ```markdown good
/// - Apples
/// - Pears
/// ```
///
/// # Fixes
///
/// Writes the expected number of spaces after the marker.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MarkerSpace {
    /// Spaces after bullets, in lists whose items all have one line.
    ul_single: NonZeroU32,
    /// Spaces after numbers, in lists whose items all have one line.
    ol_single: NonZeroU32,
    /// Spaces after bullets, in lists with an item of several lines.
    ul_multi: NonZeroU32,
    /// Spaces after numbers, in lists with an item of several lines.
    ol_multi: NonZeroU32,
}

impl Default for MarkerSpace {
    fn default() -> Self {
        let one = NonZeroU32::MIN;
        MarkerSpace { ul_single: one, ol_single: one, ul_multi: one, ol_multi: one }
    }
}

impl Rule for MarkerSpace {
    const META: Meta = Meta {
        id: "MD030",
        name: "list-marker-space",
        tags: &["ol", "ul", "whitespace"],
        summary: "spaces after list markers should match the configuration",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for list in &page.lists {
            let expected = self.expected(page, list).get() as usize;
            for item in page.list_items(list) {
                let space = Span::new(item.marker.end(), item.content_start as usize);
                if space.is_empty() || space.len() == expected {
                    continue;
                }
                let is_possible = expected != NonZeroU32::MAX.get() as usize;
                let shown = if is_possible { &*expected.to_string() } else { "(unknown)" };
                let message =
                    message!("expected {} after the list marker, found {}", shown, space.len());
                let finding = out.report(space, message);
                if is_possible {
                    finding.with(Fix::safe(space, " ".repeat(expected)));
                }
            }
        }
    }
}

impl MarkerSpace {
    fn expected(&self, doc: &Document, list: &List) -> NonZeroU32 {
        let single = if list.ordered { self.ol_single } else { self.ul_single };
        let multi = if list.ordered { self.ol_multi } else { self.ul_multi };
        if single == multi || one_line_each(doc, list) { single } else { multi }
    }
}

/// Whether a list has as many lines as items; in a quote, the line below counts if it is blank or
/// starts another list or quote.
fn one_line_each(doc: &Document, list: &List) -> bool {
    let lines = doc.lines_of(doc.nodes[list.node].span);
    let below = lines.end() + 1;
    lines.count() == doc.list_items(list).count() && !holds_line_below(doc, list, below)
}

fn holds_line_below(doc: &Document, list: &List, below: usize) -> bool {
    let is_quote = |&around: &NodeId| doc.nodes[around].kind == Kind::BlockQuote;
    let Some(quote) = doc.ancestors(list.node).find(is_quote) else { return false };
    let marks = doc.quote_prefixes_of(below);
    let Some(mark) = marks.iter().find(|mark| mark.node == quote) else { return false };
    let is_blank = doc.text[mark.span.end()..doc.line_span(below).end()].trim().is_empty();
    let starts_container = doc.nodes.get(doc.nodes[list.node].end as usize).is_some_and(|next| {
        matches!(next.kind, Kind::List | Kind::BlockQuote)
            && doc.line_of(next.span.start()) == below
    });
    is_blank || starts_container
}
