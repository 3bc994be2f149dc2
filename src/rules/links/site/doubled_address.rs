//! LINK013

use schemars::JsonSchema;
use serde::Deserialize;

use super::OF_SITE;
use crate::diagnostic::message;
use crate::rules::{Meta, Page, Rule, Sink};

/// Of two pages at one address, readers get one; which one depends on the generator.
///
/// ```text
/// docs/guide.md          https://docs.example.org/guide/
/// docs/guide/index.md    https://docs.example.org/guide/
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DoubledAddress {}

impl Rule for DoubledAddress {
    const META: Meta = Meta {
        id: "LINK013",
        name: "duplicate-address",
        summary: "no two pages at one address of the site",
        ..OF_SITE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let (Some((site, file)), Some(content)) = (page.site(), page.first_content()) else {
            return;
        };
        let Some(other) = site.collides_with(file) else { return };
        let path = site.table().path(other);
        let address = site.address(file).unwrap_or_default();
        let message = message!("this page has the address `{}` of {}", address, path);
        out.report(page.first_line(content), message).leading_to(path);
    }
}
