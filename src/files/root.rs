//! How far a repository reaches: beneath this directory lies what its files may name.

use std::path::{Path, PathBuf};

use super::normalize;

/// Files that mark the directory of a project where there is no repository.
const MARKS: [&str; 6] = [
    "validator.yaml",
    "validator.yml",
    ".markdownlint.json",
    ".markdownlint.jsonc",
    ".markdownlint.yaml",
    ".markdownlint-cli2.jsonc",
];

/// Whether a directory is a repository or has a configuration file.
pub fn is_project_root(dir: &Path) -> bool {
    let has = |name: &str| dir.join(name).symlink_metadata().is_ok();
    has(".git") || MARKS.iter().any(|name| has(name))
}

/// The root of the repository that a directory is in. Where there is none, the outermost directory
/// around it with a configuration file; else the current directory if it is in that, else the
/// directory itself.
pub fn project_root(dir: &Path) -> PathBuf {
    let working_dir = std::env::current_dir().unwrap_or_default();
    let dir = normalize(&working_dir.join(dir));
    let has = |at: &Path, name: &str| at.join(name).symlink_metadata().is_ok();
    if let Some(root) = dir.ancestors().find(|at| has(at, ".git")) {
        return root.to_owned();
    }
    let is_marked = |at: &&Path| MARKS.iter().any(|name| has(at, name));
    if let Some(root) = dir.ancestors().filter(is_marked).last() {
        return root.to_owned();
    }
    if dir.starts_with(&working_dir) { working_dir } else { dir }
}
