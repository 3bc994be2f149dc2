//! How much a page says: characters and words as readers see them.

use crate::document::{Document, Kind};
use crate::text::Span;

/// Characters and words of a stretch of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    /// Without white space at the ends of lines and markup.
    pub(crate) characters: usize,
    pub(crate) words: usize,
}

impl Amount {
    /// What the text, code and code blocks that start in `span` hold. Markup, addresses of links
    /// and HTML do not count.
    pub(crate) fn of(doc: &Document, span: Span) -> Amount {
        Amount::up_to(doc, span, Amount { characters: usize::MAX, words: usize::MAX })
    }

    /// The same, but counts no further once there is `enough` of both.
    pub(crate) fn up_to(doc: &Document, span: Span, enough: Amount) -> Amount {
        let first = doc.nodes.partition_point(|node| node.span.start < span.start);
        let mut amount = Amount::default();
        // A word may be cut into several nodes, as by an emphasis in it.
        let mut reached = 0;
        for node in doc.nodes[first..].iter().take_while(|node| node.span.start < span.end) {
            if matches!(node.kind, Kind::Text | Kind::Code | Kind::CodeBlock) {
                let goes_on = reached > 0
                    && doc.text[reached.min(node.span.start())..node.span.start()]
                        .bytes()
                        .all(|byte| matches!(byte, b'*' | b'_' | b'~' | b'\\'));
                let text = doc.slice(node.span);
                // White space at the end of a text node stands before what goes on the line.
                amount.add(if node.kind == Kind::Text { text } else { text.trim() }, goes_on);
                reached = node.span.end();
                if amount.characters >= enough.characters && amount.words >= enough.words {
                    break;
                }
            }
        }
        amount
    }

    fn add(&mut self, text: &str, goes_on: bool) {
        if text.is_ascii() {
            return self.add_ascii(text.as_bytes(), goes_on);
        }
        let mut in_word = goes_on;
        for character in text.chars() {
            self.characters += 1;
            if is_ideograph(character) {
                self.words += 1;
                in_word = false;
            } else if character.is_whitespace() {
                in_word = false;
            } else if !in_word && character.is_alphanumeric() {
                self.words += 1;
                in_word = true;
            }
        }
    }

    /// The same without a branch for each character, which most text allows.
    fn add_ascii(&mut self, text: &[u8], goes_on: bool) {
        let mut in_word = goes_on;
        self.characters += text.len();
        for byte in text {
            let starts = !in_word & byte.is_ascii_alphanumeric();
            self.words += usize::from(starts);
            in_word = (in_word | starts) & !matches!(byte, b'\t'..=b'\r' | b' ');
        }
    }
}

/// Whether the character is a word by itself, in scripts without spaces between words.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
        && !matches!(character, '\u{3000}'..='\u{303F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> (usize, usize) {
        let doc = Document::parse(text);
        let Amount { characters, words } = Amount::of(&doc, doc.body);
        (characters, words)
    }

    #[test]
    fn what_readers_see_is_counted() {
        assert_eq!(amount("one two\n"), (7, 2));
        assert_eq!(amount("# one\n\n*t*wo [three](https://example.com/)\n"), (12, 3));
        assert_eq!(amount("<div class=\"long\">\n</div>\n"), (0, 0));
        assert_eq!(amount("---\ntitle: a long title\n---\none\n"), (3, 1));
        assert_eq!(amount("文档很短。\n"), (5, 4));
    }

    #[test]
    fn it_makes_no_difference_whether_all_characters_are_ascii() {
        for text in ["it's 1.5 a\tb\u{b}c - d_e\u{1c}f", " a ", "", "x"] {
            for goes_on in [false, true] {
                let (mut quick, mut slow) = (Amount::default(), Amount::default());
                quick.add(text, goes_on);
                slow.add(&format!("{text}…"), goes_on);
                assert_eq!((quick.characters + 1, quick.words), (slow.characters, slow.words));
            }
        }
    }
}
