//! Docusaurus: docs, blogs and pages, each below a route of its own; pages are MDX.

use crate::site::facts::{Dialect, Link, LinkKind};
use crate::site::flavor::{
    Flavor, Place, Sources, Step, UnknownSetting, is_markdown, without_extension,
};
use crate::site::ids::{Naming, OwnId};
use crate::site::mask::Syntax;
use crate::site::route::{Output, Routes};
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, folder, join, name, under};
use crate::site::value::{Map, Value};

use super::Globs;
use super::settings::Reader;

/// A site of Docusaurus.
pub struct Docusaurus {
    /// The folder of the configuration, from the root.
    home: String,
    base: String,
    trailing_slash: Option<bool>,
    parts: Vec<Part>,
    /// Folders of files that are copied, from the root.
    statics: Vec<String>,
    redirects: Vec<(String, String)>,
    /// Whether plugins that are not known may make pages.
    is_open: bool,
    dialect: Dialect,
    unknown: Vec<UnknownSetting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Docs,
    Blog,
    Pages,
}

/// What one plugin renders.
struct Part {
    kind: Kind,
    /// From the root.
    folder: String,
    /// The route without slashes at its ends.
    route: String,
    excluded: Globs,
    included: Option<Globs>,
    keeps_numbers: bool,
}

/// Plugins and presets that make no pages that others link to.
const QUIET: [&str; 12] = [
    "ideal-image",
    "sitemap",
    "google",
    "gtag",
    "pwa",
    "client-redirects",
    "umami",
    "search",
    "sass",
    "image-zoom",
    "svgr",
    "rsdoctor",
];

impl Docusaurus {
    pub fn open(sources: &Sources<'_>, config: FileId) -> Docusaurus {
        let home = folder(sources.table.path(config)).to_owned();
        let mut reader = Reader::new(sources, config);
        let base = reader.text(&["baseUrl"]).unwrap_or_else(|| "/".to_owned());
        let trailing_slash = reader.flag(&["trailingSlash"]);
        let statics = reader.texts(&["staticDirectories"]);
        let statics = if statics.is_empty() { vec!["static".to_owned()] } else { statics };
        let mut site = Docusaurus {
            statics: statics.iter().map(|path| clean(&home, path)).collect(),
            base,
            trailing_slash,
            parts: Vec::new(),
            redirects: Vec::new(),
            is_open: false,
            dialect: Dialect {
                syntax: Syntax::Mdx,
                naming: docusaurus_naming(),
                footnote: "user-content-fn- user-content-fnref-",
                has_labels: false,
            },
            unknown: Vec::new(),
            home,
        };
        let empty = Value::default();
        for preset in reader.value(&["presets"]).is().unwrap_or(&empty).items() {
            site.preset(preset);
        }
        for plugin in reader.value(&["plugins"]).is().unwrap_or(&empty).items() {
            site.plugin(plugin);
        }
        site.unknown = reader.unknown();
        site
    }

    /// `classic`, or `['classic', {docs: …, blog: …}]`.
    fn preset(&mut self, preset: &Value) {
        let (name, options) = named(preset);
        if !name.is_some_and(|name| name.contains("classic")) {
            self.is_open = true;
            return;
        }
        for (key, kind) in [("docs", Kind::Docs), ("blog", Kind::Blog), ("pages", Kind::Pages)] {
            let options = options.and_then(|options| options.get(key));
            if options != Some(&Value::Bool(false)) {
                self.part(kind, options);
            }
        }
    }

    fn plugin(&mut self, plugin: &Value) {
        let (name, options) = named(plugin);
        let whole = options.cloned().map(Value::Map);
        let kind = match name {
            Some(name) if name.contains("content-docs") => Kind::Docs,
            Some(name) if name.contains("content-blog") => Kind::Blog,
            Some(name) if name.contains("content-pages") => Kind::Pages,
            Some(name) if name.contains("client-redirects") => {
                let redirects = whole.as_ref().and_then(|options| options.at(&["redirects"]).is());
                for redirect in redirects.map_or(&[][..], Value::items) {
                    let to = redirect.text(&["to"]).unwrap_or("/").to_owned();
                    for from in redirect.texts_at(&["from"]) {
                        self.redirects.push((from, to.clone()));
                    }
                }
                self.is_open |= whole.is_some_and(|options| !options.is_complete());
                return;
            }
            Some(name) if QUIET.iter().any(|quiet| name.contains(quiet)) => return,
            // A function of the site's own, or a plugin that may make pages.
            _ => {
                self.is_open = true;
                return;
            }
        };
        self.part(kind, whole.as_ref());
    }

    fn part(&mut self, kind: Kind, options: Option<&Value>) {
        let empty = Value::default();
        let options = options.unwrap_or(&empty);
        let (path, route) = match kind {
            Kind::Docs => ("docs", "docs"),
            Kind::Blog => ("blog", "blog"),
            Kind::Pages => ("src/pages", ""),
        };
        let path = options.text(&["path"]).unwrap_or(path);
        let route = options.text(&["routeBasePath"]).unwrap_or(route);
        let mut excluded = options.texts_at(&["exclude"]);
        if excluded.is_empty() {
            excluded =
                ["**/_*.*", "**/_*/**", "**/*.test.*", "**/__tests__/**"].map(str::to_owned).into();
        }
        let included = options.texts_at(&["include"]);
        self.parts.push(Part {
            kind,
            folder: clean(&self.home, path),
            route: route.trim_matches('/').to_owned(),
            excluded: Globs::new(&excluded),
            included: (!included.is_empty()).then(|| Globs::new(&included)),
            keeps_numbers: options.flag(&["numberPrefixParser"]) == Some(false),
        });
    }

    /// The part that renders a page, with the folder of its version and the version's route.
    fn part_of(&self, path: &str) -> Option<&Part> {
        let parts = self.parts.iter().filter(|part| below(&part.folder, path).is_some());
        parts.max_by_key(|part| part.folder.len())
    }

    /// Puts a page at its route; `route` has a slash at its end for pages that are a folder's.
    fn put(&self, routes: &mut Routes, file: FileId, route: &str) {
        let bare = route.trim_matches('/');
        let output = match self.trailing_slash {
            Some(false) if bare.is_empty() => "index.html".to_owned(),
            Some(false) => format!("{bare}.html"),
            _ => under(bare, "index.html"),
        };
        let output = output.trim_start_matches('/');
        let slash = match self.trailing_slash {
            Some(slash) => slash,
            None => route.ends_with('/'),
        };
        let address = if slash && !bare.is_empty() { format!("{bare}/") } else { bare.to_owned() };
        routes.page(file, output, &address);
    }

    fn docs(&self, routes: &mut Routes, sources: &Sources<'_>, part: &Part) {
        self.version(routes, sources, part, &part.folder, &self.current_route(sources, part));
        let Some(versions) = self.versions(sources, part) else { return };
        for (index, version) in versions.iter().enumerate() {
            let folder = format!("{}/version-{version}", self.versioned(part));
            let route = if index == 0 { part.route.clone() } else { under(&part.route, version) };
            self.version(routes, sources, part, &folder, &route);
        }
    }

    /// The released versions, newest first; `None` if there are none.
    fn versions(&self, sources: &Sources<'_>, part: &Part) -> Option<Vec<String>> {
        let file = match name(&self.versioned(part)) {
            "versioned_docs" => "versions.json".to_owned(),
            other => format!("{}_versions.json", other.trim_end_matches("_versioned_docs")),
        };
        let versions = sources.config_at(&under(&self.home, &file))?;
        let versions: Vec<String> = versions.texts().map(str::to_owned).collect();
        (!versions.is_empty()).then_some(versions)
    }

    fn versioned(&self, part: &Part) -> String {
        let is_first = self
            .parts
            .iter()
            .find(|other| other.kind == Kind::Docs)
            .is_some_and(|first| std::ptr::eq(first, part));
        let prefix = if is_first { String::new() } else { format!("{}_", name(&part.folder)) };
        under(&self.home, &format!("{prefix}versioned_docs"))
    }

    fn current_route(&self, sources: &Sources<'_>, part: &Part) -> String {
        if self.versions(sources, part).is_some() {
            under(&part.route, "next")
        } else {
            part.route.clone()
        }
    }

    fn version(
        &self,
        routes: &mut Routes,
        sources: &Sources<'_>,
        part: &Part,
        home: &str,
        route: &str,
    ) {
        let pages = self.pages(sources, part, home, routes);
        let matters = sources.front_matters(&pages);
        for (&file, matter) in pages.iter().zip(&matters) {
            if matter.flag(&["draft"]) == Some(true) {
                routes.leave_out(file, "the page is a draft");
                continue;
            }
            let Some(path) = below(home, sources.table.path(file)) else { continue };
            let own = doc_route(path, matter, part.keeps_numbers);
            let whole = under(route, own.trim_start_matches('/'));
            self.put(routes, file, whole.trim_start_matches('/'));
        }
        for listed in ["category/", "tags/"] {
            routes.open.push(under(route, listed));
        }
        routes.made(&under(route, "tags/index.html"), Output::Made);
    }

    /// The pages in a folder of a part, without partials and others that are left out.
    fn pages(
        &self,
        sources: &Sources<'_>,
        part: &Part,
        home: &str,
        routes: &mut Routes,
    ) -> Vec<FileId> {
        let mut pages = Vec::new();
        for file in sources.table.below(home) {
            let Some(path) = below(home, sources.table.path(file)) else { continue };
            if !is_markdown(path) {
                continue;
            }
            let is_in = part.included.as_ref().is_none_or(|globs| globs.matches(path));
            if !is_in || part.excluded.matches(path) {
                routes.leave_out(file, "the page is a partial, or left out by the configuration");
            } else {
                pages.push(file);
            }
        }
        pages
    }

    fn blog(&self, routes: &mut Routes, sources: &Sources<'_>, part: &Part) {
        let pages = self.pages(sources, part, &part.folder, routes);
        let matters = sources.front_matters(&pages);
        for (&file, matter) in pages.iter().zip(&matters) {
            if matter.flag(&["draft"]) == Some(true) {
                routes.leave_out(file, "the page is a draft");
                continue;
            }
            let Some(path) = below(&part.folder, sources.table.path(file)) else { continue };
            let slug =
                matter.text(&["slug"]).map(str::to_owned).unwrap_or_else(|| blog_route(path));
            self.put(
                routes,
                file,
                under(&part.route, slug.trim_matches('/')).trim_start_matches('/'),
            );
        }
        for listed in ["tags", "page", "authors", "archive"] {
            routes.open.push(under(&part.route, listed));
        }
        for made in ["index.html", "rss.xml", "atom.xml", "feed.json"] {
            routes.made(&under(&part.route, made), Output::Made);
        }
    }

    fn own_pages(&self, routes: &mut Routes, sources: &Sources<'_>, part: &Part) {
        for file in sources.table.below(&part.folder) {
            let Some(path) = below(&part.folder, sources.table.path(file)) else { continue };
            let is_program = [".js", ".jsx", ".ts", ".tsx"].iter().any(|end| path.ends_with(end));
            let is_page = is_markdown(path)
                || (is_program && !path.contains(".module.") && !path.ends_with(".d.ts"));
            if !is_page || part.excluded.matches(path) {
                continue;
            }
            let stem = without_extension(path);
            let route = match stem.strip_suffix("index") {
                Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
                _ => stem,
            };
            let route = under(&part.route, route);
            let route = route.trim_start_matches('/');
            if is_markdown(path) {
                self.put(routes, file, route);
                continue;
            }
            let bare = route.trim_matches('/');
            let output = if bare.is_empty() {
                "index.html".to_owned()
            } else {
                format!("{bare}/index.html")
            };
            routes.made(&output, Output::Made);
        }
    }

    fn asset(&self, from: &Place<'_>, path: &str) -> Option<FileId> {
        if path.ends_with('/') {
            return None;
        }
        if let Some(path) = path.strip_prefix("@site/") {
            return from.within(&self.home, path);
        }
        match path.strip_prefix('/') {
            Some(path) => self.statics.iter().find_map(|folder| from.within(folder, path)),
            None => from.beside(path),
        }
    }

    /// The page that a path with `.md` names: beside the page, in the folder of its part, or in that
    /// of the configuration.
    fn page(&self, from: &Place<'_>, path: &str) -> Option<FileId> {
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
        let home = part.map_or(self.home.as_str(), |part| part.folder.as_str());
        let bare = path.trim_start_matches('/');
        let beside = if path.starts_with('/') { None } else { from.beside(path) };
        let found = [beside, from.within(home, bare), from.within(&self.home, bare)];
        found.into_iter().flatten().find(in_part)
    }

    fn with_base(&self, path: &str) -> String {
        format!("/{}/{}", self.base.trim_matches('/'), path.trim_start_matches('/'))
    }
}

/// Ids as Docusaurus makes them.
pub fn docusaurus_naming() -> Naming {
    let mut naming = Naming { own: OwnId::Docusaurus, skips_first_level: true, ..Naming::github() };
    naming.text.images = true;
    naming
}

fn clean(home: &str, path: &str) -> String {
    join(home, path).0.trim_end_matches('/').to_owned()
}

/// A plugin's name and options.
fn named(plugin: &Value) -> (Option<&str>, Option<&Map>) {
    match plugin {
        Value::List(items) => {
            (items.first().and_then(Value::as_text), items.get(1).and_then(Value::as_map))
        }
        plugin => (plugin.as_text(), None),
    }
}

/// The route of a doc below that of its version, with a slash at its end for a folder's own page.
fn doc_route(path: &str, matter: &Value, keeps_numbers: bool) -> String {
    let without =
        |part: &str| if keeps_numbers { part.to_owned() } else { without_number(part).to_owned() };
    let parts: Vec<String> =
        folder(path).split('/').filter(|part| !part.is_empty()).map(without).collect();
    let home = parts.join("/");
    if let Some(slug) = matter.text(&["slug"]) {
        let (joined, _) = match slug.strip_prefix('/') {
            Some(slug) => join("", slug),
            None => join(&home, slug),
        };
        let slash = slug.ends_with('/') && !joined.is_empty() && !joined.ends_with('/');
        return joined + if slash { "/" } else { "" };
    }
    let stem = without(without_extension(name(path)));
    let id = matter.text(&["id"]).unwrap_or(&stem);
    let parent = folder(path).rsplit('/').next().unwrap_or("");
    let lower = without_extension(name(path)).to_lowercase();
    let is_index = matches!(lower.as_str(), "index" | "readme")
        || (!parent.is_empty() && without(&lower) == without(&parent.to_lowercase()));
    if is_index && matter.text(&["id"]).is_none() {
        return if home.is_empty() { home } else { home + "/" };
    }
    under(&home, id)
}

/// A name without the number by which it is ordered; dates and versions are none.
fn without_number(name: &str) -> &str {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &name[digits..];
    let trimmed = rest.trim_start_matches([' ', '-', '_', '.']);
    let separator = &rest[..rest.len() - trimmed.len()];
    let is_version = trimmed.starts_with(|c: char| c.is_ascii_digit())
        && separator.len() == 1
        && separator != " ";
    let has_mark = separator.contains(['-', '_', '.']);
    if digits == 0 || !has_mark || trimmed.is_empty() || is_version { name } else { trimmed }
}

/// `2024-01-02-hello.md` or `2024/01/02/hello/index.md`, with `/` between the parts of the date.
fn blog_route(path: &str) -> String {
    let stem = without_extension(path);
    let stem = stem.strip_suffix("/index").unwrap_or(stem);
    let (home, last) = (folder(stem), name(stem));
    let is_date = |text: &str| {
        let digits = |range: std::ops::Range<usize>| {
            text.get(range).is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
        };
        text.len() > 11
            && digits(0..4)
            && digits(5..7)
            && digits(8..10)
            && text.as_bytes()[10] == b'-'
    };
    if is_date(last) {
        return under(
            home,
            &format!("{}/{}/{}/{}", &last[..4], &last[5..7], &last[8..10], &last[11..]),
        );
    }
    under(home, last)
}

impl Flavor for Docusaurus {
    fn name(&self) -> &'static str {
        "docusaurus"
    }

    fn folders(&self) -> Vec<String> {
        let mut folders: Vec<String> = self.parts.iter().map(|part| part.folder.clone()).collect();
        for part in self.parts.iter().filter(|part| part.kind == Kind::Docs) {
            folders.push(self.versioned(part));
        }
        folders.dedup();
        folders
    }

    fn dialect(&self) -> &Dialect {
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
                Kind::Docs => self.docs(&mut routes, sources, part),
                Kind::Blog => self.blog(&mut routes, sources, part),
                Kind::Pages => self.own_pages(&mut routes, sources, part),
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
        if sources.table.has_folder(&under(&self.home, "i18n")) {
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

    fn step(&self, from: &Place<'_>, link: &Link, target: &Target<'_>) -> Step {
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
            LinkKind::Image => {
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
                if is_file && let Some(file) = self.asset(from, &path) {
                    return Step::File(file);
                }
            }
            LinkKind::Html | LinkKind::HtmlAsset => {}
        }
        match path.strip_prefix('/') {
            Some(path) if adds_base => Step::Address(self.with_base(path)),
            _ => Step::Address(target.path.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_of_docs() {
        let of = |path: &str, matter: &str| {
            doc_route(path, &crate::site::flavor::front_matter(matter), false)
        };
        assert_eq!(of("01-a/02-b.md", ""), "a/b");
        assert_eq!(of("a/README.md", ""), "a/");
        assert_eq!(of("a/b/B.mdx", ""), "a/b/");
        assert_eq!(of("index.md", ""), "");
        assert_eq!(of("a/b.md", "---\nslug: /x/y\n---\n"), "x/y");
        assert_eq!(of("a/b.md", "---\nslug: ../z/\n---\n"), "z/");
        assert_eq!(of("a/b.md", "---\nid: c\n---\n"), "a/c");
        assert_eq!(of("2024-01-02.md", ""), "2024-01-02");
        assert_eq!(of("1.0.md", ""), "1.0");
        assert_eq!(blog_route("2024-01-02-hello.md"), "2024/01/02/hello");
        assert_eq!(blog_route("x/2024-01-02-hello/index.md"), "x/2024/01/02/hello");
        assert_eq!(blog_route("é.md"), "é");
    }
}
