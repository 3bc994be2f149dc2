//! ST001

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::structure::Amount;
use crate::text::{count, plural};

/// A page of a few words answers no question: it was begun and forgotten, or belongs into
/// another page.
///
/// Text, code and code blocks count, markup and addresses do not; a character of a
/// script without spaces counts as a word.
///
/// ```markdown bad
/// # Installation
///
/// To be written.
/// ```
///
/// ```markdown good {"words": 5, "characters": 20}
/// # Installation
///
/// Download the archive, unpack it, and add the directory to your path.
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TooShort {
    /// Fewest characters of a page; 0 for any number.
    characters: usize,
    /// Fewest words of a page; 0 for any number.
    words: usize,
}

impl Default for TooShort {
    fn default() -> Self {
        TooShort { characters: 100, words: 20 }
    }
}

impl Rule for TooShort {
    const META: Meta = Meta {
        id: "ST001",
        name: "content-too-short",
        tags: &["content"],
        summary: "pages should not be too short",
        of_page: true,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let enough = Amount { characters: self.characters, words: self.words };
        let Amount { characters, words } = Amount::up_to(page, page.body, enough);
        let few_characters = characters < self.characters;
        let few_words = words < self.words;
        if !few_characters && !few_words {
            return;
        }
        let place = page.first_line(page.first_content().unwrap_or(page.body));
        let found = (plural(characters, "character"), plural(words, "word"));
        let expected = (count(self.characters), count(self.words));
        let (found, expected) = match (few_characters, few_words) {
            (true, true) => (
                format!("{} and {}", found.0, found.1),
                format!("{} and {}", expected.0, expected.1),
            ),
            (true, false) => (found.0, expected.0),
            _ => (found.1, expected.1),
        };
        out.report(place, message!("the page has {}, expected at least {}", found, expected));
    }
}
