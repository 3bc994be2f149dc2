//! Pages that are not written for GitHub: which findings are wrong there, and which fixes are not
//! proven.

mod caution;
mod departures;
mod places;
mod proven;

use std::path::Path;

use crate::document::Document;
use crate::site::mask::{Syntax, guess};
use crate::site::{FileId, FlavorName, Site};

pub(super) use caution::caution;
pub(super) use departures::depart;

/// What a page is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub flavor: &'static str,
    pub syntax: Syntax,
    /// Whether fences of code may have more than the name of a language.
    pub fences_have_options: bool,
}

impl Dialect {
    /// GitHub's own.
    pub const PLAIN: Dialect =
        Dialect { flavor: "gfm", syntax: Syntax::Plain, fences_have_options: true };

    /// That of the site's generator; for a page of none, what its name and its own marks tell.
    /// `chosen` is what the configuration says.
    pub fn of(
        path: &Path,
        doc: &Document,
        chosen: Option<FlavorName>,
        site: Option<(&Site, FileId)>,
    ) -> Self {
        if let Some((site, page)) = site {
            let (flavor, _) = site.flavor_of(page);
            if flavor != "gfm" {
                let syntax = site.syntax_of(page);
                return Dialect {
                    flavor,
                    syntax,
                    fences_have_options: site.has_fence_options(page),
                };
            }
        }
        let is_mdx = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("mdx"));
        let syntax = match is_mdx {
            true => Syntax::Mdx,
            // Who says that it is GitHub's is believed.
            false if chosen.is_some() => Syntax::Plain,
            false => guess(&doc.text),
        };
        Dialect { syntax, ..Dialect::PLAIN }
    }

    /// What is known where the files of the project cannot be listed.
    pub fn by_dirs(path: &Path, chosen: Option<FlavorName>) -> Option<Self> {
        let is_mkdocs = chosen.map_or_else(|| is_below_mkdocs(path), |it| it == FlavorName::Mkdocs);
        let syntax = Syntax::Python;
        is_mkdocs.then_some(Dialect { flavor: "mkdocs", syntax, fences_have_options: false })
    }
}

/// Whether a directory above the page, up to that of the repository, has a `mkdocs.yml`.
fn is_below_mkdocs(path: &Path) -> bool {
    for dir in path.ancestors().skip(1) {
        let has = |name: &str| dir.join(name).exists();
        if has("mkdocs.yml") || has("mkdocs.yaml") {
            return true;
        }
        if has(".git") {
            return false;
        }
    }
    false
}
