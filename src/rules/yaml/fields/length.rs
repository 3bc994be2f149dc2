//! YAML009 and YAML010

use schemars::JsonSchema;
use serde::Deserialize;

use super::names;
use crate::diagnostic::message;
use crate::document::Document;
use crate::rules::{Activation, Meta, Page, Rule, Sink};
use crate::text::{count, plural};

/// A title of one short word says little in a list of search results, and a very long one is cut
/// off there.
///
/// ```markdown bad
/// ---
/// title: Setup
/// ---
/// ```
///
/// ```markdown good
/// ---
/// title: Setup of the tool
/// ---
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TitleLength {
    /// Fewest characters.
    minimum: usize,
    /// Most characters.
    maximum: usize,
}

/// A description is what search engines show under the title: a short one wastes the place, and a
/// long one is cut off.
///
/// ```markdown bad
/// ---
/// description: How to set up the tool
/// ---
/// ```
///
/// ```markdown good
/// ---
/// description: How to set up the tool on your own computer, step by step
/// ---
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DescriptionLength {
    /// Fewest characters.
    minimum: usize,
    /// Most characters.
    maximum: usize,
}

impl Default for TitleLength {
    fn default() -> Self {
        TitleLength { minimum: 10, maximum: 100 }
    }
}

impl Default for DescriptionLength {
    fn default() -> Self {
        DescriptionLength { minimum: 50, maximum: 160 }
    }
}

impl Rule for TitleLength {
    const META: Meta = Meta {
        id: "YAML009",
        name: "title-length",
        tags: &["front_matter", "fields"],
        summary: "the front matter title should have a suitable length",
        runs: Activation::OnRequest,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        check_length(page, "title", self.minimum, self.maximum, out);
    }
}

impl Rule for DescriptionLength {
    const META: Meta = Meta {
        id: "YAML010",
        name: "description-length",
        tags: &["front_matter", "fields"],
        summary: "the front matter description should have a suitable length",
        runs: Activation::OnRequest,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        check_length(page, "description", self.minimum, self.maximum, out);
    }
}

fn check_length(doc: &Document, name: &str, minimum: usize, maximum: usize, out: &mut Sink) {
    let Some(fields) = names::of(doc) else { return };
    let Some(value) = fields.get(name).filter(|&value| !fields.is_empty(value)) else { return };
    let Some(text) = fields.tree.as_str(value) else { return };
    let length = text.trim().chars().count();
    let expected = match length {
        _ if length < minimum => format!("at least {}", count(minimum)),
        _ if length > maximum => format!("at most {}", count(maximum)),
        _ => return,
    };
    let length = plural(length, "character");
    let message = message!("`{}` has {}, expected {}", name, length, expected);
    out.report(doc.first_line(fields.place(value)), message);
}
