//! Which files pages link to: what orphans are told from, and what another page's change concerns.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::Site;
use super::flavor::is_markdown;
use super::renew::Before;
use super::resolve::Resolved;
use super::table::FileId;
use super::target::{directory, join};
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
pub(super) struct PageLinks {
    /// In order, each once, without the page itself.
    pub to: Arc<[FileId]>,
    /// Whether a link leads to no file for certain, or something is put in that is not there: other
    /// files, and where they lie, may change that.
    pub is_open: bool,
}

impl Graph {
    /// Whether another page links to a file, shows it or puts it in.
    pub fn is_linked(&self, file: FileId) -> bool {
        self.linked.get(file.index()).copied().unwrap_or(false)
    }

    pub(super) fn links(&self, page: FileId) -> &PageLinks {
        &self.links[page.index()]
    }

    /// The links of all pages; those of pages that no change concerns are taken from `before`.
    pub(super) fn of(site: &Site, before: Option<&Before<'_>>) -> Graph {
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
        links.iter().flat_map(|links| &*links.to).for_each(|file| linked[file.index()] = true);
        Graph { links, linked }
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

    fn read_links(&self, page: FileId) -> PageLinks {
        let build = self.build_of(page);
        let Some(facts) = self.read_facts(build, page) else { return PageLinks::default() };
        self.memory.put((build, page), self.with_includes(build, page, &facts));
        let mut to = Vec::with_capacity(facts.links.len());
        let mut is_open = false;
        for link in &facts.links {
            let resolved = self.resolve(page, link);
            is_open |= resolved.unknown().is_some();
            match resolved {
                Resolved::Page { file, .. } | Resolved::Asset(file) => to.push(file),
                Resolved::External => {}
                _ => is_open = true,
            }
        }
        let here = directory(self.table.path(page));
        for include in &facts.includes {
            let file = self.table.get(&join(here, include).0);
            is_open |= file.is_none();
            to.extend(file);
        }
        to.retain(|&file| file != page);
        to.sort_unstable();
        to.dedup();
        PageLinks { to: to.into(), is_open }
    }
}
