//! Which files pages link to: what is orphaned is told from that.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::Site;
use super::flavor::is_markdown;
use super::resolve::Resolved;
use super::table::FileId;
use super::target::{folder, join};
use crate::cancel;

/// The files that pages of a repository lead to, other than themselves.
#[derive(Debug)]
pub struct Graph {
    linked: Vec<AtomicBool>,
}

impl Graph {
    /// Whether another page links to a file, shows it or puts it in.
    pub fn is_linked(&self, file: FileId) -> bool {
        self.linked.get(file.index()).is_some_and(|linked| linked.load(Ordering::Relaxed))
    }

    fn link(&self, from: FileId, to: FileId) {
        if from != to
            && let Some(linked) = self.linked.get(to.index())
        {
            linked.store(true, Ordering::Relaxed);
        }
    }

    /// Reads all pages of a site's repository.
    pub(super) fn of(site: &Site) -> Graph {
        let graph = Graph { linked: site.table.files().map(|_| AtomicBool::new(false)).collect() };
        let is_page = |file: &FileId| is_markdown(site.table.path(*file));
        let pages: Vec<FileId> = site.table.files().filter(is_page).collect();
        let next = AtomicUsize::new(0);
        let threads = std::thread::available_parallelism().map_or(4, usize::from);
        let cancel = cancel::current();
        // Not on the pool of the run: a worker that waits here could be given another page there.
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(&page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if cancel.is_cancelled() {
                            break;
                        }
                        graph.read(site, page);
                    }
                });
            }
        });
        cancel::check();
        graph
    }

    fn read(&self, site: &Site, page: FileId) {
        let build = site.build_of(page);
        let Some(facts) = site.read_facts(build, page) else { return };
        site.memory.put((build, page), site.with_includes(build, page, &facts));
        for link in &facts.links {
            match site.resolve(page, link) {
                Resolved::Page { file, .. } | Resolved::Asset(file) => self.link(page, file),
                _ => {}
            }
        }
        let here = folder(site.table.path(page));
        for include in &facts.includes {
            if let Some(file) = site.table.get(&join(here, include).0) {
                self.link(page, file);
            }
        }
    }
}
