//! MD040

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::Span;

/// The language after the opening fence lets renderers highlight the code, and tools check it.
/// What is no language can be called `text`.
///
/// ````markdown bad
/// ```
/// fn main() {}
/// ```
/// ````
///
/// ````markdown good
/// ```rust
/// fn main() {}
/// ```
/// ````
///
/// A list of allowed languages keeps their names uniform; letter case matters:
///
/// ````markdown bad {"allowed_languages": ["sh", "text"]}
/// ```bash
/// make
/// ```
/// ````
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Language {
    /// The languages that may be used; empty for any.
    allowed_languages: Vec<String>,
    /// Whether nothing may follow the language.
    language_only: bool,
}

impl Rule for Language {
    const META: Meta = Meta {
        id: "MD040",
        name: "fenced-code-language",
        tags: &["code", "language"],
        summary: "fenced code blocks should have a language specified",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for block in &page.code_blocks {
            let Some(fence) = block.fence else { continue };
            let language = block.language(&page.text);
            let end = block.info.start() + language.len();
            if language.is_empty() {
                out.report(fence, "expected a language after the fence, found none");
            } else if !self.allows(language) {
                let message = message!("language `{}` is not among the allowed ones", language);
                out.report(Span::new(block.info.start(), end), message);
            }
            if self.language_only && end < block.info.end() {
                let rest = page.text[end..block.info.end()].trim_start();
                let span = Span::new(block.info.end() - rest.len(), block.info.end());
                out.report(span, message!("expected only a language, also found `{}`", rest));
            }
        }
    }
}

impl Language {
    fn allows(&self, language: &str) -> bool {
        self.allowed_languages.is_empty()
            || self.allowed_languages.iter().any(|allowed| allowed == language)
    }
}
