//! What a project answers about structure files: which are for a page, and which for none.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::problem::{ConfigError, ConfigProblem};
use super::super::templates::{Broken, PageTemplate, Templates};
use super::{NAMES, Project};

impl Project {
    /// The templates that count in a folder (absolute): those beside its pages and above them, up
    /// to the folder of the configuration or of the repository, and those that the configuration
    /// names.
    pub(super) fn templates(&self, folder: &Path) -> Result<Templates, ConfigError> {
        if let Some(known) = self.templates.known(folder) {
            return known;
        }
        let scope = self.scope(folder)?;
        let named = scope.templates();
        let chain = self.template_folders(folder);
        let is_excluded = |path: &Path| self.excludes(path, false);
        self.templates.fill(folder, &chain, named, &self.working_folder, is_excluded)
    }

    /// What counts in a page's folder.
    ///
    /// # Errors
    /// If a structure file for the page has mistakes.
    pub(super) fn templates_of(&self, page: &Path) -> Result<Templates, ConfigError> {
        let folder = page.parent().unwrap_or(page);
        let templates = self.templates(folder)?;
        let broken = self.templates.broken();
        if !broken.is_empty() && self.flags.ask_for_templates(self.registry) {
            let chain = self.template_folders(folder);
            let is_for = |broken: &&Arc<Broken>| {
                chain.contains(&broken.folder.as_path()) && broken.matches(page)
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

    /// The folders whose structure files count in a folder, the innermost first.
    fn template_folders<'f>(&self, folder: &'f Path) -> Vec<&'f Path> {
        let mut chain = Vec::new();
        let climbs = self.fixed.is_none().then(|| folder.ancestors());
        for at in climbs.into_iter().flatten() {
            chain.push(at);
            let has_config = NAMES.iter().any(|name| at.join(name).is_file());
            if has_config || at == self.root || !at.starts_with(&self.root) || is_repository(at) {
                break;
            }
        }
        chain
    }

    /// Reads the structure files in the folders of these ones, so that those without any page
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

    /// Whether every structure file for pages in these folders was for one of the pages that were
    /// checked. Where the command line leaves templates out, nobody has asked.
    ///
    /// # Errors
    /// One problem for each that was for none.
    pub fn check_templates_used(&self, folders: &[PathBuf]) -> Result<(), ConfigError> {
        if !self.flags.ask_for_templates(self.registry) {
            return Ok(());
        }
        let folders: Vec<PathBuf> =
            folders.iter().map(|folder| self.absolute(folder).into_owned()).collect();
        let is_asked = |template: &PageTemplate| {
            folders.iter().any(|folder| template.folder().starts_with(folder))
        };
        let all = self.templates.all();
        let idle = all.iter().filter(|template| !template.is_used() && is_asked(template));
        ConfigError::check(idle.map(|template| template.idle()).collect())
    }
}

fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}
