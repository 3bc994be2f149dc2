//! LINK005

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::diagnostic::Severity;
use crate::rules::{Fixable, Meta, Needs, Page, Rule, Runs, Sink};

/// A site that lies at `https://example.org/docs/` has none of the pages to which `/guide/` leads.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OutsideBase {}

impl Rule for OutsideBase {
    const META: Meta = Meta {
        id: "LINK005",
        name: "outside-base-path",
        tags: &["links", "project"],
        summary: "absolute links stay below the base path of the site",
        severity: Some(Severity::Error),
        fixable: Fixable::Review,
        runs: Runs::OnRequest,
        needs: Needs::Targets,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::OutsideBase, out);
    }
}
