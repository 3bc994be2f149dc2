//! The front matter of pages, kept between runs: telling where the pages of a site lie takes that of all
//! of them, and opening each is most of the time of a check of one page. What is kept is a shortcut and
//! no more: a file that is not exactly as it was is read.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};

use foldhash::HashMap;
use serde::{Deserialize, Serialize};

use super::flavor::{MAX_PAGE_BYTES, front_matter_end};
use crate::document::FrontMatter;
use crate::files::FileStamp;

/// Longest front matter that is kept, in bytes.
const MAX_TEXT: usize = 8 << 10;
/// The first line of what is written.
const TITLE: &str = "validator front matter 1";

/// The front matter of files, by their paths from the root.
#[derive(Default)]
pub struct FrontMatterCache {
    /// Reads what an earlier run wrote; `None` if nothing is kept.
    load: Option<Box<dyn Fn() -> Vec<u8> + Send + Sync>>,
    /// Loaded when a file is first asked for.
    entries: OnceLock<RwLock<HashMap<Box<str>, CachedFrontMatter>>>,
    /// How many entries are new since they were written.
    fresh: AtomicUsize,
}

#[derive(Clone, Debug)]
struct CachedFrontMatter {
    stamp: FileStamp,
    text: Box<str>,
}

/// A line of what is written.
#[derive(Serialize, Deserialize)]
struct CacheLine<'c> {
    #[serde(borrow)]
    path: std::borrow::Cow<'c, str>,
    stamp: FileStamp,
    #[serde(borrow)]
    text: std::borrow::Cow<'c, str>,
}

impl FrontMatterCache {
    /// Keeps what is found, beside what `load` brings from an earlier run. It is called when a file is
    /// first asked for.
    pub fn kept(load: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> FrontMatterCache {
        FrontMatterCache { load: Some(Box::new(load)), ..FrontMatterCache::default() }
    }

    /// The front matter of a file, with all that belongs to it; if it is not known, of what `read`
    /// returns. A path that is a link is always read.
    pub(crate) fn get_or_read(
        &self,
        path: &str,
        file: &Path,
        read: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        let Some(load) = &self.load else { return read().map(cut) };
        // Asked before the file is read: what is written meanwhile makes another stamp.
        let stamp = FileStamp::of(file).filter(|stamp| stamp.bytes() <= MAX_PAGE_BYTES);
        let entries = self.entries.get_or_init(|| RwLock::new(parse(&load())));
        if let Some(stamp) = stamp
            && let Some(entry) = entries.read().unwrap_or_else(PoisonError::into_inner).get(path)
            && entry.stamp == stamp
        {
            return Some(entry.text.as_ref().to_owned());
        }
        let text = read()?;
        // What is no plain UTF-8 is read in more than one way.
        let is_plain = !text.contains(['\u{fffd}', '\u{feff}', '\0']);
        let text = cut(text);
        let stamp = stamp.filter(|stamp| is_plain && text.len() <= MAX_TEXT && stamp.is_settled());
        if let Some(stamp) = stamp {
            let entry = CachedFrontMatter { stamp, text: text.as_str().into() };
            let mut entries = entries.write().unwrap_or_else(PoisonError::into_inner);
            entries.insert(path.into(), entry);
            self.fresh.fetch_add(1, Ordering::Relaxed);
        }
        Some(text)
    }

    /// What a later run can begin with; `None` if that is hardly more than what there is.
    pub fn to_keep(&self) -> Option<Vec<u8>> {
        let entries = self.entries.get()?.read().unwrap_or_else(PoisonError::into_inner);
        if self.fresh.load(Ordering::Relaxed) <= entries.len() / 16 {
            return None;
        }
        self.fresh.store(0, Ordering::Relaxed);
        let mut bytes = format!("{TITLE}\n").into_bytes();
        let mut sorted: Vec<_> = entries.iter().collect();
        sorted.sort_unstable_by_key(|(path, _)| *path);
        for (path, entry) in sorted {
            let CachedFrontMatter { stamp, text } = entry;
            let line = CacheLine { path: (&**path).into(), stamp: *stamp, text: (&**text).into() };
            // Texts and numbers always are JSON.
            serde_json::to_writer(&mut bytes, &line).ok()?;
            bytes.push(b'\n');
        }
        Some(bytes)
    }
}

/// A text as far as its front matter goes, whoever reads it.
fn cut(mut text: String) -> String {
    let end = FrontMatter::of(&text).map_or(0, |found| found.span.end());
    text.truncate(end.max(front_matter_end(&text)));
    text
}

/// What an earlier run wrote; nothing if that was another version or is damaged.
fn parse(bytes: &[u8]) -> HashMap<Box<str>, CachedFrontMatter> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    if lines.next() != Some(TITLE.as_bytes()) {
        return HashMap::default();
    }
    let read = |line: &[u8]| {
        let line: CacheLine<'_> = serde_json::from_slice(line).ok()?;
        Some((
            line.path.as_ref().into(),
            CachedFrontMatter { stamp: line.stamp, text: line.text.as_ref().into() },
        ))
    };
    lines.filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(cache: &FrontMatterCache, path: &Path, is_read: bool) -> String {
        let read = || {
            assert!(is_read, "the file is not opened");
            std::fs::read_to_string(path).ok()
        };
        cache.get_or_read("a.md", path, read).expect("it is there")
    }

    #[test]
    fn what_is_as_it_was_is_not_read_again() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("a.md");
        std::fs::write(&path, "---\ntitle: A\n---\n\n# A\n").expect("written");
        let first = FrontMatterCache::kept(Vec::new);
        assert_eq!(ask(&first, &path, true), "---\ntitle: A\n---\n\n");
        // The time of the last change cannot be set: the file is too new to be kept by itself.
        let stamp = FileStamp::of(&path).expect("a file");
        let entry = CachedFrontMatter { stamp, text: "kept".into() };
        let entries = first.entries.get().expect("asked for");
        entries.write().expect("not poisoned").insert("a.md".into(), entry);
        first.fresh.store(1, Ordering::Relaxed);
        let bytes = first.to_keep().expect("something is new");
        let second = FrontMatterCache::kept(move || bytes.clone());
        assert_eq!(ask(&second, &path, false), "kept");
        assert_eq!(second.to_keep(), None);
        std::fs::write(&path, "---\ntitle: B\n---\n").expect("written");
        assert_eq!(ask(&second, &path, true), "---\ntitle: B\n---\n");
    }

    #[test]
    fn what_is_damaged_or_new_is_not_kept() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("a.md");
        std::fs::write(&path, "+++\ntitle = 1\n+++\ntext\n").expect("written");
        for bytes in ["", "validator front matter 1\n{\"path\":", "other\n{}\n", "\0\n\n"] {
            let cache = FrontMatterCache::kept(move || bytes.into());
            assert_eq!(ask(&cache, &path, true), "+++\ntitle = 1\n+++\n");
            assert_eq!(cache.to_keep(), None, "it may change again unseen");
        }
    }
}
