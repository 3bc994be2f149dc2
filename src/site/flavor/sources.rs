//! The files of a site, as flavors read them.

use std::path::Path;
use std::sync::Arc;

use super::asked::{Asked, Outline};
use crate::data::Format;
use crate::files;
use crate::site::front_matter_cache::FrontMatterCache;
use crate::site::literal;
use crate::site::table::{FileId, FileTable};
use crate::site::value::{self, Value};

/// Largest page that is read, in bytes.
pub const MAX_PAGE_BYTES: u64 = 16 << 20;
/// Largest configuration of a generator that is read, in bytes.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// The files of a site, for those who read settings and front matter. What is read is taken note of:
/// where it is as it was, so are the answers.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub root: &'a Path,
    pub table: &'a FileTable,
    pub asked: &'a Asked,
    pub cache: &'a FrontMatterCache,
}

impl Sources<'_> {
    /// A page's text; `None` if it cannot be read.
    pub fn text(&self, file: FileId) -> Option<String> {
        let text = self.read(file, MAX_PAGE_BYTES);
        self.asked.note_text(file, text.as_deref());
        text
    }

    /// A page's text for those whose answers are not kept.
    pub fn unnoted_text(&self, file: FileId) -> Option<String> {
        self.read(file, MAX_PAGE_BYTES)
    }

    fn read(&self, file: FileId, limit: u64) -> Option<String> {
        let path = self.root.join(self.table.path(file));
        let bytes = files::read_beneath(&path, self.root, limit).ok()?;
        Some(
            String::from_utf8(bytes)
                .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()),
        )
    }

    /// A configuration file's text; empty if it cannot be read.
    pub fn config_text(&self, file: FileId) -> String {
        let text = self.read(file, MAX_CONFIG_BYTES);
        self.asked.note_text(file, text.as_deref());
        text.unwrap_or_default()
    }

    /// A configuration file, in the language that its name tells.
    pub fn config(&self, file: FileId) -> Value {
        let text = self.config_text(file);
        match self.table.path(file).rsplit('.').next() {
            Some("yml" | "yaml") => value::from_data(Format::Yaml, &text),
            Some("toml") => value::from_data(Format::Toml, &text),
            Some("json") => value::from_data(Format::Jsonc, &text),
            Some("py") => literal::python(&text),
            _ => literal::javascript(&text),
        }
    }

    /// The configuration at a path, if there is a file.
    pub fn config_at(&self, path: &str) -> Option<Value> {
        self.table.get(path).map(|file| self.config(file))
    }

    /// What the front matter of pages says that decides where they lie ([`Asked::KEYS`]), in the order
    /// of the pages; those that are not known yet are read in parallel.
    pub fn front_matters(&self, pages: &[FileId]) -> Vec<Arc<Value>> {
        let read = |page: &FileId| {
            self.asked.front_matter(*page, || {
                let path = self.table.path(*page);
                let read = || self.read(*page, MAX_PAGE_BYTES);
                let text = self.cache.get_or_read(path, &self.root.join(path), read);
                text.map_or(Value::Null, |text| front_matter(&text))
            })
        };
        self.in_parallel(pages, read)
    }

    /// The outlines of pages, in their order; those that are not known yet are read in parallel.
    pub fn outlines(&self, pages: &[FileId], find: fn(&str) -> Outline) -> Vec<Arc<Outline>> {
        let read = |page: &FileId| {
            let text = || self.read(*page, MAX_PAGE_BYTES).unwrap_or_default();
            self.asked.outline(*page, find, text)
        };
        self.in_parallel(pages, read)
    }

    fn in_parallel<T: Send>(&self, pages: &[FileId], read: impl Fn(&FileId) -> T + Sync) -> Vec<T> {
        let threads = std::thread::available_parallelism().map_or(4, usize::from);
        let share = pages.len().div_ceil(threads).max(1);
        let read = &read;
        // Not on the pool of the run: a worker that waits for this one could be given work there that
        // waits in turn.
        std::thread::scope(|scope| {
            let shares = pages.chunks(share);
            let workers: Vec<_> = shares
                .map(|pages| scope.spawn(move || pages.iter().map(read).collect::<Vec<_>>()))
                .collect();
            let join = |worker: std::thread::ScopedJoinHandle<'_, Vec<T>>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().flat_map(join).collect()
        })
    }
}

/// The front matter of a page's text.
pub fn front_matter(text: &str) -> Value {
    match find(text) {
        None => Value::Null,
        // An empty one is one all the same.
        Some((format, span)) => match value::from_data(format, &text[span.clone()]) {
            Value::Null if format != Format::Json => Value::Map(value::Map::default()),
            value => value,
        },
    }
}

/// Where a page's front matter ends, with its closing line, in bytes; 0 if there is none.
pub fn front_matter_end(text: &str) -> usize {
    let rest = |span: std::ops::Range<usize>| {
        let after = &text[span.end..];
        span.end + after.find('\n').map_or(after.len(), |at| at + 1)
    };
    find(text).map_or(0, |(_, span)| rest(span))
}

/// The data of a page's front matter: its format, and the bytes where it stands.
fn find(text: &str) -> Option<(Format, std::ops::Range<usize>)> {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = &text[bom..];
    if let Some(end) = rest.starts_with('{').then(|| rest.find("\n}")).flatten() {
        return Some((Format::Json, bom..bom + end + 2));
    }
    let (format, fence) = match rest.as_bytes() {
        [b'-', b'-', b'-', ..] => (Format::Yaml, "---"),
        [b'+', b'+', b'+', ..] => (Format::Toml, "+++"),
        _ => return None,
    };
    let start = rest.find('\n')? + 1;
    if rest[..start].trim_end() != fence {
        return None;
    }
    let mut at = start;
    for line in rest[start..].split_inclusive('\n') {
        if line.trim_end() == fence || (fence == "---" && line.trim_end() == "...") {
            return Some((format, bom + start..bom + at));
        }
        at += line.len();
    }
    None
}
