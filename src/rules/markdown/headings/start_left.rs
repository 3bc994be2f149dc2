//! MD023

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Fix;
use crate::document::Document;
use crate::rules::{Fixable, Meta, Rule, Sink};

/// Headings start at the left: at the first column, or where the block quote or list item starts
/// that they stand in. Indented ones are easily overlooked, one more space makes code of them,
/// and some parsers take them for text.
///
/// ```markdown bad
///   # Introduction
/// ```
///
/// ```markdown good
/// # Introduction
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct StartLeft {}

impl Rule for StartLeft {
    const META: Meta = Meta {
        id: "MD023",
        name: "heading-start-left",
        tags: &["headings", "spaces"],
        summary: "headings are not indented",
        fixable: Fixable::Safe,
        ..Meta::DEFAULT
    };

    fn check(&self, doc: &Document, out: &mut Sink) {
        for heading in &doc.headings {
            if let Some(indent) = doc.last_indent(heading.node) {
                out.report(indent, "heading is indented, expected it at the left")
                    .with(Fix::safe(indent, ""));
            }
        }
    }
}
