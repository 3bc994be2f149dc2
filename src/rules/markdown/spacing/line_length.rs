//! MD013

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Message, message};
use crate::document::{Document, Flags, Kind};
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::{Span, is_js_space, utf16_len};

/// Long lines are hard to read in a narrow window and hard to review, because a change to one
/// word shows as a change to all of them.
///
/// The last word of a line may start within the limit and go beyond it: an address cannot be
/// broken. For the same reason, definitions are never too long, and neither are lines outside of
/// running text that hold a link or an image.
///
/// ```markdown bad
/// This sentence goes on and on, well past the eightieth column, where it could be broken
/// into two lines.
/// ```
///
/// ```markdown good
/// This sentence goes on, but it is broken before the eightieth column. What matters:
/// <https://example.com/an/address/that/is/so/long/that/it/would/never/fit/on/one/line>
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LineLength {
    /// How long lines may be, in UTF-16 code units; 0 means 80.
    line_length: u32,
    /// How long the lines of headings may be, if that differs.
    heading_line_length: Option<u32>,
    /// How long the lines of code blocks may be, if that differs.
    code_block_line_length: Option<u32>,
    /// Whether code blocks are checked.
    code_blocks: bool,
    /// Whether tables are checked.
    tables: bool,
    /// Whether headings are checked.
    headings: bool,
    /// Whether every line that is too long is reported, also where it cannot be broken.
    strict: bool,
    /// Whether a last word may go beyond the limit only on lines that are nothing but one word.
    stern: bool,
}

const DEFAULT_LENGTH: u32 = 80;

impl Default for LineLength {
    fn default() -> Self {
        LineLength {
            line_length: DEFAULT_LENGTH,
            heading_line_length: None,
            code_block_line_length: None,
            code_blocks: true,
            tables: true,
            headings: true,
            strict: false,
            stern: false,
        }
    }
}

impl Rule for LineLength {
    const META: Meta = Meta {
        id: "MD013",
        name: "line-length",
        tags: &["line_length"],
        summary: "lines should not exceed the configured length",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let limits = self.limits();
        let shortest = limits.text.min(limits.heading).min(limits.code);
        for line in page.body_lines() {
            // No line has more code units than bytes.
            if page.lines.next_start(line) - page.lines.start(line) > shortest {
                self.check_line(page, line, &limits, out);
            }
        }
    }
}

struct Limits {
    text: usize,
    heading: usize,
    code: usize,
}

impl LineLength {
    fn limits(&self) -> Limits {
        let or = |length: Option<u32>, other: u32| length.filter(|&l| l > 0).unwrap_or(other);
        let text = or(Some(self.line_length), DEFAULT_LENGTH);
        Limits {
            text: text as usize,
            heading: or(self.heading_line_length, text) as usize,
            code: or(self.code_block_line_length, text) as usize,
        }
    }

    fn check_line(&self, doc: &Document, line: usize, limits: &Limits, out: &mut Sink) {
        let flags = doc.flags[line];
        if self.is_exempt(flags)
            || (!self.strict && flags.intersects(Flags::LINK) && !has_prose(doc, line))
        {
            return;
        }
        let limit = if flags.intersects(Flags::CODE) {
            limits.code
        } else if flags.intersects(Flags::HEADING) {
            limits.heading
        } else {
            limits.text
        };
        let span = doc.line_span(line);
        let length = length(doc, span);
        if length > limit && self.is_breakable(doc, line, span, limit) {
            let beyond = Span::new(span.start() + bytes_of(doc.slice(span), limit), span.end());
            out.report(beyond, message(length, limit));
        }
    }

    fn is_exempt(&self, flags: Flags) -> bool {
        (!self.code_blocks && flags.intersects(Flags::CODE))
            || (!self.tables && flags.intersects(Flags::TABLE))
            || (!self.headings && flags.intersects(Flags::HEADING))
            || flags.intersects(Flags::DEFINITION)
            || (!self.strict && flags.intersects(Flags::LINK) && !flags.intersects(Flags::PROSE))
    }

    /// Whether a line that is too long counts as one that could be shorter.
    fn is_breakable(&self, doc: &Document, line: usize, span: Span, limit: usize) -> bool {
        if self.strict {
            return true;
        }
        let before = Span::new(span.start(), last_word(doc, line, span));
        if self.stern {
            let is_prefix = |c| matches!(c, '#' | '>') || is_js_space(c);
            return doc.is_hidden(span.start()) || !doc.slice(before).chars().all(is_prefix);
        }
        // The last word, or the end of the line if white space is there, starts within the limit.
        length(doc, before) >= limit
    }
}

/// Number of UTF-16 code units.
/// Whether there is text on the line besides links; entities and math are none to markdownlint.
fn has_prose(doc: &Document, line: usize) -> bool {
    let span = doc.line_span(line);
    let first = doc.nodes.partition_point(|node| node.span.start < span.start);
    let mut nodes = doc.nodes[first..].iter().take_while(|node| node.span.start < span.end);
    nodes.any(|node| {
        let parent = doc.nodes[node.parent as usize].kind;
        let source = doc.slice(node.span);
        let is_entity = source.len() > 2 && source.starts_with('&') && source.ends_with(';');
        node.kind == Kind::Text
            && matches!(parent, Kind::Paragraph | Kind::Item)
            && !source.is_empty()
            && !is_entity
            && !doc.is_math(node.span.start())
    })
}

fn length(doc: &Document, span: Span) -> usize {
    if doc.lines.is_ascii() { span.len() } else { utf16_len(doc.slice(span)) }
}

fn message(length: usize, limit: usize) -> Message {
    message!("line is {} characters long, expected at most {}", length, limit)
}

/// Where the last word of a line starts: after the last white space.
fn last_word(doc: &Document, line: usize, span: Span) -> usize {
    if doc.is_plain(line, Flags::COMMENT) {
        return span.start() + before_last_word(doc.slice(span)).len();
    }
    // In comments only spaces count, and only if something follows.
    let mut something = false;
    for (at, c) in doc.slice(span).char_indices().rev() {
        let hidden = doc.is_hidden(span.start() + at);
        if is_js_space(c) && (!hidden || (c == ' ' && something)) {
            return span.start() + at + c.len_utf8();
        }
        something |= c != ' ';
    }
    span.start()
}

/// The text up to its last white space.
fn before_last_word(text: &str) -> &str {
    // Most words are ASCII.
    let bytes = text.as_bytes();
    let is_end = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ') || !byte.is_ascii();
    match bytes.iter().rposition(is_end) {
        None => "",
        Some(at) if bytes[at].is_ascii() => &text[..at + 1],
        Some(_) => text.trim_end_matches(|c| !is_js_space(c)),
    }
}

/// How many bytes the first `units` UTF-16 code units of a text take.
fn bytes_of(text: &str, units: usize) -> usize {
    if text.as_bytes()[..units.min(text.len())].is_ascii() {
        return units.min(text.len());
    }
    let mut seen = 0;
    let beyond = text.char_indices().find(|(_, c)| {
        seen += c.len_utf16();
        seen > units
    });
    beyond.map_or(text.len(), |(at, _)| at)
}
