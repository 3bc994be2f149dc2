//! The site: what generators make of the pages of a repository, told without running any of them.
//!
//! A repository may hold several sites. Each has a [`Flavor`], recognised by its configuration, that
//! says which ids headings get, at which addresses pages lie, and where links lead. There are three
//! answers and not two: what cannot be told is never dead by guess.

pub mod facts;
pub mod flavor;
pub mod flavors;
pub mod front_matter_cache;
mod graph;
pub mod html;
pub mod ids;
pub mod literal;
pub mod mask;
mod memory;
pub mod navigation;
mod nearest;
mod orphans;
mod renew;
mod resolve;
pub mod route;
pub mod slug;
pub mod table;
pub mod target;
mod told;
pub mod value;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, OnceLock};

use foldhash::HashMap;

use self::facts::PageFacts;
use self::flavor::{Asked, Flavor, Sources, UnknownSetting};
use self::front_matter_cache::FrontMatterCache;
use self::graph::Graph;
use self::memory::Memory;
use self::navigation::Navigation;
use self::route::Routes;
use self::target::{directory, under};
use crate::document::Document;
use crate::text::Span;

pub use flavor::SiteAddress;
pub use flavors::FlavorName;
pub use memory::Anchors;
pub use nearest::{Nearest, Suggestions};
pub use resolve::{Fragment, Resolved};
pub use table::{FileId, FileTable};
pub use told::{Library, github_facts, is_generators};

/// The sites of a repository.
pub struct Site {
    root: PathBuf,
    table: Arc<FileTable>,
    parts: Arc<Parts>,
    cache: Arc<FrontMatterCache>,
    memory: Memory,
    /// Found out when first asked for.
    graph: OnceLock<Graph>,
    /// Images that nothing shows, by build.
    orphans: Vec<OnceLock<Vec<FileId>>>,
    /// Who has the facts of pages, in place of the disk.
    library: Option<Arc<dyn Library>>,
}

/// How the files of a repository are divided among generators, and what those make of them. It stays
/// as it is where only the content of pages changes.
struct Parts {
    /// The first is GitHub's: it has what is nobody else's.
    builds: Vec<Build>,
    /// The builds by the directories whose pages they render.
    by_directory: HashMap<String, Vec<usize>>,
    /// The build of each file, once asked for; 0 is none yet, else one more than its number.
    of_files: Vec<AtomicU16>,
    choices: Choices,
    /// What all of that was told from.
    asked: Asked,
}

/// What people have chosen for a page, by its path from the root.
pub type Choices = Box<dyn Fn(&str) -> Choice + Send + Sync>;

/// What people have chosen where the configuration of a generator does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub flavor: Option<FlavorName>,
    pub address: Option<SiteAddress>,
}

/// One generator's site.
struct Build {
    flavor: Box<dyn Flavor>,
    /// The configuration that it was recognised by.
    config: Option<FileId>,
    /// Where people say that it lies.
    address: SiteAddress,
    routes: OnceLock<Routes>,
    navigation: OnceLock<Navigation>,
    home: OnceLock<Option<FileId>>,
}

impl Build {
    fn of(flavor: Box<dyn Flavor>, config: Option<FileId>) -> Build {
        Build {
            flavor,
            config,
            address: SiteAddress::default(),
            routes: OnceLock::new(),
            navigation: OnceLock::new(),
            home: OnceLock::new(),
        }
    }

    /// The same where people say that it lies elsewhere: what they say of its front page counts.
    fn placed(mut self, choices: &Choices) -> Build {
        let home = self.flavor.directories().into_iter().next().unwrap_or_default();
        if let Some(address) = choices(&under(&home, "index.md")).address {
            if let Some(base) = &address.base {
                self.flavor.set_base(base);
            }
            self.address = address;
        }
        self
    }

    fn host(&self) -> Option<&str> {
        self.address.host.as_deref().or(self.flavor.host())
    }
}

impl Site {
    /// Recognises the sites beneath a root by their configuration. Pages are not read yet.
    pub fn open(root: &Path, table: FileTable) -> Site {
        let cache = Arc::new(FrontMatterCache::default());
        Site::open_with(root, Arc::new(table), Box::new(|_| Choice::default()), cache)
    }

    /// The same, where people have chosen the flavors of some pages, and front matter is kept.
    pub fn open_with(
        root: &Path,
        table: Arc<FileTable>,
        choices: Choices,
        cache: Arc<FrontMatterCache>,
    ) -> Site {
        Site::open_knowing(root, table, choices, cache, Asked::default())
    }

    /// The same, where it is known what some files say.
    fn open_knowing(
        root: &Path,
        table: Arc<FileTable>,
        choices: Choices,
        cache: Arc<FrontMatterCache>,
        asked: Asked,
    ) -> Site {
        let sources = Sources { root, table: &table, asked: &asked, cache: &cache };
        let mut builds = vec![Build::of(Box::new(flavors::gfm::Gfm::github()), None)];
        for file in table.files() {
            if let Some(flavor) = flavors::recognise(&sources, file) {
                builds.push(Build::of(flavor, Some(file)).placed(&choices));
            }
        }
        let recognised = builds.len();
        let plain = FlavorName::ALL.into_iter().map(|name| Build::of(Box::new(name.plain()), None));
        builds.extend(plain);
        let mut by_directory: HashMap<String, Vec<usize>> = HashMap::default();
        for (index, build) in builds.iter().enumerate().take(recognised) {
            for directory in build.flavor.directories() {
                by_directory.entry(directory).or_default().push(index);
            }
        }
        let of_files = table.files().map(|_| AtomicU16::new(0)).collect();
        let parts = Parts { builds, by_directory, of_files, choices, asked };
        let site = Site::of_parts(root.to_owned(), table, Arc::new(parts), Memory::default());
        Site { cache, ..site }
    }

    fn of_parts(root: PathBuf, table: Arc<FileTable>, parts: Arc<Parts>, memory: Memory) -> Site {
        let orphans = parts.builds.iter().map(|_| OnceLock::new()).collect();
        let (cache, graph) = (Arc::default(), OnceLock::new());
        Site { root, table, parts, cache, memory, graph, orphans, library: None }
    }

    pub fn table(&self) -> &Arc<FileTable> {
        &self.table
    }

    fn sources(&self) -> Sources<'_> {
        let asked = &self.parts.asked;
        Sources { root: &self.root, table: &self.table, asked, cache: &self.cache }
    }

    /// The build that renders a page: the one whose directory is nearest, of the flavor that people
    /// have chosen if so.
    fn build_of(&self, page: FileId) -> usize {
        let known = &self.parts.of_files[page.index()];
        if let Some(build) = known.load(Ordering::Relaxed).checked_sub(1) {
            return build.into();
        }
        let path = self.table.path(page);
        let chosen = (self.parts.choices)(path).flavor.map(FlavorName::name);
        let found = self.nearest_build(path, chosen).or_else(|| {
            self.parts
                .builds
                .iter()
                .position(|build| build.config.is_none() && Some(build.flavor.name()) == chosen)
        });
        let build = found.unwrap_or(0);
        if let Ok(number) = u16::try_from(build + 1) {
            known.store(number, Ordering::Relaxed);
        }
        build
    }

    fn nearest_build(&self, path: &str, chosen: Option<&str>) -> Option<usize> {
        let mut at = directory(path);
        loop {
            let is_chosen = |build: usize| {
                chosen.is_none_or(|name| self.parts.builds[build].flavor.name() == name)
            };
            let here = self.parts.by_directory.get(at).into_iter().flatten();
            let here = here.filter(|&&build| is_chosen(build));
            // Of several for one directory, the configuration that is nearest to it.
            let depth = |&&build: &&usize| {
                self.parts.builds[build]
                    .config
                    .map_or(0, |config| 1 + directory(self.table.path(config)).len())
            };
            let taken = here.filter(|&&build| self.parts.builds[build].flavor.takes(path));
            if let Some(&build) = taken.max_by_key(depth) {
                return Some(build);
            }
            if at.is_empty() {
                return None;
            }
            at = directory(at);
        }
    }

    /// The generator that renders a page, by name, and the configuration that it was told from.
    pub fn flavor_of(&self, page: FileId) -> (&'static str, Option<FileId>) {
        let build = &self.parts.builds[self.build_of(page)];
        (build.flavor.name(), build.config)
    }

    /// Where the site of a page lies, as far as it is known: its host, and the path on it.
    pub fn place_of(&self, page: FileId) -> (Option<&str>, &str) {
        let build = self.build_of(page);
        (self.parts.builds[build].host(), &self.routes(build).base)
    }

    /// How a page is written.
    pub fn syntax_of(&self, page: FileId) -> mask::Syntax {
        self.dialect(self.build_of(page), page).syntax
    }

    /// Settings that could not be read, of all sites.
    pub fn unknown_settings(&self) -> impl Iterator<Item = &UnknownSetting> {
        self.parts.builds.iter().flat_map(|build| build.flavor.unknown())
    }

    fn routes(&self, build: usize) -> &Routes {
        let build = &self.parts.builds[build];
        build.routes.get_or_init(|| {
            let mut routes = build.flavor.routes(&self.sources());
            if let Some(base) = &build.address.base {
                routes.base.clone_from(base);
                routes.is_at_top = base == "/";
            }
            routes
        })
    }

    /// What the navigation of a page's site lists.
    pub fn navigation(&self, page: FileId) -> &Navigation {
        let build = self.build_of(page);
        let routes = self.routes(build);
        let build = &self.parts.builds[build];
        build.navigation.get_or_init(|| build.flavor.navigation(&self.sources(), routes))
    }

    /// Why a page is no part of its site, if somebody wants that.
    pub fn left_out(&self, page: FileId) -> Option<&'static str> {
        self.routes(self.build_of(page)).left_out(page)
    }

    /// The page that readers get in place of this one, because it lies at the same address.
    pub fn collides_with(&self, page: FileId) -> Option<FileId> {
        self.routes(self.build_of(page)).collides_with(page)
    }

    /// Whether plugins of a page's site define references that no page defines.
    pub fn has_references(&self, page: FileId) -> bool {
        self.parts.builds[self.build_of(page)].flavor.has_references()
    }

    /// Whether fences of code in a page may have more than the name of a language.
    pub fn has_fence_options(&self, page: FileId) -> bool {
        self.parts.builds[self.build_of(page)].flavor.has_fence_options()
    }

    /// A page's address from the root of its host on; `None` if its site does not have it.
    pub fn address(&self, page: FileId) -> Option<String> {
        let routes = self.routes(self.build_of(page));
        routes.address(page).map(|address| format!("{}{address}", routes.base))
    }

    fn dialect(&self, build: usize, page: FileId) -> &facts::LinkDialect {
        self.parts.builds[build].flavor.dialect_of(self.table.path(page))
    }

    /// The facts of a page as its own site has it.
    pub fn facts(&self, page: FileId, doc: &Document) -> PageFacts {
        self.facts_in(self.build_of(page), page, doc)
    }

    /// Where the ids are written that the writer of a page gave, in the order of the page.
    pub fn own_ids(&self, page: FileId, doc: &Document) -> Vec<Span> {
        self.facts(page, doc).own_ids(doc)
    }

    /// Keeps what is known of a page as it is on the disk, for those who ask for its anchors: it need
    /// not be read once more.
    pub fn publish(&self, page: FileId, facts: &PageFacts) {
        let build = self.build_of(page);
        let anchors = self.with_includes(build, page, facts);
        self.memory.put((build, page), anchors);
    }

    /// Forgets a page that was changed.
    pub fn forget(&self, page: FileId) {
        self.memory.forget(page);
    }

    /// The facts of a page as it is on the disk; `None` if it cannot be read.
    fn read_facts(&self, build: usize, page: FileId) -> Option<PageFacts> {
        if let Some(library) = &self.library {
            return library.facts(page);
        }
        let text = self.sources().unnoted_text(page)?;
        Some(self.facts_in(build, page, &Document::parse(text)))
    }

    /// The same for those who link to the page: it may be without its own links.
    fn read_target(&self, build: usize, page: FileId) -> Option<PageFacts> {
        match &self.library {
            Some(library) => library.target(page),
            None => self.read_facts(build, page),
        }
    }

    fn facts_in(&self, build: usize, page: FileId, doc: &Document) -> PageFacts {
        let mut facts = facts::read(self.dialect(build, page), doc);
        // Where a page has headings of its own, a shortcode hardly brings the page's other ones.
        let is_hugo = self.dialect(build, page).syntax == mask::Syntax::Hugo;
        let inserts = facts.has_inserts && (!is_hugo || facts.headings.is_empty());
        facts.is_open = inserts
            || facts.headings.iter().any(|heading| heading.is_made)
            || facts::is_made_of_components(doc, &facts);
        facts
    }
}
