//! DATA004

use schemars::JsonSchema;
use serde::Deserialize;

use crate::data::SchemaError;
use crate::diagnostic::Severity;
use crate::rules::{Meta, Page, Rule, Sink, Subject};

/// Nothing is fetched from the network, so a file that names a schema there is not checked against
/// it. Save the schema in the repository, and name it under `schemas:` in `validator.yaml`:
///
/// ```yaml
/// schemas:
///   - files: .github/workflows/*.yml
///     schema: schemas/github-workflow.json
/// ```
///
/// The schemas of the drafts of JSON Schema are built in.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RemoteSchema {}

impl Rule for RemoteSchema {
    const META: Meta = Meta {
        id: "DATA004",
        name: "remote-schema",
        tags: &["data_files", "schema"],
        summary: "a data file's schema is there to be read",
        severity: Some(Severity::Info),
        subject: Subject::DataFile,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for attached in page.schemas() {
            if let (Some(span), Err(SchemaError::Remote { uri })) =
                (attached.reference, &attached.schema)
            {
                let message = format!(
                    "not checked against {uri}: nothing is fetched from the network; save the \
                     schema and name it under `schemas:` in validator.yaml"
                );
                out.report(span, message);
            }
        }
    }
}
