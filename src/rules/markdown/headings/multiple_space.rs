//! MD019

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Fix, message};
use crate::document::HeadingStyle;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// One space divides the `#` of a heading from its text. More do nothing, and make headings
/// harder to search for.
///
/// ```markdown bad
/// #   Introduction
/// ```
///
/// ```markdown good
/// # Introduction
/// ```
///
/// # Fixes
///
/// Removes all spaces after the `#` but one.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MultipleSpace {}

impl Rule for MultipleSpace {
    const META: Meta = Meta {
        id: "MD019",
        name: "no-multiple-space-atx",
        tags: &["headings", "atx", "spaces"],
        summary: "no multiple spaces after the hashes of a heading",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for heading in &page.headings {
            if heading.style == HeadingStyle::Atx {
                check_space(heading.opening_space(&page.text), "after the `#`", out);
            }
        }
    }
}

/// Reports white space of more than one character; the fix leaves the first one.
pub(super) fn check_space(space: Span, place: &str, out: &mut Sink) {
    if space.len() > 1 {
        let surplus = Span::new(space.start() + 1, space.end());
        let message = message!("expected one space {}, found {}", place, space.len());
        out.report(surplus, message).with(Fix::safe(surplus, ""));
    }
}
