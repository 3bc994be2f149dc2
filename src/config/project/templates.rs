//! What a project answers about structure files: which are for a page, and which for none.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::problem::{ConfigError, ConfigProblem};
use super::super::templates::{Broken, PageTemplate, Templates};
use super::{NAMES, Project};

impl Project {
    /// The templates that count in a directory (absolute): those beside its pages and above them,
    /// up to the directory of the configuration or of the repository, and those that the
    /// configuration names.
    pub(super) fn templates(&self, dir: &Path) -> Result<Templates, ConfigError> {
        if let Some(known) = self.templates.known(dir) {
            return known;
        }
        let scope = self.scope(dir)?;
        let named = scope.templates();
        let chain = self.template_dirs(dir);
        let is_excluded = |path: &Path| self.excludes(path, false);
        self.templates.fill(dir, &chain, named, &self.working_dir, is_excluded)
    }

    /// What counts in a page's directory.
    ///
    /// # Errors
    /// If a structure file for the page has mistakes.
    pub(super) fn templates_of(&self, page: &Path) -> Result<Templates, ConfigError> {
        let dir = page.parent().unwrap_or(page);
        let templates = self.templates(dir)?;
        let broken = self.templates.broken();
        if !broken.is_empty() && self.flags.ask_for_templates(self.registry) {
            let chain = self.template_dirs(dir);
            let is_for = |broken: &&Arc<Broken>| {
                chain.contains(&broken.dir.as_path()) && broken.matches(page)
            };
            ConfigError::check(broken.iter().filter(is_for).map(|it| it.summary()).collect())?;
        }
        Ok(templates)
    }

    /// All mistakes in structure files that were read.
    pub fn template_mistakes(&self) -> Vec<ConfigProblem> {
        let broken = self.templates.broken();
        broken.iter().flat_map(|broken| broken.error.problems.iter().cloned()).collect()
    }

    /// The directories whose structure files count in a directory, the innermost first.
    fn template_dirs<'f>(&self, dir: &'f Path) -> Vec<&'f Path> {
        let mut chain = Vec::new();
        let climbs = self.fixed.is_none().then(|| dir.ancestors());
        for at in climbs.into_iter().flatten() {
            chain.push(at);
            let has_config = NAMES.iter().any(|name| at.join(name).is_file());
            if has_config || at == self.root || !at.starts_with(&self.root) || is_repository(at) {
                break;
            }
        }
        chain
    }

    /// Reads the structure files in the directories of these ones, so that those without any page
    /// come up, too.
    ///
    /// # Errors
    /// All mistakes in them.
    pub fn prepare_templates(&self, files: &[PathBuf]) -> Result<(), ConfigError> {
        let mut problems = Vec::new();
        for file in files {
            let file = self.absolute(file);
            if let Err(error) = self.templates(file.parent().unwrap_or(&file)) {
                problems.extend(error.problems);
            }
        }
        ConfigError::check(problems)
    }

    /// Whether every structure file for pages in these directories was for one of the pages that
    /// were checked. Where the command line leaves templates out, nobody has asked.
    ///
    /// # Errors
    /// One problem for each that was for none.
    pub fn check_templates_used(&self, dirs: &[PathBuf]) -> Result<(), ConfigError> {
        if !self.flags.ask_for_templates(self.registry) {
            return Ok(());
        }
        let dirs: Vec<PathBuf> = dirs.iter().map(|dir| self.absolute(dir).into_owned()).collect();
        let is_asked =
            |template: &PageTemplate| dirs.iter().any(|dir| template.dir().starts_with(dir));
        let all = self.templates.all();
        let idle = all.iter().filter(|template| !template.is_used() && is_asked(template));
        ConfigError::check(idle.map(|template| template.idle()).collect())
    }
}

fn is_repository(dir: &Path) -> bool {
    dir.join(".git").exists()
}
