//! LINK010

use schemars::JsonSchema;
use serde::Deserialize;

use super::OF_SITE;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::site::flavor::without_extension;
use crate::site::navigation::Navigation;
use crate::site::target::name;
use crate::site::{FileId, Site};

/// Readers find a page through a link or the navigation. One to which neither leads is found by search
/// engines alone, and is forgotten when its subject changes.
///
/// A page counts as reachable if another page links to it or puts it in, if the navigation lists it, or
/// if the generator lists every page by itself. The home page, `README.md` and `index.md` files need no
/// link.
///
/// Reported in `docs/b.md`, if `docs/a.md` is the only other page:
///
/// ```markdown
/// # A
///
/// This page links to [itself](a.md).
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OrphanPage {}

/// Names of pages that stand for their directory.
const OF_DIRECTORIES: [&str; 3] = ["readme", "index", "_index"];

impl Rule for OrphanPage {
    const META: Meta = Meta {
        id: "LINK010",
        name: "orphan-page",
        summary: "pages should be reachable from another page",
        ..OF_SITE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let (Some((site, file)), Some(content)) = (page.site(), page.first_content()) else {
            return;
        };
        if is_orphan(&site, file) {
            out.report(page.first_line(content), ORPHAN);
        }
    }
}

/// What is said of an orphan.
pub const ORPHAN: &str = "no page and no navigation links to this page";

/// Whether neither a page nor the navigation leads to a page.
pub fn is_orphan(site: &Site, page: FileId) -> bool {
    let name = without_extension(name(site.table().path(page)));
    let is_listed = match site.navigation(page) {
        Navigation::All => true,
        Navigation::Listed(listed) => listed.pages.contains(&page),
        Navigation::Unknown => false,
    };
    let is_found = is_listed
        || OF_DIRECTORIES.iter().any(|known| name.eq_ignore_ascii_case(known))
        || site.left_out(page).is_some()
        || site.home(page) == Some(page)
        || site.graph().is_linked(page);
    !is_found
}
