//! How far a repository reaches: beneath this folder lies what its files may name.

use std::path::{Path, PathBuf};

use super::normalize;

/// Files that mark the folder of a project where there is no repository.
const MARKS: [&str; 6] = [
    "validator.yaml",
    "validator.yml",
    ".markdownlint.json",
    ".markdownlint.jsonc",
    ".markdownlint.yaml",
    ".markdownlint-cli2.jsonc",
];

/// Whether a folder is a repository or has a configuration file.
pub fn is_project_root(folder: &Path) -> bool {
    let has = |name: &str| folder.join(name).symlink_metadata().is_ok();
    has(".git") || MARKS.iter().any(|name| has(name))
}

/// The root of the repository that a folder is in. Where there is none, the outermost folder around
/// it with a configuration file; else the current directory if it is in that, else the folder itself.
pub fn project_root(folder: &Path) -> PathBuf {
    let working_folder = std::env::current_dir().unwrap_or_default();
    let folder = normalize(&working_folder.join(folder));
    let has = |at: &Path, name: &str| at.join(name).symlink_metadata().is_ok();
    if let Some(root) = folder.ancestors().find(|at| has(at, ".git")) {
        return root.to_owned();
    }
    let is_marked = |at: &&Path| MARKS.iter().any(|name| has(at, name));
    if let Some(root) = folder.ancestors().filter(is_marked).last() {
        return root.to_owned();
    }
    if folder.starts_with(&working_folder) { working_folder } else { folder }
}
