//! What flavors took from files to tell where pages lie. A change of a file that leaves all of that as it
//! was leaves addresses, too.

use std::hash::BuildHasher;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;
use foldhash::quality::FixedState;

use super::{Sources, front_matter};
use crate::site::table::FileId;
use crate::site::value::Value;

/// What the text of a page says that concerns others.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Names by which other pages may link to it.
    pub labels: Vec<String>,
    pub listed: Vec<ListedPages>,
}

/// Other pages that a page lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPages {
    /// As it is written.
    pub written: String,
    /// Whether it is a pattern for names.
    pub is_pattern: bool,
}

/// Finds the outline of a page in its text.
pub(super) type FindOutline = fn(&str) -> Outline;

/// What the change of a file means for its site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing but for links to the file.
    None,
    /// Pages may lie elsewhere now.
    Routes,
    /// Generators are set in another way.
    Settings,
}

/// Answers by file.
#[derive(Default)]
pub struct Asked {
    front_matters: RwLock<HashMap<FileId, Arc<Value>>>,
    outlines: RwLock<HashMap<FileId, (FindOutline, Arc<Outline>)>>,
    /// Hashes of the texts that were read as a whole.
    texts: RwLock<HashMap<FileId, u64>>,
}

impl Asked {
    /// The keys of front matter that any flavor reads. Others are not kept, and flavors do not see them.
    pub const KEYS: [&str; 18] = [
        "_build",
        "aliases",
        "build",
        "cascade",
        "categories",
        "category",
        "date",
        "draft",
        "headless",
        "id",
        "orphan",
        "pagination",
        "permalink",
        "published",
        "redirect_from",
        "slug",
        "title",
        "url",
    ];

    /// What is known of the files that have these numbers now; `None` for those that are not as they
    /// were.
    pub fn carried(&self, number: impl Fn(FileId) -> Option<FileId>) -> Asked {
        Asked {
            front_matters: carry(&self.front_matters, &number),
            outlines: carry(&self.outlines, &number),
            texts: RwLock::default(),
        }
    }

    /// What the change of a file means for those who asked what it says.
    pub fn effect(&self, sources: &Sources<'_>, file: FileId) -> Effect {
        let front_matter = get(&self.front_matters, file);
        let outline = get(&self.outlines, file);
        let whole = get(&self.texts, file);
        if front_matter.is_none() && outline.is_none() && whole.is_none() {
            return Effect::None;
        }
        let text = sources.unnoted_text(file);
        if whole.is_some_and(|known| known != hash(text.as_deref())) {
            return Effect::Settings;
        }
        let now = text.as_deref().unwrap_or_default();
        let is_same = front_matter.is_none_or(|known| *known == pruned(self::front_matter(now)))
            && outline.is_none_or(|(find, known)| *known == find(now));
        if is_same { Effect::None } else { Effect::Routes }
    }

    pub(super) fn note_text(&self, file: FileId, text: Option<&str>) {
        put(&self.texts, file, hash(text));
    }

    pub(super) fn front_matter(&self, file: FileId, read: impl Fn() -> Value) -> Arc<Value> {
        get(&self.front_matters, file).unwrap_or_else(|| {
            let found = Arc::new(pruned(read()));
            put(&self.front_matters, file, found.clone());
            found
        })
    }

    /// All who ask for the outline of a page find it in the same way.
    pub(super) fn outline(
        &self,
        file: FileId,
        find: FindOutline,
        read: impl Fn() -> String,
    ) -> Arc<Outline> {
        get(&self.outlines, file).map(|(_, outline)| outline).unwrap_or_else(|| {
            let found = Arc::new(find(&read()));
            put(&self.outlines, file, (find, found.clone()));
            found
        })
    }
}

fn get<T: Clone>(of: &RwLock<HashMap<FileId, T>>, file: FileId) -> Option<T> {
    of.read().unwrap_or_else(PoisonError::into_inner).get(&file).cloned()
}

fn put<T>(of: &RwLock<HashMap<FileId, T>>, file: FileId, what: T) {
    of.write().unwrap_or_else(PoisonError::into_inner).insert(file, what);
}

fn carry<T: Clone>(
    of: &RwLock<HashMap<FileId, T>>,
    number: impl Fn(FileId) -> Option<FileId>,
) -> RwLock<HashMap<FileId, T>> {
    let of = of.read().unwrap_or_else(PoisonError::into_inner);
    let kept = of.iter().filter_map(|(&file, what)| Some((number(file)?, what.clone())));
    RwLock::new(kept.collect())
}

fn hash(text: Option<&str>) -> u64 {
    FixedState::default().hash_one(text)
}

fn pruned(value: Value) -> Value {
    let Value::Map(mut map) = value else { return value };
    map.entries.retain(|(key, _)| Asked::KEYS.contains(&key.as_str()));
    map.entries.shrink_to_fit();
    Value::Map(map)
}
