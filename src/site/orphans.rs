//! Images and other media that nothing in the repository names.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use aho_corasick::AhoCorasick;
use foldhash::HashSet;

use super::flavor::{extension, is_markdown};
use super::table::FileId;
use super::target::{directory, name};
use super::{Build, Site};
use crate::{cancel, files};

/// What readers see or play, and nobody finds but through a link.
const MEDIA: [&str; 16] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "bmp", "tif", "tiff", "mp4", "webm", "mov",
    "mp3", "wav", "pdf",
];

/// Largest file that is searched for names, in bytes.
const MAX_SEARCHED: u64 = 1 << 20;

fn is_media(path: &str) -> bool {
    extension(path)
        .is_some_and(|extension| MEDIA.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

impl Site {
    /// The page of a site that tells what concerns the site as a whole: the one at its address, or
    /// the first.
    pub fn home(&self, page: FileId) -> Option<FileId> {
        let build = self.build_of(page);
        *self.parts.builds[build].home.get_or_init(|| self.find_home(build))
    }

    /// The pages that tell what concerns whole sites.
    pub fn homes(&self) -> impl Iterator<Item = FileId> {
        let of_build =
            |(build, site): (usize, &Build)| *site.home.get_or_init(|| self.find_home(build));
        self.parts.builds.iter().enumerate().filter_map(of_build)
    }

    fn find_home(&self, build: usize) -> Option<FileId> {
        let routes = self.routes(build);
        let top = routes.pages().find(|(_, address)| address.is_empty()).map(|(page, _)| page);
        let is_own = |file: &FileId| {
            is_markdown(self.table.path(*file))
                && self.build_of(*file) == build
                && routes.left_out(*file).is_none()
        };
        top.or_else(|| self.table.get("README.md").filter(is_own))
            .or_else(|| self.table.files().find(is_own))
    }

    /// The media of a page's site that no page shows or links to, and whose names occur in no other
    /// file of the repository: templates, styles and programs may show them, too.
    pub fn orphan_assets(&self, page: FileId) -> &[FileId] {
        let build = self.build_of(page);
        self.orphans[build].get_or_init(|| self.find_orphans(build))
    }

    fn find_orphans(&self, build: usize) -> Vec<FileId> {
        let graph = self.graph();
        let is_hidden = |path: &str| path.split('/').any(|part| part.starts_with('.'));
        let of_build =
            |file: &FileId| match self.parts.builds[build].config {
                Some(_) => self.routes(build).has_asset(*file),
                None => !self.parts.builds.iter().enumerate().any(|(other, site)| {
                    site.config.is_some() && self.routes(other).has_asset(*file)
                }),
            };
        let mut orphans: Vec<FileId> = self
            .table
            .files()
            .filter(|&file| is_media(self.table.path(file)) && !graph.is_linked(file))
            .filter(|&file| !is_hidden(self.table.path(file)))
            .filter(of_build)
            .collect();
        let names = orphans.iter().flat_map(|&file| {
            let path = self.table.path(file);
            std::iter::once(name(path).to_owned()).chain(joined_to(path))
        });
        let mentioned = self.mentioned(names.collect());
        orphans.retain(|&file| {
            let path = self.table.path(file);
            !mentioned.contains(name(path))
                && !joined_to(path).any(|text| mentioned.contains(&text))
        });
        orphans
    }

    /// Which of these occur in the text of any file that is no medium.
    fn mentioned(&self, names: HashSet<String>) -> HashSet<String> {
        let names: Vec<String> = names.into_iter().collect();
        let Ok(search) = AhoCorasick::new(&names) else { return names.into_iter().collect() };
        let found: Vec<AtomicBool> = names.iter().map(|_| AtomicBool::new(false)).collect();
        let texts: Vec<FileId> =
            self.table.files().filter(|&file| !is_media(self.table.path(file))).collect();
        let next = AtomicUsize::new(0);
        let cancel = cancel::current();
        let work = || {
            while let Some(&file) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                let path = self.root.join(self.table.path(file));
                if cancel.is_cancelled() {
                    break;
                }
                let Ok(bytes) = files::read_beneath(&path, &self.root, MAX_SEARCHED) else {
                    continue;
                };
                for hit in search.find_overlapping_iter(&bytes) {
                    found[hit.pattern().as_usize()].store(true, Ordering::Relaxed);
                }
            }
        };
        let threads = std::thread::available_parallelism().map_or(4, usize::from);
        // Not on the pool of the run: a worker that waits here could be given a page there.
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        cancel::check();
        let found =
            names.into_iter().zip(&found).filter(|(_, found)| found.load(Ordering::Relaxed));
        found.map(|(name, _)| name).collect()
    }
}

/// What stands in a program that joins a name to the directory of a path, such as `img/${`.
fn joined_to(path: &str) -> impl Iterator<Item = String> {
    let directory = name(directory(path));
    let ends = ["${", "{", "\"", "'", "`", "%"].iter().filter(move |_| !directory.is_empty());
    ends.map(move |end| format!("{directory}/{end}"))
}
