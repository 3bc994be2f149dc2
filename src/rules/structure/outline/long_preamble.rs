//! ST007

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Severity, message};
use crate::rules::markdown::title::TitlePattern;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::structure::Amount;
use crate::text::{Span, count, plural};

/// Text before the first heading belongs to no section: it cannot be linked to, and it delays the
/// title. Where the title is in the front matter, the text before the first heading is the
/// page's introduction and may have any length.
///
/// ```markdown bad {"characters": 20}
/// This page starts with a long word of welcome.
///
/// # Title
/// ```
///
/// ```markdown good
/// Beta.
///
/// # Title
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LongPreamble {
    /// Most characters before the first heading.
    characters: usize,
    /// Regular expression that finds a title in the front matter; empty for none.
    front_matter_title: TitlePattern,
}

impl Default for LongPreamble {
    fn default() -> Self {
        LongPreamble { characters: 200, front_matter_title: TitlePattern::default() }
    }
}

impl Rule for LongPreamble {
    const META: Meta = Meta {
        id: "ST007",
        name: "long-preamble",
        tags: &["outline"],
        summary: "preambles should be short",
        severity: Some(Severity::Info),
        of_page: true,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(first) = page.headings.first() else { return };
        let before = Span::new(page.body.start(), first.span.start());
        if before.len() <= self.characters || self.front_matter_title.matches(page) {
            return;
        }
        let (found, limit) = (Amount::of(page, before).characters, self.characters);
        if let Some(content) = page.first_content().filter(|_| found > limit) {
            out.report(
                page.first_line(content),
                message!(
                    "{} before the first heading, expected at most {}",
                    plural(found, "character"),
                    count(limit)
                ),
            );
        }
    }
}
