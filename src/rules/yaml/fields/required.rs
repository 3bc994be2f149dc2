//! YAML005

use schemars::JsonSchema;
use serde::Deserialize;

use super::names;
use crate::diagnostic::Severity;
use crate::document::Document;
use crate::rules::{Meta, Rule, Sink};

/// Some fields every page needs: without a title, navigation and search results have nothing to
/// show. Pages without front matter are not looked at.
///
/// ```markdown bad
/// ---
/// description: How to install the tool on your computer
/// ---
/// ```
///
/// ```markdown good
/// ---
/// title: Install the tool
/// ---
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Required {
    /// The fields.
    fields: Vec<String>,
}

impl Default for Required {
    fn default() -> Self {
        Required { fields: vec!["title".to_owned()] }
    }
}

impl Rule for Required {
    const META: Meta = Meta {
        id: "YAML005",
        name: "required-fields",
        tags: &["front_matter", "fields"],
        summary: "front matter has the required fields",
        severity: Some(Severity::Error),
        on_request: true,
        ..Meta::DEFAULT
    };

    fn check(&self, doc: &Document, out: &mut Sink) {
        names::check_present(doc, &self.fields, "which is required", out);
    }
}
