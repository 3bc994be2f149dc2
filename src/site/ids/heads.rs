//! Which of what CommonMark takes for headings are some for a generator.

use super::naming::Heads;
use crate::document::{Document, Heading, Kind};

/// Whether a heading of CommonMark is one.
pub(super) fn is_heading(heads: Heads, doc: &Document, heading: &Heading, source: &str) -> bool {
    if heads == Heads::CommonMark {
        return true;
    }
    let line = doc.line_span(heading.line).of(source);
    let inner = line.trim_start_matches(['>', ' ']);
    if !inner.starts_with('#') {
        // After a marker, or underlined.
        return !doc.slice(heading.content).contains('\n');
    }
    let quote = line.rfind('>').filter(|&mark| mark < line.len() - inner.len());
    let spaces = match quote {
        Some(mark) => line.len() - inner.len() - mark - 1,
        None => line.len() - inner.len(),
    };
    match heads {
        Heads::CommonMark => true,
        // Blocks in others are indented by four.
        Heads::Python => spaces % 4 == usize::from(quote.is_some() && spaces % 4 == 1),
        Heads::Kramdown | Heads::PlainKramdown => {
            let is_nested = doc.is_within(heading.node, Kind::Item);
            let is_first = spaces == 0 || (quote.is_some() && spaces == 1);
            (is_nested || is_first) && (heads == Heads::Kramdown || is_apart(doc, heading, source))
        }
    }
}

/// Whether no text stands right above a heading.
fn is_apart(doc: &Document, heading: &Heading, source: &str) -> bool {
    let Some(above) = heading.line.checked_sub(1).filter(|&line| line >= doc.body_line) else {
        return true;
    };
    let above = doc.line_span(above).of(source).trim_start_matches(['>', ' ']).trim_end();
    above.is_empty() || above.starts_with(['#', '`', '~']) || above.starts_with("{:")
}
