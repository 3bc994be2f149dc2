//! What a worker keeps of a page that is done with, so that it need not ask for the memory of the
//! next one: asking, and getting what no cache holds, took more time than most rules.

use std::cell::Cell;

use crate::document::Document;

/// Room for a page, left by another.
#[derive(Default)]
pub struct Scratch(Cell<Option<Box<Document>>>);

impl Scratch {
    /// Up to this size of its text, in bytes, a document is kept.
    const LARGEST: usize = 1 << 20;

    /// A document to parse into: what is in it is another page's.
    pub(super) fn doc(&self) -> Box<Document> {
        self.0.take().unwrap_or_default()
    }

    /// Leaves the room of a page that is done with.
    pub fn recycle(&self, doc: Box<Document>) {
        if doc.text.len() <= Self::LARGEST {
            self.0.set(Some(doc));
        }
    }

    /// Where to put the bytes of a file that is to be parsed.
    pub(super) fn text(&self) -> Vec<u8> {
        let mut doc = self.doc();
        let text = std::mem::take(&mut doc.text);
        self.0.set(Some(doc));
        text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_page_leaves_no_room_behind() {
        let scratch = Scratch::default();
        scratch.recycle(Box::new(Document::parse("# Small\n")));
        assert_eq!(scratch.text().capacity(), "# Small\n".len());
        scratch.recycle(Box::new(Document::parse("a\n".repeat(1 << 20))));
        assert_eq!(scratch.text().capacity(), 0);
    }
}
