//! Hugo: pages by logical paths, and links that pass through unless a hook of the site resolves them.

use crate::site::facts::{Dialect, Link, LinkKind};
use crate::site::flavor::{
    Flavor, Place, Sources, Step, extension, is_markdown, without_extension,
};
use crate::site::ids::{Dashes, Empty, Naming, OwnId, Twice};
use crate::site::mask::Syntax;
use crate::site::route::{Output, Routes};
use crate::site::slug::Scheme;
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, folder, join, name, under};
use crate::site::value::Value;

use super::mkdocs::path_of_url;

/// What becomes of links on their way through a site's templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hook {
    /// They pass through.
    None,
    /// Hugo's own hook looks for pages.
    Embedded,
    /// The site's own hook: most look for pages too.
    Own,
}

/// A folder of pages of one language.
struct Content {
    /// From the root.
    folder: String,
    /// What stands before the addresses: `de/`, or nothing.
    prefix: String,
}

/// A site of Hugo.
pub struct Hugo {
    contents: Vec<Content>,
    /// Folders of files that are copied, and of those that only templates use; from the root.
    statics: Vec<String>,
    assets: Vec<String>,
    base: String,
    /// Languages that file names may end with.
    languages: Vec<String>,
    default_language: String,
    is_ugly: bool,
    keeps_case: bool,
    link_hook: Hook,
    image_hook: Hook,
    /// By the plural, as front matter has it.
    taxonomies: Vec<String>,
    /// Patterns by the first folder.
    permalinks: Vec<(String, String)>,
    dialect: Dialect,
}

/// The folder of the site whose configuration stands at a path; `None` if it is none of Hugo's.
pub fn home_of<'a>(sources: &Sources<'_>, path: &'a str) -> Option<&'a str> {
    let home = folder(path);
    let (stem, extension) = name(path).split_once('.')?;
    if !matches!(extension, "toml" | "yaml" | "yml" | "json") {
        return None;
    }
    match stem {
        "hugo" | "config" if home == "config/_default" || home.ends_with("/config/_default") => {
            Some(folder(folder(home)))
        }
        "hugo" => Some(home),
        "config" if sources.table.has_folder(&under(home, "content")) && extension != "json" => {
            Some(home)
        }
        _ => None,
    }
}

impl Hugo {
    pub fn open(sources: &Sources<'_>, config: FileId, home: &str) -> Hugo {
        let settings = sources.config(config);
        let clean = |path: &str| join(home, path).0.trim_end_matches('/').to_owned();
        let languages =
            settings.at(&["languages"]).is().and_then(Value::as_map).cloned().unwrap_or_default();
        let default_language =
            settings.text(&["defaultContentLanguage"]).unwrap_or("en").to_owned();
        let in_subfolder = settings.flag(&["defaultContentLanguageInSubdir"]).unwrap_or(false);
        let prefix = |language: &str| {
            let is_plain = language.is_empty() || (language == default_language && !in_subfolder);
            if is_plain { String::new() } else { format!("{language}/") }
        };
        let mut contents = Vec::new();
        let mut statics = settings.texts_at(&["staticDir"]);
        let mut assets = vec![settings.text(&["assetDir"]).unwrap_or("assets").to_owned()];
        for mount in settings.at(&["module", "mounts"]).is().map_or(&[][..], Value::items) {
            let (Some(source), Some(target)) = (mount.text(&["source"]), mount.text(&["target"]))
            else {
                continue;
            };
            match target.split('/').next().unwrap_or("") {
                "content" => contents.push(Content {
                    folder: clean(source),
                    prefix: prefix(mount.text(&["lang"]).unwrap_or(""))
                        + target
                            .strip_prefix("content/")
                            .map(|t| format!("{t}/"))
                            .as_deref()
                            .unwrap_or(""),
                }),
                "static" => statics.push(source.to_owned()),
                "assets" => assets.push(source.to_owned()),
                _ => {}
            }
        }
        for (language, options) in &languages.entries {
            if let Some(own) = options.text(&["contentDir"]).or(options.text(&["contentdir"])) {
                contents.push(Content { folder: clean(own), prefix: prefix(language) });
            }
        }
        if contents.is_empty() {
            let own = settings.text(&["contentDir"]).unwrap_or("content");
            contents.push(Content { folder: clean(own), prefix: prefix(&default_language) });
        }
        statics.push("static".to_owned());
        let goldmark = |keys: [&'static str; 2]| ["markup", "goldmark", keys[0], keys[1]];
        let scheme = match settings.text(&goldmark(["parser", "autoHeadingIDType"])) {
            Some("github-ascii") => Scheme::Hugo { ascii: true },
            Some("blackfriday") => Scheme::HugoBlackfriday,
            _ => Scheme::Hugo { ascii: false },
        };
        let has_ids = settings.flag(&goldmark(["parser", "autoHeadingID"])).unwrap_or(true);
        let mut naming = Naming {
            scheme: if has_ids { scheme } else { Scheme::None },
            own: OwnId::Attributes,
            twice: Twice::WithOwn,
            empty: Empty::Word("heading"),
            ..Naming::github()
        };
        naming.terms =
            settings.flag(&goldmark(["parser", "autoDefinitionTermID"])).unwrap_or(false);
        naming.text.images = true;
        naming.text.addresses = false;
        naming.text.dashes = Dashes::Runs;
        naming.text.emoji = settings.flag(&["enableEmoji"]).unwrap_or(false);
        naming.text.last_line = true;
        let hook = |kind: &str| {
            let own = sources.table.below(&under(home, "layouts")).any(|file| {
                let path = sources.table.path(file);
                path.contains("_markup/") && name(path).starts_with(&format!("render-{kind}"))
            });
            let embedded =
                settings.text(&["markup", "goldmark", "renderHooks", kind, "useEmbedded"]);
            let embedded = match embedded {
                Some("always" | "fallback") => true,
                Some("never") => false,
                _ => settings
                    .flag(&["markup", "goldmark", "renderHooks", kind, "enableDefault"])
                    .unwrap_or(languages.entries.len() > 1),
            };
            let themed = ["theme", "module"].iter().any(|key| match *key {
                "theme" => settings.at(&["theme"]).is().is_some(),
                _ => settings.at(&["module", "imports"]).is().is_some(),
            });
            match (own, embedded) {
                (true, _) => Hook::Own,
                (false, true) => Hook::Embedded,
                // A theme that is elsewhere may bring one.
                (false, false) if themed => Hook::Own,
                (false, false) => Hook::None,
            }
        };
        let taxonomies = match settings.at(&["taxonomies"]).is().and_then(Value::as_map) {
            Some(map) => map
                .entries
                .iter()
                .filter_map(|(_, plural)| plural.as_text())
                .map(str::to_owned)
                .collect(),
            None => vec!["tags".to_owned(), "categories".to_owned()],
        };
        let permalinks =
            settings.at(&["permalinks", "page"]).is().or(settings.at(&["permalinks"]).is());
        let permalinks =
            permalinks.and_then(Value::as_map).into_iter().flat_map(|map| &map.entries);
        let permalinks = permalinks.filter_map(|(section, pattern)| {
            Some((section.clone(), pattern.as_text()?.to_owned()))
        });
        Hugo {
            base: settings
                .text(&["baseURL"])
                .or(settings.text(&["baseurl"]))
                .map_or("/".to_owned(), path_of_url),
            languages: languages.entries.iter().map(|(language, _)| language.clone()).collect(),
            default_language: default_language.clone(),
            is_ugly: settings.flag(&["uglyURLs"]).unwrap_or(false),
            keeps_case: settings.flag(&["disablePathToLower"]).unwrap_or(false),
            link_hook: hook("link"),
            image_hook: hook("image"),
            taxonomies,
            permalinks: permalinks.collect(),
            dialect: Dialect {
                syntax: Syntax::Hugo,
                naming,
                footnote: "fn: fnref:",
                has_labels: false,
            },
            statics: statics.iter().map(|path| clean(path)).collect(),
            assets: assets.iter().map(|path| clean(path)).collect(),
            contents,
        }
    }

    fn content_of(&self, path: &str) -> Option<&Content> {
        let found = self.contents.iter().filter(|content| below(&content.folder, path).is_some());
        found.max_by_key(|content| content.folder.len())
    }

    /// A path without extension and language, and the prefix that the language gives.
    fn stem<'a>(&self, path: &'a str) -> (&'a str, String) {
        let stem = without_extension(path);
        let language =
            extension(stem).filter(|language| self.languages.iter().any(|known| known == language));
        match language {
            Some(language) => {
                let is_default = language == self.default_language;
                (
                    without_extension(stem),
                    if is_default { String::new() } else { format!("{language}/") },
                )
            }
            None => (stem, String::new()),
        }
    }

    /// A path as Hugo has it in addresses.
    fn address(&self, path: &str) -> String {
        let kept = path.chars().filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || "./\\_#+~-%@".contains(c) => Some(c),
            c if unicode_normalization::char::is_combining_mark(c) => Some(c),
            _ => None,
        });
        if self.keeps_case { kept.collect() } else { kept.flat_map(char::to_lowercase).collect() }
    }

    fn put(&self, routes: &mut Routes, file: FileId, route: &str, is_folder: bool) {
        let route = route.trim_start_matches('/');
        let output = match route.trim_end_matches('/') {
            "" => "index.html".to_owned(),
            bare if self.is_ugly && !is_folder => format!("{bare}.html"),
            _ if route.ends_with(".html") => route.to_owned(),
            bare => format!("{bare}/index.html"),
        };
        routes.page_at(file, &output);
    }

    /// The route of a page by its front matter and the patterns of its section.
    fn route(&self, path: &str, stem: &str, prefix: &str, matter: &Value) -> String {
        if let Some(url) = matter.text(&["url"]) {
            let url = if url.starts_with('/') {
                url.trim_start_matches('/').to_owned()
            } else {
                under(folder(stem), url)
            };
            return format!("{prefix}{url}");
        }
        let slug = matter.text(&["slug"]);
        let section = stem.split('/').next().filter(|_| stem.contains('/')).unwrap_or("");
        let is_branch = name(path).starts_with("_index.");
        let pattern =
            self.permalinks.iter().find(|(known, _)| known == section).filter(|_| !is_branch);
        if let Some((_, pattern)) = pattern
            && let Some(route) = filled(pattern, stem, slug, matter)
        {
            return format!("{prefix}{}", self.address(&route));
        }
        let own = match slug {
            Some(slug) if !is_branch => under(folder(stem), slug),
            _ => stem.to_owned(),
        };
        format!("{prefix}{}", self.address(&own))
    }

    /// The page that a path names: beside the page, then from the top, as Hugo looks for it.
    fn page(&self, from: &Place<'_>, path: &str, by_name: bool) -> Option<FileId> {
        let content = self.content_of(from.path())?;
        let here = below(&content.folder, from.path()).map(folder)?;
        let find = |home: &str, path: &str| {
            let (joined, _) = join(home, path);
            from.routes.named(&logical(joined.trim_matches('/')))
        };
        if let Some(path) = path.strip_prefix('/') {
            return find("", path);
        }
        let found = find(here, path).or_else(|| find("", path));
        let unique = || {
            let name = logical(path);
            (by_name && !path.contains('/'))
                .then(|| from.routes.named(&format!("*/{name}")))
                .flatten()
        };
        found.or_else(unique)
    }

    /// Whether a path names a folder whose page Hugo makes by itself.
    fn is_section(&self, from: &Place<'_>, path: &str) -> bool {
        let Some(content) = self.content_of(from.path()) else { return false };
        let here = below(&content.folder, from.path()).map_or("", folder);
        let homes = if path.starts_with('/') { [""; 2] } else { [here, ""] };
        homes.iter().any(|home| {
            let name = logical(join(home, path).0.trim_matches('/'));
            from.routes.output(&format!("{}{name}/index.html", content.prefix))
                == Some(&Output::Made)
        })
    }

    /// A file of the bundle that the page is, or of the folder of assets.
    fn resource(&self, from: &Place<'_>, path: &str) -> Option<FileId> {
        let stem = self.stem(from.path()).0;
        let is_bundle = matches!(name(stem), "index" | "_index");
        let own = if is_bundle {
            from.beside(path).filter(|&file| !is_markdown(from.table.path(file)))
        } else {
            None
        };
        own.or_else(|| {
            self.assets.iter().find_map(|folder| from.within(folder, path.trim_start_matches('/')))
        })
    }

    /// `{{< ref "x#y" >}}`
    fn shortcode(&self, from: &Place<'_>, written: &str) -> Step {
        let inner = written.trim_start_matches(['{', '<', '%', ' ']);
        let (name, rest) = inner.split_once(' ').unwrap_or((inner, ""));
        let rest = rest.trim_start();
        let rest = rest.strip_prefix("path=").unwrap_or(rest);
        let literal = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\'' | '`'))
            .and_then(|quote| rest[1..].split(quote).next());
        let (Some(literal), "ref" | "relref") = (literal, name) else {
            return Step::Unknown("a shortcode makes it");
        };
        let (path, fragment) =
            literal.split_once('#').map_or((literal, None), |(p, f)| (p, Some(f)));
        let file = if path.is_empty() { Some(from.file) } else { self.page(from, path, true) };
        match (file, fragment) {
            (Some(file), Some(fragment)) if !fragment.is_empty() => {
                Step::Anchor(file, fragment.to_owned())
            }
            (Some(file), _) => Step::File(file),
            (None, _) => Step::Missing(path.to_owned()),
        }
    }
}

/// A path as pages are looked up: lower case, without extension and without `index`.
fn logical(path: &str) -> String {
    let path = match extension(path) {
        Some("md" | "html" | "htm" | "markdown" | "adoc" | "org" | "rst") => {
            without_extension(path)
        }
        _ => path,
    };
    let path = match name(path) {
        "index" | "_index" => folder(path),
        _ => path,
    };
    path.to_lowercase().replace(' ', "-")
}

/// A pattern such as `/:year/:slug/` with what it names; `None` if it names something unknown.
fn filled(pattern: &str, stem: &str, slug: Option<&str>, matter: &Value) -> Option<String> {
    let date = matter.text(&["date"]).unwrap_or("");
    let title = || matter.text(&["title"]).unwrap_or(name(stem)).to_owned();
    let mut route = String::new();
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let value = match part {
            ":year" => date.get(..4)?.to_owned(),
            ":month" => date.get(5..7)?.to_owned(),
            ":day" => date.get(8..10)?.to_owned(),
            ":title" => title(),
            ":slug" => slug.map_or_else(title, str::to_owned),
            ":section" => stem.split('/').next()?.to_owned(),
            ":sections" => folder(stem).to_owned(),
            ":filename" | ":contentbasename" => name(stem).to_owned(),
            ":slugorfilename" | ":slugorcontentbasename" => slug.unwrap_or(name(stem)).to_owned(),
            part if part.contains(':') => return None,
            part => part.to_owned(),
        };
        route = under(&route, &value);
    }
    Some(route)
}

/// Whether front matter says that a page, or the pages below it, are not rendered.
fn is_unrendered(matter: &Value) -> bool {
    ["build", "_build"].iter().any(|key| {
        let render = matter.at(&[key, "render"]).is();
        matches!(render, Some(Value::Bool(false)))
            || render.and_then(Value::as_text).is_some_and(|r| r == "never")
    })
}

impl Flavor for Hugo {
    fn name(&self) -> &'static str {
        "hugo"
    }

    fn folders(&self) -> Vec<String> {
        self.contents.iter().map(|content| content.folder.clone()).collect()
    }

    fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let mut routes = Routes::new(&self.base);
        for home in &self.statics {
            for file in sources.table.below(home) {
                if let Some(path) = below(home, sources.table.path(file)) {
                    routes.asset(file, path);
                }
            }
        }
        for content in &self.contents {
            self.content(&mut routes, sources, content);
        }
        for taxonomy in &self.taxonomies {
            routes.made(&format!("{taxonomy}/index.html"), Output::Made);
        }
        for made in ["404.html", "sitemap.xml", "index.xml", "index.html"] {
            routes.made(made, Output::Made);
        }
        routes
    }

    fn step(&self, from: &Place<'_>, link: &Link, target: &Target<'_>) -> Step {
        if link.target.contains("{{") {
            return match link.target.starts_with("{{") {
                true => self.shortcode(from, &link.target),
                false => Step::Unknown("a shortcode makes it"),
            };
        }
        let is_markdown_link = matches!(link.kind, LinkKind::Link | LinkKind::Image);
        let hook = match link.kind {
            LinkKind::Link => self.link_hook,
            LinkKind::Image => self.image_hook,
            _ => Hook::None,
        };
        if let Some(scheme) = target.scheme {
            // What templates do not hold for safe, they take out.
            let is_safe = ["http", "https", "mailto", "//"]
                .iter()
                .any(|safe| scheme.eq_ignore_ascii_case(safe));
            let is_filtered = hook == Hook::Embedded && !is_safe;
            return if is_filtered {
                Step::Missing("#ZgotmplZ".to_owned())
            } else {
                Step::External
            };
        }
        if target.path.is_empty() && target.query.is_none() {
            return Step::File(from.file);
        }
        if !is_markdown_link || hook == Hook::None {
            return Step::Address(target.path.to_owned());
        }
        let path = decode(target.path);
        let page = if link.kind == LinkKind::Link { self.page(from, &path, false) } else { None };
        if let Some(file) = page.or_else(|| self.resource(from, &path)) {
            return Step::File(file);
        }
        if link.kind == LinkKind::Link && self.is_section(from, &path) {
            return Step::Made;
        }
        // A hook of the site's own may mean anything by a bare word.
        let is_word = !path.contains(['/', '.']) && hook == Hook::Own;
        if is_word && !path.chars().any(char::is_uppercase) {
            return Step::Unknown("a template of the site makes it");
        }
        Step::Address(target.path.to_owned())
    }
}

impl Hugo {
    fn content(&self, routes: &mut Routes, sources: &Sources<'_>, content: &Content) {
        let home = &content.folder;
        let files: Vec<FileId> = sources
            .table
            .below(home)
            .filter(|&file| {
                self.content_of(sources.table.path(file))
                    .is_some_and(|own| std::ptr::eq(own, content))
            })
            .collect();
        let path_of = |file: FileId| below(home, sources.table.path(file)).unwrap_or("");
        let is_leaf = |path: &str| self.stem(name(path)).0 == "index";
        let leaves: foldhash::HashSet<&str> = files
            .iter()
            .map(|&file| path_of(file))
            .filter(|path| is_markdown(path) && is_leaf(path))
            .map(folder)
            .collect();
        let leaf_of = |path: &str| {
            let mut at = folder(path);
            while !at.is_empty() {
                if leaves.contains(at) {
                    return Some(at.to_owned());
                }
                at = folder(at);
            }
            None
        };
        let pages: Vec<FileId> =
            files.iter().copied().filter(|&file| is_markdown(path_of(file))).collect();
        let matters = sources.front_matters(&pages);
        let mut unrendered: Vec<String> = Vec::new();
        let mut sections = std::collections::BTreeSet::new();
        for (&file, matter) in pages.iter().zip(&matters) {
            let path = path_of(file);
            let cascade = matter.at(&["cascade"]).is().map_or(&[][..], Value::items);
            let goes = |rule: &Value| {
                is_unrendered(rule)
                    && rule.at(&["target"]).is().is_none()
                    && rule.at(&["_target"]).is().is_none()
            };
            if name(path).starts_with("_index.") && cascade.iter().any(goes) {
                unrendered.push(folder(path).to_owned());
            }
        }
        for (&file, matter) in pages.iter().zip(&matters) {
            let path = path_of(file);
            if !is_leaf(path) && leaf_of(path).is_some() {
                routes.leave_out(file, "the page is a resource of a bundle");
                continue;
            }
            if matter.flag(&["draft"]) == Some(true) {
                routes.leave_out(file, "the page is a draft");
                continue;
            }
            let (stem, language) = self.stem(path);
            let prefix = format!("{}{language}", content.prefix);
            let is_folder = matches!(name(stem), "index" | "_index");
            let stem = if is_folder { folder(stem) } else { stem };
            let is_inside = unrendered
                .iter()
                .any(|home| below(home, path).is_some() && !name(path).starts_with("_index."));
            if is_inside || is_unrendered(matter) || matter.flag(&["headless"]) == Some(true) {
                routes.leave_out(file, "the page is not rendered");
                continue;
            }
            let route = self.route(path, stem, &prefix, matter);
            self.put(routes, file, &route, is_folder);
            let key = logical(stem);
            routes.name(&format!("*/{}", name(&key)), file);
            routes.name(&key, file);
            for alias in matter.texts_at(&["aliases"]) {
                let alias = match alias.strip_prefix('/') {
                    Some(alias) => alias.to_owned(),
                    None => join(folder(stem), &alias).0,
                };
                let bare = alias.trim_end_matches('/');
                let output = if bare.ends_with(".html") {
                    bare.to_owned()
                } else {
                    under(bare, "index.html")
                };
                routes.made(&output, Output::Page(file));
            }
            for taxonomy in &self.taxonomies {
                for term in matter.texts_at(&[taxonomy]) {
                    routes.made(
                        &format!("{prefix}{taxonomy}/{}/index.html", self.address(&term)),
                        Output::Made,
                    );
                }
            }
            // The folders above have pages of their own: the first by itself, others with `_index.md`.
            let section = stem.split_once('/').map(|(section, _)| section);
            sections.extend(
                section.map(|section| format!("{prefix}{}/index.html", self.address(section))),
            );
        }
        for section in sections {
            routes.made(&section, Output::Made);
        }
        for &file in files.iter().filter(|&&file| !is_markdown(path_of(file))) {
            let path = path_of(file);
            let bundle = leaf_of(path);
            let owner = match &bundle {
                Some(folder) => routes.named(&logical(folder)),
                None => routes.named(&logical(folder(path))),
            };
            let Some(owner) = owner else { continue };
            let Some(address) = routes.address(owner).map(str::to_owned) else { continue };
            let inner = below(bundle.as_deref().unwrap_or(folder(path)), path).unwrap_or(path);
            routes.asset(file, &format!("{address}{inner}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logical_paths() {
        assert_eq!(logical("A b/_index.md"), "a-b");
        assert_eq!(logical("x/v1.2"), "x/v1.2");
        assert_eq!(logical("index.html"), "");
        let matter = crate::site::flavor::front_matter("---\ntitle: A B\ndate: 2024-03-01\n---\n");
        assert_eq!(
            filled("/:year/:month/:title/", "blog/x", None, &matter).as_deref(),
            Some("2024/03/A B")
        );
        assert_eq!(filled("/:weekday/", "blog/x", None, &matter), None);
    }
}
