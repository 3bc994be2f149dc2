//! Addresses: what a generator writes, and what a static host answers from that.

use std::collections::hash_map::Entry;
use std::sync::OnceLock;

use foldhash::{HashMap, HashSet};

use super::table::FileId;
use super::target::{decode, join};

/// What stands at a path of a built site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    Page(FileId),
    Asset(FileId),
    /// It sends readers on to another path, or to another site.
    Redirect(Box<str>),
    /// It sends readers on to a page that says so itself.
    Alias(FileId),
    /// Something that the generator makes by itself, such as a list of all posts.
    Made,
}

/// All that a generator writes.
#[derive(Debug, Default, PartialEq)]
pub struct Routes {
    /// The path at which the site lies on its host: `/` or `/base/`.
    pub base: String,
    /// Whether the host is set to serve `x.html` for `x`.
    pub is_clean: bool,
    /// Whether the site is known to lie at the top of its host: `..` leads nowhere else then.
    pub is_at_top: bool,
    /// Paths below the base beneath which pages are made by plugins: nobody can tell which.
    pub open: Vec<String>,
    /// By path below the base, with its file name.
    outputs: HashMap<Box<str>, Output>,
    /// The address below the base by which readers see a page, with or without a slash at its end.
    addresses: HashMap<FileId, Box<str>>,
    /// Pages that are left out of the site, such as drafts, with the reason.
    left_out: HashMap<FileId, &'static str>,
    /// Pages by the names by which the generator looks for them; `None` where several have one.
    names: HashMap<Box<str>, Option<FileId>>,
    /// Fragments that lead on to others, and so exist.
    fragments: HashMap<FileId, Vec<Box<str>>>,
    /// Files that are copied as they are.
    assets: HashSet<FileId>,
    /// Pages at whose output path another one lies already, with that one.
    collisions: HashMap<FileId, FileId>,
    /// The first parts of all output paths; made when first asked for.
    tops: OnceLock<HashSet<Box<str>>>,
}

/// What a host answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteAnswer {
    Page(FileId),
    /// The page to which the address sends readers on.
    Redirected(FileId),
    Asset(FileId),
    /// There is something, but no file stands for it.
    Made,
    /// Only hosts that add `.html` find it.
    WithExtension(FileId),
    /// The base path is missed by an absolute path.
    OutsideBase,
    /// `..` leads above the site.
    AboveSite,
    /// Pages there are made by plugins.
    Open,
    Nothing(String),
}

impl Routes {
    pub fn new(base: &str) -> Routes {
        let trimmed = base.trim_matches('/');
        let base = if trimmed.is_empty() { "/".to_owned() } else { format!("/{trimmed}/") };
        Routes { base, ..Routes::default() }
    }

    /// A page at an output path, such as `a/index.html`, seen at an address, such as `a/`.
    pub fn page(&mut self, file: FileId, output: &str, address: &str) {
        match self.outputs.entry(output.into()) {
            Entry::Vacant(free) => {
                free.insert(Output::Page(file));
            }
            Entry::Occupied(taken) => {
                if let Output::Page(first) = *taken.get()
                    && first != file
                {
                    self.collisions.insert(file, first);
                }
            }
        }
        self.addresses.entry(file).or_insert_with(|| address.into());
    }

    /// Whether a file is copied as it is.
    pub fn has_asset(&self, file: FileId) -> bool {
        self.assets.contains(&file)
    }

    /// The page that lies where this one would, and that readers get.
    pub fn collides_with(&self, file: FileId) -> Option<FileId> {
        self.collisions.get(&file).copied()
    }

    /// Whether anything lies in a directory at the top of the site.
    pub fn has_top(&self, directory: &str) -> bool {
        let tops = self.tops.get_or_init(|| {
            let tops = self.outputs.keys().filter_map(|path| path.split_once('/'));
            tops.map(|(top, _)| top.into()).collect()
        });
        tops.contains(directory)
    }

    /// A page at an output path, seen without `index.html`.
    pub fn page_at(&mut self, file: FileId, output: &str) {
        self.page(file, output, without_index(output));
    }

    pub fn asset(&mut self, file: FileId, output: &str) {
        self.assets.insert(file);
        self.outputs.entry(output.into()).or_insert(Output::Asset(file));
    }

    /// Something that is not made of a file.
    pub fn made(&mut self, output: &str, what: Output) {
        self.outputs.entry(output.into()).or_insert(what);
    }

    pub fn leave_out(&mut self, file: FileId, why: &'static str) {
        self.left_out.insert(file, why);
    }

    /// A fragment of a page that the configuration leads on to another.
    pub fn fragment(&mut self, file: FileId, name: &str) {
        self.fragments.entry(file).or_default().push(name.into());
    }

    pub fn has_anchor(&self, file: FileId, name: &str) -> bool {
        self.fragments.get(&file).is_some_and(|names| names.iter().any(|known| **known == *name))
    }

    /// A name by which the generator finds a page; one that several pages have finds none.
    pub fn name(&mut self, name: &str, file: FileId) {
        let several = |known: &mut Option<FileId>| *known = known.filter(|&known| known == file);
        self.names.entry(name.into()).and_modify(several).or_insert(Some(file));
    }

    /// All names of pages.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(|name| &**name)
    }

    /// Whether any page has a name, or several.
    pub fn has_name(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// The one page that has a name.
    pub fn named(&self, name: &str) -> Option<FileId> {
        self.names.get(name).copied().flatten()
    }

    /// Why a page is no part of the site, if somebody wants that.
    pub fn left_out(&self, file: FileId) -> Option<&'static str> {
        self.left_out.get(&file).copied()
    }

    /// A page's address below the base; `None` if the site does not have the page.
    pub fn address(&self, file: FileId) -> Option<&str> {
        self.addresses.get(&file).map(|address| &**address)
    }

    /// The pages with their addresses.
    pub fn pages(&self) -> impl Iterator<Item = (FileId, &str)> {
        self.addresses.iter().map(|(&file, address)| (file, &**address))
    }

    /// What stands at a path below the base, with its file name.
    pub fn output(&self, path: &str) -> Option<&Output> {
        self.outputs.get(path)
    }

    /// What readers get who follow an address from a page; without query and fragment.
    pub fn follow(&self, from: &str, href: &str) -> RouteAnswer {
        let href = decode(href);
        if href.is_empty() {
            return self.answer(from);
        }
        if let Some(path) = href.strip_prefix('/') {
            let (path, _) = join("", path);
            return match self.below_base(&path) {
                Some(path) => self.answer(path),
                None => RouteAnswer::OutsideBase,
            };
        }
        let directory = format!("{}{}", self.base, from);
        let directory = &directory[..directory.rfind('/').unwrap_or(0)];
        let (path, above) = join(directory, &href);
        match self.below_base(&path) {
            Some(path) => match self.answer(path) {
                RouteAnswer::Nothing(_) if above > 0 && !self.is_at_top => RouteAnswer::AboveSite,
                answer => answer,
            },
            None => RouteAnswer::AboveSite,
        }
    }

    fn below_base<'a>(&self, path: &'a str) -> Option<&'a str> {
        let base = &self.base[1..];
        if path.len() + 1 == base.len() && base.starts_with(path) {
            return Some("");
        }
        path.strip_prefix(base)
    }

    /// What a host answers to a path below the base.
    pub fn answer(&self, path: &str) -> RouteAnswer {
        self.look_up(path, 0)
    }

    fn look_up(&self, path: &str, redirects: usize) -> RouteAnswer {
        let is_directory = path.is_empty() || path.ends_with('/');
        let found = if is_directory { None } else { self.output(path) };
        let directory = path.trim_end_matches('/');
        let index = || {
            let slash = if directory.is_empty() { "" } else { "/" };
            self.output(&format!("{directory}{slash}index.html"))
        };
        if let Some(output) = found.or_else(index) {
            return match output {
                Output::Page(file) => RouteAnswer::Page(*file),
                Output::Alias(file) => RouteAnswer::Redirected(*file),
                Output::Asset(file) => RouteAnswer::Asset(*file),
                Output::Made => RouteAnswer::Made,
                Output::Redirect(to) if redirects < 8 => match self.redirect(path, to, redirects) {
                    RouteAnswer::Page(file) | RouteAnswer::Redirected(file) => {
                        RouteAnswer::Redirected(file)
                    }
                    _ => RouteAnswer::Made,
                },
                Output::Redirect(_) => RouteAnswer::Made,
            };
        }
        if !is_directory && let Some(output) = self.output(&format!("{path}.html")) {
            return match output {
                Output::Page(file) if self.is_clean => RouteAnswer::Page(*file),
                Output::Page(file) | Output::Asset(file) => RouteAnswer::WithExtension(*file),
                _ => RouteAnswer::Made,
            };
        }
        if self.open.iter().any(|open| path.starts_with(open.as_str())) {
            return RouteAnswer::Open;
        }
        RouteAnswer::Nothing(path.to_owned())
    }

    fn redirect(&self, path: &str, to: &str, redirects: usize) -> RouteAnswer {
        let to = to.split(['#', '?']).next().unwrap_or("");
        if to.contains("://") {
            return RouteAnswer::Made;
        }
        let directory = path.rfind('/').map_or("", |at| &path[..at]);
        match to.strip_prefix('/') {
            Some(to) => self.look_up(self.below_base(to).unwrap_or(to), redirects + 1),
            None => self.look_up(&join(directory, to).0, redirects + 1),
        }
    }
}

/// An output path as readers see it: without `index.html`.
pub fn without_index(output: &str) -> &str {
    match output.strip_suffix("index.html") {
        Some(directory) if directory.is_empty() || directory.ends_with('/') => directory,
        _ => output,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::table::FileTable;

    fn routes(base: &str) -> Routes {
        let table = FileTable::new(["a.md", "b.md", "c.png"].map(str::to_owned));
        let mut routes = Routes::new(base);
        let file = |path| table.get(path).expect("it is in the table");
        routes.page_at(file("a.md"), "a.html");
        routes.page_at(file("b.md"), "sub/b/index.html");
        routes.asset(file("c.png"), "c.png");
        routes.made("old.html", Output::Redirect("a.html".into()));
        routes
    }

    #[test]
    fn hosts_answer_from_what_is_there() {
        let routes = routes("/base");
        assert!(matches!(routes.follow("a.html", "sub/b"), RouteAnswer::Page(_)));
        assert!(matches!(routes.follow("sub/b/", "../../a.html"), RouteAnswer::Page(_)));
        assert!(
            matches!(routes.follow("sub/b/", "../a.html"), RouteAnswer::Nothing(path) if path == "sub/a.html")
        );
        assert!(matches!(routes.follow("a.html", "a"), RouteAnswer::WithExtension(_)));
        assert!(matches!(routes.follow("a.html", "/base/c.png"), RouteAnswer::Asset(_)));
        assert!(matches!(routes.follow("a.html", "/base/C.png"), RouteAnswer::Nothing(_)));
        assert_eq!(routes.follow("a.html", "/c.png"), RouteAnswer::OutsideBase);
        assert_eq!(routes.follow("a.html", "../x"), RouteAnswer::AboveSite);
        assert!(matches!(routes.follow("sub/b/", "/base/old.html"), RouteAnswer::Redirected(_)));
        assert!(matches!(routes.follow("sub/b/", ""), RouteAnswer::Page(_)));
    }
}
