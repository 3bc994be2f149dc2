//! The part of a line that is shown around a finding.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::words::is_plain;
use crate::document::Document;
use crate::text::Span;

/// Stands where a line was cut.
const CUT: &str = "…";

/// Columns that are kept before a finding in a line that does not fit.
const BEFORE: usize = 24;

/// What is shown of a line, and where the finding stands in it.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    pub(super) text: String,
    /// Bytes of `text` to point at.
    pub(super) marked: Range<usize>,
    /// Whether each character of the source takes one column.
    plain: bool,
    /// Whether the start is cut off.
    head: bool,
}

impl Excerpt {
    /// The columns to point at, if every character takes one.
    pub(super) fn plain_columns(&self) -> Option<Range<usize>> {
        let cut = if self.head { CUT.len() - 1 } else { 0 };
        self.plain.then(|| self.marked.start - cut..self.marked.end - cut)
    }
}

/// Takes a line (from 0) on which `span` starts, cut to `width` columns around the span. What
/// the span covers of later lines is not shown.
pub(super) fn excerpt(doc: &Document, line: usize, span: Span, width: usize, shown: &mut Excerpt) {
    let line = doc.line_span(line);
    let mut start = line.start();
    if start == 0 && doc.text.starts_with('\u{feff}') {
        start = '\u{feff}'.len_utf8().min(span.start());
    }
    let text = &doc.text[start..line.end()];
    let place = |at: usize| at.clamp(start, line.end()) - start;
    let marked = place(span.start())..place(span.end());
    let near = marked.start.saturating_sub(width)..text.len().min(marked.start + width);
    shown.plain = is_plain(&text.as_bytes()[near]);
    let (first, last) = match shown.plain {
        true => plain_window(text.len(), marked.start, width),
        false => window(text, marked.start, width),
    };
    shown.head = first > 0;
    shown.text.clear();
    if shown.head {
        shown.text.push_str(CUT);
    }
    let before = shown.text.len();
    shown.text.push_str(&text[first..last]);
    if last < text.len() {
        shown.text.push_str(CUT);
    }
    let place = |at: usize| at.clamp(first, last) - first + before;
    shown.marked = place(marked.start)..place(marked.end);
}

/// The part of a line to show, so that `at` is in it and it takes at most `width` columns with
/// the marks of what was cut; for a line in which every character takes one column.
fn plain_window(length: usize, at: usize, width: usize) -> (usize, usize) {
    if length <= width {
        return (0, length);
    }
    if at <= width * 2 / 3 {
        return (0, width - 1);
    }
    let first = at - BEFORE.min(width / 2);
    if length - first < width {
        return (length - (width - 1), length);
    }
    (first, first + width - 2)
}

/// The same for any line.
fn window(text: &str, at: usize, width: usize) -> (usize, usize) {
    if fits(text, width) {
        return (0, text.len());
    }
    if fits(&text[..at], width * 2 / 3) {
        return (0, step_on(text, width - 1));
    }
    let first = step_back(text, at, BEFORE.min(width / 2));
    if fits(&text[first..], width - 1) {
        return (step_back(text, text.len(), width - 1), text.len());
    }
    (first, first + step_on(&text[first..], width - 2))
}

/// Columns of a character; tabs are shown as four. None takes no room, so that looking at a
/// few columns is looking at a few characters.
fn columns(character: char) -> usize {
    match character {
        '\t' => 4,
        _ => character.width().unwrap_or(1).max(1),
    }
}

/// Whether a text takes at most `room` columns.
fn fits(text: &str, room: usize) -> bool {
    step_on(text, room) == text.len()
}

/// The byte from which at most `room` columns lead up to `at`.
fn step_back(text: &str, at: usize, room: usize) -> usize {
    let mut left = room;
    for (index, character) in text[..at].char_indices().rev() {
        match left.checked_sub(columns(character)) {
            Some(rest) => left = rest,
            None => return index + character.len_utf8(),
        }
    }
    0
}

/// The byte up to which a text takes at most `room` columns.
fn step_on(text: &str, room: usize) -> usize {
    let mut left = room;
    for (index, character) in text.char_indices() {
        match left.checked_sub(columns(character)) {
            Some(rest) => left = rest,
            None => return index,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, span: Range<usize>, width: usize) -> (String, String) {
        let doc = Document::parse(text);
        let mut excerpt = Excerpt::default();
        let span = Span::from(span);
        super::excerpt(&doc, doc.line_of(span.start()), span, width, &mut excerpt);
        let marked = excerpt.text[excerpt.marked].to_owned();
        (excerpt.text, marked)
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let line = "0123456789".repeat(10);
        let (text, marked) = shown(&line, 90..100, 30);
        assert_eq!(
            (text.as_str(), marked.as_str()),
            ("…12345678901234567890123456789", "0123456789")
        );
        let (text, marked) = shown(&line, 50..51, 30);
        assert_eq!((text.as_str(), marked.as_str()), ("…5678901234567890123456789012…", "0"));
        let (text, marked) = shown(&line, 2..4, 30);
        assert_eq!((text.as_str(), marked.as_str()), ("01234567890123456789012345678…", "23"));
        let (text, _) = shown(&"日本".repeat(40), 120..123, 30);
        assert_eq!(text.chars().count(), 16);
    }

    #[test]
    fn a_plain_line_is_cut_like_any_other() {
        let line = "0123456789".repeat(10);
        for length in 0..line.len() {
            for at in 0..=length {
                let text = &line[..length];
                assert_eq!(plain_window(length, at, 30), window(text, at, 30), "{at} of {length}");
            }
        }
    }

    #[test]
    fn other_lines_are_not_shown() {
        let (text, marked) = shown("one\ntwo\nthree\n", 5..10, 30);
        assert_eq!((text.as_str(), marked.as_str()), ("two", "wo"));
    }
}
