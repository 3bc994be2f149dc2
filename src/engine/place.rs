//! Where findings stand for people, and the fingerprint by which they are known again.

use std::cell::OnceCell;

use foldhash::HashMap;
use wide::u8x16;
use xxhash_rust::xxh3::xxh3_64;

use crate::cancel;
use crate::diagnostic::{Details, Diagnostic, Finding, Fingerprint, RuleId};
use crate::document::Document;
use crate::text::{Position, Span, chars};

/// Turns diagnostics, in the order of place, into findings.
pub(super) struct Placer<'d> {
    doc: &'d Document,
    columns: Columns,
    prints: Fingerprinter,
    /// That of the last finding, from 0.
    line: usize,
}

impl<'d> Placer<'d> {
    /// For about so many findings. `path` is relative to the project's root, so that a fingerprint is
    /// the same wherever validator is called from.
    pub fn new(doc: &'d Document, path: &str, count: usize) -> Self {
        let prints = Fingerprinter::new(doc, path, count);
        Placer { doc, columns: Columns::default(), prints, line: 0 }
    }

    pub fn next(&mut self, diagnostic: Diagnostic) -> Finding {
        cancel::check();
        let Placer { doc, columns, prints, line } = self;
        let (start, end) = (diagnostic.span.start(), diagnostic.span.end());
        while *line + 1 < doc.lines.count() && doc.lines.next_start(*line) <= start {
            *line += 1;
        }
        let last = if end < doc.lines.next_start(*line) { *line } else { doc.line_of(end) };
        Finding {
            start: columns.position(doc, *line, start),
            end: columns.position(doc, last, end),
            fingerprint: prints.next(doc, *line, &diagnostic).fingerprint,
            rule: diagnostic.rule,
            severity: diagnostic.severity,
            span: diagnostic.span,
            message: diagnostic.message,
            fix: diagnostic.fix,
            details: diagnostic.details.map(|details| columns.details(doc, details)),
        }
    }

    /// Begins again at the start of the document. What follows counts on as further occurrences of what
    /// was equal, so that no fingerprint comes twice and those so far stay as they are.
    pub fn rewind(&mut self) {
        self.line = 0;
        self.prints.passed = 0;
    }
}

/// By what a diagnostic is known again.
pub(super) struct Fingerprinted {
    pub fingerprint: Fingerprint,
    /// What it shares with equal diagnostics on equal lines under the same headings.
    pub place: u64,
}

/// By what these diagnostics, in the order of place, are known again.
pub(super) fn prints(doc: &Document, path: &str, found: &[Diagnostic]) -> Vec<Fingerprinted> {
    let mut prints = Fingerprinter::new(doc, path, found.len());
    let print = |found: &Diagnostic| prints.next(doc, doc.line_of(found.span.start()), found);
    found.iter().map(print).collect()
}

/// By what a finding is known again, but for its rule and path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// A hash of the headings that lead to it.
    pub headings: u64,
    /// A hash of its line.
    pub line: u64,
}

/// Where findings would stand, in the order of these spans, and by what they would be known again.
pub(super) fn contexts(doc: &Document, spans: &[Span]) -> Vec<(Position, Position, Context)> {
    let columns = Columns::default();
    let mut prints = Fingerprinter::new(doc, "", 0);
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by_key(|&index| spans[index].start);
    let mut found = vec![None; spans.len()];
    for index in order {
        let span = spans[index];
        let (line, last) = (doc.line_of(span.start()), doc.line_of(span.end()));
        let context =
            Context { headings: prints.headings(span.start), line: prints.line_hash(doc, line) };
        let start = columns.position(doc, line, span.start());
        found[index] = Some((start, columns.position(doc, last, span.end()), context));
    }
    found.into_iter().flatten().collect()
}

/// Makes the fingerprints of findings in one file from their contexts, in the order of place.
pub struct Occurrences {
    path: u64,
    seen: HashMap<u64, u64>,
}

impl Occurrences {
    /// In the file of this path from the project's root.
    pub fn new(path: &str) -> Self {
        Occurrences { path: path_hash(path), seen: HashMap::default() }
    }

    /// The fingerprint of the next finding.
    pub fn next(&mut self, rule: RuleId, context: Context) -> Fingerprint {
        let Context { headings, line } = context;
        let place = match rule.is_of_page() {
            true => rule.stable_hash(),
            false => mix([rule.stable_hash(), headings, line, 0]),
        };
        let occurrence = self.seen.entry(place).or_default();
        *occurrence += 1;
        Fingerprint(mix([place, *occurrence, 0, 0]) ^ self.path)
    }
}

/// Counts characters in constant time, so that many findings on one huge line cost no more
/// than elsewhere.
#[derive(Default)]
struct Columns {
    /// Characters before each block of the text; made for the first line that is longer than one.
    before: OnceCell<Vec<u32>>,
}

impl Columns {
    const BLOCK: usize = 512;

    /// Number of characters in the text between two offsets.
    fn chars(&self, doc: &Document, from: usize, to: usize) -> usize {
        let bytes = doc.text.as_bytes();
        if doc.lines.is_ascii() {
            to - from
        } else if to - from <= Self::BLOCK {
            chars(&bytes[from..to])
        } else {
            self.chars_before(bytes, to) - self.chars_before(bytes, from)
        }
    }

    fn chars_before(&self, bytes: &[u8], offset: usize) -> usize {
        let count = |block: &[u8], count: &mut u32| {
            let before = *count;
            *count += chars(block) as u32;
            Some(before)
        };
        let before = self.before.get_or_init(|| {
            bytes.chunks(Self::BLOCK).scan(0, |sum, block| count(block, sum)).collect()
        });
        let block = (offset / Self::BLOCK).min(before.len() - 1);
        before[block] as usize + chars(&bytes[block * Self::BLOCK..offset])
    }

    /// The position of an offset in a line (from 0).
    fn position(&self, doc: &Document, line: usize, offset: usize) -> Position {
        let mut start = doc.lines.start(line);
        if line == 0 && offset > 0 && doc.text.starts_with('\u{feff}') {
            start += '\u{feff}'.len_utf8();
        }
        let column = self.chars(doc, start.min(offset), offset) as u32 + 1;
        Position { line: line as u32 + 1, column }
    }

    /// The details with the positions of their places in this document.
    fn details(&self, doc: &Document, mut details: Box<Details>) -> Box<Details> {
        for related in details.related.iter_mut().filter(|related| related.path.is_none()) {
            let place = |offset| self.position(doc, doc.line_of(offset), offset);
            related.start = place(related.span.start());
            related.end = place(related.span.end());
        }
        details
    }
}

/// Makes the fingerprints of one document's findings, in the order of place.
struct Fingerprinter {
    path: u64,
    /// Where each heading starts, and a hash of the headings that lead to what follows it.
    outline: Vec<(u32, u64)>,
    /// Of the headings, how many stand before the last diagnostic.
    passed: usize,
    /// How often each combination of rule, place and headings has been seen.
    seen: HashMap<u64, u64>,
    /// The line whose hash was computed last, since many findings stand on one line.
    line: Option<(usize, u64)>,
}

impl Fingerprinter {
    fn new(doc: &Document, path: &str, count: usize) -> Self {
        Fingerprinter {
            path: path_hash(path),
            outline: outline(doc),
            passed: 0,
            seen: HashMap::with_capacity_and_hasher(count, foldhash::fast::RandomState::default()),
            line: None,
        }
    }

    /// By what a diagnostic is known again that starts in this line (from 0).
    fn next(&mut self, doc: &Document, line: usize, diagnostic: &Diagnostic) -> Fingerprinted {
        let rule = diagnostic.rule;
        let place = match rule.is_of_page() {
            true => rule.stable_hash(),
            false => {
                let headings = self.headings(diagnostic.span.start);
                mix([rule.stable_hash(), headings, self.line_hash(doc, line), 0])
            }
        };
        let occurrence = self.seen.entry(place).or_default();
        *occurrence += 1;
        let fingerprint = Fingerprint(mix([place, *occurrence, 0, 0]) ^ self.path);
        Fingerprinted { fingerprint, place }
    }

    /// A hash of the headings that lead to an offset.
    fn headings(&mut self, offset: u32) -> u64 {
        while self.outline.get(self.passed).is_some_and(|(start, _)| *start <= offset) {
            self.passed += 1;
        }
        self.passed.checked_sub(1).map_or(0, |index| self.outline[index].1)
    }

    fn line_hash(&mut self, doc: &Document, line: usize) -> u64 {
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

fn path_hash(path: &str) -> u64 {
    xxh3_64(path.as_bytes())
}

/// The fingerprint that a finding of the file `from` has if the file's path is `to`, such as the
/// path from another directory.
pub fn moved(fingerprint: Fingerprint, from: &str, to: &str) -> Fingerprint {
    Fingerprint(fingerprint.0 ^ path_hash(from) ^ path_hash(to))
}

/// One hash of four.
fn mix(parts: [u64; 4]) -> u64 {
    let mut bytes = [0; 32];
    for (slot, part) in bytes.chunks_exact_mut(8).zip(parts) {
        slot.copy_from_slice(&part.to_le_bytes());
    }
    xxh3_64(&bytes)
}

/// The hash of a text in which the amount of white space does not matter.
fn normalized_hash(text: &str) -> u64 {
    let text = text.trim_ascii();
    if is_evenly_spaced(text.as_bytes()) {
        return xxh3_64(text.as_bytes());
    }
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    xxh3_64(words.join(" ").as_bytes())
}

/// Whether a text without white space at its ends has no tabs, and spaces only one by one.
fn is_evenly_spaced(bytes: &[u8]) -> bool {
    const WIDTH: usize = 16;
    let mut uneven = u8x16::ZERO;
    let mut look = |window: &[u8; WIDTH + 1]| {
        let part = |from| window[from..].first_chunk().copied().map(u8x16::new);
        let (bytes, next) = (part(0).expect("16 bytes"), part(1).expect("16 bytes"));
        let is = |bytes: u8x16, byte| bytes.simd_eq(u8x16::splat(byte));
        uneven |= (is(bytes, b' ') & is(next, b' ')) | is(bytes, b'\t') | is(bytes, b'\x0c');
    };
    let mut at = 0;
    while let Some(window) = bytes[at..].first_chunk() {
        look(window);
        at += WIDTH;
    }
    match bytes.last_chunk() {
        Some(window) => look(window),
        None => {
            return !bytes
                .windows(2)
                .any(|pair| pair == b"  " || matches!(pair[0], b'\t' | b'\x0c'));
        }
    }
    uneven.to_bitmask() == 0
}

/// For each heading, the hash of its text and of those above it in the outline.
fn outline(doc: &Document) -> Vec<(u32, u64)> {
    let mut open: Vec<(u8, u64)> = Vec::new();
    let mut outline = Vec::with_capacity(doc.headings.len());
    for heading in &doc.headings {
        while open.last().is_some_and(|(level, _)| *level >= heading.level) {
            open.pop();
        }
        let above = open.last().map_or(0, |(_, hash)| *hash);
        let hash = mix([above, normalized_hash(doc.slice(heading.content)), 0, 0]);
        open.push((heading.level, hash));
        outline.push((heading.span.start, hash));
    }
    outline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_evenly_spaced_or_not_wherever_it_shows() {
        for length in 0..80 {
            let even = "a b".repeat(27)[..length].trim_ascii().to_owned();
            assert!(is_evenly_spaced(even.as_bytes()), "{even:?}");
            for at in 1..even.len() {
                for space in ["  ", "\t", "\x0c"] {
                    let uneven = format!("{}{space}{}", &even[..at], &even[at..]);
                    assert!(!is_evenly_spaced(uneven.as_bytes()), "{uneven:?}");
                }
            }
        }
    }
}
