//! LINK001

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::rules::{Meta, Page, Rule, Sink};

/// A link to a page that moved, was renamed or was never there ends in an error page.
///
/// Where a link leads depends on the generator of the site, which is recognised by its configuration
/// (`mkdocs.yml`, `book.toml`, `docusaurus.config.js`, `.vitepress/config.ts`, `hugo.toml`, `conf.py`,
/// `_config.yml`, `astro.config.mjs`); without any, it is GitHub. Configuration is read and never run.
/// What is not certain is not reported.
///
/// Reported if there is no such page:
///
/// ```markdown
/// See [how to install](instal.md).
/// ```
///
/// # Fixes
///
/// Writes the nearest path that exists, if one is near enough. The link leads elsewhere then.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingPage {}

impl Rule for MissingPage {
    const META: Meta = Meta {
        id: "LINK001",
        name: "missing-page",
        summary: "links should lead to an existing page or file",
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::MissingPage, out);
    }
}
