//! Globs that match nothing of what was checked: probably not meant.

use std::path::PathBuf;
use std::sync::Arc;

use super::Project;
use super::scope::{DirConfig, ScopeContent};

impl Project {
    /// Lines about the globs of `--exclude` that have excluded nothing.
    pub fn unused_excludes(&self) -> Vec<String> {
        let unused = self.flags.exclude.unused();
        unused.map(|glob| format!("`--exclude {glob}` excludes nothing")).collect()
    }

    /// Lines about globs in `validator.yaml` that match none of the files that were checked. Only a
    /// run over the whole directory of the file can tell.
    pub fn unused_globs(&self, dirs: &[PathBuf]) -> Vec<String> {
        if self.is_narrowed() {
            return Vec::new();
        }
        let dirs: Vec<_> = dirs.iter().map(|dir| self.absolute(dir)).collect();
        let is_whole = |scope: &&Arc<DirConfig>| {
            let own = scope.dir.as_deref();
            own.is_some_and(|own| dirs.iter().any(|dir| own.starts_with(dir)))
        };
        let mut notes: Vec<String> =
            self.scopes().iter().filter(is_whole).flat_map(|scope| unused(scope)).collect();
        notes.sort();
        notes
    }
}

/// What is unused in a scope's own file; what it extends may be shared by several projects.
fn unused(scope: &DirConfig) -> Vec<String> {
    let ScopeContent::Validator(settings) = &scope.content else { return Vec::new() };
    let own = scope.file.as_deref();
    let mut notes = Vec::new();
    for item in settings.overrides.iter().filter(|item| Some(&*item.place.file) == own) {
        let place = &item.place;
        let globs = item.files.unused();
        notes.extend(globs.map(|glob| {
            format!("{place}: `{glob}` in `overrides` matches no file that was checked")
        }));
    }
    for family in settings.families.iter().filter(|item| Some(&*item.place.file) == own) {
        let (place, name) = (&family.place, &family.name);
        let is_used = |include: &super::globs::Globs| include.unused().count() < include.len();
        if family.include.as_ref().is_some_and(|include| !is_used(include)) {
            notes.push(format!("{place}: no file that was checked belongs to the family `{name}`"));
        }
    }
    notes
}
