//! MD046

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::{Meta, Page, Rule, Sink};

/// Code blocks of one page are either fenced or indented. Fences can name a language, and show
/// where code ends; indented code is easily taken for text of a list, and the other way round.
///
/// ````markdown bad
/// ```sh
/// make
/// ```
///
/// Then:
///
///     make install
/// ````
///
/// ````markdown good
/// ```sh
/// make
/// ```
///
/// Then:
///
/// ```sh
/// make install
/// ```
/// ````
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BlockStyle {
    /// How code blocks are written; `consistent` takes the way of the first one.
    style: Style,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Style {
    #[default]
    Consistent,
    Fenced,
    Indented,
    // What a file of markdownlint says that is no style: nothing is written so.
    #[serde(rename = "(unknown)")]
    #[schemars(skip)]
    Unknown,
}

impl Style {
    fn name(self) -> &'static str {
        match self {
            Style::Consistent => "consistent",
            Style::Fenced => "fenced",
            Style::Indented => "indented",
            Style::Unknown => "(unknown)",
        }
    }
}

impl Rule for BlockStyle {
    const META: Meta = Meta {
        id: "MD046",
        name: "code-block-style",
        tags: &["code"],
        summary: "code blocks are all fenced or all indented",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut expected = self.style;
        for block in &page.code_blocks {
            let found = if block.fence.is_some() { Style::Fenced } else { Style::Indented };
            if expected == Style::Consistent {
                expected = found;
            }
            if found != expected {
                let message = format!("expected {} code, found {}", expected.name(), found.name());
                out.report(block.fence.unwrap_or(block.span), message);
            }
        }
    }
}
