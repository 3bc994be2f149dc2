//! LINK005

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::rules::{Meta, Page, Rule, Sink};

/// A site that lies at `https://example.org/docs/` has none of the pages to which `/guide/` leads.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OutsideBase {}

impl Rule for OutsideBase {
    const META: Meta = Meta {
        id: "LINK005",
        name: "outside-base-path",
        summary: "absolute links stay below the base path of the site",
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::OutsideBase, out);
    }
}
