//! Jekyll: pages with front matter beside where they stand, unless a permalink says otherwise.

use crate::site::facts::{Link, LinkDialect, LinkKind};
use crate::site::flavor::{Flavor, PagePlace, Sources, Step, is_markdown, without_extension};
use crate::site::ids::{Dashes, Empty, Heads, Naming, OwnId, Twice};
use crate::site::mask::Syntax;
use crate::site::route::{Output, Routes};
use crate::site::slug::Scheme;
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, directory, host_of_url, join, name, under};
use crate::site::value::Value;

use super::SiteGlobs;

/// A site of Jekyll.
pub struct Jekyll {
    /// The directory of the pages, from the root.
    home: String,
    base: String,
    host: Option<String>,
    permalink: String,
    excluded: SiteGlobs,
    included: Vec<String>,
    /// Collections with pages, by name, with their permalinks.
    collections: Vec<(String, Option<String>)>,
    has_relative_links: bool,
    needs_no_front_matter: bool,
    has_readme_index: bool,
    dialect: LinkDialect,
}

/// Files that are the repository's, and no part of the site unless they have front matter.
const REPOSITORY: [&str; 6] = [
    "README.md",
    "CONTRIBUTING.md",
    "LICENSE.md",
    "CODE_OF_CONDUCT.md",
    "SECURITY.md",
    "CHANGELOG.md",
];

impl Jekyll {
    pub fn open(sources: &Sources<'_>, config: FileId) -> Jekyll {
        let settings = sources.config(config);
        let home = directory(sources.table.path(config));
        let source = join(home, settings.text(&["source"]).unwrap_or("")).0;
        let mut plugins = settings.texts_at(&["plugins"]);
        plugins.extend(settings.texts_at(&["gems"]));
        // Without a Gemfile, GitHub builds it with the plugins that it always has.
        let gemfile =
            sources.table.get(&under(home, "Gemfile")).map(|file| sources.config_text(file));
        let is_pages = gemfile.is_none_or(|text| text.contains("github-pages"));
        let is_pages =
            (is_pages && plugins.is_empty()) || plugins.iter().any(|name| name == "github-pages");
        let has = |name: &str| is_pages || plugins.iter().any(|known| known == name);
        let collections =
            settings.at(&["collections"]).is().and_then(Value::as_map).cloned().unwrap_or_default();
        let collections = collections
            .entries
            .iter()
            .filter(|(_, options)| options.flag(&["output"]) == Some(true));
        let collections = collections
            .map(|(name, options)| (name.clone(), options.text(&["permalink"]).map(str::to_owned)));
        let mut excluded = Vec::new();
        let patterns = settings
            .texts_at(&["exclude"])
            .into_iter()
            .chain(["Gemfile", "Gemfile.lock", "node_modules", "vendor"].map(str::to_owned));
        for pattern in patterns {
            let pattern = pattern.trim_matches('/').to_owned();
            excluded.push(format!("{pattern}/**"));
            excluded.push(pattern);
        }
        let is_gfm = settings.text(&["kramdown", "input"]).is_none_or(|input| input == "GFM");
        let has_ids = settings.flag(&["kramdown", "auto_ids"]).unwrap_or(true);
        let mut naming = Naming {
            scheme: match (has_ids, is_gfm) {
                (false, _) => Scheme::None,
                (true, true) => Scheme::KramdownGfm,
                (true, false) => Scheme::Kramdown,
            },
            own: OwnId::Kramdown,
            twice: Twice::Blind,
            prefix: settings.text(&["kramdown", "auto_id_prefix"]).unwrap_or("").to_owned(),
            empty: if is_gfm { Empty::Counts } else { Empty::Word("section") },
            ..Naming::github()
        };
        naming.text.dashes = Dashes::Threes;
        naming.text.lists = Some("{:");
        naming.heads = if is_gfm { Heads::Kramdown } else { Heads::PlainKramdown };
        naming.templates = &["{{", "{%"];
        let is_transliterated =
            settings.flag(&["kramdown", "transliterated_header_ids"]) == Some(true);
        if is_transliterated && has_ids {
            naming.scheme = Scheme::Unknown;
        }
        Jekyll {
            home: source.trim_end_matches('/').to_owned(),
            base: settings.text(&["baseurl"]).unwrap_or("").to_owned(),
            host: settings.text(&["url"]).and_then(host_of_url),
            permalink: settings.text(&["permalink"]).unwrap_or("date").to_owned(),
            excluded: SiteGlobs::new(&excluded),
            included: settings.texts_at(&["include"]),
            collections: collections.collect(),
            has_relative_links: has("jekyll-relative-links")
                && settings.flag(&["relative_links", "enabled"]) != Some(false),
            needs_no_front_matter: has("jekyll-optional-front-matter"),
            has_readme_index: has("jekyll-readme-index"),
            dialect: LinkDialect {
                syntax: Syntax::Kramdown,
                naming,
                footnote: "fn: fnref:",
                has_labels: false,
            },
        }
    }

    fn is_pretty(&self) -> bool {
        self.permalink == "pretty"
            || (self.permalink.ends_with('/') && !self.permalink.contains(':'))
    }

    /// Whether a path is left out by its name: `_x`, `.x`, `x~`, or what the configuration excludes.
    fn is_hidden(&self, path: &str) -> bool {
        let special = |part: &str| part.starts_with(['_', '.', '#', '~']) || part.ends_with('~');
        let is_included = self
            .included
            .iter()
            .any(|known| known == path || path.starts_with(&format!("{known}/")));
        !is_included && (path.split('/').any(special) || self.excluded.matches(path))
    }

    fn put(&self, routes: &mut Routes, file: FileId, url: &str) {
        let url = url.trim_start_matches('/');
        let output = match url {
            "" => "index.html".to_owned(),
            url if url.ends_with('/') => format!("{url}index.html"),
            url if name(url).contains('.') => url.to_owned(),
            url => format!("{url}.html"),
        };
        routes.page_at(file, &output);
    }

    /// The address of a post or of a page in a collection.
    fn filled(&self, pattern: &str, path: &str, collection: &str, matter: &Value) -> String {
        let stem = without_extension(path);
        let file = name(stem);
        let dated = matter
            .text(&["date"])
            .or(file.get(..10))
            .filter(|date| date.len() >= 10 && date.is_ascii());
        let date = dated.filter(|_| collection == "posts").unwrap_or("0000-00-00");
        let slug = if collection == "posts" { file.get(11..).unwrap_or(file) } else { file };
        let slug = matter.text(&["slug"]).unwrap_or(slug);
        let categories =
            matter.texts_at(&["categories"]).into_iter().chain(matter.texts_at(&["category"]));
        let categories: Vec<String> = categories
            .flat_map(|c| c.split(' ').map(str::to_lowercase).collect::<Vec<_>>())
            .collect();
        let pattern = match pattern {
            "date" => "/:categories/:year/:month/:day/:title:output_ext",
            "pretty" => "/:categories/:year/:month/:day/:title/",
            "none" => "/:categories/:title:output_ext",
            pattern => pattern,
        };
        let url = pattern
            .replace(":categories", &categories.join("/"))
            .replace(":collection", collection)
            .replace(":year", &date[..4])
            .replace(":month", &date[5..7])
            .replace(":day", &date[8..10])
            .replace(":title", slug)
            .replace(":slug", slug)
            .replace(":name", file)
            .replace(":path", stem)
            .replace(":output_ext", ".html");
        join("", &url).0
    }

    /// The address that a template tag stands for; `None` if it cannot be told.
    fn tag(&self, from: &PagePlace<'_>, written: &str) -> Option<Step> {
        let open = written.find('{')?;
        let close = written[open..].find("}}").or(written[open..].find("%}"))? + open;
        let inner = written.get(open + 2..close)?.trim_matches(['-', ' ']);
        let after = written[close + 2..].split(['#', '?']).next().unwrap_or("");
        let fragment =
            written[close + 2..].split_once('#').map(|(_, fragment)| fragment.to_owned());
        let leads = |file: FileId| match fragment.clone() {
            Some(fragment) if !fragment.is_empty() => Step::Anchor(file, fragment),
            _ => Step::File(file),
        };
        if let Some(path) = inner.strip_prefix("link ") {
            let path = path.trim().trim_matches(['"', '\'']);
            if path.contains(['{', '|']) {
                return None;
            }
            let found = from.within(&self.home, path.trim_start_matches('/'));
            return Some(found.map_or_else(|| Step::Missing(path.to_owned()), leads));
        }
        if let Some(post) = inner.strip_prefix("post_url ") {
            let found = from.routes.named(&format!("post {}", post.trim().trim_start_matches('/')));
            return Some(found.map_or_else(|| Step::Missing(post.trim().to_owned()), leads));
        }
        let before = &written[..open];
        if after.contains('{') || !before.is_empty() {
            return None;
        }
        let base = format!("/{}", self.base.trim_matches('/'));
        let base = base.trim_end_matches('/');
        match inner {
            "site.baseurl" => return Some(Step::Address(format!("{base}{after}"))),
            "site.url" | "site.github.url" => {
                return Some(Step::Unknown("to the site's own address"));
            }
            _ => {}
        }
        let (literal, filter) = inner.split_once('|')?;
        let literal = literal.trim().strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
        let is_known = matches!(filter.trim(), "relative_url" | "prepend: site.baseurl");
        is_known
            .then(|| Step::Address(format!("{base}/{}{after}", literal.trim_start_matches('/'))))
    }
}

impl Flavor for Jekyll {
    fn name(&self) -> &'static str {
        "jekyll"
    }

    fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.base);
    }

    fn directories(&self) -> Vec<String> {
        vec![self.home.clone()]
    }

    fn takes(&self, path: &str) -> bool {
        let inner = below(&self.home, path).unwrap_or(path);
        let is_collection = inner.starts_with("_posts/")
            || inner.contains("/_posts/")
            || self.collections.iter().any(|(name, _)| inner.starts_with(&format!("_{name}/")));
        let is_repository =
            REPOSITORY.contains(&inner) && !(self.has_readme_index && self.needs_no_front_matter);
        is_collection || !(self.is_hidden(inner) || (is_repository && self.excluded.matches(inner)))
    }

    fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    fn dialect(&self) -> &LinkDialect {
        &self.dialect
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let mut routes = Routes::new(&self.base);
        let files: Vec<FileId> = sources.table.below(&self.home).collect();
        let is_text = |path: &str| {
            is_markdown(path)
                || [".html", ".css", ".scss", ".sass", ".xml", ".json", ".txt", ".js"]
                    .iter()
                    .any(|end| path.ends_with(end))
        };
        let texts: Vec<FileId> =
            files.iter().copied().filter(|&file| is_text(sources.table.path(file))).collect();
        let matters = sources.front_matters(&texts);
        let mut matters = texts.iter().copied().zip(matters).collect::<foldhash::HashMap<_, _>>();
        for file in files {
            let Some(path) = below(&self.home, sources.table.path(file)) else { continue };
            let matter = matters.remove(&file).unwrap_or_default();
            if matter.flag(&["published"]) == Some(false) {
                routes.leave_out(file, "on pages that are not published");
                continue;
            }
            for old in matter.texts_at(&["redirect_from"]) {
                let old = old.trim_start_matches('/');
                let output = if old.is_empty() || old.ends_with('/') {
                    format!("{old}index.html")
                } else if name(old).contains('.') {
                    old.to_owned()
                } else {
                    format!("{old}.html")
                };
                routes.made(&output, Output::Alias(file));
            }
            let collection = path.split('/').find_map(|part| part.strip_prefix('_'));
            let own = matter.text(&["permalink"]).map(str::to_owned);
            if let Some(collection) = collection {
                let known = self.collections.iter().find(|(name, _)| name == collection);
                let (pattern, inner) = match (collection, known) {
                    ("posts", _) => (self.permalink.as_str(), path),
                    (name, Some((_, pattern))) => (
                        pattern.as_deref().unwrap_or("/:collection/:path:output_ext"),
                        path.split_once(&format!("_{name}/")).map_or(path, |(_, p)| p),
                    ),
                    _ => continue,
                };
                if *matter != Value::Null && is_markdown(path) {
                    let url =
                        own.unwrap_or_else(|| self.filled(pattern, inner, collection, &matter));
                    self.put(&mut routes, file, &url);
                    routes.name(&format!("post {}", without_extension(name(path))), file);
                }
                continue;
            }
            if self.is_hidden(path) {
                continue;
            }
            let is_page =
                *matter != Value::Null || (is_markdown(path) && self.needs_no_front_matter);
            if !is_page {
                routes.asset(file, path);
                continue;
            }
            let stem = without_extension(path);
            let directory_index = |name: &str| format!("{}/{name}", directory(path));
            let has_index = ["index.md", "index.html"].iter().any(|index| {
                sources.table.get(&join(&self.home, &directory_index(index)).0).is_some()
            });
            let is_readme =
                self.has_readme_index && name(stem).eq_ignore_ascii_case("readme") && !has_index;
            let is_html = is_markdown(path) || path.ends_with(".html");
            let url = match own {
                Some(url) => url,
                None if !is_html => path.replace(".scss", ".css").replace(".sass", ".css"),
                None if is_readme && *matter == Value::Null => format!("{}/", directory(path)),
                None if name(stem) == "index" => format!("{}/", directory(path)),
                None if self.is_pretty() => format!("{stem}/"),
                None => format!("{stem}.html"),
            };
            self.put(&mut routes, file, &url);
        }
        for made in ["feed.xml", "sitemap.xml", "robots.txt", "404.html"] {
            routes.made(made, Output::Made);
        }
        routes
    }

    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step {
        if link.target.contains("{{") || link.target.contains("{%") {
            return self.tag(from, &link.target).unwrap_or(Step::Unknown("made by a template"));
        }
        if target.scheme.is_some() {
            return Step::External;
        }
        if target.path.is_empty() && target.query.is_none() {
            return Step::File(from.file);
        }
        let is_markdown_link = matches!(link.kind, LinkKind::Link | LinkKind::Image);
        // The plugin reads destinations by a pattern: one with a query or an empty fragment is none.
        let is_read = link.is_simple
            && target.query.is_none()
            && target.fragment != Some("")
            && !link.target.contains(' ');
        if self.has_relative_links && is_markdown_link && is_read {
            let path = decode(target.path);
            let file = match path.strip_prefix('/') {
                Some(path) => from.within(&self.home, path),
                None => from.beside(&path),
            };
            let is_output = |file: &FileId| {
                from.routes.address(*file).is_some() || !is_markdown(from.table.path(*file))
            };
            if let Some(file) = file.filter(is_output) {
                return Step::File(file);
            }
        }
        Step::Address(target.path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::flavor::Asked;
    use crate::site::front_matter_cache::FrontMatterCache;
    use crate::site::table::FileTable;

    #[test]
    fn permalinks_are_filled() {
        let table = FileTable::new(["_config.yml".to_owned()]);
        let root = std::path::Path::new("/nowhere");
        let (asked, cache) = (Asked::default(), FrontMatterCache::default());
        let sources = Sources { root, table: &table, asked: &asked, cache: &cache };
        let site = Jekyll::open(&sources, table.get("_config.yml").expect("it is there"));
        let matter = crate::site::flavor::front_matter("---\ncategories: [A, b]\n---\n");
        let of = |pattern: &str| site.filled(pattern, "_posts/2024-01-02-hi.md", "posts", &matter);
        assert_eq!(of("date"), "a/b/2024/01/02/hi.html");
        assert_eq!(of("/x/:title/"), "x/hi/");
        assert_eq!(site.filled("date", "é.md", "posts", &Value::Null), "0000/00/00/é.html");
        assert!(
            site.is_hidden("_x/y.md") && site.is_hidden("vendor/a.md") && !site.is_hidden("a/b.md")
        );
    }
}
