//! Where findings stand for people, and the fingerprint by which they are known again.

use std::collections::HashMap;
use std::hash::Hasher;

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::diagnostic::{Diagnostic, Finding, Fingerprint};
use crate::document::Document;
use crate::text::{Position, chars};

/// Turns diagnostics, in the order of place, into findings. `path` is relative to the
/// project's root, so that a fingerprint is the same wherever validator is called from.
pub(super) fn place(doc: &Document, path: &str, found: Vec<Diagnostic>) -> Vec<Finding> {
    if found.is_empty() {
        return Vec::new();
    }
    let columns = Columns::new(&doc.text);
    let mut prints = Prints::new(doc, path);
    found
        .into_iter()
        .map(|diagnostic| Finding {
            start: columns.position(doc, diagnostic.span.start()),
            end: columns.position(doc, diagnostic.span.end()),
            fingerprint: prints.next(doc, &diagnostic),
            rule: diagnostic.rule,
            severity: diagnostic.severity,
            span: diagnostic.span,
            message: diagnostic.message,
            fix: diagnostic.fix,
        })
        .collect()
}

/// Counts characters in constant time, so that many findings on one huge line cost no more
/// than elsewhere.
struct Columns {
    /// Characters before each block of the text; `None` if all characters are one byte long.
    before: Option<Vec<u32>>,
}

impl Columns {
    const BLOCK: usize = 512;

    fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Columns { before: None };
        }
        let mut count = 0;
        let before = text
            .as_bytes()
            .chunks(Self::BLOCK)
            .map(|block| {
                let before = count;
                count += chars(block) as u32;
                before
            })
            .collect();
        Columns { before: Some(before) }
    }

    /// Number of characters before the byte at `offset`.
    fn chars_before(&self, text: &str, offset: usize) -> u32 {
        let Some(before) = &self.before else { return offset as u32 };
        let block = (offset / Self::BLOCK).min(before.len() - 1);
        before[block] + chars(&text.as_bytes()[block * Self::BLOCK..offset]) as u32
    }

    fn position(&self, doc: &Document, offset: usize) -> Position {
        let line = doc.line_of(offset);
        let mut start = doc.lines.start(line);
        if line == 0 && offset > 0 && doc.text.starts_with('\u{feff}') {
            start += '\u{feff}'.len_utf8();
        }
        let column =
            self.chars_before(&doc.text, offset) - self.chars_before(&doc.text, start.min(offset));
        Position { line: line as u32 + 1, column: column + 1 }
    }
}

/// Makes the fingerprints of one document's findings, in the order of place.
struct Prints {
    path: u64,
    /// Where each heading starts, and a hash of the headings that lead to what follows it.
    outline: Vec<(u32, u64)>,
    /// How often each combination of rule, place and headings has been seen.
    seen: HashMap<u64, u32>,
    /// The line whose hash was computed last, since many findings stand on one line.
    line: Option<(usize, u64)>,
}

impl Prints {
    fn new(doc: &Document, path: &str) -> Self {
        Prints {
            path: xxh3_64(path.as_bytes()),
            outline: outline(doc),
            seen: HashMap::new(),
            line: None,
        }
    }

    fn next(&mut self, doc: &Document, diagnostic: &Diagnostic) -> Fingerprint {
        let headings = self.outline.partition_point(|(start, _)| *start <= diagnostic.span.start);
        let headings = headings.checked_sub(1).map_or(0, |index| self.outline[index].1);
        let mut hash = Xxh3::new();
        hash.write(diagnostic.rule.as_bytes());
        hash.write_u64(self.path);
        hash.write_u64(headings);
        hash.write_u64(self.line_hash(doc, diagnostic.span.start()));
        let place = hash.finish();
        let occurrence = self.seen.entry(place).or_default();
        *occurrence += 1;
        hash.write_u32(*occurrence);
        Fingerprint(hash.finish())
    }

    fn line_hash(&mut self, doc: &Document, offset: usize) -> u64 {
        let line = doc.line_of(offset);
        match self.line {
            Some((known, hash)) if known == line => hash,
            _ => {
                let hash = normalized_hash(doc.line_text(line));
                self.line = Some((line, hash));
                hash
            }
        }
    }
}

/// The hash of a text in which white space does not matter.
fn normalized_hash(text: &str) -> u64 {
    let mut hash = Xxh3::new();
    for word in text.split_ascii_whitespace() {
        hash.write(word.as_bytes());
        hash.write(b" ");
    }
    hash.finish()
}

/// For each heading, the hash of its text and of those above it in the outline.
fn outline(doc: &Document) -> Vec<(u32, u64)> {
    let mut open: Vec<(u8, u64)> = Vec::new();
    let mut outline = Vec::with_capacity(doc.headings.len());
    for heading in &doc.headings {
        while open.last().is_some_and(|(level, _)| *level >= heading.level) {
            open.pop();
        }
        let mut hash = Xxh3::new();
        hash.write_u64(open.last().map_or(0, |(_, hash)| *hash));
        hash.write_u64(normalized_hash(doc.slice(heading.content)));
        let hash = hash.finish();
        open.push((heading.level, hash));
        outline.push((heading.span.start, hash));
    }
    outline
}
