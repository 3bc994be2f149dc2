//! LINK008

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::diagnostic::Severity;
use crate::rules::{Meta, Page, Rule, Sink};

/// A link to an address that redirects costs readers time, and breaks on the day on which the redirect
/// is removed.
///
/// Redirects and aliases are read from the configuration and from front matter: `aliases` of Hugo,
/// `redirect_from` of Jekyll, and the redirects of mdBook, MkDocs, Docusaurus and Starlight.
///
/// Reported if another page has the alias `/old/`:
///
/// ```markdown
/// See [the guide](/old/).
/// ```
///
/// # Fixes
///
/// Writes the address of the page to which the redirect leads.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Redirect {}

impl Rule for Redirect {
    const META: Meta = Meta {
        id: "LINK008",
        name: "redirected-link",
        summary: "links should lead straight to a page, not to a redirect",
        severity: Some(Severity::Info),
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::Redirected, out);
    }
}
