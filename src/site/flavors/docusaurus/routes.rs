//! Which pages Docusaurus makes, and at which addresses.

use super::{DocsPart, Docusaurus, PluginKind};
use crate::site::flavor::{Sources, is_markdown, without_extension};
use crate::site::route::{Output, Routes};
use crate::site::table::FileId;
use crate::site::target::{below, directory, join, name, under};
use crate::site::value::Value;

impl Docusaurus {
    /// Puts a page at its route; `route` has a slash at its end for pages that are a directory's.
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

    pub(super) fn docs(&self, routes: &mut Routes, sources: &Sources<'_>, part: &DocsPart) {
        self.version(routes, sources, part, &part.directory, &self.current_route(sources, part));
        let Some(versions) = self.versions(sources, part) else { return };
        for (index, version) in versions.iter().enumerate() {
            let directory = format!("{}/version-{version}", self.versioned(part));
            let route = if index == 0 { part.route.clone() } else { under(&part.route, version) };
            self.version(routes, sources, part, &directory, &route);
        }
    }

    /// The released versions, newest first; `None` if there are none.
    fn versions(&self, sources: &Sources<'_>, part: &DocsPart) -> Option<Vec<String>> {
        let file = match name(&self.versioned(part)) {
            "versioned_docs" => "versions.json".to_owned(),
            other => format!("{}_versions.json", other.trim_end_matches("_versioned_docs")),
        };
        let versions = sources.config_at(&under(&self.home, &file))?;
        let versions: Vec<String> = versions.texts().map(str::to_owned).collect();
        (!versions.is_empty()).then_some(versions)
    }

    pub(super) fn versioned(&self, part: &DocsPart) -> String {
        let is_first = self
            .parts
            .iter()
            .find(|other| other.kind == PluginKind::Docs)
            .is_some_and(|first| std::ptr::eq(first, part));
        let prefix = if is_first { String::new() } else { format!("{}_", name(&part.directory)) };
        under(&self.home, &format!("{prefix}versioned_docs"))
    }

    fn current_route(&self, sources: &Sources<'_>, part: &DocsPart) -> String {
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
        part: &DocsPart,
        home: &str,
        route: &str,
    ) {
        let pages = self.pages(sources, part, home, routes);
        let matters = sources.front_matters(&pages);
        for (&file, matter) in pages.iter().zip(&matters) {
            if matter.flag(&["draft"]) == Some(true) {
                routes.leave_out(file, "on drafts");
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

    /// The pages in a directory of a part, without partials and others that are left out.
    fn pages(
        &self,
        sources: &Sources<'_>,
        part: &DocsPart,
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
                routes
                    .leave_out(file, "on partials, and on pages that the configuration leaves out");
            } else {
                pages.push(file);
            }
        }
        pages
    }

    pub(super) fn blog(&self, routes: &mut Routes, sources: &Sources<'_>, part: &DocsPart) {
        let pages = self.pages(sources, part, &part.directory, routes);
        let matters = sources.front_matters(&pages);
        for (&file, matter) in pages.iter().zip(&matters) {
            if matter.flag(&["draft"]) == Some(true) {
                routes.leave_out(file, "on drafts");
                continue;
            }
            let Some(path) = below(&part.directory, sources.table.path(file)) else { continue };
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

    pub(super) fn own_pages(&self, routes: &mut Routes, sources: &Sources<'_>, part: &DocsPart) {
        for file in sources.table.below(&part.directory) {
            let Some(path) = below(&part.directory, sources.table.path(file)) else { continue };
            let is_program = [".js", ".jsx", ".ts", ".tsx"].iter().any(|end| path.ends_with(end));
            let is_page = is_markdown(path)
                || (is_program && !path.contains(".module.") && !path.ends_with(".d.ts"));
            if !is_page || part.excluded.matches(path) {
                continue;
            }
            let stem = without_extension(path);
            let route = match stem.strip_suffix("index") {
                Some(directory) if directory.is_empty() || directory.ends_with('/') => directory,
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
}

/// The id by which sidebars name a doc.
pub(super) fn doc_id(path: &str, matter: &Value, keeps_numbers: bool) -> String {
    let without =
        |part: &str| if keeps_numbers { part.to_owned() } else { without_number(part).to_owned() };
    let directories = directory(path).split('/').filter(|part| !part.is_empty()).map(without);
    let directories: Vec<String> = directories.collect();
    let stem = without(without_extension(name(path)));
    under(&directories.join("/"), matter.text(&["id"]).unwrap_or(&stem))
}

/// The route of a doc below that of its version, with a slash at its end for a directory's own page.
fn doc_route(path: &str, matter: &Value, keeps_numbers: bool) -> String {
    let without =
        |part: &str| if keeps_numbers { part.to_owned() } else { without_number(part).to_owned() };
    let parts: Vec<String> =
        directory(path).split('/').filter(|part| !part.is_empty()).map(without).collect();
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
    let parent = directory(path).rsplit('/').next().unwrap_or("");
    let lower = without_extension(name(path)).to_lowercase();
    let is_index = matches!(lower.as_str(), "index" | "readme")
        || (!parent.is_empty() && without(&lower) == without(&parent.to_lowercase()));
    if is_index {
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
    let (home, last) = (directory(stem), name(stem));
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
