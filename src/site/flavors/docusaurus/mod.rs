//! Docusaurus: docs, blogs and pages, each below a route of its own; pages are MDX.

mod config;
mod routes;
mod sidebars;

use crate::site::facts::{Link, LinkDialect, LinkKind};
use crate::site::flavor::{Flavor, PagePlace, Sources, Step, UnknownSetting, is_markdown};
use crate::site::ids::{Naming, OwnId};
use crate::site::navigation::Navigation;
use crate::site::route::{Output, Routes};
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, name, under};

use super::SiteGlobs;

/// A site of Docusaurus.
pub struct Docusaurus {
    /// The directory of the configuration, from the root.
    home: String,
    base: String,
    host: Option<String>,
    trailing_slash: Option<bool>,
    parts: Vec<DocsPart>,
    /// Directories of files that are copied, from the root.
    statics: Vec<String>,
    redirects: Vec<(String, String)>,
    /// Whether plugins that are not known may make pages.
    is_open: bool,
    dialect: LinkDialect,
    unknown: Vec<UnknownSetting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PluginKind {
    Docs,
    Blog,
    Pages,
}

/// What one plugin renders.
struct DocsPart {
    kind: PluginKind,
    /// From the root.
    directory: String,
    /// The route without slashes at its ends.
    route: String,
    excluded: SiteGlobs,
    included: Option<SiteGlobs>,
    keeps_numbers: bool,
    sidebar: Sidebar,
}

/// Where the sidebar of a part is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sidebar {
    /// Nowhere: it lists all pages.
    All,
    /// In a file, from the root.
    At(String),
    /// There is none.
    None,
}

impl Docusaurus {
    /// The part that renders a page, with the directory of its version and the version's route.
    fn part_of(&self, path: &str) -> Option<&DocsPart> {
        let parts = self.parts.iter().filter(|part| below(&part.directory, path).is_some());
        parts.max_by_key(|part| part.directory.len())
    }

    fn asset(&self, from: &PagePlace<'_>, path: &str) -> Option<FileId> {
        if path.ends_with('/') {
            return None;
        }
        if let Some(path) = path.strip_prefix("@site/") {
            return from.within(&self.home, path);
        }
        match path.strip_prefix('/') {
            Some(path) => self.statics.iter().find_map(|directory| from.within(directory, path)),
            None => from.beside(path),
        }
    }

    /// The page that a path with `.md` names: beside the page, in the directory of its part, or in that
    /// of the configuration.
    fn page(&self, from: &PagePlace<'_>, path: &str) -> Option<FileId> {
        let part = self.part_of(from.path());
        let in_part = |file: &FileId| {
            let target = from.table.path(*file);
            let other = self.part_of(target);
            let same = match (part, other) {
                (Some(part), Some(other)) => std::ptr::eq(part, other),
                _ => part.is_none() == other.is_none(),
            };
            same && from.routes.address(*file).is_some()
        };
        if let Some(path) = path.strip_prefix("@site/") {
            return from.within(&self.home, path).filter(in_part);
        }
        let home = part.map_or(self.home.as_str(), |part| part.directory.as_str());
        let bare = path.trim_start_matches('/');
        let beside = if path.starts_with('/') { None } else { from.beside(path) };
        if path.starts_with("./") || path.starts_with("../") {
            return beside.filter(in_part);
        }
        let found = [beside, from.within(home, bare), from.within(&self.home, bare)];
        found.into_iter().flatten().find(in_part)
    }

    /// An address below the base path; one that has it already stays.
    fn with_base(&self, path: &str) -> String {
        let base = self.base.trim_matches('/');
        if !base.is_empty() && (path == base || below(base, path).is_some()) {
            return format!("/{path}");
        }
        format!("/{}/{}", self.base.trim_matches('/'), path.trim_start_matches('/'))
    }
}

/// Ids as Docusaurus makes them.
pub fn docusaurus_naming() -> Naming {
    let mut naming = Naming { own: OwnId::Docusaurus, skips_first_level: true, ..Naming::github() };
    naming.text.images = true;
    naming.text.expressions = true;
    naming
}

impl Flavor for Docusaurus {
    fn name(&self) -> &'static str {
        "docusaurus"
    }

    fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.base);
        self.unknown.retain(|setting| setting.key != "baseUrl");
    }

    fn directories(&self) -> Vec<String> {
        let mut directories: Vec<String> =
            self.parts.iter().map(|part| part.directory.clone()).collect();
        for part in self.parts.iter().filter(|part| part.kind == PluginKind::Docs) {
            directories.push(self.versioned(part));
        }
        directories.dedup();
        directories
    }

    fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    fn navigation(&self, sources: &Sources<'_>, routes: &Routes) -> Navigation {
        self.sidebars(sources, routes)
    }

    fn dialect(&self) -> &LinkDialect {
        &self.dialect
    }

    fn unknown(&self) -> &[UnknownSetting] {
        &self.unknown
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let mut routes = Routes::new(&self.base);
        routes.is_at_top = self.base == "/";
        for part in &self.parts {
            match part.kind {
                PluginKind::Docs => self.docs(&mut routes, sources, part),
                PluginKind::Blog => self.blog(&mut routes, sources, part),
                PluginKind::Pages => self.own_pages(&mut routes, sources, part),
            }
        }
        for home in &self.statics {
            for file in sources.table.below(home) {
                if let Some(path) = below(home, sources.table.path(file)) {
                    routes.asset(file, path);
                }
            }
        }
        for made in ["404.html", "sitemap.xml", "search/index.html"] {
            routes.made(made, Output::Made);
        }
        for (from, to) in &self.redirects {
            let from = from.trim_matches('/');
            routes.made(&under(from, "index.html"), Output::Redirect(to.as_str().into()));
        }
        if self.is_open {
            routes.open.push(String::new());
        }
        // Translations have addresses of their own.
        if sources.table.has_directory(&under(&self.home, "i18n")) {
            let locales = sources.table.below(&under(&self.home, "i18n"));
            let home = under(&self.home, "i18n");
            let mut seen = String::new();
            for file in locales {
                let locale =
                    below(&home, sources.table.path(file)).and_then(|path| path.split('/').next());
                if let Some(locale) = locale.filter(|locale| **locale != *seen) {
                    seen = locale.to_owned();
                    routes.open.push(format!("{locale}/"));
                }
            }
        }
        routes
    }

    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step {
        if target.scheme == Some("pathname") {
            let path = target.path.trim_start_matches('/');
            return Step::Address(self.with_base(path));
        }
        if target.scheme.is_some() {
            return Step::External;
        }
        if target.path.is_empty() {
            return Step::File(from.file);
        }
        let path = decode(target.path);
        // `<Link to="/x">` is Docusaurus' own, `<a href="/x">` is not.
        let adds_base = link.kind == LinkKind::Link || link.is_component;
        match link.kind {
            // What is written at a definition is left as it is.
            LinkKind::Image if link.definition.is_none() => {
                return self
                    .asset(from, &path)
                    .map_or_else(|| Step::Missing(path.to_string()), Step::File);
            }
            LinkKind::Link => {
                if is_markdown(&path)
                    && let Some(file) = self.page(from, &path)
                {
                    return Step::File(file);
                }
                let is_file =
                    name(&path).contains('.') && !is_markdown(&path) && !path.ends_with('/');
                let asset = || self.asset(from, &path).filter(|_| link.definition.is_none());
                if is_file && let Some(file) = asset() {
                    return Step::File(file);
                }
            }
            LinkKind::Image | LinkKind::Html | LinkKind::HtmlAsset => {}
        }
        match path.strip_prefix('/') {
            Some(path) if adds_base => Step::Address(self.with_base(path)),
            _ => Step::Address(target.path.to_owned()),
        }
    }
}
