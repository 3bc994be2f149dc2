//! LINK003

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::rules::{Meta, Page, Rule, Sink};

/// A missing image leaves a hole in the page.
///
/// Where an image is looked for depends on the generator of the site: beside the page, beside its
/// address, or in a folder for static files.
///
/// Reported if there is no such file:
///
/// ```markdown
/// ![The parts of the machine](images/parts.png)
/// ```
///
/// # Fixes
///
/// Writes the nearest path that exists, if one is near enough. Another image may be shown then.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingAsset {}

impl Rule for MissingAsset {
    const META: Meta = Meta {
        id: "LINK003",
        name: "missing-asset",
        summary: "images and other assets should exist",
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::MissingAsset, out);
    }
}
