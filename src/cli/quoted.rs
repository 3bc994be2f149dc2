//! Globs in place of files and directories, for shells that do not expand them and for npm scripts.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::split_glob;

/// What the arguments name.
#[derive(Debug, PartialEq)]
pub(super) struct Named {
    /// Files and directories; for globs, the directories that they begin with.
    pub paths: Vec<PathBuf>,
    /// Globs as they stand, among them those that take back.
    pub globs: Vec<String>,
}

/// Tells globs from paths. What exists under the name is a path, whatever it looks like.
///
/// # Errors
/// If there are globs, and the directory of none of them exists.
pub(super) fn read(arguments: &[PathBuf]) -> anyhow::Result<Named> {
    let mut named = Named { paths: Vec::new(), globs: Vec::new() };
    let mut dirs = Vec::new();
    for argument in arguments {
        let text = argument.to_string_lossy();
        let takes_back = text.len() > 1 && text.starts_with(['!', '#']);
        let is_glob = takes_back || text.contains(['*', '?', '[', '{']);
        if !is_glob || fs::symlink_metadata(argument).is_ok() {
            named.paths.push(argument.clone());
            continue;
        }
        named.globs.push(text.replace("\\", if cfg!(windows) { "/" } else { "\\" }));
        if !takes_back {
            dirs.push(PathBuf::from(split_glob(&text).0));
        }
    }
    if !dirs.is_empty() {
        // Of the directories that are named beside globs, everything is meant.
        let all = named.paths.iter().filter(|path| path.is_dir());
        named.globs.extend(all.map(|path| format!("{}/**", path.display())));
    }
    let are_globs_only = named.paths.is_empty() && !dirs.is_empty();
    for dir in dirs.into_iter().filter(|dir| dir.is_dir()) {
        if !named.paths.contains(&dir) {
            named.paths.push(dir);
        }
    }
    if are_globs_only && named.paths.is_empty() {
        let globs: Vec<String> = named.globs.iter().map(|glob| format!("`{glob}`")).collect();
        anyhow::bail!(
            "there is no file to check in {}\nhelp: globs are relative to the current directory",
            globs.join(", ")
        );
    }
    if named.paths.is_empty() {
        named.paths.push(Path::new(".").to_owned());
    }
    Ok(named)
}
