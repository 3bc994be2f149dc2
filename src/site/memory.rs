//! What is remembered of pages: their anchors as hashes, a few bytes each.

use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;
use foldhash::quality::FixedState;

use super::Site;
use super::facts::PageFacts;
use super::table::FileId;
use super::target::{directory, join};

const SHARDS: usize = 32;
/// How deep pages may be put into each other.
const MAX_INCLUDES: usize = 4;

/// The anchors of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchors {
    /// In order.
    exact: Box<[u64]>,
    /// Of the names in lower case, in order.
    folded: Box<[u64]>,
    /// Whether there may be others, which only a browser sees.
    pub is_open: bool,
}

fn hash(name: &str) -> u64 {
    FixedState::default().hash_one(name)
}

impl Anchors {
    pub fn new<'a>(names: impl Iterator<Item = &'a str> + Clone, is_open: bool) -> Anchors {
        let sorted = |mut hashes: Vec<u64>| {
            hashes.sort_unstable();
            hashes.dedup();
            hashes.into_boxed_slice()
        };
        let exact = sorted(names.clone().map(hash).collect());
        let folded = sorted(names.map(|name| hash(&name.to_lowercase())).collect());
        // Most pages have no capitals in their ids.
        let folded = if folded == exact { Box::default() } else { folded };
        Anchors { exact, folded, is_open }
    }

    pub fn contains(&self, name: &str) -> bool {
        self.exact.binary_search(&hash(name)).is_ok()
    }

    /// Whether there is such a name in whatever letter case.
    pub fn contains_folded(&self, name: &str) -> bool {
        let folded = if self.folded.is_empty() { &self.exact } else { &self.folded };
        folded.binary_search(&hash(&name.to_lowercase())).is_ok()
    }
}

type Key = (usize, FileId);

/// Anchors by build and page. Whoever asks first reads the page.
pub(super) struct Memory {
    shards: [RwLock<HashMap<Key, Arc<Anchors>>>; SHARDS],
}

impl Default for Memory {
    fn default() -> Self {
        Memory { shards: std::array::from_fn(|_| RwLock::default()) }
    }
}

impl Memory {
    fn shard(&self, key: impl Hash) -> &RwLock<HashMap<Key, Arc<Anchors>>> {
        &self.shards[FixedState::default().hash_one(key) as usize % SHARDS]
    }

    fn get(&self, key: Key) -> Option<Arc<Anchors>> {
        let shard = self.shard(key.1).read().unwrap_or_else(PoisonError::into_inner);
        shard.get(&key).cloned()
    }

    pub fn put(&self, key: Key, anchors: Anchors) -> Arc<Anchors> {
        let mut shard = self.shard(key.1).write().unwrap_or_else(PoisonError::into_inner);
        let anchors = Arc::new(anchors);
        shard.insert(key, Arc::clone(&anchors));
        anchors
    }

    /// What is remembered of pages but for some.
    pub fn without(&self, forgets: impl Fn(FileId) -> bool) -> Memory {
        let kept = |shard: &RwLock<HashMap<Key, Arc<Anchors>>>| {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            let kept = shard.iter().filter(|(key, _)| !forgets(key.1));
            RwLock::new(kept.map(|(key, anchors)| (*key, anchors.clone())).collect())
        };
        Memory { shards: std::array::from_fn(|shard| kept(&self.shards[shard])) }
    }

    pub fn len(&self) -> usize {
        let shards = self.shards.iter();
        shards.map(|shard| shard.read().unwrap_or_else(PoisonError::into_inner).len()).sum()
    }

    pub fn clear(&self) {
        for shard in &self.shards {
            shard.write().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    pub fn forget(&self, page: FileId) {
        let mut shard = self.shard(page).write().unwrap_or_else(PoisonError::into_inner);
        shard.retain(|key, _| key.1 != page);
    }
}

impl Site {
    /// The anchors of a page as the site of a build has it.
    pub(super) fn anchors(&self, build: usize, page: FileId) -> Arc<Anchors> {
        self.anchors_at(build, page, 0)
    }

    fn anchors_at(&self, build: usize, page: FileId, depth: usize) -> Arc<Anchors> {
        let key = (build, page);
        if let Some(known) = self.memory.get(key) {
            return known;
        }
        let anchors = match self.read_target(build, page) {
            Some(facts) => self.with_includes_at(build, page, &facts, depth),
            None => Anchors { is_open: true, ..Anchors::default() },
        };
        self.memory.put(key, anchors)
    }

    pub(super) fn with_includes(&self, build: usize, page: FileId, facts: &PageFacts) -> Anchors {
        self.with_includes_at(build, page, facts, 0)
    }

    fn with_includes_at(
        &self,
        build: usize,
        page: FileId,
        facts: &PageFacts,
        depth: usize,
    ) -> Anchors {
        let mut anchors = Anchors::new(facts.anchors.iter().map(String::as_str), facts.is_open);
        for include in &facts.includes {
            let here = directory(self.table.path(page));
            let file = match include.strip_prefix('/') {
                None => self.table.get(&join(here, include).0),
                // From the directory of all pages.
                Some(path) => {
                    let mut homes = self.parts.builds[build].flavor.directories().into_iter();
                    homes.find_map(|home| {
                        let beside = self.table.get(&join(&home, path).0);
                        beside.or_else(|| self.table.get(&join(directory(&home), path).0))
                    })
                }
            };
            let file = file.filter(|_| depth < MAX_INCLUDES);
            let Some(file) = file else {
                anchors.is_open = true;
                continue;
            };
            let inner = self.anchors_at(build, file, depth + 1);
            let both = |a: &[u64], b: &[u64]| {
                let mut all: Vec<u64> = a.iter().chain(b).copied().collect();
                all.sort_unstable();
                all.into_boxed_slice()
            };
            let folded = |anchors: &Anchors| {
                if anchors.folded.is_empty() {
                    anchors.exact.clone()
                } else {
                    anchors.folded.clone()
                }
            };
            anchors.folded = both(&folded(&anchors), &folded(&inner));
            anchors.exact = both(&anchors.exact, &inner.exact);
            anchors.is_open |= inner.is_open;
        }
        anchors
    }
}
