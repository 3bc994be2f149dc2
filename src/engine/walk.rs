//! From the paths a person names to the files to check, in the order of their paths.

mod dir;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::paths::resolve_dir;
use super::taken::is_page_of;
use super::{Base, CachedResult, Skipped, shown};
use crate::config::Project;
use crate::files::{self, FileError};
use dir::walk_dir;

/// A file to check.
#[derive(Debug)]
pub struct File {
    pub path: PathBuf,
    /// Relative to the current directory, with `/`.
    pub shown: String,
    pub source: Source,
}

/// Where a file's content comes from.
#[derive(Debug)]
pub enum Source {
    Disk,
    /// Given by the caller, such as standard input.
    Bytes(Vec<u8>),
    /// On the disk, and if that is still the same, what was found in it.
    Recalled(Box<CachedResult>),
    /// Nowhere; the message says why.
    Unreadable(String),
}

/// Where to look, and what for.
pub struct Walk<'a> {
    /// The current directory.
    pub base: &'a Base,
    /// Says what is included and excluded.
    pub project: &'a Arc<Project>,
    /// Whether to look at hidden and ignored files, too.
    pub no_ignore: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Walked {
    /// In the order of their paths, each once.
    pub files: Vec<File>,
    /// Structure files, which are used and not checked.
    pub templates: Vec<PathBuf>,
    pub skipped: Skipped,
    /// Files that were named and that the configuration excludes, as they are shown.
    pub left_out: Vec<String>,
    /// Files that were named and that are neither page nor data, as they are shown.
    pub no_pages: Vec<String>,
}

/// Finds the files below directories. Files that are named are taken even if they are ignored,
/// unless the command line or the configuration excludes them, or their name says that they are
/// neither page nor data.
pub fn walk(paths: &[PathBuf], options: &Walk) -> Walked {
    let mut walked = Walked::default();
    for path in paths {
        let path = options.base.path().join(path);
        if let Some(error) = leads_out(&path) {
            walked.files.push(refused(options, &path, &error));
        } else if fs::metadata(&path).is_ok_and(|data| data.is_dir()) {
            walk_dir(&resolve_dir(path), options, &mut walked);
        } else if options.project.excludes_by_flag(&path, false) {
            walked.skipped.excluded += 1;
        } else if path.is_file()
            && !is_page_of(options.project, &path)
            && options.project.format(&path).is_none()
            && !options.project.names_ending(&path)
        {
            walked.skipped.other += 1;
            walked.no_pages.push(shown(&options.base.relative(&path)));
        } else if options.project.leaves_out_named(&path) {
            walked.skipped.excluded += 1;
            walked.left_out.push(shown(&options.base.relative(&path)));
        } else {
            walked.files.push(File::new(options.base, &path));
        }
    }
    if paths.len() > 1 {
        walked.files.sort_by_cached_key(|file| options.base.absolute(&file.path));
        walked.files.dedup_by_key(|file| options.base.absolute(&file.path));
    }
    walked
}

/// Why a name that people or their shells give is not followed: a link of the project's that leads out
/// of the project. What they name elsewhere is theirs to name.
fn leads_out(path: &Path) -> Option<FileError> {
    let root = files::project_root(path.parent().unwrap_or(path));
    files::leads_out(path, &root)
}

/// A file that is not opened, reported like one that cannot be read.
fn refused(options: &Walk, path: &Path, error: &FileError) -> File {
    let help = "name what it leads to if that is to be checked";
    File {
        source: Source::Unreadable(format!("cannot be read: {error}; {help}")),
        ..File::new(options.base, path)
    }
}

impl File {
    /// The file at this path.
    pub fn new(base: &Base, path: &Path) -> Self {
        let shown = shown(&base.relative(path));
        File { path: base.path().join(path), shown, source: Source::Disk }
    }
}
