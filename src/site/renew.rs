//! A site after some of its files changed, from what was known before.

use std::path::Path;
use std::sync::Arc;

use foldhash::HashSet;

use super::flavor::{Effect, is_markdown};
use super::graph::{Graph, PageLinks};
use super::table::{FileId, FileTable};
use super::{Choices, Site};

/// A site as it was before some of its files changed, came or went.
pub(super) struct Before<'s> {
    site: &'s Site,
    graph: &'s Graph,
    /// Those with other content, and those that lie elsewhere now.
    changed: HashSet<FileId>,
    /// Whether all pages lie where they lay.
    keeps_routes: bool,
}

impl<'s> Before<'s> {
    fn new(site: &'s Site, graph: &'s Graph, changed: &HashSet<String>, now: &Site) -> Self {
        let mut changed = site.files_at(changed);
        let keeps_routes = site.has_files_of(now) && site.has_routes_of(now);
        if !keeps_routes {
            let pages = site.table.files().filter(|&page| is_markdown(site.table.path(page)));
            changed.extend(pages.filter(|&page| {
                let number = now.table.get(site.table.path(page));
                number.is_some_and(|number| site.placement(page) != now.placement(number))
            }));
        }
        Before { site, graph, changed, keeps_routes }
    }

    /// What the file was, if it was there.
    fn file(&self, now: &Site, file: FileId) -> Option<FileId> {
        match self.site.has_files_of(now) {
            true => Some(file),
            false => self.site.table.get(now.table.path(file)),
        }
    }

    /// Whether a page, as it was, may lead elsewhere now.
    fn is_concerned(&self, page: FileId) -> bool {
        let links = self.graph.links(page);
        (links.is_open && !self.keeps_routes)
            || self.changed.contains(&page)
            || links.to.iter().any(|file| self.changed.contains(file))
    }

    /// The links of a page of the site as it is now; `None` if they have to be read.
    pub(super) fn links(&self, now: &Site, page: FileId) -> Option<PageLinks> {
        let old = self.file(now, page)?;
        if self.is_concerned(old) {
            return None;
        }
        let links = self.graph.links(old);
        if self.site.has_files_of(now) {
            return Some(links.clone());
        }
        let to = links.to.iter().map(|&file| now.table.get(self.site.table.path(file)));
        Some(PageLinks { to: to.collect::<Option<_>>()?, is_open: links.is_open })
    }
}

/// Where a page lies, by what others see of it.
#[derive(PartialEq)]
struct Placement<'s> {
    config: Option<&'s str>,
    address: Option<&'s str>,
    left_out: Option<&'static str>,
    /// The page that lies there already.
    hidden_by: Option<&'s str>,
}

impl Site {
    /// The site with the content that pages have now; what is there is what was there. `changed` are
    /// paths from the root.
    #[must_use]
    pub fn with_content(&self, changed: &HashSet<String>, choices: Choices) -> Site {
        let changed_files = self.files_at(changed);
        let effect =
            changed_files.iter().map(|&file| self.parts.asked.effect(&self.sources(), file));
        if effect.max().unwrap_or(Effect::None) != Effect::None {
            return self.with_files(&self.root, self.table.clone(), choices, changed);
        }
        let concerned = |page: FileId| {
            let links = self.graph.get().map(|graph| graph.links(page));
            changed_files.contains(&page)
                || links.is_none_or(|links| links.to.iter().any(|to| changed_files.contains(to)))
        };
        let memory = self.memory.without(concerned);
        let site =
            Site::of_parts(self.root.clone(), self.table.clone(), self.parts.clone(), memory);
        Site { cache: self.cache.clone(), ..site }
    }

    /// The sites of the files that there are now. `changed` are paths from the root, also of those that
    /// came or went.
    #[must_use]
    pub fn with_files(
        &self,
        root: &Path,
        table: Arc<FileTable>,
        choices: Choices,
        changed: &HashSet<String>,
    ) -> Site {
        let number = |file: FileId| {
            let path = self.table.path(file);
            if changed.contains(path) { None } else { table.get(path) }
        };
        let asked = self.parts.asked.carried(number);
        Site::open_knowing(root, table.clone(), choices, self.cache.clone(), asked)
    }

    /// Finds out which files pages link to from what `before` knew, if it did. Returns the paths of
    /// pages of which something else may hold now, besides those that changed.
    pub fn renew_graph(&self, before: &Site, changed: &HashSet<String>) -> Vec<String> {
        let Some(graph) = before.graph.get() else { return Vec::new() };
        let pages = self.table.files().filter(|&file| is_markdown(self.table.path(file)));
        if before.is_set_otherwise(changed) || !before.has_generators_of(self) {
            self.graph();
            return pages.map(|page| self.table.path(page).to_owned()).collect();
        }
        let old = Before::new(before, graph, changed, self);
        let now = self.graph.get_or_init(|| Graph::of(self, Some(&old)));
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

    /// Whether generators are set in another way since files changed.
    fn is_set_otherwise(&self, changed: &HashSet<String>) -> bool {
        let files = self.files_at(changed);
        let mut effects = files.iter().map(|&file| self.parts.asked.effect(&self.sources(), file));
        effects.any(|effect| effect == Effect::Settings)
    }

    fn placement(&self, page: FileId) -> Placement<'_> {
        let build = self.build_of(page);
        let routes = self.routes(build);
        let path = |file| self.table.path(file);
        Placement {
            config: self.parts.builds[build].config.map(path),
            address: routes.address(page),
            left_out: routes.left_out(page),
            hidden_by: routes.collides_with(page).map(path),
        }
    }

    /// Whether the same generators are recognised.
    fn has_generators_of(&self, other: &Site) -> bool {
        let configs = |site: &Site| {
            let configs = site.parts.builds.iter();
            configs
                .map(|build| build.config.map(|file| site.table.path(file).to_owned()))
                .collect::<Vec<_>>()
        };
        Arc::ptr_eq(&self.parts, &other.parts) || configs(self) == configs(other)
    }

    fn files_at(&self, paths: &HashSet<String>) -> HashSet<FileId> {
        paths.iter().filter_map(|path| self.table.get(path)).collect()
    }

    /// Whether the files are the same ones, with whatever content.
    fn has_files_of(&self, other: &Site) -> bool {
        Arc::ptr_eq(&self.table, &other.table)
    }

    /// Whether all pages lie at the same addresses.
    fn has_routes_of(&self, other: &Site) -> bool {
        let (here, there) = (&self.parts.builds, &other.parts.builds);
        Arc::ptr_eq(&self.parts, &other.parts)
            || (here.len() == there.len()
                && (0..here.len()).all(|build| self.routes(build) == other.routes(build)))
    }
}
