//! MD021

use schemars::JsonSchema;
use serde::Deserialize;

use super::multiple_space::check_space;
use crate::document::HeadingStyle;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};

/// In a heading that is closed with `#`, one space is on each side of the text. More do
/// nothing, and make headings harder to search for.
///
/// ```markdown bad
/// #  Introduction  #
/// ```
///
/// ```markdown good
/// # Introduction #
/// ```
///
/// # Fixes
///
/// Removes all spaces but one on each side of the text.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MultipleSpaceClosed {}

impl Rule for MultipleSpaceClosed {
    const META: Meta = Meta {
        id: "MD021",
        name: "no-multiple-space-closed-atx",
        tags: &["headings", "atx_closed", "spaces"],
        summary: "no multiple spaces inside the hashes of a closed heading",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for heading in &page.headings {
            if heading.style == HeadingStyle::AtxClosed {
                check_space(heading.opening_space(&page.text), "after the opening `#`", out);
                check_space(heading.closing_space(&page.text), "before the closing `#`", out);
            }
        }
    }
}
