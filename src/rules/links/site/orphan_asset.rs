//! LINK011

use schemars::JsonSchema;
use serde::Deserialize;

use super::OF_SITE;
use crate::diagnostic::message;
use crate::rules::{Meta, Page, Rule, Sink};

/// An image that no page shows any more stays in the repository, and is kept up to date for nobody.
///
/// Images, videos, sounds and PDF files count. One whose name occurs in any other file of the
/// repository, such as a template, a style sheet or a component, is taken to be used. Reported on the
/// site's home page.
///
/// Reported if `img/new.png` is the only one that a page shows:
///
/// ```text
/// img/new.png
/// img/old.png
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OrphanAsset {}

impl Rule for OrphanAsset {
    const META: Meta = Meta {
        id: "LINK011",
        name: "orphan-asset",
        summary: "assets should be used by a page",
        ..OF_SITE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let (Some((site, file)), Some(content)) = (page.site(), page.first_content()) else {
            return;
        };
        if site.home(file) != Some(file) {
            return;
        }
        for &asset in site.orphan_assets(file) {
            let path = site.table().path(asset);
            let span = page.first_line(content);
            out.report(span, message!("no page of the site uses `{}`", path)).leading_to(path);
        }
    }
}
