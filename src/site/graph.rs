//! Which files pages link to: what orphans are told from, and what another page's change concerns.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use foldhash::HashSet;

use super::Site;
use super::flavor::is_markdown;
use super::resolve::Resolved;
use super::table::FileId;
use super::target::{folder, join};
use crate::cancel;

/// The links of all pages of a repository, a few bytes each.
#[derive(Debug, Default)]
pub struct Graph {
    /// By file; empty for what is no page.
    links: Vec<PageLinks>,
    /// Whether another page links to a file, shows it or puts it in.
    linked: Vec<bool>,
}

/// Where the links of a page lead.
#[derive(Clone, Debug, Default)]
struct PageLinks {
    /// In order, each once, without the page itself.
    to: Box<[FileId]>,
    /// Whether a link leads nowhere: another file may change that.
    has_dead: bool,
    /// Whether nobody can tell of a link, or something is put in that is not there: it may be about a
    /// file that comes.
    is_open: bool,
}

impl Graph {
    /// Whether another page links to a file, shows it or puts it in.
    pub fn is_linked(&self, file: FileId) -> bool {
        self.linked.get(file.index()).copied().unwrap_or(false)
    }

    /// The links of all pages; those of pages that no change concerns are taken from `before`.
    fn of(site: &Site, before: Option<&Before<'_>>) -> Graph {
        let links: Vec<OnceLock<PageLinks>> = site.table.files().map(|_| OnceLock::new()).collect();
        let is_page = |file: &FileId| is_markdown(site.table.path(*file));
        let pages: Vec<FileId> = site.table.files().filter(is_page).collect();
        let next = AtomicUsize::new(0);
        let cancel = cancel::current();
        let work = || {
            while let Some(&page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
                if cancel.is_cancelled() {
                    break;
                }
                let known = before.and_then(|before| before.links(site, page));
                let found = known.unwrap_or_else(|| site.read_links(page));
                let _ = links[page.index()].set(found);
            }
        };
        let threads = std::thread::available_parallelism().map_or(4, usize::from);
        // Not on the pool of the run: a worker that waits here could be given another page there.
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        cancel::check();
        let links: Vec<PageLinks> =
            links.into_iter().map(|links| links.into_inner().unwrap_or_default()).collect();
        let mut linked = vec![false; links.len()];
        links.iter().flat_map(|links| &links.to).for_each(|file| linked[file.index()] = true);
        Graph { links, linked }
    }
}

/// A site as it was before some of its files changed, came or went.
struct Before<'s> {
    site: &'s Site,
    graph: &'s Graph,
    changed: HashSet<FileId>,
}

impl<'s> Before<'s> {
    /// `changed` are paths from the root.
    fn new(site: &'s Site, graph: &'s Graph, changed: &HashSet<String>) -> Self {
        let changed = changed.iter().filter_map(|path| site.table.get(path)).collect();
        Before { site, graph, changed }
    }

    /// Whether the files are those that there are now, with other content.
    fn has_same_files(&self, now: &Site) -> bool {
        Arc::ptr_eq(&self.site.table, &now.table)
    }

    /// What the file was, if it was there.
    fn file(&self, now: &Site, file: FileId) -> Option<FileId> {
        match self.has_same_files(now) {
            true => Some(file),
            false => self.site.table.get(now.table.path(file)),
        }
    }

    /// Whether a page, as it was, may lead elsewhere now.
    fn is_concerned(&self, page: FileId) -> bool {
        let links = &self.graph.links[page.index()];
        links.has_dead
            || self.changed.contains(&page)
            || links.to.iter().any(|file| self.changed.contains(file))
    }

    /// The links of a page of the site as it is now; `None` if they have to be read.
    fn links(&self, now: &Site, page: FileId) -> Option<PageLinks> {
        let old = self.file(now, page)?;
        let links = &self.graph.links[old.index()];
        if self.is_concerned(old) {
            return None;
        }
        if self.has_same_files(now) {
            return Some(links.clone());
        }
        if links.is_open {
            return None;
        }
        let to = links.to.iter().map(|&file| now.table.get(self.site.table.path(file)));
        Some(PageLinks { to: to.collect::<Option<_>>()?, has_dead: false, is_open: links.is_open })
    }
}

impl Site {
    /// Which files pages link to. Whoever asks first waits until all of them are read.
    pub fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| Graph::of(self, None))
    }

    /// Whether somebody has asked which files pages link to.
    pub fn has_graph(&self) -> bool {
        self.graph.get().is_some()
    }

    /// Finds out which files pages link to from what `before` knew, if it did. Returns the paths of
    /// pages of which something else may hold now, besides those that changed.
    pub fn renew_graph(&self, before: &Site, changed: &HashSet<String>) -> Vec<String> {
        let Some(graph) = before.graph.get() else { return Vec::new() };
        let old = Before::new(before, graph, changed);
        let now = self.graph.get_or_init(|| Graph::of(self, Some(&old)));
        let pages = self.table.files().filter(|&file| is_markdown(self.table.path(file)));
        let is_concerned = |page: &FileId| match old.file(self, *page) {
            Some(was) => {
                old.is_concerned(was)
                    || graph.is_linked(was) != now.is_linked(*page)
                    || (before.home(was) == Some(was)) != (self.home(*page) == Some(*page))
            }
            None => true,
        };
        pages.filter(is_concerned).map(|page| self.table.path(page).to_owned()).collect()
    }

    fn read_links(&self, page: FileId) -> PageLinks {
        let build = self.build_of(page);
        let Some(facts) = self.read_facts(build, page) else { return PageLinks::default() };
        self.memory.put((build, page), self.with_includes(build, page, &facts));
        let mut to = Vec::with_capacity(facts.links.len());
        let (mut has_dead, mut is_open) = (false, false);
        for link in &facts.links {
            let resolved = self.resolve(page, link);
            has_dead |= resolved.is_dead();
            is_open |= resolved.unknown().is_some();
            if let Resolved::Page { file, .. } | Resolved::Asset(file) = resolved {
                to.push(file);
            }
        }
        let here = folder(self.table.path(page));
        for include in &facts.includes {
            let file = self.table.get(&join(here, include).0);
            is_open |= file.is_none();
            to.extend(file);
        }
        to.retain(|&file| file != page);
        to.sort_unstable();
        to.dedup();
        PageLinks { to: to.into(), has_dead, is_open }
    }
}
