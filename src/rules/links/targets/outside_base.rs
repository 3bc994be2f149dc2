//! LINK005

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};

/// A site that lies at `https://example.org/docs/` has none of the pages to which `/guide/` leads.
///
/// Reported in a site with the base path `/docs/`; `/docs/guide/` is not:
///
/// ```markdown
/// See [the guide](/guide/).
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OutsideBase {}

impl Rule for OutsideBase {
    const META: Meta = Meta {
        id: "LINK005",
        name: "outside-base-path",
        summary: "absolute links should stay within the base path of the site",
        // Which page an absolute link means is not known.
        fixable: Fixable::No,
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::OutsideBase, out);
    }
}
