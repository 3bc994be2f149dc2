//! LINK003

use schemars::JsonSchema;
use serde::Deserialize;

use super::Fault;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::site::facts::LinkKind;

/// A missing image leaves a hole in the page.
///
/// Where an image is looked for depends on the generator of the site: beside the page, beside its
/// address, or in a directory for static files.
///
/// Reported if there is no such file:
///
/// ```markdown
/// ![The parts of the machine](images/parts.png)
/// ```
///
/// Fields of front matter that name files are checked too; which these are is an option. Themes differ in
/// where they look, so a value is reported only if no file of the repository could be meant.
///
/// # Fixes
///
/// Writes the nearest path that exists, if one is near enough. Another image may be shown then.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingAsset {
    /// Fields of front matter that name files; keys within others follow a dot: `cover.image`.
    fields: Vec<String>,
}

impl Default for MissingAsset {
    fn default() -> Self {
        MissingAsset { fields: ["image", "cover.image"].map(str::to_owned).into() }
    }
}

impl Rule for MissingAsset {
    const META: Meta = Meta {
        id: "LINK003",
        name: "missing-asset",
        summary: "images and other assets should exist",
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        super::report(page, Fault::MissingAsset, out);
        super::fields::report(page, &self.fields, LinkKind::HtmlAsset, out);
    }
}
