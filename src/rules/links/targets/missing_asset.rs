//! LINK003

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::rules::{Meta, Page, Rule, Sink};

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
        summary: "images and other assets are there",
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::MissingAsset, out);
    }
}
