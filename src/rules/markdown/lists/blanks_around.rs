//! MD032

use schemars::JsonSchema;
use serde::Deserialize;

use super::directives::Directives;
use crate::diagnostic::Safety;
use crate::document::{Document, Flags};
use crate::rules::markdown::blank_line;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// Blank lines around a list show where it starts and ends. Some renderers take a list right
/// below a paragraph for a part of it, and text right below the last item always belongs to
/// that item, even where its author meant a new paragraph.
///
/// Only outermost lists are checked.
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
///
/// # Fixes
///
/// Adds the missing blank lines above and below the list.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BlanksAround {}

impl Rule for BlanksAround {
    const META: Meta = Meta {
        id: "MD032",
        name: "blanks-around-lists",
        tags: &["bullet", "ul", "ol", "blank_lines"],
        summary: "lists should be surrounded by blank lines",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let directives = Directives::find(page);
        for list in page.lists.iter().filter(|list| list.depth == 0) {
            let span = page.nodes[list.node].span;
            let first = page.line_of(span.start());
            if !page.is_blank(first.checked_sub(1)) {
                out.report(page.first_line(span), "expected a blank line above the list").fix =
                    blank_line::insert(page, first, first);
            }
            let last = last_line(page, span, &directives);
            let swallowed = if page.is_markdownlint() { None } else { directive_in(page, span) };
            let last = swallowed.map_or(last, |line| line - 1);
            if !page.is_blank(Some(last + 1)) {
                let line = page.line_span(last);
                let text = Span::new(line.start().max(span.start()), line.end().min(span.end()));
                let mut fix = blank_line::insert(page, last + 1, last);
                // What follows is text of the item until there is a line between.
                if let (Some(fix), true) = (&mut fix, swallowed.is_some()) {
                    fix.safety = Safety::Review;
                }
                out.report(text, "expected a blank line below the list").fix = fix;
            }
        }
    }
}

/// The first line of a list, below its first one, that opens a directive and is text of an item
/// only because no blank line stands above it.
fn directive_in(doc: &Document, list: Span) -> Option<usize> {
    let (first, last) = doc.lines_of(list).into_inner();
    let opens = |&line: &usize| {
        let text = doc.line_text(line);
        let name = text.trim_start_matches(':');
        text.starts_with(":::")
            && name.trim_start().starts_with(|c: char| c.is_ascii_alphabetic())
            && doc.is_plain(line, Flags::CODE | Flags::HTML)
    };
    (first + 1..=last).find(opens)
}

/// The last line of a list that is not blank, before the end of the directive around it.
fn last_line(doc: &Document, list: Span, directives: &Directives) -> usize {
    let (first, last) = doc.lines_of(list).into_inner();
    let last = directives.closing_line(first).map_or(last, |line| last.min(line - 1));
    // An unclosed code block goes on over blank lines.
    let is_empty = |line| doc.line_text(line).trim_matches([' ', '\t', '>']).is_empty();
    (first..=last).rfind(|&line| !is_empty(line)).unwrap_or(first)
}
