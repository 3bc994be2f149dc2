//! The front matter of pages, kept between runs: telling where the pages of a site lie takes that of all
//! of them, and opening each is most of the time of a check of one page. What is kept is a shortcut and
//! no more: a file that is not exactly as it was is read.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use foldhash::HashMap;
use serde::{Deserialize, Serialize};

use super::flavor::front_matter_end;
use crate::document::FrontMatter;

/// Longest front matter that is kept, in bytes.
const MAX_HEAD: usize = 8 << 10;
/// Files that changed so short a time ago may change again without looking different.
const SETTLED: Duration = Duration::from_secs(2);
/// The first line of what is written.
const TITLE: &str = "validator front matter 1";

/// The beginnings of files, by their paths from the root.
#[derive(Default)]
pub struct Heads {
    /// Reads what an earlier run wrote; `None` if nothing is kept.
    load: Option<Box<dyn Fn() -> Vec<u8> + Send + Sync>>,
    known: OnceLock<HashMap<Box<str>, Head>>,
    found: Mutex<HashMap<Box<str>, Head>>,
    /// How many files were read since anything was kept.
    missed: AtomicUsize,
}

#[derive(Clone, Debug)]
struct Head {
    stamp: FileStamp,
    text: Box<str>,
}

/// How a file looks from outside. A file that was written to differs in this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FileStamp {
    bytes: u64,
    /// Nanoseconds since 1970 of the last write, and of the last change of any kind where systems
    /// tell that.
    modified: u64,
    changed: u64,
    /// The file's number on its file system; 0 where there is none.
    number: u64,
}

/// A line of what is written.
#[derive(Serialize, Deserialize)]
struct Line<'l> {
    #[serde(borrow)]
    path: std::borrow::Cow<'l, str>,
    stamp: FileStamp,
    #[serde(borrow)]
    text: std::borrow::Cow<'l, str>,
}

impl Heads {
    /// Keeps what is found, beside what `load` brings from an earlier run. It is called when a file is
    /// first asked for.
    pub fn kept(load: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Heads {
        Heads { load: Some(Box::new(load)), ..Heads::default() }
    }

    /// The front matter of a file, with all that belongs to it; if it is not known, of what `read`
    /// returns. A path that is a link is always read.
    pub(crate) fn head(
        &self,
        path: &str,
        file: &Path,
        read: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        let Some(load) = &self.load else { return read().map(cut) };
        // Asked before the file is read: what is written meanwhile makes another stamp.
        let stamp = FileStamp::of(file);
        let known = self.known.get_or_init(|| parse(&load()));
        if let (Some(head), Some(stamp)) = (known.get(path), stamp)
            && head.stamp == stamp
        {
            return Some(head.text.as_ref().to_owned());
        }
        let text = cut(read()?);
        self.missed.fetch_add(1, Ordering::Relaxed);
        // What is no UTF-8 is read in more than one way.
        let is_plain = text.len() <= MAX_HEAD && !text.contains(['\u{fffd}', '\u{feff}']);
        if let Some(stamp) = stamp.filter(|stamp| is_plain && stamp.is_settled()) {
            let head = Head { stamp, text: text.as_str().into() };
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            found.insert(path.into(), head);
        }
        Some(text)
    }

    /// What a later run can begin with; `None` if that is hardly more than what there is.
    pub fn to_keep(&self) -> Option<Vec<u8>> {
        let known = self.known.get()?;
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let many = known.len().max(found.len()) / 16;
        if found.is_empty() || self.missed.load(Ordering::Relaxed) <= many {
            return None;
        }
        self.missed.store(0, Ordering::Relaxed);
        let mut bytes = format!("{TITLE}\n").into_bytes();
        let kept = known.iter().filter(|(path, _)| !found.contains_key(*path));
        let mut all: Vec<_> = kept.chain(found.iter()).collect();
        all.sort_unstable_by(|a, b| a.0.cmp(b.0));
        for (path, head) in all {
            let line =
                Line { path: (&**path).into(), stamp: head.stamp, text: (&*head.text).into() };
            // Texts and numbers always are JSON.
            serde_json::to_writer(&mut bytes, &line).ok()?;
            bytes.push(b'\n');
        }
        Some(bytes)
    }
}

impl FileStamp {
    /// How a regular file looks; `None` for a link, for what is no file, and for times before 1970.
    fn of(path: &Path) -> Option<FileStamp> {
        let metadata = path.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
        let modified = nanoseconds(metadata.modified().ok()?)?;
        #[cfg(unix)]
        let (changed, number) = {
            use std::os::unix::fs::MetadataExt as _;
            let seconds = u64::try_from(metadata.ctime()).ok()?;
            let rest = u64::try_from(metadata.ctime_nsec()).ok()?;
            (seconds.checked_mul(1_000_000_000)?.checked_add(rest)?, metadata.ino())
        };
        #[cfg(not(unix))]
        let (changed, number) = (modified, 0);
        Some(FileStamp { bytes: metadata.len(), modified, changed, number })
    }

    fn is_settled(&self) -> bool {
        let last = self.modified.max(self.changed);
        nanoseconds(SystemTime::now())
            .and_then(|now| now.checked_sub(last))
            .is_some_and(|since| u128::from(since) > SETTLED.as_nanos())
    }
}

fn nanoseconds(time: SystemTime) -> Option<u64> {
    u64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}

/// A text as far as its front matter goes, whoever reads it.
fn cut(mut text: String) -> String {
    let end = FrontMatter::of(&text).map_or(0, |found| found.span.end());
    text.truncate(end.max(front_matter_end(&text)));
    text
}

/// What an earlier run wrote; nothing if that was another version or is damaged.
fn parse(bytes: &[u8]) -> HashMap<Box<str>, Head> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    if lines.next() != Some(TITLE.as_bytes()) {
        return HashMap::default();
    }
    let read = |line: &[u8]| {
        let line: Line<'_> = serde_json::from_slice(line).ok()?;
        Some((
            line.path.as_ref().into(),
            Head { stamp: line.stamp, text: line.text.as_ref().into() },
        ))
    };
    lines.filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(heads: &Heads, path: &Path, is_read: bool) -> String {
        let read = || {
            assert!(is_read, "the file is not opened");
            std::fs::read_to_string(path).ok()
        };
        heads.head("a.md", path, read).expect("it is there")
    }

    fn age(path: &Path) {
        let file = std::fs::File::options().write(true).open(path).expect("opened");
        let then = SystemTime::now() - Duration::from_secs(60);
        file.set_modified(then).expect("set");
    }

    #[test]
    fn what_is_as_it_was_is_not_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.md");
        std::fs::write(&path, "---\ntitle: A\n---\n\n# A\n").expect("written");
        age(&path);
        let first = Heads::kept(Vec::new);
        assert_eq!(ask(&first, &path, true), "---\ntitle: A\n---\n\n");
        // The time of the last change cannot be set: the file is too new to be kept.
        let settled = |heads: &Heads| {
            let mut found = heads.found.lock().expect("not poisoned");
            let head = Head { stamp: FileStamp::of(&path).expect("a file"), text: "kept".into() };
            found.insert("a.md".into(), head);
        };
        settled(&first);
        let bytes = first.to_keep().expect("something is new");
        let second = Heads::kept(move || bytes.clone());
        assert_eq!(ask(&second, &path, false), "kept");
        assert_eq!(second.to_keep(), None);
        std::fs::write(&path, "---\ntitle: B\n---\n").expect("written");
        assert_eq!(ask(&second, &path, true), "---\ntitle: B\n---\n");
    }

    #[test]
    fn what_is_damaged_or_new_is_not_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.md");
        std::fs::write(&path, "+++\ntitle = 1\n+++\ntext\n").expect("written");
        for bytes in ["", "validator front matter 1\n{\"path\":", "other\n{}\n", "\0\n\n"] {
            let heads = Heads::kept(move || bytes.into());
            assert_eq!(ask(&heads, &path, true), "+++\ntitle = 1\n+++\n");
            assert_eq!(heads.to_keep(), None, "it may change again unseen");
        }
    }
}
