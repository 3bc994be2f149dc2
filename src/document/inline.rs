//! Reads running text that the parser does not: where code spans and tags are in it.

use std::collections::HashMap;

use unicode_general_category::{GeneralCategory, get_general_category};

use super::Document;
use crate::text::{Span, is_js_space};

/// The code spans and the inline HTML in a paragraph's source. What has no end is looked for
/// only once, so that reading takes linear time.
pub(super) struct Opaque<'a> {
    bytes: &'a [u8],
    reached: usize,
    /// Where the last run of so many backticks ends, once there was one.
    last_runs: Option<HashMap<usize, usize>>,
    /// What does not end comments and their like any more.
    missing: Vec<&'static [u8]>,
}

impl<'a> Opaque<'a> {
    pub(super) fn new(text: &'a str, span: Span) -> Self {
        Opaque {
            bytes: &text.as_bytes()[..span.end()],
            reached: span.start(),
            last_runs: None,
            missing: Vec::new(),
        }
    }
}

impl Iterator for Opaque<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        while self.reached < self.bytes.len() {
            let rest = &self.bytes[self.reached..];
            let at = self.reached + memchr::memchr3(b'<', b'`', b'\\', rest)?;
            let end = match self.bytes[at] {
                b'\\' => None,
                b'`' => self.code_end(at),
                _ => self.html_end(at),
            };
            self.reached = end.unwrap_or_else(|| match self.bytes[at] {
                b'\\' => at + 2,
                b'`' => at + run(self.bytes, at),
                _ => at + 1,
            });
            if let Some(end) = end {
                return Some(Span::new(at, end));
            }
        }
        None
    }
}

impl Opaque<'_> {
    /// Where the code span at `at` ends, if its backticks are closed.
    fn code_end(&mut self, at: usize) -> Option<usize> {
        let length = run(self.bytes, at);
        let last_runs = self.last_runs.get_or_insert_with(|| runs(self.bytes, at).collect());
        if last_runs.get(&length).is_none_or(|&last| last <= at + length) {
            return None;
        }
        let from = at + length;
        runs(self.bytes, from).find(|&(closing, _)| closing == length).map(|(_, end)| end)
    }

    /// Where the inline HTML at `at` ends (CommonMark 6.6), if it is inline HTML.
    fn html_end(&mut self, at: usize) -> Option<usize> {
        let bytes = self.bytes;
        let rest = &bytes[at..];
        match rest.get(1)? {
            b'!' if rest.starts_with(b"<!-->") => Some(at + 5),
            b'!' if rest.starts_with(b"<!--->") => Some(at + 6),
            b'!' if rest.starts_with(b"<!--") => self.after(at + 4, b"-->"),
            b'!' if rest.starts_with(b"<![CDATA[") => self.after(at + 9, b"]]>"),
            b'!' if rest.get(2)?.is_ascii_alphabetic() => self.after(at + 2, b">"),
            b'?' => self.after(at + 2, b"?>"),
            b'/' => {
                let end = skip_space(bytes, tag_name_end(bytes, at + 2)?);
                (bytes.get(end) == Some(&b'>')).then_some(end + 1)
            }
            _ => open_tag_end(bytes, tag_name_end(bytes, at + 1)?),
        }
    }

    /// Where the next `end` ends from `from` on.
    fn after(&mut self, from: usize, end: &'static [u8]) -> Option<usize> {
        if self.missing.contains(&end) {
            return None;
        }
        let found = memchr::memmem::find(&self.bytes[from.min(self.bytes.len())..], end);
        if found.is_none() {
            self.missing.push(end);
        }
        found.map(|found| from + found + end.len())
    }
}

/// Whether a backslash escapes the byte at `at`, if it can be escaped.
pub(super) fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

/// Length of the run of backticks at `at`.
fn run(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|&&byte| byte == b'`').count()
}

/// All runs of backticks from `from` on: their lengths and where they end.
fn runs(bytes: &[u8], from: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut reached = from;
    std::iter::from_fn(move || {
        let start = reached + memchr::memchr(b'`', &bytes[reached..])?;
        let length = run(bytes, start);
        reached = start + length;
        Some((length, reached))
    })
}

fn tag_name_end(bytes: &[u8], at: usize) -> Option<usize> {
    if !bytes.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    let length = bytes[at..]
        .iter()
        .take_while(|&&byte| byte.is_ascii_alphanumeric() || byte == b'-')
        .count();
    Some(at + length)
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Where an opening tag ends whose name ends at `at`.
fn open_tag_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    loop {
        let next = skip_space(bytes, at);
        match bytes.get(next)? {
            b'>' => return Some(next + 1),
            b'/' => return (bytes.get(next + 1) == Some(&b'>')).then_some(next + 2),
            byte if next > at && is_attribute_start(*byte) => at = attribute_end(bytes, next)?,
            _ => return None,
        }
    }
}

fn is_attribute_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':'
}

/// Where an attribute ends, with its value if it has one.
fn attribute_end(bytes: &[u8], at: usize) -> Option<usize> {
    let length = bytes[at..]
        .iter()
        .take_while(|&&byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'.' | b'-')
        })
        .count();
    let name_end = at + length;
    let equals = skip_space(bytes, name_end);
    if bytes.get(equals) != Some(&b'=') {
        return Some(name_end);
    }
    let value = skip_space(bytes, equals + 1);
    match *bytes.get(value)? {
        quote @ (b'"' | b'\'') => {
            memchr::memchr(quote, &bytes[value + 1..]).map(|found| value + 1 + found + 1)
        }
        _ => {
            let length = bytes[value..]
                .iter()
                .take_while(|&&byte| {
                    !byte.is_ascii_whitespace()
                        && !matches!(byte, b'"' | b'\'' | b'=' | b'<' | b'>' | b'`')
                })
                .count();
            (length > 0).then_some(value + length)
        }
    }
}

impl Document {
    /// The parts of running text that are plain text for markdownlint: without bare addresses,
    /// math, an entity that is all there is, and what looks like a directive (`:name`).
    pub fn plain_text(&self, span: Span) -> impl Iterator<Item = Span> + '_ {
        let source = self.slice(span);
        let entity = source.len() > 2 && source.starts_with('&') && source.ends_with(';');
        let mut reached = if entity { span.end() } else { span.start() };
        std::iter::from_fn(move || {
            if reached >= span.end() {
                return None;
            }
            let hole = self.next_hole(Span::new(reached, span.end()));
            let part = Span::new(reached, hole.start());
            reached = hole.end();
            Some(part)
        })
    }

    /// The first part of a text that is not plain; the empty end if there is none.
    fn next_hole(&self, span: Span) -> Span {
        let url = first_in(&self.autolinks, span);
        let math = first_in(&self.math, span);
        let hole = url.min(math);
        let directive = next_directive(&self.text[..hole.start()], span.start());
        directive.unwrap_or(hole)
    }
}

/// The part of the first of these spans that is in `span`; its empty end if there is none.
fn first_in(spans: &[Span], span: Span) -> Span {
    let after = spans.partition_point(|found| found.end <= span.start);
    match spans.get(after) {
        Some(found) if found.start < span.end => {
            Span { start: found.start.max(span.start), end: found.end.min(span.end) }
        }
        _ => Span::at(span.end()),
    }
}

/// The first `:name` from `from` on. Before and after it stands no other colon.
fn next_directive(text: &str, from: usize) -> Option<Span> {
    memchr::memchr_iter(b':', &text.as_bytes()[from..]).map(|at| from + at).find_map(|at| {
        let name = directive_name(&text[at + 1..]);
        let end = at + 1 + name.len();
        let joined = text[..at].ends_with(':') || text[end..].starts_with(':');
        (!name.is_empty() && !joined).then(|| Span::new(at, end))
    })
}

/// The name that a directive's source starts with; empty if it starts with none.
pub(super) fn directive_name(source: &str) -> &str {
    let ends = |c: char| is_js_space(c) || (c != '-' && c != '_' && is_punctuation(c));
    let name = &source[..source.find(ends).unwrap_or(source.len())];
    if name.starts_with(['-', '_']) || name.ends_with(['-', '_']) { "" } else { name }
}

/// Punctuation and symbols of all scripts.
pub(super) fn is_punctuation(c: char) -> bool {
    use GeneralCategory::{
        ClosePunctuation, ConnectorPunctuation, CurrencySymbol, DashPunctuation, FinalPunctuation,
        InitialPunctuation, MathSymbol, ModifierSymbol, OpenPunctuation, OtherPunctuation,
        OtherSymbol,
    };
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    matches!(
        get_general_category(c),
        ClosePunctuation
            | ConnectorPunctuation
            | CurrencySymbol
            | DashPunctuation
            | FinalPunctuation
            | InitialPunctuation
            | MathSymbol
            | ModifierSymbol
            | OpenPunctuation
            | OtherPunctuation
            | OtherSymbol
    )
}
