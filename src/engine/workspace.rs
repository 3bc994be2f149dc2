//! A project being checked: its configuration, and what is known of its pages together.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::survey::Survey;
use crate::config::{ConfigError, Project, Request};
use crate::rules::{Claim, Holder, Siblings};
use crate::site::{FileId, FileTable, Site};

/// Dereferences to the configuration. What all pages have to be read for is found out when a rule
/// asks first, and kept.
pub struct Workspace {
    project: Arc<Project>,
    no_ignore: bool,
    is_detached: bool,
    survey: RwLock<Option<Arc<Survey>>>,
    site: RwLock<Option<Arc<Site>>>,
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
        // Whatever links to them is found anew.
        self.site.write().unwrap_or_else(PoisonError::into_inner).take();
        let mut survey = self.survey.write().unwrap_or_else(PoisonError::into_inner);
        // Nobody has asked yet, so nobody has heard anything.
        let Some(survey) = survey.as_mut() else { return Vec::new() };
        let others = Arc::make_mut(survey).renew(&self.project, pages);
        others.iter().map(|path| self.project.root().join(&**path)).collect()
    }

    /// Finds out about all pages now, if a rule for one of these files needs that.
    pub fn look_ahead<'p>(&self, files: impl IntoIterator<Item = &'p Path>) {
        let compares = |path: &Path| {
            self.project.rules_for(path).is_ok_and(|rules| rules.rules.compares_pages())
        };
        if files.into_iter().any(compares) {
            self.survey();
        }
    }

    /// The sites beneath the root, with all files that pages may link to.
    pub fn site(&self) -> Arc<Site> {
        if let Some(site) = &*self.site.read().unwrap_or_else(PoisonError::into_inner) {
            return site.clone();
        }
        let mut site = self.site.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been first.
        let site = site.get_or_insert_with(|| {
            let root = self.project.root();
            Arc::new(Site::open(root, FileTable::walk(root)))
        });
        site.clone()
    }

    fn survey(&self) -> Arc<Survey> {
        if let Some(survey) = &*self.survey.read().unwrap_or_else(PoisonError::into_inner) {
            return survey.clone();
        }
        let mut survey = self.survey.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been first.
        let survey =
            survey.get_or_insert_with(|| Arc::new(Survey::of(&self.project, self.no_ignore)));
        survey.clone()
    }
}

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

    fn site(&self) -> Option<(Arc<Site>, FileId)> {
        if self.workspace.is_detached {
            return None;
        }
        let site = self.workspace.site();
        let page = site.table().get(self.path)?;
        Some((site, page))
    }
}
