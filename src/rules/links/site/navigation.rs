//! LINK012

use schemars::JsonSchema;
use serde::Deserialize;

use super::OF_SITE;
use crate::diagnostic::message;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::site::navigation::Navigation;

/// A page that the navigation does not list is hard to find, and mdBook leaves it out. An entry without
/// a page is a dead link on every page of the site; it is reported on the home page.
///
/// Navigation is read from `SUMMARY.md` (mdBook), `nav` (MkDocs), the sidebars of Docusaurus, VitePress
/// and Starlight where they are literal values, and the toctrees of Sphinx. A site whose navigation is
/// made by the generator or by a plugin is not checked.
///
/// Reported if `docs/` has a page `usage.md` as well, and no `setup.md`:
///
/// ```yaml
/// nav:
///   - index.md
///   - setup.md
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct InNavigation {}

impl Rule for InNavigation {
    const META: Meta = Meta {
        id: "LINK012",
        name: "navigation",
        summary: "the navigation should list every page, and only pages",
        ..OF_SITE
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let (Some((site, file)), Some(content)) = (page.site(), page.first_content()) else {
            return;
        };
        let Navigation::Listed(listed) = site.navigation(file) else { return };
        let span = page.first_line(content);
        let is_home = site.home(file) == Some(file);
        // What mdBook leaves out is no page because no navigation has it.
        let is_page = site.address(file).is_some() || site.flavor_of(file).0 == "mdbook";
        if is_page && !is_home && !listed.pages.contains(&file) && !is_put_in(page) {
            out.report(span, message!("`{}` does not list this page", listed.place));
        }
        if is_home {
            for entry in &listed.dead {
                let message = message!("`{}` lists `{}`, which is no page", listed.place, entry);
                out.report(span, message).with_target(entry.as_str());
            }
        }
    }
}

/// Whether another page puts this one in, so that it needs no place of its own.
fn is_put_in(page: &Page) -> bool {
    page.site()
        .is_some_and(|(site, file)| site.left_out(file).is_some() && site.graph().is_linked(file))
}
