//! Starlight, on Astro: links pass through as they are written.

use crate::site::facts::{Link, LinkDialect, LinkKind};
use crate::site::flavor::{
    Flavor, PagePlace, Sources, Step, UnknownSetting, is_markdown, without_extension,
};
use crate::site::ids::{Dashes, Empty, Footnotes, Naming};
use crate::site::mask::Syntax;
use crate::site::navigation::{Listed, NavEntry, Navigation, below_base, visit};
use crate::site::route::{Output, Routes};
use crate::site::slug::{Scheme, slug};
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, directory, host_of_url, join, under};
use crate::site::value::{KnownValue, Map, Value};

use super::settings::SettingsReader;

/// A site of Starlight.
pub struct Starlight {
    /// The directory of the configuration, from the root.
    home: String,
    base: String,
    host: Option<String>,
    /// Where the sidebar is written, and what it says; nothing if it cannot be told.
    sidebar: Option<(String, Option<Value>)>,
    is_file_format: bool,
    redirects: Vec<(String, String)>,
    dialect: LinkDialect,
    /// Of pages with `.mdx`.
    mdx: LinkDialect,
    unknown: Vec<UnknownSetting>,
}

impl Starlight {
    /// `None` for a site of Astro without Starlight.
    pub fn open(sources: &Sources<'_>, config: FileId) -> Option<Starlight> {
        let home = directory(sources.table.path(config)).to_owned();
        let text = sources.config_text(config);
        if !text.contains("starlight")
            || !sources.table.has_directory(&under(&home, "src/content/docs"))
        {
            return None;
        }
        let mut reader = SettingsReader::new(sources, config);
        let base = reader.text(&["base"]).unwrap_or_else(|| "/".to_owned());
        let host = reader.settings().text(&["site"]).and_then(host_of_url);
        let sidebar = sidebar_of(reader.settings())
            .map(|sidebar| (sources.table.path(config).to_owned(), sidebar));
        let is_file_format =
            reader.text(&["build", "format"]).is_some_and(|format| format == "file");
        let empty = Value::default();
        let redirects = reader.value(&["redirects"]).is().unwrap_or(&empty).as_map().cloned();
        let redirects = redirects.unwrap_or_default().entries.into_iter().map(|(from, to)| {
            let to = to.as_text().or(to.text(&["destination"])).unwrap_or("/").to_owned();
            (from, to)
        });
        let mut naming = Naming { scheme: Scheme::Astro, empty: Empty::Counts, ..Naming::github() };
        naming.text.dashes = Dashes::Pairs;
        naming.text.footnotes = Footnotes::Number;
        let dialect = LinkDialect {
            syntax: Syntax::Plain,
            naming,
            footnote: "user-content-fn- user-content-fnref-",
            has_labels: false,
        };
        let redirects = redirects.collect();
        let mut mdx = LinkDialect { syntax: Syntax::Mdx, ..dialect.clone() };
        mdx.naming.text.expressions = true;
        mdx.naming.templates = &["{frontmatter."];
        Some(Starlight {
            home,
            base,
            host,
            sidebar,
            is_file_format,
            redirects,
            dialect,
            mdx,
            unknown: reader.unknown(),
        })
    }

    fn source(&self) -> String {
        under(&self.home, "src/content/docs")
    }

    fn put(&self, routes: &mut Routes, file: FileId, route: &str) {
        let bare = route.trim_matches('/');
        let output = match (bare, self.is_file_format) {
            ("", _) => "index.html".to_owned(),
            ("404", _) => "404.html".to_owned(),
            (bare, true) => format!("{bare}.html"),
            (bare, false) => format!("{bare}/index.html"),
        };
        routes.page_at(file, &output);
        // The theme's own place for the title.
        routes.fragment(file, "_top");
    }
}

/// The sidebar that the options of Starlight have; `None` if it cannot be told, and nothing in it if
/// they have none.
fn sidebar_of(settings: &Value) -> Option<Option<Value>> {
    let integrations = settings.at(&["integrations"]).is()?.items();
    let mut found = integrations.iter().map(|options| options.at(&["sidebar"]));
    if let Some(KnownValue::Is(sidebar)) = found.find(|found| matches!(found, KnownValue::Is(_))) {
        return sidebar.is_complete().then(|| Some(sidebar.clone()));
    }
    let is_starlight =
        |options: &&Value| options.as_map().is_some_and(|map| map.get("title").is_some());
    let options = integrations.iter().find(is_starlight)?;
    matches!(options.at(&["sidebar"]), KnownValue::Absent).then_some(None)
}

/// The route of a page: each part of its path as a slug.
fn route(path: &str) -> String {
    let stem = without_extension(path);
    let parts: Vec<String> = stem.split('/').map(|part| slug(Scheme::GitHub, part)).collect();
    let joined = parts.join("/");
    match joined.strip_suffix("index") {
        Some(directory) if directory.is_empty() || directory.ends_with('/') => {
            directory.trim_end_matches('/').to_owned()
        }
        _ => joined,
    }
}

impl Flavor for Starlight {
    fn name(&self) -> &'static str {
        "starlight"
    }

    fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.base);
        self.unknown.retain(|setting| setting.key != "base");
    }

    fn directories(&self) -> Vec<String> {
        vec![self.source()]
    }

    fn dialect(&self) -> &LinkDialect {
        &self.dialect
    }

    fn dialect_of(&self, path: &str) -> &LinkDialect {
        if path.ends_with(".mdx") { &self.mdx } else { &self.dialect }
    }

    fn unknown(&self) -> &[UnknownSetting] {
        &self.unknown
    }

    fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    fn navigation(&self, sources: &Sources<'_>, routes: &Routes) -> Navigation {
        let (place, sidebar) = match &self.sidebar {
            None => return Navigation::Unknown,
            Some((_, None)) => return Navigation::All,
            Some((place, Some(sidebar))) => (place, sidebar),
        };
        let mut listed = Listed::at(place);
        let is_item = |map: &Map| {
            ["slug", "link", "items", "autogenerate"].iter().any(|key| map.get(key).is_some())
        };
        visit(sidebar, &is_item, &mut |entry| match entry {
            NavEntry::Text(slug) => listed.enter_address(routes, slug),
            NavEntry::Item(map) => {
                let text = |key| map.get(key).and_then(Value::as_text);
                if let Some(address) = text("slug").or(text("link")) {
                    listed.enter_address(routes, below_base(&self.base, address));
                }
                let made = map.get("autogenerate").and_then(|made| made.text(&["directory"]));
                if let Some(directory) = made {
                    let directory = under(&self.source(), directory.trim_matches('/'));
                    listed.pages.extend(sources.table.below(&directory));
                }
            }
        });
        // What is no page of the sidebar by its kind.
        for (page, address) in routes.pages() {
            if matches!(address, "" | "404.html") {
                listed.pages.insert(page);
            }
        }
        Navigation::Listed(listed)
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let mut routes = Routes::new(&self.base);
        let source = self.source();
        let is_page = |path: &str| {
            let hidden = path.split('/').any(|part| part.starts_with('_'));
            is_markdown(path) && !hidden
        };
        let pages: Vec<FileId> = sources
            .table
            .below(&source)
            .filter(|&file| below(&source, sources.table.path(file)).is_some_and(is_page))
            .collect();
        let matters = sources.front_matters(&pages);
        for (&file, matter) in pages.iter().zip(&matters) {
            let Some(path) = below(&source, sources.table.path(file)) else { continue };
            if matter.flag(&["draft"]) == Some(true) {
                routes.leave_out(file, "on drafts");
                continue;
            }
            let own = matter.text(&["slug"]).map(str::to_owned);
            self.put(&mut routes, file, &own.unwrap_or_else(|| route(path)));
        }
        let public = under(&self.home, "public");
        for file in sources.table.below(&public) {
            if let Some(path) = below(&public, sources.table.path(file)) {
                routes.asset(file, path);
            }
        }
        let own = under(&self.home, "src/pages");
        for file in sources.table.below(&own) {
            let Some(path) = below(&own, sources.table.path(file)) else { continue };
            let stem = without_extension(path);
            if let Some(at) = stem.find('[') {
                routes.open.push(stem[..at].to_owned());
            } else if path.ends_with(".astro") || path.ends_with(".html") || is_markdown(path) {
                let route = stem
                    .strip_suffix("index")
                    .map_or(stem, |directory| directory.trim_end_matches('/'));
                routes.made(under(route, "index.html").trim_start_matches('/'), Output::Made);
            } else {
                routes.made(stem, Output::Made);
            }
        }
        for (from, to) in &self.redirects {
            if let Some(at) = from.find('[') {
                routes.open.push(from[..at].trim_start_matches('/').to_owned());
            }
            let from = from.trim_matches('/');
            routes.made(&under(from, "index.html"), Output::Redirect(to.as_str().into()));
        }
        for made in ["404.html", "sitemap-index.xml"] {
            routes.made(made, Output::Made);
        }
        routes
    }

    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step {
        if target.scheme.is_some() {
            return Step::External;
        }
        if target.path.is_empty() && target.query.is_none() {
            return Step::File(from.file);
        }
        let path = decode(target.path);
        if link.kind == LinkKind::Image && !path.starts_with('/') {
            if path.starts_with(['@', '~']) {
                return Step::Unknown("resolved by the bundler");
            }
            return match from.beside(&path) {
                Some(file) => Step::File(file),
                None => Step::Missing(join(directory(from.path()), &path).0),
            };
        }
        Step::Address(target.path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_slugs() {
        assert_eq!(route("Guides/Dot.Name v2.md"), "guides/dotname-v2");
        assert_eq!(route("a/index.mdx"), "a");
        assert_eq!(route("index.md"), "");
    }
}
