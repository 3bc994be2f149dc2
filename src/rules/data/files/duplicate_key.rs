//! DATA002

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::rules::data::{is_duplicate, message};
use crate::rules::{Meta, Page, Rule, Sink, Subject};

/// Of two values for one key, one reader takes the first, another the last, and a third refuses
/// the file.
///
/// ```yaml bad
/// port: 80
/// port: 8080
/// ```
///
/// ```yaml good
/// port: 8080
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DuplicateKey {}

impl Rule for DuplicateKey {
    const META: Meta = Meta {
        id: "DATA002",
        name: "data-duplicate-key",
        tags: &["data_files"],
        summary: "no duplicate keys in data files",
        severity: Some(Severity::Error),
        subject: Subject::DataFile,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(data) = page.data() else { return };
        for problem in data.problems.iter().filter(is_duplicate) {
            out.report(problem.span, message(problem));
        }
    }
}
