//! DATA004

use schemars::JsonSchema;
use serde::Deserialize;

use crate::data::SchemaError;
use crate::diagnostic::{Severity, message};
use crate::rules::{Meta, Page, Rule, Sink, Subject};

/// Nothing is fetched from the network, so a file that names a schema there is not checked against
/// it.
///
/// The schemas of the drafts of JSON Schema are built in.
///
/// Save the schema in the repository, and name it under `schemas:` in `validator.yaml`:
///
/// ```yaml
/// schemas:
///   - files: .github/workflows/*.yml
///     schema: schemas/github-workflow.json
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RemoteSchema {}

impl Rule for RemoteSchema {
    const META: Meta = Meta {
        id: "DATA004",
        name: "remote-schema",
        tags: &["data_files", "schema"],
        summary: "no remote schemas: they should be local copies",
        severity: Some(Severity::Info),
        subject: Subject::DataFile,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for attached in page.schemas() {
            if let (Some(span), Err(SchemaError::Remote { uri })) =
                (attached.reference, &attached.schema)
            {
                let message = message!(
                    "not checked against {}: nothing is fetched from the network; save the \
                     schema and name it under `schemas:` in validator.yaml",
                    uri
                );
                out.report(span, message);
            }
        }
    }
}
