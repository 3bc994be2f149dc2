//! What is named as headings are, and is none for CommonMark.

use super::Term;
use super::naming::{Heads, Naming};
use super::text::text_of_line;
use crate::document::{Document, Flags};

/// The terms of a page that get ids, and its headings that CommonMark does not take for some.
pub fn terms(naming: &Naming, doc: &Document, source: &str) -> Vec<Term> {
    match naming.heads {
        Heads::Python | Heads::PlainKramdown => tight_headings(doc, source, naming),
        _ if naming.terms => defined_terms(doc, source, naming),
        _ => Vec::new(),
    }
}

/// The terms of definition lists: lines before one that begins with a colon.
fn defined_terms(doc: &Document, source: &str, naming: &Naming) -> Vec<Term> {
    let line_of = |line: usize| doc.line_span(line).of(source);
    let mut found: Vec<Term> = Vec::new();
    for line in doc.body_lines().skip(1).filter(|&line| doc.is_plain(line, Flags::CODE)) {
        let text = line_of(line).trim_start();
        if !text.starts_with(": ") && !text.starts_with(":\t") {
            continue;
        }
        let mut before = (doc.body_line..line).rev().take(2);
        let Some(at) = before.find(|&line| !line_of(line).trim().is_empty()) else { continue };
        let term = line_of(at);
        let is_term = !term.starts_with([' ', '\t', ':', '#', '<', '|']);
        if is_term && found.last().is_none_or(|last| last.line < at) {
            let text = text_of_line(naming, term);
            found.push(Term { line: at, text, level: None });
        }
    }
    found
}

/// Headings without a space after their marks.
fn tight_headings(doc: &Document, source: &str, naming: &Naming) -> Vec<Term> {
    let mut found = Vec::new();
    for line in doc.body_lines() {
        let text = doc.line_span(line).of(source);
        let marks = text.bytes().take_while(|&byte| byte == b'#').count().min(6);
        let inner = text[marks..].trim_end().trim_end_matches('#').trim();
        let is_tight = marks > 0 && !text[marks..].starts_with([' ', '\t']) && !inner.is_empty();
        if !is_tight || !doc.is_plain(line, Flags::CODE | Flags::HTML | Flags::HEADING) {
            continue;
        }
        let is_apart =
            || line == doc.body_line || doc.line_span(line - 1).of(source).trim().is_empty();
        if naming.heads == Heads::Python || is_apart() {
            let text = text_of_line(naming, inner);
            found.push(Term { line, text, level: Some(marks as u8) });
        }
    }
    found
}
