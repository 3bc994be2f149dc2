//! ST107

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::structure::TemplateCheck;

/// The front matter of all pages of a kind has the same fields, so that menus, filters and search
/// find what they need. A structure file holds a JSON Schema for it under `front_matter`, or the path
/// of a file with one; `front_matter: required` asks for any front matter.
///
/// ```yaml
/// front_matter:
///   required: [title]
///   properties:
///     level: { enum: [basic, advanced] }
/// ```
///
/// ```markdown bad
/// ---
/// title: Move a file
/// level: basics
/// ---
///
/// Drag it.
/// ```
///
/// ```markdown good
/// ---
/// title: Move a file
/// level: basic
/// ---
///
/// Drag it.
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TemplateFrontMatter {}

impl Rule for TemplateFrontMatter {
    const META: Meta = Meta {
        id: "ST107",
        name: "template-front-matter",
        tags: &["templates"],
        summary: "front matter should match the template",
        severity: Some(Severity::Error),
        ..Meta::OF_TEMPLATE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, TemplateCheck::FrontMatter, out);
    }
}
