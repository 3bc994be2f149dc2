//! The fix that several rules offer: a blank line.

use crate::diagnostic::Fix;
use crate::document::Document;
use crate::text::Span;

/// A blank line before line `before`, in the block quotes of line `like`; none in comments,
/// where no line with a mark is blank.
pub(super) fn insert(doc: &Document, before: usize, like: usize) -> Option<Fix> {
    insert_text(doc, before, doc.blank_line_before(before, like))
}

/// Blank lines as they are given before line `before`; none in comments.
pub(super) fn insert_text(doc: &Document, before: usize, blank: String) -> Option<Fix> {
    let start = doc.lines.start(before);
    // What is put before the end of a comment is part of it, too.
    let is_in_comment = start.checked_sub(1).is_some_and(|end| doc.is_hidden(end));
    (!is_in_comment).then(|| Fix::safe(Span::at(start), blank))
}
