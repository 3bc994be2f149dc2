//! What the parser is given to read: the page's body, changed where markdownlint sees the start of
//! a block and the parser does not.

use std::borrow::Cow;

use super::colon_fences;
use crate::text::{LineIndex, Span};

/// Ends whatever comes before it, in every container, and is left out of the document.
const BREAK: &str = "***\n";

/// A line before which a block ends that the parser let go on: there it gets a break to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Break {
    /// Start of the line.
    at: usize,
    /// What the containers have on the line.
    prefix: String,
}

impl Break {
    /// A break before a line (from 0) whose content starts at `content`.
    pub(super) fn before(lines: &LineIndex, text: &str, line: usize, content: usize) -> Self {
        let at = lines.start(line);
        Break { at, prefix: text[at..content.max(at)].to_owned() }
    }
}

/// The text that is parsed, and how its offsets become those of the page.
pub(super) struct SourceText<'a> {
    pub(super) text: Cow<'a, str>,
    /// Where the body starts in the page.
    offset: usize,
    inserted: Vec<Inserted>,
}

/// A part of the text that is not in the page.
struct Inserted {
    span: Span,
    /// How much was inserted before it.
    before: usize,
}

impl<'a> SourceText<'a> {
    /// The text from `offset` on with these breaks, which are in order. `colons` are the page's
    /// (see `marks`).
    pub(super) fn new(page: &'a str, offset: usize, colons: &[u32], breaks: &[Break]) -> Self {
        let colons = colons.iter().filter_map(|&at| (at as usize).checked_sub(offset));
        let body = colon_fences::mask(&page[offset..], colons);
        if breaks.is_empty() {
            return SourceText { text: body, offset, inserted: Vec::new() };
        }
        let mut text = String::with_capacity(body.len() + 16 * breaks.len());
        let mut inserted = Vec::with_capacity(breaks.len());
        let mut reached = 0;
        for Break { at, prefix } in breaks {
            text.push_str(&body[reached..at - offset]);
            reached = at - offset;
            let start = text.len();
            text.push_str(prefix);
            text.push_str(BREAK);
            inserted.push(Inserted { span: Span::new(start, text.len()), before: start - reached });
        }
        text.push_str(&body[reached..]);
        SourceText { text: Cow::Owned(text), offset, inserted }
    }

    /// The place in the page of a place in the text.
    #[inline]
    pub(super) fn place(&self, at: usize) -> usize {
        if self.inserted.is_empty() {
            return self.offset + at;
        }
        let after = self.inserted.partition_point(|inserted| inserted.span.start() < at);
        let last = after.checked_sub(1).map(|last| &self.inserted[last]);
        let surplus =
            last.map_or(0, |last| last.before + last.span.end().min(at) - last.span.start());
        self.offset + at - surplus
    }

    /// Whether a place in the text is not in the page.
    pub(super) fn is_inserted(&self, at: usize) -> bool {
        let after = self.inserted.partition_point(|inserted| inserted.span.end() <= at);
        self.inserted.get(after).is_some_and(|inserted| inserted.span.contains(at))
    }
}
