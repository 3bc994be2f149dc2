//! A project being checked: its configuration, and what is known of its pages together.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::survey::Survey;
use crate::config::{ConfigError, Project, Request};
use crate::rules::{Claim, Holder, Siblings};

/// Dereferences to the configuration. What all pages have to be read for is found out when a rule
/// asks first, and kept.
pub struct Workspace {
    project: Arc<Project>,
    no_ignore: bool,
    survey: OnceLock<Survey>,
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
        Workspace { project, no_ignore: false, survey: OnceLock::new() }
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

    fn survey(&self) -> &Survey {
        self.survey.get_or_init(|| Survey::of(&self.project, self.no_ignore))
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
        self.workspace.survey().earlier_holder(claim, self.path)
    }
}
