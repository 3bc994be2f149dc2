//! Places in a text: byte spans, lines, and the line and column that people count.

mod numbers;

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};
use wide::u8x64;

pub use numbers::{count, plural};

/// A range of bytes in a document's text: `start` is in it, `end` is not.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The span of `start..end`; offsets are bytes, and documents are smaller than 4 GiB.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end && end <= u32::MAX as usize);
        Span { start: start as u32, end: end as u32 }
    }

    /// The empty span before the byte at `offset`.
    pub fn at(offset: usize) -> Self {
        Span::new(offset, offset)
    }

    pub fn start(self) -> usize {
        self.start as usize
    }

    pub fn end(self) -> usize {
        self.end as usize
    }

    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the byte at `offset` lies in the span.
    pub fn contains(self, offset: usize) -> bool {
        self.range().contains(&offset)
    }

    /// Whether the two spans share a byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The bytes of `text` that the span covers.
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Span::new(range.start, range.end)
    }
}

/// Where something stands for a reader: line and column start at 1, columns count characters
/// (Unicode scalar values), and a tab is one character.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// Whether one of the spans, which are in order and do not overlap, holds the byte at `offset`.
pub fn any_contains(spans: &[Span], offset: usize) -> bool {
    let after = spans.partition_point(|span| span.start() <= offset);
    after.checked_sub(1).is_some_and(|last| spans[last].contains(offset))
}

/// The starts of all lines of a text. Lines end at CR LF, CR or LF, so a text that ends in a
/// line ending has one more, empty, line.
#[derive(Debug, Default)]
pub struct LineIndex {
    /// Byte offset of each line's first byte.
    starts: Vec<u32>,
    /// Length of the text in bytes.
    len: u32,
    /// The line ending that occurs most.
    ending: &'static str,
    lone_cr: bool,
    ascii: bool,
    /// The line that was asked for last: the next one mostly is near.
    recent: AtomicU32,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let mut lines = LineIndex::default();
        lines.read(text);
        lines
    }

    /// Becomes the index of another text, in the room that it has already.
    pub fn read(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let starts = &mut self.starts;
        starts.clear();
        starts.push(0);
        let (mut crs, mut all) = (u8x64::ZERO, u8x64::ZERO);
        let look = |bytes: u8x64, _| {
            crs |= bytes.simd_eq(u8x64::splat(b'\r'));
            all |= bytes;
            bytes.simd_eq(u8x64::splat(b'\n')).to_bitmask()
        };
        for_each_match(bytes, look, |at| starts.push(at as u32 + 1));
        let lf = starts.len() - 1;
        let (mut crlf, mut cr) = (0, 0);
        if crs.to_bitmask() != 0 {
            for at in memchr::memchr_iter(b'\r', bytes) {
                if bytes.get(at + 1) == Some(&b'\n') {
                    crlf += 1;
                } else {
                    cr += 1;
                    starts.push(at as u32 + 1);
                }
            }
            starts.sort_unstable();
        }
        self.ending = if lf - crlf >= crlf.max(cr) {
            "\n"
        } else if crlf >= cr {
            "\r\n"
        } else {
            "\r"
        };
        self.len = bytes.len() as u32;
        (self.lone_cr, self.ascii) = (cr > 0, all.to_bitmask() == 0);
        *self.recent.get_mut() = 0;
    }

    /// The line ending that occurs most; `\n` if there is none.
    pub fn ending(&self) -> &'static str {
        self.ending
    }

    /// Whether some line ends at a CR alone.
    pub fn has_lone_cr(&self) -> bool {
        self.lone_cr
    }

    /// Whether every character of the text is one byte long.
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// Number of lines; at least 1.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line (from 0) that holds the byte at `offset`.
    pub fn line_at(&self, offset: usize) -> usize {
        let is_before = |start: &u32| *start as usize <= offset;
        let recent = self.recent.load(Ordering::Relaxed) as usize;
        let (before, after) = self.starts.split_at(recent + 1);
        let line = match before.last().is_some_and(is_before) {
            false => before.partition_point(is_before) - 1,
            true => match after.iter().take(4).position(|start| !is_before(start)) {
                Some(lines) => recent + lines,
                None => recent + after.partition_point(is_before),
            },
        };
        self.recent.store(line as u32, Ordering::Relaxed);
        line
    }

    /// Byte offset of the first byte of a line (from 0).
    pub fn start(&self, line: usize) -> usize {
        self.starts[line] as usize
    }

    /// Byte offset one past the line ending of a line (from 0).
    pub fn next_start(&self, line: usize) -> usize {
        self.starts.get(line + 1).map_or(self.len as usize, |&start| start as usize)
    }

    /// The span of a line (from 0) without its line ending.
    pub fn span(&self, text: &str, line: usize) -> Span {
        let start = self.start(line);
        let bytes = &text.as_bytes()[start..self.next_start(line)];
        let ending = match bytes {
            [.., b'\r', b'\n'] => 2,
            [.., b'\n' | b'\r'] => 1,
            _ => 0,
        };
        Span::new(start, start + bytes.len() - ending)
    }

    /// Line and column of the byte at `offset`; the byte order mark counts as no column.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.line_at(offset);
        let start = self.start(line);
        let before = &text.as_bytes()[start..offset];
        let before = before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(before);
        Position { line: line as u32 + 1, column: chars(before) as u32 + 1 }
    }
}

/// How many bytes are looked at as one.
const WIDTH: usize = 64;

/// Tells `found` the offsets, in order, at which `look` sets a bit. It is given 64 bytes, and the 64
/// that start one byte later; after the end there are zeros.
///
/// For bytes that occur every few dozen bytes this is quicker than a search for each next one.
pub(crate) fn for_each_match(
    bytes: &[u8],
    mut look: impl FnMut(u8x64, u8x64) -> u64,
    mut found: impl FnMut(usize),
) {
    let mut tell = |mut mask: u64, at: usize| {
        while mask != 0 {
            found(at + mask.trailing_zeros() as usize);
            mask &= mask - 1;
        }
    };
    let mut see = |window: &[u8; WIDTH + 1]| {
        let part = |from| window[from..].first_chunk().copied().map(u8x64::new);
        look(part(0).expect("64 bytes"), part(1).expect("64 bytes"))
    };
    // Looking and telling by turns would keep neither in registers.
    let mut masks = [0; 64];
    let mut at = 0;
    loop {
        let mut seen = 0;
        while let Some(mask) = masks.get_mut(seen)
            && let Some(window) = bytes[at + seen * WIDTH..].first_chunk()
        {
            *mask = see(window);
            seen += 1;
        }
        for mask in &masks[..seen] {
            tell(*mask, at);
            at += WIDTH;
        }
        if seen < masks.len() {
            break;
        }
    }
    let mut last = [0; WIDTH + 1];
    last[..bytes.len() - at].copy_from_slice(&bytes[at..]);
    tell(see(&last), at);
}

/// Number of characters in UTF-8 bytes.
pub fn chars(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// Number of UTF-16 code units of a text: the unit in which markdownlint counts lengths.
pub fn utf16_len(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(char::len_utf16).sum()
}

/// Whether JavaScript's `\s` matches, which is what markdownlint means by white space.
pub fn is_js_space(character: char) -> bool {
    matches!(character,
        '\t'..='\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}'
        | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_every_kind_of_ending() {
        let text = "a\nb\r\nc\rd\n";
        let index = LineIndex::new(text);
        let lines: Vec<_> =
            (0..index.count()).map(|line| index.span(text, line).of(text)).collect();
        assert_eq!(lines, ["a", "b", "c", "d", ""]);
        assert_eq!(index.ending(), "\n");
        assert_eq!(LineIndex::new("a\r\nb\nc\r\n").ending(), "\r\n");
    }

    #[test]
    fn lines_are_found_in_texts_of_every_length() {
        let text = "a\nbc\n\ndef\r\n".repeat(800);
        for length in (0..200).chain(4_050..4_250).chain(8_150..8_300) {
            let text = &text[..length];
            let index = LineIndex::new(text);
            let starts: Vec<_> = (0..index.count()).map(|line| index.start(line)).collect();
            let ends = text.match_indices(['\n', '\r']).map(|(at, _)| at + 1);
            let is_start =
                |at: &usize| text.as_bytes()[at - 1] == b'\n' || !text[*at..].starts_with('\n');
            let expected: Vec<_> = std::iter::once(0).chain(ends.filter(is_start)).collect();
            assert_eq!(starts, expected, "{length}");
            for at in 0..=length {
                let line = expected.partition_point(|&start| start <= at) - 1;
                assert_eq!(index.line_at(at), line, "{at} of {length}");
            }
        }
    }

    #[test]
    fn columns_count_characters() {
        let text = "\u{feff}日本\t😀x\n";
        let index = LineIndex::new(text);
        let at = text.find('x').unwrap();
        assert_eq!(index.position(text, at), Position { line: 1, column: 5 });
        assert_eq!(index.position(text, text.len()), Position { line: 2, column: 1 });
    }
}
