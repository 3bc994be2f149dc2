//! Which pages Hugo makes, and at which addresses.

use std::collections::BTreeSet;

use foldhash::HashSet;

use super::{Hugo, HugoContent, logical};
use crate::site::flavor::{Sources, is_markdown};
use crate::site::route::{Output, Routes};
use crate::site::table::FileId;
use crate::site::target::{below, directory, join, name, under};
use crate::site::value::Value;

/// The files of a content directory.
struct Tree<'a> {
    sources: &'a Sources<'a>,
    home: &'a str,
    files: Vec<FileId>,
    /// Directories with an `index.md`: what is in them belongs to that page.
    leaves: HashSet<&'a str>,
}

impl<'a> Tree<'a> {
    fn path(&self, file: FileId) -> &'a str {
        below(self.home, self.sources.table.path(file)).unwrap_or("")
    }

    /// The directory of the page that a file belongs to.
    fn leaf_of(&self, path: &'a str) -> Option<&'a str> {
        above(path).find(|directory| self.leaves.contains(directory))
    }
}

/// The directories that a path is in, the innermost first, without the top.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(directory(path)), |at| Some(directory(at)))
        .take_while(|at| !at.is_empty())
}

impl Hugo {
    /// The routes of what is in a content directory.
    pub(super) fn pages_of(
        &self,
        routes: &mut Routes,
        sources: &Sources<'_>,
        content: &HugoContent,
    ) {
        let tree = self.tree(sources, content);
        let pages: Vec<FileId> =
            tree.files.iter().copied().filter(|&file| is_markdown(tree.path(file))).collect();
        let matters = sources.front_matters(&pages);
        let hides =
            |path: &str, matter: &Value| name(path).starts_with("_index.") && hides_pages(matter);
        let hiding = pages.iter().zip(&matters);
        let hiding = hiding.filter(|(file, matter)| hides(tree.path(**file), matter));
        let hidden: HashSet<&str> = hiding.map(|(&file, _)| directory(tree.path(file))).collect();
        let mut sections = BTreeSet::new();
        for (&file, matter) in pages.iter().zip(&matters) {
            let path = tree.path(file);
            match self.left_out(&tree, &hidden, path, matter) {
                Some(reason) => routes.leave_out(file, reason),
                None => self.page_of(routes, content, file, path, matter, &mut sections),
            }
        }
        for section in sections {
            routes.made(&section, Output::Made);
        }
        for &file in &tree.files {
            Hugo::resource_of(routes, &tree, file);
        }
    }

    fn tree<'a>(&self, sources: &'a Sources<'a>, content: &'a HugoContent) -> Tree<'a> {
        let home = content.directory.as_str();
        let is_own = |file: &FileId| {
            let own = self.content_of(sources.table.path(*file));
            own.is_some_and(|own| std::ptr::eq(own, content))
        };
        let files: Vec<FileId> = sources.table.below(home).filter(is_own).collect();
        let mut tree = Tree { sources, home, files, leaves: HashSet::default() };
        let paths = tree.files.iter().map(|&file| tree.path(file));
        tree.leaves =
            paths.filter(|path| is_markdown(path) && self.is_leaf(path)).map(directory).collect();
        tree
    }

    /// Whether a path is that of the page of a leaf bundle.
    fn is_leaf(&self, path: &str) -> bool {
        self.stem(name(path)).0 == "index"
    }

    /// Why a page is not rendered.
    fn left_out(
        &self,
        tree: &Tree<'_>,
        hidden: &HashSet<&str>,
        path: &str,
        matter: &Value,
    ) -> Option<&'static str> {
        if !self.is_leaf(path) && above(path).any(|directory| tree.leaves.contains(directory)) {
            return Some("on resources of bundles");
        }
        if matter.flag(&["draft"]) == Some(true) {
            return Some("on drafts");
        }
        let is_hidden = !name(path).starts_with("_index.")
            && (hidden.contains("") || above(path).any(|directory| hidden.contains(directory)));
        let is_off = is_unrendered(matter) || matter.flag(&["headless"]) == Some(true);
        (is_hidden || is_off).then_some("on pages that are not rendered")
    }

    fn page_of(
        &self,
        routes: &mut Routes,
        content: &HugoContent,
        file: FileId,
        path: &str,
        matter: &Value,
        sections: &mut BTreeSet<String>,
    ) {
        let (stem, language) = self.stem(path);
        let prefix = format!("{}{language}", content.prefix);
        let is_directory = matches!(name(stem), "index" | "_index");
        let stem = if is_directory { directory(stem) } else { stem };
        let route = self.route(path, stem, &prefix, matter);
        self.put(routes, file, &route, is_directory);
        let key = logical(stem);
        routes.name(&format!("*/{}", name(&key)), file);
        routes.name(&key, file);
        for alias in matter.texts_at(&["aliases"]) {
            routes.made(&alias_output(stem, &alias), Output::Alias(file));
        }
        for taxonomy in &self.taxonomies {
            for term in matter.texts_at(&[taxonomy]) {
                let term = format!("{prefix}{taxonomy}/{}/index.html", self.address(&term));
                routes.made(&term, Output::Made);
            }
        }
        // The directories above have pages of their own: the first by itself, others with `_index.md`.
        if let Some((section, _)) = stem.split_once('/') {
            sections.insert(format!("{prefix}{}/index.html", self.address(section)));
        }
    }

    /// A file that lies beside a page is at the page's address.
    fn resource_of(routes: &mut Routes, tree: &Tree<'_>, file: FileId) {
        let path = tree.path(file);
        if is_markdown(path) {
            return;
        }
        let home = tree.leaf_of(path).unwrap_or(directory(path));
        let Some(owner) = routes.named(&logical(home)) else { return };
        let Some(address) = routes.address(owner).map(str::to_owned) else { return };
        let inner = below(home, path).unwrap_or(path);
        routes.asset(file, &format!("{address}{inner}"));
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

    fn put(&self, routes: &mut Routes, file: FileId, route: &str, is_directory: bool) {
        let route = route.trim_start_matches('/');
        let output = match route.trim_end_matches('/') {
            "" => "index.html".to_owned(),
            bare if self.is_ugly && !is_directory => format!("{bare}.html"),
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
                under(directory(stem), url)
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
            Some(slug) if !is_branch => under(directory(stem), slug),
            _ => stem.to_owned(),
        };
        format!("{prefix}{}", self.address(&own))
    }
}

/// The file that an alias becomes.
fn alias_output(stem: &str, alias: &str) -> String {
    let alias = match alias.strip_prefix('/') {
        Some(alias) => alias.to_owned(),
        None => join(directory(stem), alias).0,
    };
    let bare = alias.trim_end_matches('/');
    if bare.ends_with(".html") { bare.to_owned() } else { under(bare, "index.html") }
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
            ":sections" => directory(stem).to_owned(),
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

/// Whether a section's front matter hides the pages below it.
fn hides_pages(matter: &Value) -> bool {
    let is_of_some =
        |rule: &Value| ["target", "_target"].iter().any(|key| rule.at(&[key]).is().is_some());
    let cascade = matter.at(&["cascade"]).is().map_or(&[][..], Value::items);
    cascade.iter().any(|rule| is_unrendered(rule) && !is_of_some(rule))
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
