//! MD007

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{indent, quote_width};
use crate::diagnostic::{Fix, message};
use crate::document::{Document, Item, Kind, List};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// Nested bullets are indented by the same number of spaces at each level. Two spaces line them
/// up with the text of the item above; other widths are read differently by different renderers.
///
/// Lists inside numbered lists are not checked, since the width of the numbers decides there.
///
/// ```markdown bad
/// - Fruit
///    - Apples
/// ```
///
/// ```markdown good
/// - Fruit
///   - Apples
/// ```
///
/// # Fixes
///
/// Moves the list marker to the expected column, where only white space is in the way.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NestingIndent {
    /// Spaces for each level.
    indent: NonZeroU32,
    /// Whether outermost lists are indented too.
    start_indented: bool,
    /// Spaces for outermost lists if they are indented; as many as `indent` if not given.
    start_indent: Option<NonZeroU32>,
}

impl Default for NestingIndent {
    fn default() -> Self {
        NestingIndent {
            indent: NonZeroU32::new(2).expect("two is not zero"),
            start_indented: false,
            start_indent: None,
        }
    }
}

/// Where a list stands.
#[derive(Clone, Copy)]
struct ItemPlace {
    /// Number of bullet lists around it; `None` if a numbered list is among them.
    nesting: Option<usize>,
    in_footnote: bool,
}

impl Rule for NestingIndent {
    const META: Meta = Meta {
        id: "MD007",
        name: "ul-indent",
        tags: &["bullet", "ul", "indentation"],
        summary: "unordered lists should be indented consistently",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut places: Vec<ItemPlace> = Vec::with_capacity(page.lists.len());
        for list in &page.lists {
            let place = place(page, list, &places);
            places.push(place);
            let Some(nesting) = place.nesting.filter(|_| !list.ordered) else { continue };
            let expected = self.expected(nesting, place.in_footnote);
            for item in page.list_items(list) {
                let found = indent(page, item.marker.start()) - quote_width(page, item);
                if found != expected {
                    let message =
                        message!("expected an indentation of {}, found {}", expected, found);
                    out.report(item.marker, message).fix = fix(page, item, found, expected);
                }
            }
        }
    }
}

impl NestingIndent {
    fn expected(&self, nesting: usize, in_footnote: bool) -> usize {
        let start =
            if self.start_indented { self.start_indent.unwrap_or(self.indent).get() } else { 0 };
        let footnote = if in_footnote { 4 } else { 0 };
        footnote + start as usize + nesting * self.indent.get() as usize
    }
}

/// The place of a list, from those of the lists before it.
fn place(doc: &Document, list: &List, places: &[ItemPlace]) -> ItemPlace {
    let mut nesting = None;
    let mut in_footnote = false;
    for ancestor in doc.ancestors(list.node) {
        let node = doc.nodes[ancestor];
        match node.kind {
            Kind::FootnoteDefinition => in_footnote = true,
            // In a quote, nesting starts anew.
            Kind::BlockQuote => nesting = nesting.or(Some(Some(0))),
            Kind::List => {
                let around = places[node.data as usize];
                let bullets = !doc.lists[node.data as usize].ordered;
                let own = around.nesting.filter(|_| bullets).map(|nesting| nesting + 1);
                return ItemPlace {
                    nesting: nesting.unwrap_or(own),
                    in_footnote: in_footnote || around.in_footnote,
                };
            }
            _ => {}
        }
    }
    ItemPlace { nesting: nesting.unwrap_or(Some(0)), in_footnote }
}

/// Changes the white space before a marker, unless something else stands there.
fn fix(doc: &Document, item: &Item, found: usize, expected: usize) -> Option<Fix> {
    let start = item.marker.start().checked_sub(found)?;
    if found < expected {
        return Some(Fix::safe(Span::at(start), " ".repeat(expected - found)));
    }
    let extra = Span::new(start, start + found - expected);
    let blank = doc.text.as_bytes()[extra.range()].iter().all(|byte| matches!(byte, b' ' | b'\t'));
    blank.then(|| Fix::safe(extra, ""))
}
