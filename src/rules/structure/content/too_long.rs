//! ST002

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Severity, message};
use crate::rules::{Meta, Page, Rule, Sink};
use crate::structure::Amount;
use crate::text::{count, plural};

/// A very long page is slow to load, hard to scan and hard to find things in; several pages with
/// a title of their own serve readers and search engines better.
///
/// Words are counted as `content-too-short` counts them.
///
/// ```markdown bad {"words": 5}
/// # Everything about everything
///
/// It begins at the beginning.
/// ```
///
/// ```markdown good
/// # One thing
///
/// It is soon said.
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TooLong {
    /// Most characters of a page; 0 for any number.
    characters: usize,
    /// Most words of a page; 0 for any number.
    words: usize,
}

impl Default for TooLong {
    fn default() -> Self {
        TooLong { characters: 50_000, words: 10_000 }
    }
}

impl Rule for TooLong {
    const META: Meta = Meta {
        id: "ST002",
        name: "content-too-long",
        tags: &["content"],
        summary: "pages should not exceed a maximum number of words",
        severity: Some(Severity::Info),
        of_page: true,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        // A page cannot say more characters than it has bytes, nor more than a word in two.
        let is_short = |limit: usize| limit == 0 || page.body.len() <= limit;
        if is_short(self.characters) && is_short(self.words.saturating_mul(2)) {
            return;
        }
        let Amount { characters, words } = Amount::of(page, page.body);
        let place = page.first_line(page.first_content().unwrap_or(page.body));
        let (found, limit) = if self.characters > 0 && characters > self.characters {
            (plural(characters, "character"), self.characters)
        } else if self.words > 0 && words > self.words {
            (plural(words, "word"), self.words)
        } else {
            return;
        };
        let message = message!("the page has {}, expected at most {}", found, count(limit));
        out.report(place, message);
    }
}
