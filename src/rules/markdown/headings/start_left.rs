//! MD023

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Fix;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};

/// Headings start at the left: at the first column, or where the block quote or list item starts
/// that they are in. Indented ones are easily overlooked, one more space makes code of them,
/// and some parsers take them for text.
///
/// ```markdown bad
///   # Introduction
/// ```
///
/// ```markdown good
/// # Introduction
/// ```
///
/// # Fixes
///
/// Removes the spaces before the heading.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct StartLeft {}

impl Rule for StartLeft {
    const META: Meta = Meta {
        id: "MD023",
        name: "heading-start-left",
        tags: &["headings", "spaces"],
        summary: "headings should start at the beginning of the line",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for heading in &page.headings {
            if let Some(indent) = page.last_indent(heading.node) {
                out.report(indent, "heading is indented, expected it at the left")
                    .with(Fix::safe(indent, ""));
            }
        }
    }
}
