//! Front matter whose fences are wrong, so that readers of pages do not see it, or see too much.

use crate::data::{self, Format, ValueKind};
use crate::document::{Document, FrontMatterFormat};
use crate::text::Span;

/// What is wrong with the lines around front matter.
pub(super) enum Broken {
    /// No line closes it.
    Open { opening: Span, closing: &'static str },
    /// Another line than the expected one closes it.
    Closing { line: Span, expected: &'static str },
    /// Another line than the expected one opens it.
    Opening { line: Span, expected: &'static str },
    /// Something stands before it.
    Late { opening: Span },
}

/// What is wrong with the fences of what is meant as front matter; only what reads as fields is.
pub(super) fn broken(doc: &Document) -> Option<Broken> {
    if doc.front_matter.is_some() {
        let is_complete = |doc: &Document| doc.data().is_none_or(data::Parsed::is_complete);
        return if is_complete(doc) { None } else { wrong_closing_line(doc) };
    }
    let start = doc.body.start();
    let blank = doc.text[start..].len() - doc.text[start..].trim_start().len();
    let first = doc.line_of(start + blank);
    let opening = doc.line_span(first);
    let source = doc.slice(opening).trim();
    let (format, fence) = match source.as_bytes() {
        [b'-', b'-', b'-', ..] => (Format::Yaml, "---"),
        [b'+', b'+', b'+', ..] => (Format::Toml, "+++"),
        _ => return None,
    };
    let is_fence = source.bytes().all(|byte| byte == fence.as_bytes()[0]);
    if !is_fence || first + 1 >= doc.lines.count() || !is_field(doc.line_text(first + 1), format) {
        return None;
    }
    let closing = (first + 1..doc.lines.count()).find(|&line| is_closing(doc.line_text(line)));
    let end = closing.unwrap_or_else(|| first_blank(doc, first + 1));
    if !reads_as_fields(doc, first + 1, end, format) {
        return None;
    }
    let Some(closing) = closing else {
        let is_first = blank == 0 && source == fence;
        return is_first.then_some(Broken::Open { opening, closing: fence });
    };
    if source != fence {
        Some(Broken::Opening { line: opening, expected: fence })
    } else if doc.line_text(closing).trim_end() != fence {
        Some(Broken::Closing { line: doc.line_span(closing), expected: fence })
    } else {
        Some(Broken::Late { opening })
    }
}

/// A line in front matter that was meant to close it, where what stands before it is fields.
pub(super) fn wrong_closing_line(doc: &Document) -> Option<Broken> {
    let found = doc.front_matter?;
    let (format, expected) = match found.format {
        FrontMatterFormat::Yaml => (Format::Yaml, "---"),
        FrontMatterFormat::Toml => (Format::Toml, "+++"),
        FrontMatterFormat::Json => return None,
    };
    let first = doc.line_of(found.content.start());
    let mut lines = first..doc.line_of(found.content.end());
    let line = lines.find(|&line| is_closing(doc.line_text(line)))?;
    reads_as_fields(doc, first, line, format)
        .then(|| Broken::Closing { line: doc.line_span(line), expected })
}

/// Whether a line looks as if it closed front matter.
fn is_closing(line: &str) -> bool {
    let line = line.trim_end();
    line == "..."
        || (line.len() >= 2 && line.bytes().all(|byte| byte == b'-'))
        || (line.len() >= 3 && line.bytes().all(|byte| byte == b'+'))
}

/// Whether a line is a field: a key of one word, and a colon or an equals sign.
fn is_field(line: &str, format: Format) -> bool {
    let is_key = |character: char| character.is_alphanumeric() || "_-.\"'".contains(character);
    let rest = line.trim_start_matches(is_key);
    if rest.len() == line.len() {
        return false;
    }
    match format {
        Format::Toml => rest.trim_start().starts_with('='),
        _ => rest.strip_prefix(':').is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')),
    }
}

/// The first blank line from `line` on, or one past the last line.
fn first_blank(doc: &Document, line: usize) -> usize {
    let mut lines = line..doc.lines.count();
    lines.find(|&line| doc.line_text(line).trim().is_empty()).unwrap_or(doc.lines.count())
}

/// Whether the lines from `first` up to `end` are a mapping.
fn reads_as_fields(doc: &Document, first: usize, end: usize, format: Format) -> bool {
    let to = if end < doc.lines.count() { doc.lines.start(end) } else { doc.text.len() };
    let parsed = data::parse(format, &doc.text, Span::new(doc.lines.start(first), to));
    parsed.is_complete() && parsed.tree.kind(parsed.tree.root()) == ValueKind::Mapping
}
