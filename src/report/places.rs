//! Lines and columns of what findings change, in time that does not grow with the line.

use crate::document::Document;
use crate::text::{Position, chars};

/// Asks a document for positions that are near each other.
pub(super) struct Places<'d> {
    doc: &'d Document,
    /// The offset that was asked for last, where its line starts, and its position.
    last: Option<(usize, usize, Position)>,
}

impl<'d> Places<'d> {
    pub(super) fn of(doc: &'d Document) -> Self {
        Places { doc, last: None }
    }

    /// The position of an offset: columns count characters, and a byte order mark is none.
    pub(super) fn at(&mut self, offset: usize) -> Position {
        let offset = offset.min(self.doc.text.len());
        let line = self.doc.line_of(offset);
        let start = self.doc.lines.start(line);
        let position = match self.last {
            Some((known, same, position)) if same == start && known >= start + MARK => {
                let bytes = self.doc.text.as_bytes();
                let column = match known <= offset {
                    true => position.column + chars(&bytes[known..offset]) as u32,
                    false if offset >= start + MARK => {
                        position.column - chars(&bytes[offset..known]) as u32
                    }
                    false => self.doc.position(offset).column,
                };
                Position { column, ..position }
            }
            _ => self.doc.position(offset),
        };
        self.last = Some((offset, start, position));
        position
    }

    /// How many bytes stand before an offset in its line, without a byte order mark.
    pub(super) fn bytes_before(&self, offset: usize) -> usize {
        let offset = offset.min(self.doc.text.len());
        let start = self.doc.lines.start(self.doc.line_of(offset));
        let mark = start == 0 && offset >= MARK && self.doc.text.starts_with('\u{feff}');
        offset - start - if mark { MARK } else { 0 }
    }
}

/// Length of a byte order mark.
const MARK: usize = '\u{feff}'.len_utf8();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_document() {
        for text in ["", "a", "\u{feff}日本 x\r\nb\rc\n", "日本語 text\n\n😀 😀 😀\n"] {
            let doc = Document::parse(text);
            let offsets: Vec<usize> =
                (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
            for &from in &offsets {
                for &to in &offsets {
                    let mut places = Places::of(&doc);
                    assert_eq!(places.at(from), doc.position(from), "{text:?}");
                    assert_eq!(places.at(to), doc.position(to), "{text:?} {from} {to}");
                }
            }
        }
    }
}
