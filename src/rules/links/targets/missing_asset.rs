//! LINK003

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::diagnostic::Severity;
use crate::rules::{Fixable, Meta, Needs, Page, Rule, Runs, Sink};

/// A missing image leaves a hole in the page.
///
/// Where an image is looked for depends on the generator of the site: beside the page, beside its
/// address, or in a folder for static files.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingAsset {}

impl Rule for MissingAsset {
    const META: Meta = Meta {
        id: "LINK003",
        name: "missing-asset",
        tags: &["links", "project"],
        summary: "images and other assets are there",
        severity: Some(Severity::Error),
        fixable: Fixable::Review,
        runs: Runs::OnRequest,
        needs: Needs::Targets,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::MissingAsset, out);
    }
}
