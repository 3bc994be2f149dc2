//! MD048

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::message;
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
    style: FenceStyleName,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum FenceStyleName {
    #[default]
    Consistent,
    Backtick,
    Tilde,
    // What a file of markdownlint says that is no style: nothing is written so.
    #[serde(rename = "(unknown)")]
    #[schemars(skip)]
    Unknown,
}

impl FenceStyleName {
    fn name(self) -> &'static str {
        match self {
            FenceStyleName::Consistent => "consistent",
            FenceStyleName::Backtick => "backticks",
            FenceStyleName::Tilde => "tildes",
            FenceStyleName::Unknown => "(unknown)",
        }
    }
}

impl Rule for FenceStyle {
    const META: Meta = Meta {
        id: "MD048",
        name: "code-fence-style",
        tags: &["code"],
        summary: "code fences should use one character consistently",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut expected = self.style;
        for fence in page.code_blocks.iter().filter_map(|block| block.fence) {
            let tilde = page.text.as_bytes()[fence.start()] == b'~';
            let found = if tilde { FenceStyleName::Tilde } else { FenceStyleName::Backtick };
            if expected == FenceStyleName::Consistent {
                expected = found;
            }
            if found != expected {
                let message =
                    message!("expected a fence of {}, found {}", expected.name(), found.name());
                out.report(fence, message);
            }
        }
    }
}
