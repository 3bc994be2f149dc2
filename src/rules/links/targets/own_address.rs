//! LINK006

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::diagnostic::Severity;
use crate::rules::{Meta, Page, Rule, Sink};

/// A link to the site's own address with its host, `https://docs.example.org/guide/`, is checked like
/// any other link of the site: it breaks when the page moves, and nobody notices.
///
/// The host is the one that the configuration names: `site_url` (MkDocs), `url` (Docusaurus, Jekyll),
/// `baseURL` (Hugo), `site` (Starlight), `sitemap.hostname` (VitePress). Addresses at which another
/// version, language or site may be deployed, such as `/v2/` or a directory that this site does not
/// have, are not reported.
///
/// Reported on the site with `site_url: https://docs.example.org/`, if it has no such page:
///
/// ```markdown
/// See [the guide](https://docs.example.org/giude/).
/// ```
///
/// # Fixes
///
/// Replaces an id that the page does not have by the one that is written alike.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OwnAddress {}

impl Rule for OwnAddress {
    const META: Meta = Meta {
        id: "LINK006",
        name: "own-address",
        summary: "links to the site's own host should lead to a page",
        severity: Some(Severity::Warning),
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::OwnAddress, out);
    }
}
