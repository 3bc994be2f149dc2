//! DATA001

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::rules::data::{is_duplicate, message};
use crate::rules::{Meta, Page, Rule, Sink, Subject};

/// A data file that does not parse stops whoever reads it, often much later.
///
/// The format follows from the file name: `.yaml`, `.yml`, `.json`, `.jsonc`, `.toml`. Comments and
/// trailing commas are allowed in `.jsonc` and in files that are known for them, such as `tsconfig.json`.
///
/// ```yaml bad
/// steps: [build, test
/// ```
///
/// ```yaml good
/// steps: [build, test]
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DataSyntax {}

impl Rule for DataSyntax {
    const META: Meta = Meta {
        id: "DATA001",
        name: "data-syntax",
        tags: &["data_files"],
        summary: "data files should parse",
        severity: Some(Severity::Error),
        subject: Subject::DataFile,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(data) = page.data() else { return };
        for problem in data.problems.iter().filter(|problem| !is_duplicate(problem)) {
            out.report(problem.span, message(problem));
        }
    }
}
