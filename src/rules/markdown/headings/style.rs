//! MD003

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::message;
use crate::document::HeadingStyle;
use crate::rules::{Meta, Page, Rule, Sink};

/// Headings of one page look alike in the source, so that readers of the source and tools that
/// search it find them all.
///
/// ```markdown bad
/// # Written one way
///
/// Written another way
/// -------------------
/// ```
///
/// ```markdown good
/// # Written one way
///
/// ## And the same way again
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HeadingStyleName {
    /// Which style headings have; `consistent` takes that of the first one.
    style: WantedHeading,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum WantedHeading {
    #[default]
    Consistent,
    Atx,
    AtxClosed,
    Setext,
    /// Underlined for levels 1 and 2, which is all that underlines can say, and `#` below.
    SetextWithAtx,
    SetextWithAtxClosed,
    // What a file of markdownlint says that is no style: nothing is written so.
    #[serde(rename = "(unknown)")]
    #[schemars(skip)]
    Unknown,
}

impl WantedHeading {
    /// The style for a heading of this level, when `first` is the style of the first heading.
    fn for_level(self, level: u8, first: HeadingStyle) -> Option<HeadingStyle> {
        Some(match self {
            WantedHeading::Unknown => return None,
            WantedHeading::Consistent => first,
            WantedHeading::Atx => HeadingStyle::Atx,
            WantedHeading::AtxClosed => HeadingStyle::AtxClosed,
            WantedHeading::Setext => HeadingStyle::Setext,
            WantedHeading::SetextWithAtx | WantedHeading::SetextWithAtxClosed if level <= 2 => {
                HeadingStyle::Setext
            }
            WantedHeading::SetextWithAtx => HeadingStyle::Atx,
            WantedHeading::SetextWithAtxClosed => HeadingStyle::AtxClosed,
        })
    }
}

impl Rule for HeadingStyleName {
    const META: Meta = Meta {
        id: "MD003",
        name: "heading-style",
        tags: &["headings"],
        summary: "heading style should be consistent",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(first) = page.headings.first() else { return };
        for heading in &page.headings {
            let expected = self.style.for_level(heading.level, first.style);
            if Some(heading.style) != expected {
                let expected = expected.map_or("(unknown)", HeadingStyle::name);
                let message =
                    message!("expected style {}, found {}", expected, heading.style.name());
                out.report(heading.span, message);
            }
        }
    }
}
