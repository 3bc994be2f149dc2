//! MD026

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Fix, message};
use crate::document::{Document, Heading};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, is_js_space};

/// A heading names what follows; it is not a sentence. In a table of contents, a link or a search
/// result, a full stop or colon at its end looks like a mistake. Question marks are fine.
///
/// ```markdown bad
/// # How to install:
/// ```
///
/// ```markdown good
/// # How to install
/// ```
///
/// # Fixes
///
/// Removes the punctuation. It changes the words of the heading, and may change its address.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TrailingPunctuation {
    /// Characters that a heading does not end in; empty for none.
    punctuation: String,
}

impl Default for TrailingPunctuation {
    fn default() -> Self {
        TrailingPunctuation { punctuation: ".,;:!。，；：！".to_owned() }
    }
}

impl Rule for TrailingPunctuation {
    const META: Meta = Meta {
        id: "MD026",
        name: "no-trailing-punctuation",
        tags: &["headings"],
        summary: "no trailing punctuation in headings",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for heading in &page.headings {
            if let Some(end) = self.punctuation_at_end(page, heading) {
                // White space before the punctuation goes with it.
                let before = &page.text[heading.content.start()..end.start()];
                let start = heading.content.start() + before.trim_end_matches(is_js_space).len();
                out.report(end, message!("heading ends in `{}`", page.slice(end)))
                    .with(Fix::review(Span::new(start, end.end()), ""));
            }
        }
    }
}

impl TrailingPunctuation {
    fn punctuation_at_end(&self, doc: &Document, heading: &Heading) -> Option<Span> {
        let text = doc.slice(heading.content);
        let rest = text.trim_end_matches(|c| self.punctuation.contains(c));
        if rest.len() == text.len() || ends_in_entity_or_emoji(text) {
            return None;
        }
        Some(Span::new(heading.content.start() + rest.len(), heading.content.end()))
    }
}

/// Whether a text ends in an HTML entity such as `&copy;` or GitHub's name of an emoji such as
/// `:tada:`.
fn ends_in_entity_or_emoji(text: &str) -> bool {
    const VALID: &str = "the pattern is valid";
    static ENTITY: LazyLock<Regex> = LazyLock::new(|| {
        let names = "[a-zA-Z]{2,31}|blk[0-9]{2}|emsp1[34]|frac[0-9]{2}|sup[0-9]|there4";
        Regex::new(&format!("&(?:#[0-9]+|#[xX][0-9a-fA-F]+|{names});$")).expect(VALID)
    });
    static EMOJI: LazyLock<Regex> = LazyLock::new(|| {
        let names = "[abmovx]|[-+]1|100|1234|(?:1st|2nd|3rd)_place_medal|8ball|clock[0-9]{1,4}|\
            e-mail|non-potable_water|o2|t-rex|u5272|u5408|u55b6|u6307|u6708|u6709|u6e80|u7121|\
            u7533|u7981|u7a7a|[a-z]{2,15}2?|[a-z]{1,14}(?:_[a-z0-9]{1,16})+";
        Regex::new(&format!(":(?:{names}):$")).expect(VALID)
    });
    match text.as_bytes().last() {
        Some(b';') => ENTITY.is_match(text),
        Some(b':') => EMOJI.is_match(text),
        _ => false,
    }
}
