//! MD011

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Fix, message};
use crate::document::{Document, Flags, Kind};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// With the brackets the wrong way round there is no link: readers see the address in the text.
///
/// ```markdown bad
/// Read (the guide)[guide.md].
/// ```
///
/// ```markdown good
/// Read [the guide](guide.md).
/// ```
///
/// # Fixes
///
/// Swaps the brackets. Text that was shown as it is becomes a link.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ReversedLinks {}

impl Rule for ReversedLinks {
    const META: Meta = Meta {
        id: "MD011",
        name: "no-reversed-links",
        tags: &["links"],
        summary: "no reversed links: `[text](url)`, not `(text)[url]`",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let bytes = page.text.as_bytes();
        let mut reached = page.body.start();
        for found in memchr::memmem::find_iter(&bytes[page.body.range()], b")[") {
            let Some(link) = Reversed::around(page, page.body.start() + found, reached) else {
                continue;
            };
            reached = link.span.end();
            if link.counts(page) {
                let (text, destination) = (page.slice(link.text), page.slice(link.destination));
                let fixed = format!("[{text}]({destination})");
                let message = message!("reversed link, expected `{}`", fixed);
                out.report(link.span, message).with(Fix::review(link.span, fixed));
            }
        }
    }
}

/// `(text)[destination]`
struct Reversed {
    span: Span,
    text: Span,
    destination: Span,
}

impl Reversed {
    /// The reversed link whose `)[` is at `middle`, on one line and not before `reached`.
    fn around(doc: &Document, middle: usize, reached: usize) -> Option<Self> {
        let line = doc.line_span(doc.line_of(middle));
        let start = line.start().max(reached);
        let before = &doc.text[start.min(middle)..middle];
        let open = start + before.rfind(['(', ')'])?;
        let text = Span::new(open + 1, middle);
        let (line_text, after) = (doc.slice(line), &doc.text[middle + 2..line.end()]);
        let first = after.chars().next()?;
        if !doc.text[open..].starts_with('(') || text.is_empty() || matches!(first, ']' | '^') {
            return None;
        }
        let destination = Span::new(middle + 2, middle + 2 + after.find(']')?);
        let span = Span::new(open, destination.end() + 1);
        let escaped = line_text[..open - line.start()].ends_with('\\');
        let link_follows = doc.text[span.end()..].starts_with('(');
        (!escaped && !link_follows).then_some(Reversed { span, text, destination })
    }

    /// Whether it stands in text, and the closing brackets are not escaped.
    fn counts(&self, doc: &Document) -> bool {
        doc.is_plain(doc.line_of(self.span.start()), Flags::CODE)
            && !doc.is_hidden(self.span.start())
            && !doc.is_math(self.span.start())
            && !doc.slice(self.text).ends_with('\\')
            && !doc.slice(self.destination).ends_with('\\')
            && !self.touches_code(doc)
    }

    /// Whether code overlaps the link or stands right before it.
    fn touches_code(&self, doc: &Document) -> bool {
        let is_code = |node: usize| doc.nodes[node].kind == Kind::Code;
        let before = self.span.start().checked_sub(1).is_some_and(|at| is_code(doc.node_at(at)));
        let first = doc.nodes.partition_point(|node| node.span.start < self.span.start);
        let mut inside =
            doc.nodes[first..].iter().take_while(|node| node.span.start < self.span.end);
        before || is_code(doc.node_at(self.span.start())) || inside.any(|n| n.kind == Kind::Code)
    }
}
