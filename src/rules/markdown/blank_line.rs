//! The fix that several rules offer: a blank line.

use crate::diagnostic::Fix;
use crate::document::Document;
use crate::text::Span;

/// A blank line before line `before`, in the block quotes of line `like`; none in comments,
/// where no line with a mark is blank.
pub(super) fn insert(doc: &Document, before: usize, like: usize) -> Option<Fix> {
    let start = doc.lines.start(before);
    (!doc.is_hidden(start)).then(|| Fix::safe(Span::at(start), doc.blank_line_before(before, like)))
}
