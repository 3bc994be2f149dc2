//! Sites of which somebody has the facts and not the pages: they are told, and nothing is read.

use std::path::PathBuf;
use std::sync::atomic::AtomicU16;
use std::sync::{Arc, LazyLock};

use super::facts::{self, PageFacts};
use super::flavor::{Asked, Flavor};
use super::flavors::gfm::Gfm;
use super::memory::Memory;
use super::target::name;
use super::{Build, Choice, FileId, FileTable, Parts, Site};
use crate::document::Document;
use foldhash::HashMap;

/// Has the facts of pages.
pub trait Library: Send + Sync {
    /// What is known of a page; `None` if nothing is.
    fn facts(&self, page: FileId) -> Option<PageFacts>;

    /// The same without the page's own links, for those who link to it.
    fn target(&self, page: FileId) -> Option<PageFacts>;
}

impl Site {
    /// The site of these files, as GitHub shows them.
    pub fn told(table: FileTable, library: Arc<dyn Library>) -> Site {
        let flavor: Box<dyn Flavor> = Box::new(Gfm::github());
        let mut by_directory: HashMap<String, Vec<usize>> = HashMap::default();
        by_directory.insert(String::new(), vec![0]);
        let of_files = table.files().map(|_| AtomicU16::new(0)).collect();
        let parts = Parts {
            builds: vec![Build::of(flavor, None)],
            by_directory,
            of_files,
            choices: Box::new(|_| Choice::default()),
            asked: Asked::default(),
        };
        let (parts, table) = (Arc::new(parts), Arc::new(table));
        let site = Site::of_parts(PathBuf::new(), table, parts, Memory::default());
        Site { library: Some(library), ..site }
    }

    /// Of how many pages the anchors are remembered.
    pub fn remembered(&self) -> usize {
        self.memory.len()
    }

    /// Forgets the anchors of all pages, so that memory does not grow with them.
    pub fn forget_all(&self) {
        self.memory.clear();
    }
}

/// The facts of a page as GitHub shows it.
pub fn github_facts(doc: &Document) -> PageFacts {
    static GITHUB: LazyLock<Gfm> = LazyLock::new(Gfm::github);
    let mut facts = facts::read(GITHUB.dialect(), doc);
    facts.is_open = facts.has_inserts || facts::is_made_of_components(doc, &facts);
    facts
}

/// Whether a file of this name is the configuration of a generator, as far as its name tells.
pub fn is_generators(path: &str) -> bool {
    let name = name(path);
    let stem = name.split('.').next().unwrap_or("");
    let is_config = name.contains(".config.");
    matches!(name, "book.toml" | "mkdocs.yml" | "mkdocs.yaml" | "_config.yml" | "conf.py")
        || matches!(name, "hugo.toml" | "hugo.yaml")
        || (is_config && matches!(stem, "docusaurus" | "astro"))
        || path.contains(".vitepress/config.")
}
