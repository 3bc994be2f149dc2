//! MD046

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::message;
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
    style: CodeBlockStyleName,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum CodeBlockStyleName {
    #[default]
    Consistent,
    Fenced,
    Indented,
    // What a file of markdownlint says that is no style: nothing is written so.
    #[serde(rename = "(unknown)")]
    #[schemars(skip)]
    Unknown,
}

impl CodeBlockStyleName {
    fn name(self) -> &'static str {
        match self {
            CodeBlockStyleName::Consistent => "consistent",
            CodeBlockStyleName::Fenced => "fenced",
            CodeBlockStyleName::Indented => "indented",
            CodeBlockStyleName::Unknown => "(unknown)",
        }
    }
}

impl Rule for BlockStyle {
    const META: Meta = Meta {
        id: "MD046",
        name: "code-block-style",
        tags: &["code"],
        summary: "code block style should be consistent",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut expected = self.style;
        for block in &page.code_blocks {
            let found = if block.fence.is_some() {
                CodeBlockStyleName::Fenced
            } else {
                CodeBlockStyleName::Indented
            };
            if expected == CodeBlockStyleName::Consistent {
                expected = found;
            }
            if found != expected {
                let message = message!("expected {} code, found {}", expected.name(), found.name());
                out.report(block.fence.unwrap_or(block.span), message);
            }
        }
    }
}
