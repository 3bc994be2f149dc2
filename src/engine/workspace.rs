//! A project being checked: its configuration, and what is known of its pages together.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashSet;

use super::paths::root_relative;
use super::state::State;
use super::survey::Survey;
use crate::config::{ConfigError, Project, Request};
use crate::files;
use crate::rules::{Claim, Holder, OUTSIDE, Siblings};
use crate::site::flavor::UnknownSetting;
use crate::site::front_matter_cache::FrontMatterCache;
use crate::site::{Choice, Choices, FileId, FileTable, Site};

/// Dereferences to the configuration. What all pages have to be read for is found out when a rule
/// asks first, and kept.
pub struct Workspace {
    project: Arc<Project>,
    no_ignore: bool,
    is_detached: bool,
    cache: Arc<FrontMatterCache>,
    survey: RwLock<Option<Arc<Survey>>>,
    /// Once it was looked for; the inner one is `None` if there are too many files.
    site: RwLock<Option<Option<Arc<Site>>>>,
}

impl Workspace {
    /// Finds the configuration and reads it.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn open(request: Request) -> Result<Self, ConfigError> {
        Ok(Workspace::new(Arc::new(Project::load(request)?)))
    }

    pub fn new(project: Arc<Project>) -> Self {
        Workspace {
            project,
            no_ignore: false,
            is_detached: false,
            cache: Arc::default(),
            survey: RwLock::default(),
            site: RwLock::default(),
        }
    }

    /// Nothing is read from the disk: each page is given with its text, and what takes others to
    /// tell is left to who has the facts of all of them.
    #[must_use]
    pub fn detached(mut self) -> Self {
        self.is_detached = true;
        self
    }

    /// Begins with what an earlier run has found out of all pages, if the project has `.validator/`.
    #[must_use]
    pub fn remembering(mut self) -> Self {
        let root = self.project.root().to_owned();
        if State::open(&root).is_ok() {
            self.cache = Arc::new(FrontMatterCache::kept(move || {
                let state = State::open(&root);
                state.and_then(|state| state.read(CACHE, MAX_CACHE)).unwrap_or_default()
            }));
        }
        self
    }

    /// Keeps for later runs what was found out of all pages. What cannot be written is found out again.
    pub fn remember(&self) {
        let Some(bytes) = self.cache.to_keep().filter(|bytes| bytes.len() as u64 <= MAX_CACHE)
        else {
            return;
        };
        if let Ok(state) = State::open(self.project.root()) {
            let _ = state.replace(CACHE, &bytes);
        }
    }

    pub fn is_detached(&self) -> bool {
        self.is_detached
    }

    /// Whether hidden and ignored pages belong to it, too.
    #[must_use]
    pub fn with_ignored(mut self, no_ignore: bool) -> Self {
        self.no_ignore = no_ignore;
        self
    }

    pub fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// Takes note of pages that changed, came or went. Returns others, in the order of their paths,
    /// in which something else may be found now. What counts besides, such as the configuration, has
    /// to be as it was.
    pub fn changed(&self, pages: &[PathBuf]) -> Vec<PathBuf> {
        let mut others = self.renew_site(pages);
        // What nobody has asked for yet, nobody has heard of.
        let mut survey = self.survey.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(survey) = survey.as_mut() {
            others.extend(Arc::make_mut(survey).renew(&self.project, &self.cache, pages));
        }
        let others = others.iter().map(|path| self.project.root().join(&**path));
        let mut others: Vec<PathBuf> = others.filter(|other| !pages.contains(other)).collect();
        others.sort_unstable();
        others
    }

    /// Opens the sites anew, with the files that there are now. Returns the pages, by their paths
    /// from the root, whose links may lead elsewhere now.
    fn renew_site(&self, pages: &[PathBuf]) -> BTreeSet<Arc<str>> {
        let before = self.site.write().unwrap_or_else(PoisonError::into_inner).take().flatten();
        let Some(before) = before.filter(|site| site.has_graph()) else { return BTreeSet::new() };
        let paths = pages.iter().map(|page| root_relative(self.project.root(), page));
        let mut changed: HashSet<String> = HashSet::default();
        for path in paths {
            // A directory that came or went brought or took its files.
            changed.extend(
                before.table().below(&path).map(|file| before.table().path(file).to_owned()),
            );
            changed.insert(path);
        }
        let is_known = |page: &PathBuf| {
            before.table().get(&root_relative(self.project.root(), page)).is_some()
                && page.is_file()
        };
        let site = match pages.iter().all(is_known) {
            true => Some(before.with_content(&changed, self.choices())),
            false => self.table().map(|table| {
                before.with_files(self.project.root(), table, self.choices(), &changed)
            }),
        };
        let site = site.map(Arc::new);
        *self.site.write().unwrap_or_else(PoisonError::into_inner) = Some(site.clone());
        let Some(site) = site else { return BTreeSet::new() };
        let homes = site.homes().map(|home| site.table().path(home).to_owned());
        let homes = homes.filter(|home| self.tells_of_site(home));
        site.renew_graph(&before, &changed).into_iter().chain(homes).map(Arc::from).collect()
    }

    /// Whether what is found in a page, by its path from the root, may be about the site as a whole.
    fn tells_of_site(&self, page: &str) -> bool {
        let rules = self.project.rules_for(&self.project.root().join(page));
        let is_about_site = |id: &str| matches!(id, "LINK011" | "LINK012");
        rules.is_ok_and(|rules| rules.rules.rules.iter().any(|rule| is_about_site(rule.meta.id)))
    }

    /// Finds out about all pages now, if rules for these files need that to tell later what a change
    /// of one page means for others.
    pub fn look_ahead<'p>(&self, files: impl IntoIterator<Item = &'p Path>) {
        let (mut compares, mut follows) = (false, false);
        for path in files {
            let Ok(rules) = self.project.rules_for(path) else { continue };
            compares |= rules.rules.compares_pages();
            follows |= rules.rules.checks_links();
            if compares && follows {
                break;
            }
        }
        if compares {
            self.survey();
        }
        if follows && let Some(site) = self.site() {
            site.graph();
        }
    }

    /// The sites beneath the root, with all files that pages may link to; `None` if there are too
    /// many to look at.
    pub fn site(&self) -> Option<Arc<Site>> {
        if let Some(site) = &*self.site.read().unwrap_or_else(PoisonError::into_inner) {
            return site.clone();
        }
        let mut site = self.site.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been first.
        let site = site.get_or_insert_with(|| {
            let root = self.project.root();
            self.table().map(|table| {
                Arc::new(Site::open_with(root, table, self.choices(), self.cache.clone()))
            })
        });
        site.clone()
    }

    /// All files beneath the root; `None` if there are too many to look at.
    fn table(&self) -> Option<Arc<FileTable>> {
        let root = self.project.root();
        let limit = if files::is_project_root(root) { MOST_FILES } else { MOST_ANYWHERE };
        FileTable::walk(root, limit).map(Arc::new)
    }

    /// Which generator makes the page, and the path of the configuration that tells so.
    pub fn flavor_of(&self, page: &Path) -> (&'static str, Option<String>) {
        let site = self.site();
        let below = root_relative(self.project.root(), &self.project.root().join(page));
        let found = site.as_ref().and_then(|site| Some((site, site.table().get(&below)?)));
        let Some((site, page)) = found else { return ("gfm", None) };
        let (flavor, config) = site.flavor_of(page);
        (flavor, config.map(|config| site.table().path(config).to_owned()))
    }

    /// Where the site of a page lies, as far as it is known: its host, and the path on it; `None` for a
    /// page of no site.
    pub fn place_of(&self, page: &Path) -> Option<(Option<String>, String)> {
        let site = self.site()?;
        let page = site
            .table()
            .get(&root_relative(self.project.root(), &self.project.root().join(page)))?;
        site.flavor_of(page).1?;
        let (host, base) = site.place_of(page);
        Some((host.map(str::to_owned), base.to_owned()))
    }

    /// What of the configurations of generators could not be read without running them; nothing if
    /// nobody has asked where links lead.
    pub fn unknown_settings(&self) -> Vec<UnknownSetting> {
        let site = self.site.read().unwrap_or_else(PoisonError::into_inner);
        let site = site.iter().flatten().next();
        site.map_or_else(Vec::new, |site| site.unknown_settings().cloned().collect())
    }

    /// The flavors and addresses that the configuration names.
    fn choices(&self) -> Choices {
        let project = self.project.clone();
        Box::new(move |path| {
            let rules = project.rules_for(&project.root().join(path));
            rules.map_or_else(
                |_| Choice::default(),
                |rules| Choice { flavor: rules.flavor, address: rules.site.clone() },
            )
        })
    }

    fn survey(&self) -> Arc<Survey> {
        if let Some(survey) = &*self.survey.read().unwrap_or_else(PoisonError::into_inner) {
            return survey.clone();
        }
        let mut survey = self.survey.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been first.
        let survey = survey.get_or_insert_with(|| {
            Arc::new(Survey::of(&self.project, &self.cache, self.no_ignore))
        });
        survey.clone()
    }
}

/// The file in `.validator/` with the front matter of pages.
const CACHE: &str = "front-matter.jsonl";
/// Its largest size, in bytes.
const MAX_CACHE: u64 = 256 << 20;
/// The most files of a project that are looked at as what pages may link to.
const MOST_FILES: usize = 4_000_000;
/// The same in a directory that nobody says is a project: it may be a person's home.
const MOST_ANYWHERE: usize = 100_000;
const TOO_MANY_FILES: &str = "in a directory with too many files, which is no repository and has no \
                              validator.yaml";

impl Deref for Workspace {
    type Target = Project;

    fn deref(&self) -> &Project {
        &self.project
    }
}

/// The workspace as one of its pages sees it.
pub(super) struct View<'w> {
    pub workspace: &'w Workspace,
    /// The page's path from the root.
    pub path: &'w str,
}

impl Siblings for View<'_> {
    fn earlier_holder(&self, claim: &Claim) -> Option<Holder> {
        if self.workspace.is_detached {
            return None;
        }
        self.workspace.survey().earlier_holder(claim, self.path)
    }

    fn site(&self) -> Result<(Arc<Site>, FileId), &'static str> {
        if self.workspace.is_detached {
            return Err(OUTSIDE);
        }
        let site = self.workspace.site().ok_or(TOO_MANY_FILES)?;
        let page = site.table().get(self.path).ok_or(OUTSIDE)?;
        Ok((site, page))
    }
}
