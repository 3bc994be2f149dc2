//! MD020

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Fix;
use crate::document::{Document, Flags};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, is_js_space};

/// Headings that are closed with `#` need a space on both sides of their text. Without the
/// first, the line is no heading; without the second, the closing `#` is part of the text.
///
/// ```markdown bad
/// #Introduction#
/// ```
///
/// ```markdown good
/// # Introduction #
/// ```
///
/// # Fixes
///
/// Adds the missing spaces. A line that was text becomes a heading, or the closing `#` is no longer
/// shown.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingSpaceClosed {}

impl Rule for MissingSpaceClosed {
    const META: Meta = Meta {
        id: "MD020",
        name: "no-missing-space-closed-atx",
        tags: &["headings", "atx_closed", "spaces"],
        summary: "no missing space inside the hashes of a closed heading",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for line in page.body_lines() {
            if page.text.as_bytes().get(page.lines.start(line)) != Some(&b'#')
                || page.flags[line].intersects(Flags::CODE | Flags::HTML)
            {
                continue;
            }
            let Some(parts) = HeadingParts::of(page, line).filter(HeadingParts::lack_space) else {
                continue;
            };
            let (place, message) = if parts.content.start() == parts.opening.end() {
                (parts.opening, "expected a space after the opening `#`")
            } else {
                (parts.closing, "expected a space before the closing `#`")
            };
            out.report(place, message).with(Fix::review(page.line_span(line), parts.spaced(page)));
        }
    }
}

/// The parts of a line that starts and ends in `#`.
struct HeadingParts {
    opening: Span,
    content: Span,
    /// Whether `\#` stands before the closing marks.
    escape: bool,
    closing: Span,
}

impl HeadingParts {
    fn of(doc: &Document, line: usize) -> Option<HeadingParts> {
        let span = doc.line_span(line);
        let text = doc.slice(span);
        let is_mark = |at: usize, c| c == '#' && !doc.is_hidden(span.start() + at);
        let opening = text.len() - text.trim_start_matches('#').len();
        let content_start = opening + space(&text[opening..]);
        let mark = text[content_start..]
            .char_indices()
            .map(|(at, c)| (content_start + at, c))
            .find(|&(at, c)| is_mark(at, c))?
            .0;
        let escape = text[..mark].ends_with('\\');
        let content = text[content_start..mark - usize::from(escape)].trim_end_matches([' ', '\t']);
        let closing = &text[mark + usize::from(escape)..];
        let marks = closing.len() - closing.trim_start_matches('#').len();
        let fits = !content.is_empty()
            && !content.ends_with('\\')
            && marks > 0
            && closing[marks..].chars().all(is_js_space)
            && !doc.is_hidden(span.start());
        fits.then(|| {
            let at = |start: usize, end: usize| Span::new(span.start() + start, span.start() + end);
            let closing = mark + usize::from(escape);
            HeadingParts {
                opening: at(0, opening),
                content: at(content_start, content_start + content.len()),
                escape,
                closing: at(closing, closing + marks),
            }
        })
    }

    fn lack_space(&self) -> bool {
        self.escape
            || self.opening.end == self.content.start
            || self.content.end == self.closing.start
    }

    /// The line with one space on each side of the text.
    fn spaced(&self, doc: &Document) -> String {
        let escape = if self.escape { "\\# " } else { "" };
        format!(
            "{} {} {escape}{}",
            doc.slice(self.opening),
            doc.slice(self.content),
            doc.slice(self.closing)
        )
    }
}

fn space(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}
