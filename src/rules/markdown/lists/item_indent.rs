//! MD005

use schemars::JsonSchema;
use serde::Deserialize;

use super::{indent, quote_width};
use crate::diagnostic::{Fix, Message, message};
use crate::document::{Document, Item, List};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// Items of one list start in the same column. One that is a space off is read as part of the
/// list by some renderers, and as a list of its own by others.
///
/// Numbers may also be aligned on the right, so that their dots are in one column.
///
/// ```markdown bad
/// - Apples
///  - Pears
/// ```
///
/// ```markdown good
/// - Apples
/// - Pears
/// ```
///
/// ```markdown good
///  9. Pears
/// 10. Plums
/// ```
///
/// # Fixes
///
/// Moves the list marker to the column of the other items, where only white space is in the way.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ItemIndent {}

impl Rule for ItemIndent {
    const META: Meta = Meta {
        id: "MD005",
        name: "list-indent",
        tags: &["bullet", "ul", "indentation"],
        summary: "list items at the same level should be indented equally",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for list in &page.lists {
            if list.ordered {
                check_ordered(page, list, out);
            } else {
                check_bullets(page, list, out);
            }
        }
    }
}

/// No fix: moving a bullet is for the rule on nesting, which knows where it should be.
fn check_bullets(doc: &Document, list: &List, out: &mut Sink) {
    let mut expected = None;
    for item in doc.list_items(list) {
        let found = indent(doc, item.marker.start());
        let expected = *expected.get_or_insert(found);
        if found != expected {
            out.report(item.marker, message(expected, found));
        }
    }
}

/// Numbers are aligned on the left until one stands elsewhere and ends where the first one ends;
/// from there on, all of them end there.
fn check_ordered(doc: &Document, list: &List, out: &mut Sink) {
    let Some(first) = doc.list_items(list).next() else { return };
    let first_start = indent(doc, first.marker.start());
    let first_end = first_start + first.marker.len();
    let mut right_aligned = false;
    for item in doc.list_items(list) {
        let start = indent(doc, item.marker.start());
        let end = start + item.marker.len();
        if start == first_start && !right_aligned {
            continue;
        }
        if end == first_end {
            right_aligned = true;
            continue;
        }
        let (expected, text) = if right_aligned {
            let text =
                message!("expected the number to end at column {}, found {}", first_end, end);
            (first_end.checked_sub(item.marker.len()), text)
        } else {
            (Some(first_start), message(first_start, start))
        };
        // Where the quote marks stand elsewhere, it is not the item that is off.
        let same_quote = quote_width(doc, item) == quote_width(doc, first);
        let expected = expected.filter(|_| same_quote);
        out.report(item.marker, text).fix =
            expected.and_then(|expected| move_marker(doc, item, start, expected));
    }
}

fn message(expected: usize, found: usize) -> Message {
    message!("expected an indentation of {}, found {}", expected, found)
}

/// Moves a marker to another column, unless something else than white space is in the way.
fn move_marker(doc: &Document, item: &Item, found: usize, expected: usize) -> Option<Fix> {
    let start = item.marker.start();
    if found < expected {
        return Some(Fix::safe(Span::at(start), " ".repeat(expected - found)));
    }
    let gap = Span::new(start - (found - expected), start);
    let blank = doc.text.as_bytes()[gap.range()].iter().all(|byte| matches!(byte, b' ' | b'\t'));
    blank.then(|| Fix::safe(gap, ""))
}
