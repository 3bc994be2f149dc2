//! LINK002

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::rules::{Meta, Page, Rule, Sink};

/// A link to a heading that was renamed takes readers to the top of a page, where they search.
///
/// Which ids the headings of a page have depends on the generator of the site, and so do marks such as
/// `{#id}`. Within a page on GitHub, MD051 looks at fragments.
///
/// Reported if no heading of `install.md` has the id `windows`:
///
/// ```markdown
/// See [how to install on Windows](install.md#windows).
/// ```
///
/// # Fixes
///
/// Writes the nearest id of the linked page, if one is near enough. The link leads elsewhere then.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingFragment {}

impl Rule for MissingFragment {
    const META: Meta = Meta {
        id: "LINK002",
        name: "missing-fragment",
        summary: "link fragments should match an id on the linked page",
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::MissingFragment, out);
    }
}
