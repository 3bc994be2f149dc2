//! What every page of a project has for itself alone, so that a page can be held against the others
//! whichever of them a run checks.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{self, AtomicUsize};

use xxhash_rust::xxh3::Xxh3;

use super::taken::is_page;
use super::walk::{Walk, walk};
use super::{Base, read, root_relative};
use crate::config::Project;
use crate::document::Document;
use crate::rules::{Claim, Holder, Page};
use crate::site::front_matter_cache::FrontMatterCache;

/// A name and a value. Two of them in millions of pages do not meet by chance.
type UniqueKey = u128;

/// What a page has for itself alone, with the lines (from 1) where it says so.
type Held = Vec<(UniqueKey, u32)>;

/// Who has which values, in the order of paths.
#[derive(Clone, Debug, Default)]
pub(super) struct Survey {
    holders: HashMap<UniqueKey, BTreeMap<SurveyPlace, u32>>,
    /// The values of each page that has any.
    held: HashMap<Arc<str>, Vec<UniqueKey>>,
}

/// A page's path from the root, in the order in which a walk finds pages.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SurveyPlace(Arc<str>);

impl Ord for SurveyPlace {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0)
    }
}

impl PartialOrd for SurveyPlace {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What is in a directory comes right after the directory's name.
fn compare(one: &str, other: &str) -> Ordering {
    one.split('/').cmp(other.split('/'))
}

impl Survey {
    /// Looks at the front matter of all pages of a project.
    pub(super) fn of(project: &Arc<Project>, cache: &FrontMatterCache, no_ignore: bool) -> Self {
        let base = Base::new(project.root());
        let options = Walk { base: &base, project, no_ignore };
        let files = walk(&[project.root().to_owned()], &options).files;
        let next = AtomicUsize::new(0);
        let work = || -> Vec<(Arc<str>, Held)> {
            let mut held = Vec::new();
            while let Some(file) = files.get(next.fetch_add(1, atomic::Ordering::Relaxed)) {
                held.extend(held_by(project, cache, &file.path));
            }
            held
        };
        let threads = std::thread::available_parallelism().map_or(4, usize::from);
        let mut survey = Survey::default();
        // Not on the pool of the run: a worker that waits here could be given another file there.
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            for worker in workers {
                // A page that cannot be read has nothing; checking it says why.
                for (path, claims) in worker.join().unwrap_or_default() {
                    survey.enter(&path, claims);
                }
            }
        });
        survey
    }

    fn enter(&mut self, path: &Arc<str>, claims: Held) {
        self.held.insert(path.clone(), claims.iter().map(|(key, _)| *key).collect());
        for (key, line) in claims {
            self.holders.entry(key).or_default().entry(SurveyPlace(path.clone())).or_insert(line);
        }
    }

    fn withdraw(&mut self, path: &Arc<str>) -> Vec<UniqueKey> {
        let held = self.held.remove(path).unwrap_or_default();
        for key in &held {
            if let Some(holders) = self.holders.get_mut(key) {
                holders.remove(&SurveyPlace(path.clone()));
                if holders.is_empty() {
                    self.holders.remove(key);
                }
            }
        }
        held
    }

    /// The page of this path, or the pages in the directory.
    fn beneath(&self, path: &Arc<str>) -> Vec<Arc<str>> {
        if self.held.contains_key(path) || is_page(Path::new(&**path)) {
            return vec![path.clone()];
        }
        let is_in =
            |page: &&Arc<str>| page.strip_prefix(&**path).is_some_and(|rest| rest.starts_with('/'));
        self.held.keys().filter(is_in).cloned().collect()
    }

    /// Looks at pages that changed, came or went. Returns the paths of others, from the root, that
    /// have one of the values these have or had.
    pub(super) fn renew(
        &mut self,
        project: &Project,
        cache: &FrontMatterCache,
        pages: &[PathBuf],
    ) -> BTreeSet<Arc<str>> {
        let mut touched = Vec::new();
        let mut own = BTreeSet::new();
        for page in pages {
            for path in self.beneath(&path_of(project, page)) {
                touched.extend(self.withdraw(&path));
                own.insert(path);
            }
            own.insert(path_of(project, page));
            if project.includes(page)
                && let Some((path, claims)) = held_by(project, cache, page)
            {
                touched.extend(claims.iter().map(|(key, _)| *key));
                self.enter(&path, claims);
            }
        }
        let holders = touched.iter().filter_map(|key| self.holders.get(key));
        let paths = holders.flat_map(|holders| holders.keys().map(|place| place.0.clone()));
        paths.filter(|path| !own.contains(path)).collect()
    }

    /// The first page before this one that has the value.
    pub(super) fn earlier_holder(&self, claim: &Claim, path: &str) -> Option<Holder> {
        let (SurveyPlace(first), &line) = self.holders.get(&key(claim))?.first_key_value()?;
        compare(first, path).is_lt().then(|| Holder { path: first.clone(), line })
    }
}

/// The page's path, and what it has for itself alone; `None` if that is nothing.
fn held_by(project: &Project, cache: &FrontMatterCache, page: &Path) -> Option<(Arc<str>, Held)> {
    let settings = project.settings_for(page).ok()?;
    if settings.format.is_some() || !settings.rules.rules.compares_pages() {
        return None;
    }
    let path = path_of(project, page);
    let head = cache.get_or_read(&path, page, || read::read(page, Vec::new()).ok())?;
    let doc = Document::parse(head);
    let claims = settings.rules.rules.claims(&Page::alone(&doc));
    let held = claims.iter().map(|claim| (key(claim), doc.position(claim.span.start()).line));
    let held: Vec<_> = held.collect();
    (!held.is_empty()).then_some((path, held))
}

fn path_of(project: &Project, path: &Path) -> Arc<str> {
    root_relative(project.root(), path).into()
}

fn key(claim: &Claim) -> UniqueKey {
    let mut hash = Xxh3::new();
    for part in [&claim.name, &claim.value] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.digest128()
}
