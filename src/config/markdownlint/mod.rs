//! The configuration of markdownlint and markdownlint-cli2, read where there is no
//! `validator.yaml`. The files belong to another tool: what means nothing here is a note, not an
//! error.

mod bases;
mod coerce;
mod frontmatter;
mod load;
mod loader;
mod module;
mod patterns;
mod rc;
mod selection;
mod source;
mod table;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;
use regex::Regex;

use super::globs::Globs;

pub(super) use load::{is_config, load_dir, load_file};
pub(super) use selection::{Selection, anchored};
pub(super) use source::parse_any;
pub(super) use table::{Ignored, OptionTable, is_of_markdownlint};

/// What counts for the files of a directory.
#[derive(Clone, Debug, Default)]
pub(super) struct Markdownlint {
    /// The nearest `.markdownlint.*`.
    pub config: Option<OptionTable>,
    /// `config` of the `.markdownlint-cli2.*` here and above, merged.
    pub options_config: Option<OptionTable>,
    /// Of the nearest `.markdownlint-cli2.*` that has them.
    pub overrides: Vec<MarkdownlintOverride>,
    pub globs: Option<Selection>,
    pub ignores: Globs,
    /// `.markdownlintrc`, below all else.
    pub rc: Option<OptionTable>,
    /// Whether a file of markdownlint-cli2 counts.
    pub has_options: bool,
    /// `.markdownlintignore`, and the files that `gitignore` names.
    pub ignore_files: Vec<Arc<Gitignore>>,
    /// Which files say what to ignore, besides those that always do.
    pub ignore_glob: Option<Globs>,
    /// Whether custom rules are named, which are not run.
    pub has_other_rules: bool,
    /// Comments in pages say nothing.
    pub no_comments: bool,
    /// What counts as front matter, if it begins the page.
    pub front_matter: Option<Regex>,
}

/// Other settings for some files; the first that matches counts.
#[derive(Clone, Debug)]
pub(super) struct MarkdownlintOverride {
    pub filter: Globs,
    pub config: OptionTable,
    /// Whether the rest of the configuration counts too.
    pub is_merged: bool,
}

impl Markdownlint {
    /// The table for files of which this override, if any, matches.
    pub fn table(&self, matching: Option<usize>) -> OptionTable {
        let table = || {
            let table = self.config.as_ref().or(self.options_config.as_ref());
            let table = table.cloned().unwrap_or_default();
            match &self.rc {
                Some(rc) if !self.has_options => rc.clone().then(&table),
                _ => table,
            }
        };
        match matching.and_then(|index| self.overrides.get(index)) {
            Some(found) if found.is_merged => table().then(&found.config),
            Some(found) => found.config.clone(),
            None => table(),
        }
    }

    /// Whether a file or directory is left out.
    pub fn ignores(&self, path: &Path, is_dir: bool) -> bool {
        let is_ignored = |file: &Arc<Gitignore>| {
            path.starts_with(file.path())
                && file.matched_path_or_any_parents(path, is_dir).is_ignore()
        };
        let is_taken_back =
            || self.globs.as_ref().is_some_and(|globs| globs.not().matches(path, is_dir));
        self.ignores.matches(path, is_dir)
            || self.ignore_files.iter().any(is_ignored)
            || is_taken_back()
    }

    /// The files in a directory of which the configuration says that they say what to ignore.
    fn ignore_files_in(&self, dir: &Path) -> Vec<PathBuf> {
        let Some(glob) = &self.ignore_glob else { return Vec::new() };
        let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut found: Vec<PathBuf> =
            paths.filter(|path| glob.matches(path, false) && path.is_file()).collect();
        found.sort();
        found
    }
}
