//! Finds what counts in each directory, and keeps it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::super::extends;
use super::super::markdownlint;
use super::super::problem::ConfigError;
use super::super::read::shown;
use super::super::scope::{DirConfig, ScopeContent, ScopeKey};
use super::{NAMES, Project};

impl Project {
    /// What counts in the directories that were asked about, each once.
    pub(in crate::config) fn scopes(&self) -> Vec<Arc<DirConfig>> {
        let dirs = self.dirs.read().unwrap_or_else(PoisonError::into_inner);
        let mut scopes: Vec<Arc<DirConfig>> = self.fixed.iter().cloned().collect();
        for scope in dirs.values().flatten() {
            if !scopes.iter().any(|known| Arc::ptr_eq(known, scope)) {
                scopes.push(scope.clone());
            }
        }
        scopes
    }

    pub(super) fn scope_and_key(
        &self,
        path: &Path,
    ) -> Result<(Arc<DirConfig>, ScopeKey), ConfigError> {
        let path = self.absolute(path);
        let scope = self.scope_of(&path)?;
        let key = scope.key(&path, &self.flags)?;
        Ok((scope, key))
    }

    pub(super) fn scope_of(&self, path: &Path) -> Result<Arc<DirConfig>, ConfigError> {
        if let Some(fixed) = &self.fixed {
            return Ok(fixed.clone());
        }
        self.scope(path.parent().unwrap_or(path))
    }

    /// What counts in a directory (absolute).
    pub(super) fn scope(&self, dir: &Path) -> Result<Arc<DirConfig>, ConfigError> {
        if let Some(fixed) = &self.fixed {
            return Ok(fixed.clone());
        }
        if let Some(known) = self.known(dir) {
            return known;
        }
        let unknown: Vec<&Path> =
            dir.ancestors().take_while(|dir| self.known(dir).is_none()).collect();
        let above = unknown.last().and_then(|top| top.parent());
        let mut scope =
            above.and_then(|above| self.known(above)).unwrap_or_else(|| Ok(self.ground()));
        for dir in unknown.into_iter().rev() {
            scope = scope.and_then(|above| self.load_dir(dir, above));
            let mut dirs = self.dirs.write().unwrap_or_else(PoisonError::into_inner);
            // Another thread may have been first; everyone uses the same.
            scope = dirs.entry(dir.into()).or_insert(scope).clone();
        }
        scope
    }

    /// What counts where nothing is found.
    fn ground(&self) -> Arc<DirConfig> {
        self.base.clone().unwrap_or_default()
    }

    fn known(&self, dir: &Path) -> Option<Result<Arc<DirConfig>, ConfigError>> {
        self.dirs.read().unwrap_or_else(PoisonError::into_inner).get(dir.as_os_str()).cloned()
    }

    /// What counts in a directory, when `above` counts in the one it is in.
    fn load_dir(&self, dir: &Path, above: Arc<DirConfig>) -> Result<Arc<DirConfig>, ConfigError> {
        // Another repository in this one has its own configuration or none. The `.git` of a
        // submodule or a second working tree is a file.
        let is_repository = dir.join(".git").is_dir();
        let above = if is_repository { self.ground() } else { above };
        let own = NAMES.iter().map(|name| dir.join(name)).find(|path| path.is_file());
        if let Some(path) = own.filter(|_| self.base.is_none()) {
            return self.load_validator(&path, dir).map(Arc::new);
        }
        if above.is_validator() {
            return Ok(above);
        }
        let mut notes = Vec::new();
        let found =
            markdownlint::load_dir(dir, above.markdownlint(), &self.working_dir, &mut notes)?;
        if found.is_some() || !notes.is_empty() {
            self.note(dir, notes);
        }
        let Some((name, found)) = found else { return Ok(above) };
        let file = shown(&name, &self.working_dir);
        Ok(Arc::new(DirConfig::new(file, dir.to_owned(), ScopeContent::Markdownlint(found))))
    }

    /// Reads the file that `--config` names.
    pub(super) fn load_named(&self, path: &Path, start: &Path) -> Result<DirConfig, ConfigError> {
        let dir = path.parent().unwrap_or(path);
        // A file from elsewhere says nothing about its own directory.
        let globs_from = if start.starts_with(dir) { dir } else { &self.root };
        if !markdownlint::is_config(path, &self.working_dir) {
            return self.load_validator(path, globs_from);
        }
        let mut notes = Vec::new();
        let found = markdownlint::load_file(path, globs_from, &self.working_dir, &mut notes)?;
        self.note(dir, notes);
        let file = shown(path, &self.working_dir);
        Ok(DirConfig::new(file, dir.to_owned(), ScopeContent::Markdownlint(found)))
    }

    /// Reads a configuration that is given as text.
    pub(super) fn load_given(&self, text: &str) -> Result<DirConfig, ConfigError> {
        let settings = extends::given(text, &self.root, &self.working_dir)?;
        self.note(&self.root, settings.notes.clone());
        let file = PathBuf::from(extends::GIVEN);
        Ok(DirConfig::new(file, self.root.clone(), ScopeContent::Validator(settings)))
    }

    fn load_validator(&self, path: &Path, globs_from: &Path) -> Result<DirConfig, ConfigError> {
        let settings = extends::load(path, globs_from, &self.working_dir)?;
        let dir = path.parent().unwrap_or(path).to_owned();
        self.note(&dir, settings.notes.clone());
        let file = shown(path, &self.working_dir);
        Ok(DirConfig::new(file, dir, ScopeContent::Validator(settings)))
    }

    fn note(&self, dir: &Path, notes: Vec<String>) {
        let mut known = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(dir.to_owned(), notes);
    }
}
