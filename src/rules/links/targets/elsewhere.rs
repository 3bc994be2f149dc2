//! LINK007

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::diagnostic::Severity;
use crate::rules::{Fixable, Meta, Needs, Page, Rule, Runs, Sink};

/// GitHub and the generators of sites give the same heading different ids: `#a--b` is right on one of
/// them and leads nowhere on another.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WorksElsewhere {}

impl Rule for WorksElsewhere {
    const META: Meta = Meta {
        id: "LINK007",
        name: "works-elsewhere",
        tags: &["links", "project"],
        summary: "fragments are those of the generator of the site",
        severity: Some(Severity::Error),
        fixable: Fixable::Review,
        runs: Runs::OnRequest,
        needs: Needs::Targets,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::WorksElsewhere, out);
    }
}
