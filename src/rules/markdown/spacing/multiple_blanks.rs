//! MD012

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Fix, message};
use crate::document::{Document, Flags};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, is_js_space};

/// Several blank lines in a row render like one. They cost space on the screen, and look like a
/// break that the reader of the page never sees. Blank lines in code blocks are left alone.
///
/// ```markdown bad
/// One paragraph
///
///
/// Another paragraph
/// ```
///
/// ```markdown good
/// One paragraph
///
/// Another paragraph
/// ```
///
/// # Fixes
///
/// Removes all blank lines in a row but the allowed number.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MultipleBlanks {
    /// How many blank lines may follow each other; 0 means 1.
    maximum: u32,
}

impl Default for MultipleBlanks {
    fn default() -> Self {
        MultipleBlanks { maximum: 1 }
    }
}

impl Rule for MultipleBlanks {
    const META: Meta = Meta {
        id: "MD012",
        name: "no-multiple-blanks",
        tags: &["whitespace", "blank_lines"],
        summary: "no consecutive blank lines",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let maximum = self.maximum.max(1) as usize;
        let mut lines = page.body_lines();
        while let Some(first) = lines.next() {
            // Few blank lines have another one after them, which is a look at flags.
            if !may_be_blank(page, first)
                || !may_be_blank(page, first + 1)
                || !is_blank(page, first)
            {
                continue;
            }
            let end = (first + 1..lines.end).find(|&line| !is_blank(page, line));
            let end = end.unwrap_or(lines.end);
            if end - first > maximum {
                report(page, first, end, maximum, out);
            }
            lines.start = end;
        }
    }
}

/// Reports each of the lines `first..end` that is one too many. They are taken out together.
fn report(doc: &Document, first: usize, end: usize, maximum: usize, out: &mut Sink) {
    let surplus = first + maximum;
    let fix = Fix::safe(lines_to_delete(doc, surplus, end), "");
    for line in surplus..end {
        let count = line - first + 1;
        let message = message!("expected at most {} blank in a row, found {}", maximum, count);
        out.report(doc.line_span(line), message).with(fix.clone());
    }
}

/// The bytes to delete so that the lines `first..end` are gone. At the end of the text, the line
/// ending before them goes too: the last line has none of its own.
fn lines_to_delete(doc: &Document, first: usize, end: usize) -> Span {
    if end == doc.lines.count() {
        Span::new(doc.line_span(first - 1).end(), doc.text.len())
    } else {
        Span::new(doc.lines.start(first), doc.lines.start(end))
    }
}

/// Whether a line is white space alone; in comments only lines with nothing at all are.
fn is_blank(doc: &Document, line: usize) -> bool {
    may_be_blank(doc, line) && doc.line_text(line).chars().all(is_js_space)
}

/// Whether a line holds nothing but what is blank in one sense or another.
fn may_be_blank(doc: &Document, line: usize) -> bool {
    let flags = doc.flags.get(line);
    flags.is_some_and(|flags| flags.intersects(Flags::BLANK) && !flags.intersects(Flags::CODE))
}
