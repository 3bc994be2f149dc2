//! YAML012

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::rules::data::check_schemas;
use crate::rules::{Meta, Page, Rule, Sink};

/// Front matter fits the JSON Schema that `schemas:` in `validator.yaml` names for the page. Pages
/// without front matter are not looked at.
///
/// ```yaml
/// schemas:
///   - files: docs/howto/**/*.md
///     schema:
///       required: [title, product]
///       properties:
///         product: { enum: [desktop, server] }
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FitsSchema {}

impl Rule for FitsSchema {
    const META: Meta = Meta {
        id: "YAML012",
        name: "front-matter-schema",
        tags: &["front_matter", "schema"],
        summary: "front matter fits its schema",
        severity: Some(Severity::Error),
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        check_schemas(page, out);
    }
}
