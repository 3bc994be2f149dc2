//! YAML012

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::rules::data::check_schemas;
use crate::rules::{Meta, Page, Rule, Sink};

/// Templates, menus and search rely on the fields of a page; a misspelt field or a wrong value
/// breaks them where it is harder to find.
///
/// The JSON Schema of a page is named under `schemas:` in `validator.yaml`. Pages without front matter
/// are not checked.
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
        summary: "front matter should match its schema",
        severity: Some(Severity::Error),
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        check_schemas(page, out);
    }
}
