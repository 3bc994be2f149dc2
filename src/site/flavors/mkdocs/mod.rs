//! MkDocs: links to files are looked up when the site is built, all others stay as they are.

mod extensions;

use extensions::{dialect, listed};

use crate::site::facts::{Link, LinkDialect, LinkKind};
use crate::site::flavor::{
    Flavor, FragmentRule, PagePlace, Sources, Step, is_markdown, without_extension,
};
use crate::site::navigation::{Listed, NavEntry, Navigation, visit};
use crate::site::route::{Output, Routes};
use crate::site::slug::Scheme;
use crate::site::table::FileId;
use crate::site::target::{
    Target, below, decode, directory, host_of_url, join, name, path_of_url, under,
};
use crate::site::value::{KnownValue, Map, Value};

/// A site of MkDocs.
pub struct MkDocs {
    /// The directory of the pages, from the root.
    docs: String,
    base: String,
    host: Option<String>,
    /// Where the navigation is written, and what it says.
    navigation: (String, Nav),
    /// Pages that need not be in it.
    not_in_nav: Option<ignore::gitignore::Gitignore>,
    /// Whether the site says that it lies at the top of its host.
    is_at_top: bool,
    has_directories: bool,
    /// Whether absolute links are looked up in the docs directory too.
    absolute_in_docs: bool,
    excluded: Option<ignore::gitignore::Gitignore>,
    drafts: Option<ignore::gitignore::Gitignore>,
    redirects: Vec<(String, String)>,
    /// Whether plugins make pages.
    is_open: bool,
    has_blog: bool,
    /// Whether pages describe code by names with dots.
    has_code: bool,
    has_fence_options: bool,
    dialect: LinkDialect,
}

/// What the configuration says of the navigation.
enum Nav {
    Absent,
    Is(Value),
    /// A plugin makes it, or it is no literal.
    Unknown,
}

/// Plugins that make the navigation.
const NAVIGATORS: [&str; 4] = ["awesome-pages", "awesome-nav", "literate-nav", "section-index"];

/// Plugins that make pages of something else.
const MAKERS: [&str; 9] = [
    "gen-files",
    "api-autonav",
    "autoapi",
    "monorepo",
    "multirepo",
    "techdocs-core",
    "mkdocs-jupyter",
    "i18n",
    "macros-pages",
];

impl MkDocs {
    pub fn open(sources: &Sources<'_>, config: FileId) -> MkDocs {
        let path = sources.table.path(config);
        let home = directory(path);
        let mut settings = sources.config(config);
        if let Some(parent) = settings.text(&["INHERIT"]).map(|parent| join(home, parent).0)
            && let (Some(Value::Map(parent)), Value::Map(own)) =
                (sources.config_at(&parent), &settings)
        {
            let entries = parent.entries.into_iter().chain(own.entries.iter().cloned()).collect();
            settings = Value::Map(Map { entries, open: false });
        }
        let docs = settings.text(&["docs_dir"]).unwrap_or("docs");
        let plugins = settings.at(&["plugins"]).is().cloned().unwrap_or_default();
        let plugins = listed(&plugins);
        let has = |name: &str| {
            plugins.iter().any(|(known, _)| known == name || known.ends_with(&format!("/{name}")))
        };
        let globs = |key: &str| {
            settings.text(&[key]).map(|text| {
                let mut builder = ignore::gitignore::GitignoreBuilder::new("");
                for line in text.lines() {
                    let _ = builder.add_line(None, line);
                }
                builder.build().unwrap_or_else(|_| ignore::gitignore::Gitignore::empty())
            })
        };
        let redirects = plugins
            .iter()
            .filter(|(name, _)| name == "redirects")
            .filter_map(|(_, options)| options.as_ref()?.at(&["redirect_maps"]).is()?.as_map());
        let redirects = redirects.flat_map(|map| &map.entries);
        let redirects =
            redirects.filter_map(|(old, new)| Some((old.clone(), new.as_text()?.to_owned())));
        let validation = settings
            .text(&["validation", "links", "absolute_links"])
            .or(settings.text(&["validation", "absolute_links"]));
        let is_made = MAKERS.iter().chain(&NAVIGATORS).any(|maker| has(maker));
        let nav = match settings.at(&["nav"]) {
            _ if is_made => Nav::Unknown,
            KnownValue::Absent => Nav::Absent,
            KnownValue::Is(nav) if nav.is_complete() => Nav::Is(nav.clone()),
            _ => Nav::Unknown,
        };
        MkDocs {
            host: settings.text(&["site_url"]).and_then(host_of_url),
            navigation: (path.to_owned(), nav),
            not_in_nav: globs("not_in_nav"),
            docs: join(home, docs).0.trim_end_matches('/').to_owned(),
            is_at_top: settings.text(&["site_url"]).is_some_and(|url| path_of_url(url) == "/"),
            base: settings.text(&["site_url"]).map_or("/".to_owned(), path_of_url),
            has_directories: settings.flag(&["use_directory_urls"]).unwrap_or(true),
            absolute_in_docs: validation == Some("relative_to_docs"),
            excluded: globs("exclude_docs"),
            drafts: globs("draft_docs"),
            redirects: redirects.collect(),
            is_open: MAKERS.iter().any(|maker| has(maker)),
            has_blog: has("blog"),
            has_code: has("mkdocstrings") || has("autorefs"),
            has_fence_options: ["pymdownx.superfences", "pymdownx.extra"].iter().any(|wanted| {
                let extensions = settings.at(&["markdown_extensions"]).is();
                extensions.is_some_and(|it| listed(it).iter().any(|(name, _)| name == wanted))
            }),
            dialect: dialect(&settings, &plugins),
        }
    }

    fn output(&self, path: &str, has_index: bool) -> String {
        let stem = without_extension(path);
        let is_index = name(stem) == "index" || (name(stem) == "README" && !has_index);
        match (is_index, self.has_directories) {
            (true, _) => under(directory(path), "index.html"),
            (false, true) => format!("{stem}/index.html"),
            (false, false) => format!("{stem}.html"),
        }
    }

    fn is_excluded(&self, path: &str) -> bool {
        let hidden =
            path.split('/').any(|part| part.starts_with('.')) || path.starts_with("templates/");
        let matched =
            self.excluded.as_ref().map(|globs| globs.matched_path_or_any_parents(path, false));
        match matched {
            Some(matched) if matched.is_ignore() => true,
            Some(matched) if matched.is_whitelist() => false,
            _ => hidden,
        }
    }
}

impl Flavor for MkDocs {
    fn name(&self) -> &'static str {
        "mkdocs"
    }

    fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.base);
    }

    fn directories(&self) -> Vec<String> {
        vec![self.docs.clone()]
    }

    fn dialect(&self) -> &LinkDialect {
        &self.dialect
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let mut routes = Routes::new(&self.base);
        routes.is_at_top = self.is_at_top;
        for file in sources.table.below(&self.docs) {
            let Some(path) = below(&self.docs, sources.table.path(file)) else { continue };
            let is_draft = self
                .drafts
                .as_ref()
                .is_some_and(|globs| globs.matched_path_or_any_parents(path, false).is_ignore());
            if self.is_excluded(path) || is_draft {
                routes.leave_out(file, "the configuration leaves the page out");
            } else if is_markdown(path) {
                let index = under(&self.docs, &under(directory(path), "index.md"));
                routes.page_at(file, &self.output(path, sources.table.get(&index).is_some()));
            } else {
                routes.asset(file, path);
            }
        }
        for made in ["search.html", "404.html", "sitemap.xml", "search/search_index.json"] {
            routes.made(made, Output::Made);
        }
        for (old, new) in &self.redirects {
            let to = match new.contains("://") {
                true => new.clone(),
                false => {
                    format!("{}{}", self.base.trim_end_matches('/'), "/")
                        + &self.output(new.split('#').next().unwrap_or(""), false)
                }
            };
            routes.made(&self.output(old, false), Output::Redirect(to.into()));
        }
        if self.is_open {
            routes.open.push(String::new());
        }
        if self.has_blog {
            routes.open.push("blog/".to_owned());
        }
        routes
    }

    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step {
        if target.scheme.is_some() {
            return Step::External;
        }
        if target.path.contains("----") && link.target.contains("{{")
            || link.target.starts_with("{{")
        {
            return Step::Unknown("made by a macro");
        }
        if target.path.is_empty() {
            return Step::File(from.file);
        }
        if matches!(link.kind, LinkKind::Html | LinkKind::HtmlAsset) {
            return Step::Address(target.path.to_owned());
        }
        let path = decode(target.path);
        let file = match path.strip_prefix('/') {
            Some(path) if self.absolute_in_docs => from.within(&self.docs, path),
            Some(_) => None,
            None => from
                .beside(&path)
                .filter(|&file| below(&self.docs, from.table.path(file)).is_some()),
        };
        match file {
            Some(file) if from.routes.left_out(file).is_some() => Step::Missing(path.into_owned()),
            Some(file) => Step::File(file),
            None => Step::Address(target.path.to_owned()),
        }
    }

    fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    fn has_references(&self) -> bool {
        self.has_code || self.is_open
    }

    fn has_fence_options(&self) -> bool {
        self.has_fence_options
    }

    fn navigation(&self, sources: &Sources<'_>, routes: &Routes) -> Navigation {
        let (place, nav) = &self.navigation;
        let nav = match nav {
            Nav::Absent => return Navigation::All,
            Nav::Unknown => return Navigation::Unknown,
            Nav::Is(nav) => nav,
        };
        let mut listed = Listed::at(place);
        let mut has_pattern = false;
        visit(nav, &|_| false, &mut |entry| {
            let NavEntry::Text(text) = entry else { return };
            let target = Target::parse(text);
            has_pattern |= text.contains('*') || text.ends_with('/');
            if target.scheme.is_none() && is_markdown(target.path) {
                let (path, _) = join(&self.docs, target.path);
                listed.enter(text, sources.table.get(&path));
            }
        });
        if has_pattern {
            return Navigation::Unknown;
        }
        let is_spared = |path: &str| {
            let globs = self.not_in_nav.as_ref();
            globs.is_some_and(|globs| globs.matched_path_or_any_parents(path, false).is_ignore())
                || (self.has_blog && path.starts_with("blog/"))
        };
        for (page, _) in routes.pages() {
            if below(&self.docs, sources.table.path(page)).is_some_and(is_spared) {
                listed.pages.insert(page);
            }
        }
        Navigation::Listed(listed)
    }

    fn fragment(&self, written: &str) -> FragmentRule {
        if self.has_code && written.contains('.') {
            return FragmentRule::Unknown("to ids that mkdocstrings may make");
        }
        match self.dialect.naming.scheme {
            Scheme::Unknown => FragmentRule::Unknown("a function of the site makes ids"),
            _ => FragmentRule::Exact,
        }
    }
}
