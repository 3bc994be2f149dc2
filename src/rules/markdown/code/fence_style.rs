//! MD048

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::{Meta, Page, Rule, Sink};

/// Code fences of one page are made of the same character, so that they are found by eye and by
/// search.
///
/// ````markdown bad
/// ```sh
/// make
/// ```
///
/// ~~~sh
/// make install
/// ~~~
/// ````
///
/// ````markdown good
/// ```sh
/// make
/// ```
///
/// ```sh
/// make install
/// ```
/// ````
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FenceStyle {
    /// Which character fences are made of; `consistent` takes that of the first one.
    style: Style,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Style {
    #[default]
    Consistent,
    Backtick,
    Tilde,
    // What a file of markdownlint says that is no style: nothing is written so.
    #[serde(rename = "(unknown)")]
    #[schemars(skip)]
    Unknown,
}

impl Style {
    fn name(self) -> &'static str {
        match self {
            Style::Consistent => "consistent",
            Style::Backtick => "backticks",
            Style::Tilde => "tildes",
            Style::Unknown => "(unknown)",
        }
    }
}

impl Rule for FenceStyle {
    const META: Meta = Meta {
        id: "MD048",
        name: "code-fence-style",
        tags: &["code"],
        summary: "code fences are made of the same character",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut expected = self.style;
        for fence in page.code_blocks.iter().filter_map(|block| block.fence) {
            let tilde = page.text.as_bytes()[fence.start()] == b'~';
            let found = if tilde { Style::Tilde } else { Style::Backtick };
            if expected == Style::Consistent {
                expected = found;
            }
            if found != expected {
                let message =
                    format!("expected a fence of {}, found {}", expected.name(), found.name());
                out.report(fence, message);
            }
        }
    }
}
