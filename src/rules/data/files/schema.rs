//! DATA003

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::rules::data::check_schemas;
use crate::rules::{Meta, Page, Rule, Sink, Subject};

/// A misspelt key or a value of the wrong type breaks whatever reads the file, often later and
/// elsewhere. The schema finds it here.
///
/// The JSON Schema of a file is named under `schemas:` in `validator.yaml`, or in the file: as a local
/// path under `$schema`, in a comment `# yaml-language-server: $schema=…` of YAML, or in a comment
/// `#:schema …` of TOML.
///
/// Each document of a YAML file is checked. Files that cannot be parsed are not.
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
        summary: "data files should match their schema",
        severity: Some(Severity::Error),
        subject: Subject::DataFile,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        check_schemas(page, out);
    }
}
