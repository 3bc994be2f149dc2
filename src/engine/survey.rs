//! What every page of a project has for itself alone, so that a page can be held against the others
//! whichever of them a run checks.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use xxhash_rust::xxh3::Xxh3;

use super::walk::{File, Walk, walk};
use super::{Base, below, read};
use crate::config::Project;
use crate::document::{Document, FrontMatter};
use crate::rules::{Claim, Holder, Page};

/// A name and a value. Two of them in millions of pages do not meet by chance.
type Key = u128;

/// Who has which values, in the order of paths.
#[derive(Debug, Default)]
pub(super) struct Survey {
    holders: HashMap<Key, BTreeMap<Arc<str>, u32>>,
}

impl Survey {
    /// Looks at the front matter of all pages of a project.
    pub(super) fn of(project: &Arc<Project>, no_ignore: bool) -> Self {
        let base = Base::new(project.root());
        let options = Walk { base: &base, project, no_ignore };
        let files = walk(&[project.root().to_owned()], &options).files;
        let next = AtomicUsize::new(0);
        let work = || {
            let mut held = Vec::new();
            while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                held.extend(held_by(project, file));
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

    fn enter(&mut self, path: &Arc<str>, claims: Vec<(Key, u32)>) {
        for (key, line) in claims {
            self.holders.entry(key).or_default().entry(path.clone()).or_insert(line);
        }
    }

    /// The first page before this one that has the value.
    pub(super) fn earlier_holder(&self, claim: &Claim, path: &str) -> Option<Holder> {
        let (first, &line) = self.holders.get(&key(claim))?.first_key_value()?;
        (**first < *path).then(|| Holder { path: first.clone(), line })
    }
}

/// What a page has for itself alone, with the lines (from 1) where it says so.
fn held_by(project: &Project, file: &File) -> Option<(Arc<str>, Vec<(Key, u32)>)> {
    let settings = project.settings_for(&file.path).ok()?;
    if settings.format.is_some() {
        return None;
    }
    let text = read::read(&file.path, Vec::new()).ok()?;
    let doc = Document::parse(front_matter(text));
    let claims = settings.rules.rules.claims(&Page::alone(&doc));
    let held = claims.iter().map(|claim| (key(claim), doc.position(claim.span.start()).line));
    let held: Vec<_> = held.collect();
    (!held.is_empty()).then(|| (path_of(project, &file.path), held))
}

/// The text as far as its front matter goes.
fn front_matter(mut text: String) -> String {
    let end = FrontMatter::of(&text).map_or(0, |found| found.span.end());
    text.truncate(end);
    text
}

fn path_of(project: &Project, path: &Path) -> Arc<str> {
    below(project.root(), path).into()
}

fn key(claim: &Claim) -> Key {
    let mut hash = Xxh3::new();
    for part in [&claim.name, &claim.value] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.digest128()
}
