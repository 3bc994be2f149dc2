//! LINK007

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::rules::{Meta, Page, Rule, Sink};

/// GitHub and the generators of sites give the same heading different ids: `#a--b` is right on one of
/// them and leads nowhere on another.
///
/// Reported in a site whose generator gives the heading *A & B* the id `a-b`, as MkDocs does:
///
/// ```markdown
/// See [both](page.md#a--b).
/// ```
///
/// # Fixes
///
/// Writes the id that the generator of the site gives the same heading. The link leads elsewhere
/// then.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WorksElsewhere {}

impl Rule for WorksElsewhere {
    const META: Meta = Meta {
        id: "LINK007",
        name: "works-elsewhere",
        summary: "link fragments should be valid for the site generator",
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::WorksElsewhere, out);
    }
}
