//! LINK001

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::site::facts::LinkKind;

/// A link to a page that moved, was renamed or was never there ends in an error page.
///
/// Where a link leads depends on the generator of the site, which is recognised by its configuration
/// (`mkdocs.yml`, `book.toml`, `docusaurus.config.js`, `.vitepress/config.ts`, `hugo.toml`, `conf.py`,
/// `_config.yml`, `astro.config.mjs`, `eleventy.config.js`, `next.config.mjs`); without any, it is GitHub.
/// Configuration is read and never run. What is not certain is not reported.
///
/// Reported if there is no such page:
///
/// ```markdown
/// See [how to install](instal.md).
/// ```
///
/// Fields of front matter that name pages are checked too; which these are is an option. Themes differ in
/// where they look, so a value is reported only if nothing in the repository could be meant.
///
/// # Fixes
///
/// Writes the nearest path that exists, if one is near enough. The link leads elsewhere then.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingPage {
    /// Fields of front matter that name pages; keys within others follow a dot: `banner.link`.
    fields: Vec<String>,
}

impl Default for MissingPage {
    fn default() -> Self {
        MissingPage { fields: vec!["redirect_to".to_owned()] }
    }
}

impl Rule for MissingPage {
    const META: Meta = Meta {
        id: "LINK001",
        name: "missing-page",
        summary: "links should lead to an existing page or file",
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::MissingPage, out);
        super::fields::report(page, &self.fields, LinkKind::Html, out);
    }
}
