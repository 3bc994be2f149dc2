//! What a generator is to the site: how pages are written and named, where they come to lie, and
//! where the links in them lead.

use std::path::Path;

use super::facts::{Link, LinkDialect};
use super::navigation::Navigation;
use super::route::Routes;
use super::slug::Scheme;
use super::table::{FileId, FileTable};
use super::target::{Target, folder, join};
use super::value::{self, Value};
use crate::data::Format;
use crate::files;

/// Largest page that is read, in bytes.
pub const MAX_PAGE_BYTES: u64 = 16 << 20;
/// Largest configuration of a generator that is read, in bytes.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// A generator with the settings of one site.
pub trait Flavor: Send + Sync {
    /// The name by which people choose it.
    fn name(&self) -> &'static str;

    /// The folders, from the root, whose pages it renders.
    fn folders(&self) -> Vec<String>;

    /// Whether it renders a page in one of its folders; else the page is GitHub's.
    fn takes(&self, _path: &str) -> bool {
        true
    }

    fn dialect(&self) -> &LinkDialect;

    /// The dialect of a page, where it depends on its name.
    fn dialect_of(&self, _path: &str) -> &LinkDialect {
        self.dialect()
    }

    /// Everything that the generator writes.
    fn routes(&self, sources: &Sources<'_>) -> Routes;

    /// What the generator makes of a link.
    fn step(&self, from: &PagePlace<'_>, link: &Link, target: &Target<'_>) -> Step;

    /// The host on which the site lies, such as `docs.example.org`, if its configuration says so.
    fn host(&self) -> Option<&str> {
        None
    }

    /// Takes a base path, such as `/en/`, in place of the one that its configuration says.
    fn set_base(&mut self, _base: &str) {}

    /// What the site's navigation lists.
    fn navigation(&self, _sources: &Sources<'_>, _routes: &Routes) -> Navigation {
        Navigation::Unknown
    }

    /// Whether plugins define references that no page defines.
    fn has_references(&self) -> bool {
        false
    }

    /// Whether fences of code may have more than the name of a language.
    fn has_fence_options(&self) -> bool {
        true
    }

    /// How fragments are compared with ids.
    fn fragment(&self, _written: &str) -> FragmentRule {
        match self.dialect().naming.scheme {
            Scheme::Unknown => FragmentRule::Unknown("a function of the site makes ids"),
            _ => FragmentRule::Exact,
        }
    }

    /// What could not be read of the configuration.
    fn unknown(&self) -> &[UnknownSetting] {
        &[]
    }
}

/// Where people say that a site lies, over what its own configuration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteAddress {
    /// Such as `docs.example.org`.
    pub host: Option<String>,
    /// The path at which it lies on its host, with a slash at both ends.
    pub base: Option<String>,
}

/// A setting that only running the configuration would tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSetting {
    pub key: String,
    /// The configuration file, from the root.
    pub file: String,
    /// From 1; 0 if it cannot be told.
    pub line: usize,
}

/// What becomes of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The generator finds the file; readers get what it is made into.
    File(FileId),
    /// The same with a fragment that the link does not show as one.
    Anchor(FileId, String),
    /// There is something, but no file stands for it.
    Made,
    /// The address stands in the page; hosts and browsers do the rest.
    Address(String),
    /// Another site, or no address of the web at all.
    External,
    /// The generator looks for something that is not there.
    Missing(String),
    /// Nobody can tell, and why.
    Unknown(&'static str),
}

/// How a fragment is compared with ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FragmentRule {
    Exact,
    /// The generator changes it first.
    Changed(String),
    /// Letter case may be forgiven.
    Forgiving,
    /// Nobody can tell.
    Unknown(&'static str),
}

/// The files of a site, for those who read settings and front matter.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub root: &'a Path,
    pub table: &'a FileTable,
}

impl Sources<'_> {
    /// A page's text; `None` if it cannot be read.
    pub fn text(&self, file: FileId) -> Option<String> {
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
        self.read(file, MAX_CONFIG_BYTES).unwrap_or_default()
    }

    /// A configuration file, in the language that its name tells.
    pub fn config(&self, file: FileId) -> Value {
        let text = self.config_text(file);
        match self.table.path(file).rsplit('.').next() {
            Some("yml" | "yaml") => value::from_data(Format::Yaml, &text),
            Some("toml") => value::from_data(Format::Toml, &text),
            Some("json") => value::from_data(Format::Jsonc, &text),
            Some("py") => super::literal::python(&text),
            _ => super::literal::javascript(&text),
        }
    }

    /// The configuration at a path, if there is a file.
    pub fn config_at(&self, path: &str) -> Option<Value> {
        self.table.get(path).map(|file| self.config(file))
    }

    /// The front matter of pages, in their order; read in parallel.
    pub fn front_matters(&self, pages: &[FileId]) -> Vec<Value> {
        let read = |page: &FileId| self.text(*page).map_or(Value::Null, |text| front_matter(&text));
        let threads = std::thread::available_parallelism().map_or(4, usize::from);
        let share = pages.len().div_ceil(threads).max(1);
        // Not on the pool of the run: a worker that waits for this one could be given work there that
        // waits in turn.
        std::thread::scope(|scope| {
            let shares = pages.chunks(share);
            let workers: Vec<_> = shares
                .map(|pages| scope.spawn(move || pages.iter().map(read).collect::<Vec<_>>()))
                .collect();
            let join = |worker: std::thread::ScopedJoinHandle<'_, Vec<Value>>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().flat_map(join).collect()
        })
    }
}

/// The front matter of a page's text.
pub fn front_matter(text: &str) -> Value {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(end) = text.starts_with('{').then(|| text.find("\n}")).flatten() {
        return value::from_data(Format::Json, &text[..end + 2]);
    }
    let (format, fence) = match text.as_bytes() {
        [b'-', b'-', b'-', ..] => (Format::Yaml, "---"),
        [b'+', b'+', b'+', ..] => (Format::Toml, "+++"),
        _ => return Value::Null,
    };
    let Some(start) = text.find('\n').map(|at| at + 1) else { return Value::Null };
    if text[..start].trim_end() != fence {
        return Value::Null;
    }
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == fence || (fence == "---" && line.trim_end() == "...") {
            let value = value::from_data(format, &text[start..at]);
            // An empty one is one all the same.
            return if value == Value::Null { Value::Map(value::Map::default()) } else { value };
        }
        at += line.len();
    }
    Value::Null
}

/// Where a link stands.
#[derive(Clone, Copy)]
pub struct PagePlace<'a> {
    pub table: &'a FileTable,
    pub routes: &'a Routes,
    pub file: FileId,
}

impl<'a> PagePlace<'a> {
    /// The page's path from the root.
    pub fn path(&self) -> &'a str {
        self.table.path(self.file)
    }

    /// The file at a path beside the page; `..` above the root finds nothing.
    pub fn beside(&self, path: &str) -> Option<FileId> {
        self.within(folder(self.path()), path)
    }

    /// The file at a path from a folder on.
    pub fn within(&self, folder: &str, path: &str) -> Option<FileId> {
        let (path, above) = join(folder, path);
        if above > 0 { None } else { self.table.get(path.trim_end_matches('/')) }
    }
}

/// Whether a path is a page of Markdown.
pub fn is_markdown(path: &str) -> bool {
    extension(path).is_some_and(|extension| {
        ["md", "mdx", "markdown"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// What follows the last dot of a path's name.
pub fn extension(path: &str) -> Option<&str> {
    let name = super::target::name(path);
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension)
}

/// A path without what follows the last dot of its name.
pub fn without_extension(path: &str) -> &str {
    extension(path).map_or(path, |extension| &path[..path.len() - extension.len() - 1])
}
