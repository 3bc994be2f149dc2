//! Alerts of GitHub: block quotes whose first line is `[!NOTE]` or another of five words.

use super::{Document, Kind, NodeId};
use crate::text::Span;

const WORDS: [&str; 5] = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"];

impl Document {
    /// Whether a span is the mark of an alert, at the start of a block quote that stands in no
    /// other block.
    pub fn is_alert(&self, span: Span) -> bool {
        let mark = self.slice(span).strip_prefix("[!").and_then(|rest| rest.strip_suffix(']'));
        let Some(word) = mark else { return false };
        let line = self.line_span(self.line_of(span.start()));
        let is_first = |node: NodeId| {
            let quote = self.nodes[node].parent as usize;
            self.nodes[node].span.start == span.start
                && self.nodes[quote].kind == Kind::BlockQuote
                && quote + 1 == node
        };
        WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
            && self.text[span.end()..line.end().max(span.end())].trim().is_empty()
            && self.ancestors(self.node_at(span.start())).any(is_first)
    }
}
