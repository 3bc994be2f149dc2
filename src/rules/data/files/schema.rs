//! DATA003

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::rules::data::check_schemas;
use crate::rules::{Meta, Page, Rule, Sink, Subject};

/// A data file fits its JSON Schema. Which one that is, stands under `schemas:` in
/// `validator.yaml`, or in the file: a local path under `$schema`, in a comment
/// `# yaml-language-server: $schema=…` of YAML, or in a comment `#:schema …` of TOML.
///
/// Of a YAML file with several documents each has to fit. Files that cannot be read are not
/// looked at.
///
/// ```yaml
/// schemas:
///   - files: data/authors/*.yaml
///     schema: schemas/author.json
///   - files: [glossary.yaml]
///     schema: { type: object, additionalProperties: { type: string } }
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FitsSchema {}

impl Rule for FitsSchema {
    const META: Meta = Meta {
        id: "DATA003",
        name: "data-schema",
        tags: &["data_files", "schema"],
        summary: "a data file fits its schema",
        severity: Some(Severity::Error),
        subject: Subject::DataFile,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        check_schemas(page, out);
    }
}
