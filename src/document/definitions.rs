//! Link reference definitions, also those that an earlier one of the same label hides.

use super::{Document, Flags, Kind};
use crate::text::Span;

/// `[label]: destination "title"`
#[derive(Clone, Debug)]
pub struct Definition {
    /// From the `[` to the end of the destination or title.
    pub span: Span,
    /// The label as written.
    pub label: Span,
    pub destination: Span,
    /// Whether an earlier definition has the same label, so that this one does nothing.
    pub duplicate: bool,
    /// `[^label]: text`, a footnote.
    pub footnote: bool,
}

/// A label as references are matched: white space collapsed, letter case folded.
pub fn normalize_label(label: &str) -> String {
    let mut normalized = String::with_capacity(label.len());
    for word in label.split_whitespace() {
        if !normalized.is_empty() {
            normalized.push(' ');
        }
        normalized.extend(word.chars().flat_map(char::to_lowercase));
    }
    normalized
}

impl Document {
    /// A label as references are matched, also where it goes on over lines of a block quote.
    pub fn label(&self, span: Span) -> String {
        let label = self.slice(span);
        if !self.has(Kind::BlockQuote) || memchr::memchr2(b'\n', b'\r', label.as_bytes()).is_none()
        {
            return normalize_label(label);
        }
        let mut text = String::with_capacity(label.len());
        for line in self.lines_of(span) {
            let prefixes = self.quote_prefixes_of(line);
            let content =
                prefixes.last().map_or(self.lines.start(line), |prefix| prefix.span.end());
            let start = content.max(span.start());
            text.push_str(&self.text[start..self.line_span(line).end().min(span.end()).max(start)]);
            text.push(' ');
        }
        normalize_label(&text)
    }
}

/// Finds the definitions: they stand on lines that belong to no leaf block.
pub(super) fn find(doc: &mut Document) {
    let bytes = doc.text.as_bytes();
    if !doc.colons().any(|at| at > 0 && bytes[at - 1] == b']') {
        return;
    }
    let mut found: Vec<Definition> = Vec::new();
    footnotes(doc, &mut found);
    const LEAF: Flags = Flags(
        Flags::CODE.0
            | Flags::HTML.0
            | Flags::TABLE.0
            | Flags::HEADING.0
            | Flags::PARAGRAPH.0
            | Flags::THEMATIC_BREAK.0
            | Flags::FRONT_MATTER.0,
    );
    let mut line = doc.body_line;
    let mut last = 0;
    while line < doc.lines.count() {
        let is_free = doc.is_plain(line, LEAF);
        if is_free && last <= line {
            last = last_free(doc, line, LEAF);
        }
        let definition = is_free.then(|| definition_at(doc, line, last)).flatten();
        let Some(definition) = definition else {
            line += 1;
            continue;
        };
        let lines = doc.lines_of(definition.span);
        line = lines.end() + 1;
        for line in lines {
            doc.flags[line] |= Flags::DEFINITION;
        }
        found.push(definition);
    }
    for footnote in found.iter().filter(|definition| definition.footnote) {
        for line in doc.lines_of(footnote.span) {
            doc.flags[line] |= Flags::DEFINITION;
        }
    }
    found.sort_by_key(|definition| definition.span.start);
    mark_duplicates(doc, &mut found);
    doc.definitions = found;
}

fn footnotes(doc: &Document, found: &mut Vec<Definition>) {
    if !doc.has(Kind::FootnoteDefinition) {
        return;
    }
    for node in doc.of_kind(Kind::FootnoteDefinition) {
        let span = doc.nodes[node].span;
        let source = doc.slice(span);
        let close = source.find("]:").unwrap_or(source.len() - 1);
        let label = Span::new(span.start() + 1, span.start() + close);
        let destination = Span::new((span.start() + close + 2).min(span.end()), span.end());
        found.push(Definition { span, label, destination, duplicate: false, footnote: true });
    }
}

/// The last line before the next blank line or leaf block: a definition may go on up to there.
fn last_free(doc: &Document, line: usize, leaf: Flags) -> usize {
    let mut last = line;
    while last + 1 < doc.lines.count()
        && doc.is_plain(last + 1, leaf)
        && !doc.line_text(last + 1).trim().is_empty()
    {
        last += 1;
    }
    last
}

/// The definition that starts on a line, behind container prefixes, and goes on up to the line
/// `last` at most.
fn definition_at(doc: &Document, line: usize, last: usize) -> Option<Definition> {
    let line_span = doc.line_span(line);
    let prefix = container_prefix(doc.slice(line_span));
    let start = line_span.start() + prefix;
    let bytes = doc.text.as_bytes();
    if bytes.get(start) != Some(&b'[') {
        return None;
    }
    let end = doc.line_span(last).end();
    let close = close_bracket(bytes, start + 1, end)?;
    if bytes.get(close + 1) != Some(&b':') || bytes.get(start + 1) == Some(&b'^') {
        return None;
    }
    let destination = destination(bytes, close + 2, end)?;
    let end = title_end(&doc.text, destination.end(), end);
    Some(Definition {
        span: Span::new(start, end),
        label: Span::new(start + 1, close),
        destination,
        duplicate: false,
        footnote: false,
    })
}

/// Length of the white space, quote marks and list markers before a line's content.
fn container_prefix(line: &str) -> usize {
    let bytes = line.as_bytes();
    let mut at = 0;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'>') => at += 1,
            Some(b'-' | b'*' | b'+') if matches!(bytes.get(at + 1), Some(b' ' | b'\t')) => at += 1,
            Some(b'0'..=b'9') => {
                let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                if !matches!(bytes.get(at + digits), Some(b'.' | b')')) {
                    return at;
                }
                at += digits + 1;
            }
            _ => return at,
        }
    }
}

fn close_bracket(bytes: &[u8], from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    while at < to {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => return None,
            b']' => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

fn destination(bytes: &[u8], from: usize, to: usize) -> Option<Span> {
    let mut start = from;
    while start < to && (bytes[start].is_ascii_whitespace() || bytes[start] == b'>') {
        start += 1;
    }
    if bytes.get(start) == Some(&b'<') {
        let length = bytes[start..to].iter().position(|&byte| byte == b'>')?;
        return Some(Span::new(start + 1, start + length));
    }
    let length = bytes[start..to].iter().position(u8::is_ascii_whitespace).unwrap_or(to - start);
    (length > 0).then(|| Span::new(start, start + length))
}

/// Where the title after a destination ends; the destination's end if there is no title.
fn title_end(text: &str, from: usize, to: usize) -> usize {
    let from = if text.as_bytes().get(from) == Some(&b'>') { from + 1 } else { from };
    let rest = &text[from..to.max(from)];
    let title = rest.trim_start();
    let close = match title.as_bytes().first() {
        Some(b'"') => '"',
        Some(b'\'') => '\'',
        Some(b'(') => ')',
        _ => return from,
    };
    match title[1..].find(close) {
        Some(at) => from + (rest.len() - title.len()) + at + 2,
        None => from,
    }
}

fn mark_duplicates(doc: &Document, found: &mut [Definition]) {
    let mut seen = std::collections::HashSet::new();
    for definition in found {
        definition.duplicate = !seen.insert(doc.label(definition.label));
    }
}
