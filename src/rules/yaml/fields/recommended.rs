//! YAML006

use schemars::JsonSchema;
use serde::Deserialize;

use super::names;
use crate::rules::{Activation, Meta, Page, Rule, Sink};

/// Some fields make a page better: search engines and link previews show its description.
///
/// Pages without front matter are not checked.
///
/// ```markdown bad
/// ---
/// title: Install the tool
/// ---
/// ```
///
/// ```markdown good
/// ---
/// title: Install the tool
/// description: How to install the tool on your computer
/// ---
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Recommended {
    /// The fields.
    fields: Vec<String>,
}

impl Default for Recommended {
    fn default() -> Self {
        Recommended { fields: vec!["description".to_owned()] }
    }
}

impl Rule for Recommended {
    const META: Meta = Meta {
        id: "YAML006",
        name: "recommended-fields",
        tags: &["front_matter", "fields"],
        summary: "front matter should have the recommended fields",
        runs: Activation::OnRequest,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        names::check_present(page, &self.fields, "which every page should have", out);
    }
}
