//! YAML005

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::front_matter;
use super::names;
use crate::diagnostic::Severity;
use crate::diagnostic::{Message, message};
use crate::rules::{Activation, Meta, Page, Rule, Sink};

/// Some fields every page needs: without a title, navigation and search results have nothing to
/// show.
///
/// Pages without front matter are not checked, unless every page needs some: set `every_page` for a
/// family or for some files, or `front_matter: required` in a structure file.
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
    /// Whether pages without front matter are wrong, too.
    every_page: bool,
}

impl Default for Required {
    fn default() -> Self {
        Required { fields: vec!["title".to_owned()], every_page: false }
    }
}

impl Rule for Required {
    const META: Meta = Meta {
        id: "YAML005",
        name: "required-fields",
        tags: &["front_matter", "fields"],
        summary: "front matter should have the required fields",
        severity: Some(Severity::Error),
        runs: Activation::OnRequest,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        if self.every_page && page.front_matter.is_none() && !front_matter::is_broken(page) {
            out.report(page.line_span(0), self.lacking());
        }
        names::check_present(page, &self.fields, "which is required", out);
    }
}

impl Required {
    /// What a page without front matter lacks.
    fn lacking(&self) -> Message {
        let names: Vec<String> = self.fields.iter().map(|name| format!("`{name}`")).collect();
        match names.is_empty() {
            true => "expected front matter, found none".into(),
            false => {
                message!("the page has no front matter, expected one with {}", names.join(", "))
            }
        }
    }
}
