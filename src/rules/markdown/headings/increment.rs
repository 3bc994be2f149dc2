//! MD001

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::rules::markdown::title::TitlePattern;
use crate::rules::{Meta, Page, Rule, Sink};

/// Skipping a level, such as going from `#` straight to `###`, leaves a hole in the outline
/// that screen readers and tables of contents trip over.
///
/// A title in the front matter counts as the level 1 heading.
///
/// ```markdown bad
/// # Title
///
/// ### Too deep
/// ```
///
/// ```markdown good
/// # Title
///
/// ## One step down
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Increment {
    /// Regular expression that finds a title in the front matter; empty for none.
    front_matter_title: TitlePattern,
}

impl Rule for Increment {
    const META: Meta = Meta {
        id: "MD001",
        name: "heading-increment",
        tags: &["headings"],
        summary: "headings should increment by one level at a time",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut allowed = if self.front_matter_title.matches(page) { 2 } else { 6 };
        for heading in &page.headings {
            if heading.level > allowed {
                out.report(
                    heading.span,
                    message!("expected h{}, found h{}", allowed, heading.level),
                );
            }
            allowed = heading.level + 1;
        }
    }
}
