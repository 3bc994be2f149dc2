//! Hugo: pages by logical paths, and links that pass through unless a hook of the site resolves them.

mod config;
mod routes;

use crate::site::facts::{Link, LinkDialect, LinkKind};
use crate::site::flavor::{
    Flavor, PagePlace, Sources, Step, extension, is_markdown, without_extension,
};
use crate::site::route::{Output, Routes};
use crate::site::table::FileId;
use crate::site::target::{Target, below, decode, directory, join, name};

pub use config::home_of;

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

/// A directory of pages of one language.
struct HugoContent {
    /// From the root.
    directory: String,
    /// What stands before the addresses: `de/`, or nothing.
    prefix: String,
}

/// A site of Hugo.
pub struct Hugo {
    contents: Vec<HugoContent>,
    /// Directories of files that are copied, and of those that only templates use; from the root.
    statics: Vec<String>,
    assets: Vec<String>,
    base: String,
    host: Option<String>,
    /// Languages that file names may end with.
    languages: Vec<String>,
    default_language: String,
    is_ugly: bool,
    keeps_case: bool,
    link_hook: Hook,
    image_hook: Hook,
    /// By the plural, as front matter has it.
    taxonomies: Vec<String>,
    /// Patterns by the first directory.
    permalinks: Vec<(String, String)>,
    dialect: LinkDialect,
}

impl Hugo {
    fn content_of(&self, path: &str) -> Option<&HugoContent> {
        let found =
            self.contents.iter().filter(|content| below(&content.directory, path).is_some());
        found.max_by_key(|content| content.directory.len())
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

    /// The page that a path names: beside the page, then from the top, as Hugo looks for it.
    fn page(&self, from: &PagePlace<'_>, path: &str, by_name: bool) -> Option<FileId> {
        let content = self.content_of(from.path())?;
        let here = below(&content.directory, from.path()).map(directory)?;
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

    /// Whether a path names a directory whose page Hugo makes by itself.
    fn is_section(&self, from: &PagePlace<'_>, path: &str) -> bool {
        let Some(content) = self.content_of(from.path()) else { return false };
        let here = below(&content.directory, from.path()).map_or("", directory);
        let homes = if path.starts_with('/') { [""; 2] } else { [here, ""] };
        homes.iter().any(|home| {
            let name = logical(join(home, path).0.trim_matches('/'));
            from.routes.output(&format!("{}{name}/index.html", content.prefix))
                == Some(&Output::Made)
        })
    }

    /// A file of the bundle that the page is, or of the directory of assets.
    fn resource(&self, from: &PagePlace<'_>, path: &str) -> Option<FileId> {
        let stem = self.stem(from.path()).0;
        let is_bundle = matches!(name(stem), "index" | "_index");
        let own = if is_bundle {
            from.beside(path).filter(|&file| !is_markdown(from.table.path(file)))
        } else {
            None
        };
        own.or_else(|| {
            self.assets
                .iter()
                .find_map(|directory| from.within(directory, path.trim_start_matches('/')))
        })
    }

    /// `{{< ref "x#y" >}}`
    fn shortcode(&self, from: &PagePlace<'_>, written: &str) -> Step {
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
            return Step::Unknown("made by a shortcode");
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
        "index" | "_index" => directory(path),
        _ => path,
    };
    path.to_lowercase().replace(' ', "-")
}

impl Flavor for Hugo {
    fn name(&self) -> &'static str {
        "hugo"
    }

    fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.base);
    }

    fn directories(&self) -> Vec<String> {
        self.contents.iter().map(|content| content.directory.clone()).collect()
    }

    fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    fn dialect(&self) -> &LinkDialect {
        &self.dialect
    }

    fn routes(&self, sources: &Sources<'_>) -> Routes {
        let mut routes = Routes::new(&self.base);
        routes.is_at_top = routes.base == "/" && self.host.is_some();
        for home in &self.statics {
            for file in sources.table.below(home) {
                if let Some(path) = below(home, sources.table.path(file)) {
                    routes.asset(file, path);
                }
            }
        }
        for content in &self.contents {
            self.pages_of(&mut routes, sources, content);
        }
        for taxonomy in &self.taxonomies {
            routes.made(&format!("{taxonomy}/index.html"), Output::Made);
        }
        for made in ["404.html", "sitemap.xml", "index.xml", "index.html"] {
            routes.made(made, Output::Made);
        }
        routes
    }

    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step {
        if link.target.contains("{{") {
            return match link.target.starts_with("{{") {
                true => self.shortcode(from, &link.target),
                false => Step::Unknown("made by a shortcode"),
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
            return Step::Unknown("to what a template of the site makes");
        }
        Step::Address(target.path.to_owned())
    }
}
