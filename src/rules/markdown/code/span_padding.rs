//! MD038

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Fix;
use crate::document::{Document, Kind, NodeId};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, is_js_space};

/// White space at the ends of a code span shows, or it is there by mistake, and some renderers
/// then do not see code at all.
///
/// One space on both sides is fine, because it is not rendered: it sets off a backtick, as in
/// ``` `` ` `` ```. Code of nothing but white space is fine too.
///
/// ```markdown bad
/// Run `make ` to build.
/// ```
///
/// ```markdown good
/// Run `make` to build, or quote with `` ` ``.
/// ```
///
/// # Fixes
///
/// Removes the spaces at the ends of the code. The code that readers see changes, and a space may
/// have been meant.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SpanPadding {}

impl Rule for SpanPadding {
    const META: Meta = Meta {
        id: "MD038",
        name: "no-space-in-code",
        tags: &["whitespace", "code"],
        summary: "no spaces inside code span elements",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for node in page.of_kind(Kind::Code) {
            if let Some(code) = Code::of(page, node) {
                check_code(page, &code, out);
            }
        }
    }
}

/// What a code span has between its backticks.
struct Code {
    /// Its first and its last line with something on it, without what is not rendered.
    first: Span,
    last: Span,
    /// Whether a space on each side is not rendered.
    padded_by_spaces: bool,
    /// Whether a space or a line ending on each side is not rendered.
    padded: bool,
}

impl Code {
    /// `None` if there is nothing but spaces.
    fn of(doc: &Document, node: NodeId) -> Option<Self> {
        let span = doc.nodes[node].span;
        let source = doc.slice(span);
        let fence = source.bytes().take_while(|&byte| byte == b'`').count();
        let text = &source[fence..source.len() - fence];
        // Nearly all code spans are on one line and have no white space at their ends.
        if !text.starts_with(is_js_space)
            && !text.ends_with(is_js_space)
            && memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_none()
        {
            return None;
        }
        let is_edge = |c: char| matches!(c, ' ' | '\n' | '\r');
        if !text.contains(|c| !is_edge(c)) {
            return None;
        }
        let padded = text.starts_with(is_edge) && text.ends_with(is_edge);
        let (before, after) = if padded { paddings(text) } else { (0, 0) };
        let inner = Span::new(span.start() + fence + before, span.end() - fence - after);
        let mut lines = doc.lines_of(inner).filter_map(|line| part_on_line(doc, node, inner, line));
        let first = lines.next()?;
        let last = lines.last().unwrap_or(first);
        let padded_by_spaces = padded && text.starts_with(' ') && text.ends_with(' ');
        Some(Code { first, last, padded_by_spaces, padded })
    }
}

/// How many bytes the space or line ending on each side has.
fn paddings(text: &str) -> (usize, usize) {
    let before = if text.starts_with("\r\n") { 2 } else { 1 };
    let after = if text.ends_with("\r\n") { 2 } else { 1 };
    (before, after)
}

fn part_on_line(doc: &Document, node: NodeId, inner: Span, line: usize) -> Option<Span> {
    let start = doc.lines.start(line);
    let start = if start >= inner.start() { doc.content_start(node, line) } else { inner.start() };
    let end = doc.line_span(line).end().min(inner.end());
    (start < end).then(|| Span::new(start, end))
}

fn check_code(doc: &Document, code: &Code, out: &mut Sink) {
    let (start, end) = (leading(doc, code), trailing(doc, code));
    // With white space on both sides the padding is not needed either, but for backticks.
    let widen = code.padded_by_spaces
        && !start.is_empty()
        && !end.is_empty()
        && !doc.slice(code.first).trim_start_matches(is_js_space).starts_with('`')
        && !doc.slice(code.last).trim_end_matches(is_js_space).ends_with('`');
    let padding = usize::from(widen);
    if !start.is_empty() {
        let span = Span::new(start.start() - padding, start.end());
        out.report(span, "spaces at the start of code").with(Fix::review(span, ""));
    }
    if !end.is_empty() {
        let span = Span::new(end.start(), end.end() + padding);
        out.report(span, "spaces at the end of code").with(Fix::review(span, ""));
    }
}

/// The white space before the code; of that before a backtick one character may stay.
fn leading(doc: &Document, code: &Code) -> Span {
    let text = doc.slice(code.first);
    let rest = text.trim_start_matches(is_js_space);
    let space = &text[..text.len() - rest.len()];
    let kept = match rest.chars().next() {
        None => space,
        Some('`') if !code.padded => last_char(space),
        Some(_) => "",
    };
    Span::new(code.first.start(), code.first.start() + space.len() - kept.len())
}

/// The white space after the code; of that after a backtick one character may stay.
fn trailing(doc: &Document, code: &Code) -> Span {
    let text = doc.slice(code.last);
    let rest = text.trim_end_matches(is_js_space);
    let space = &text[rest.len()..];
    let kept = match rest.chars().next_back() {
        None => space,
        Some('`') if !code.padded => &space[..space.chars().next().map_or(0, char::len_utf8)],
        Some(_) => "",
    };
    Span::new(code.last.end() - (space.len() - kept.len()), code.last.end())
}

fn last_char(text: &str) -> &str {
    let last = text.chars().next_back().map_or(0, char::len_utf8);
    &text[text.len() - last..]
}
