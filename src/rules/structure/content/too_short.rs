//! ST001

use schemars::JsonSchema;
use serde::Deserialize;

use crate::rules::{Meta, Page, Rule, Sink};
use crate::structure::Amount;

/// A page of a few words answers no question: it was begun and forgotten, or belongs into
/// another page. Text, code and code blocks count, markup and addresses do not; a character of a
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
/// Download the archive, unpack it, and add the folder to your path.
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
        summary: "a page says enough to be one",
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
        out.report(
            place,
            match (few_characters, few_words) {
                (true, true) => format!(
                    "the page has {characters} characters and {words} words, expected at least {} \
                     and {}",
                    self.characters, self.words
                ),
                (true, false) => format!(
                    "the page has {characters} characters, expected at least {}",
                    self.characters
                ),
                _ => format!("the page has {words} words, expected at least {}", self.words),
            },
        );
    }
}
