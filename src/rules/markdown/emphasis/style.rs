//! What the rules on the marks of emphasis and of strong emphasis share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hidden::Hidden;
use crate::diagnostic::{Fix, message};
use crate::document::{Document, Kind};
use crate::rules::Sink;
use crate::text::Span;

#[derive(Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum EmphasisMark {
    #[default]
    Consistent,
    Asterisk,
    Underscore,
    // What a file of markdownlint says that is no style: nothing is written so.
    #[serde(rename = "(unknown)")]
    #[schemars(skip)]
    Unknown,
}

impl EmphasisMark {
    fn name(self) -> &'static str {
        match self {
            EmphasisMark::Consistent => "consistent",
            EmphasisMark::Asterisk => "asterisk",
            EmphasisMark::Underscore => "underscore",
            EmphasisMark::Unknown => "(unknown)",
        }
    }

    fn of(mark: u8) -> Self {
        if mark == b'*' { EmphasisMark::Asterisk } else { EmphasisMark::Underscore }
    }
}

/// Reports both marks of each node of a kind whose marks have another style. Inside words only
/// asterisks work, so they may stand there whatever the style.
pub(super) fn check(doc: &Document, kind: Kind, style: EmphasisMark, out: &mut Sink) {
    let width = if kind == Kind::Strong { 2 } else { 1 };
    let mut expected = style;
    let (mut at_start, mut at_end) = (Hidden::default(), Hidden::default());
    for node in doc.of_kind(kind) {
        let span = doc.nodes[node].span;
        let open = Span::new(span.start(), span.start() + width);
        let close = Span::new(span.end() - width, span.end());
        if at_start.contains(doc, open.start()) || at_end.contains(doc, close.start()) {
            continue;
        }
        let found = EmphasisMark::of(doc.text.as_bytes()[span.start()]);
        if expected == EmphasisMark::Consistent {
            expected = found;
        }
        if found == expected || (expected == EmphasisMark::Underscore && is_in_word(doc, span)) {
            continue;
        }
        let mark = if expected == EmphasisMark::Asterisk { "**" } else { "__" };
        let fix = Fix::safe(open, &mark[..width]).and(close, &mark[..width]);
        for place in [open, close] {
            let message = message!("expected {}, found {}", expected.name(), found.name());
            let finding = out.report(place, message);
            if expected != EmphasisMark::Unknown {
                finding.with(fix.clone());
            }
        }
    }
}

/// Whether a letter, digit or underscore of any script stands right before or after the span.
fn is_in_word(doc: &Document, span: Span) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    doc.text[..span.start()].chars().next_back().is_some_and(is_word)
        || doc.text[span.end()..].chars().next().is_some_and(is_word)
}
