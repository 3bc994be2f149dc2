//! YAML004

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::rules::data::{is_duplicate, message};
use crate::rules::{Meta, Page, Rule, Sink};

/// Of two values for one field, one reader takes the first, another the last, and a third refuses
/// the page.
///
/// ```markdown bad
/// ---
/// title: Install
/// title: Installation
/// ---
/// ```
///
/// ```markdown good
/// ---
/// title: Installation
/// ---
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DuplicateKey {}

impl Rule for DuplicateKey {
    const META: Meta = Meta {
        id: "YAML004",
        name: "front-matter-duplicate-key",
        tags: &["front_matter"],
        summary: "no duplicate keys in front matter",
        severity: Some(Severity::Error),
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(data) = page.data() else { return };
        for problem in data.problems.iter().filter(is_duplicate) {
            out.report(problem.span, message(problem));
        }
    }
}
