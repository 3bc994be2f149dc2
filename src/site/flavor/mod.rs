//! What a generator is to the site: how pages are written and named, where they come to lie, and
//! where the links in them lead.

mod asked;
mod sources;

use super::facts::{Link, LinkDialect};
use super::navigation::Navigation;
use super::route::Routes;
use super::slug::Scheme;
use super::table::{FileId, FileTable};
use super::target::{Target, directory, join};

pub use asked::{Asked, Effect, ListedPages, Outline};
pub use sources::{MAX_PAGE_BYTES, Sources, front_matter, front_matter_end};

/// A generator with the settings of one site.
pub trait Flavor: Send + Sync {
    /// The name by which people choose it.
    fn name(&self) -> &'static str;

    /// The directories, from the root, whose pages it renders.
    fn directories(&self) -> Vec<String>;

    /// Whether it renders a page in one of its directories; else the page is GitHub's.
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
        self.within(directory(self.path()), path)
    }

    /// The file at a path from a directory on.
    pub fn within(&self, directory: &str, path: &str) -> Option<FileId> {
        let (path, above) = join(directory, path);
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
