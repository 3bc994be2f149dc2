//! MD039

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Fix;
use crate::document::{Document, Link};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, is_js_space};

/// White space next to the brackets of a link text is underlined with the link in the rendered
/// page, and some renderers do not see a link at all.
///
/// ```markdown bad
/// Read [ the guide ](guide.md).
/// ```
///
/// ```markdown good
/// Read [the guide](guide.md).
/// ```
///
/// # Fixes
///
/// Removes the spaces next to the brackets.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TextSpaces {}

impl Rule for TextSpaces {
    const META: Meta = Meta {
        id: "MD039",
        name: "no-space-in-links",
        tags: &["whitespace", "links"],
        summary: "no spaces inside link text",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for link in page.links.iter().filter(|link| !link.image && link.has_brackets()) {
            check_start(page, link, out);
            check_end(page, link, out);
        }
    }
}

fn is_blank(c: char) -> bool {
    is_js_space(c) && !matches!(c, '\n' | '\r')
}

fn check_start(doc: &Document, link: &Link, out: &mut Sink) {
    let text = doc.slice(link.text);
    if !text.starts_with(is_js_space) {
        return;
    }
    let message = "spaces at the start of the link text";
    let blanks = text.len() - text.trim_start_matches(is_blank).len();
    if blanks > 0 {
        let span = Span::new(link.text.start(), link.text.start() + blanks);
        out.report(span, message).with(Fix::safe(span, ""));
    } else {
        // The text starts with a line ending: what is out of place is the next line.
        let next = doc.lines.next_start(doc.line_of(link.text.start()));
        out.report(Span::at(next), message);
    }
}

fn check_end(doc: &Document, link: &Link, out: &mut Sink) {
    let text = doc.slice(link.text);
    if !text.ends_with(is_js_space) {
        return;
    }
    let message = "spaces at the end of the link text";
    let blanks = text.len() - text.trim_end_matches(is_blank).len();
    if blanks > 0 {
        let span = Span::new(link.text.end() - blanks, link.text.end());
        out.report(span, message).with(Fix::safe(span, ""));
    } else {
        let line = doc.line_of(link.text.end()) - 1;
        out.report(Span::at(doc.line_span(line).end()), message);
    }
}
