//! What is below one directory, looked at on all threads.

use std::fs;
use std::path::{Path, PathBuf, is_separator};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use super::{File, Source, Walk, Walked};
use crate::config::Project;
use crate::engine::paths::{slashed, strip_base};
use crate::engine::taken::{
    OWN_DIR, VERSION_CONTROL, is_chart_template, is_looked_at, is_page, is_page_of,
};
use crate::engine::{ignores, read, shown};
use crate::files::{self, FileError, ignore_files};
use crate::structure::is_structure_file;

/// Most entries of hidden directories that are looked at only to count pages.
const MAX_COUNTED: usize = 10_000;

/// What the walk passes over before the library sees it.
#[derive(Default)]
struct Passed {
    hidden: AtomicUsize,
    hidden_pages: AtomicUsize,
    excluded: AtomicUsize,
    /// Neither checked nor worth a word: directories of version control and of packages.
    silent: AtomicUsize,
    /// Whether anything says what to ignore. If not, nothing is ignored, and need not be counted.
    may_ignore: AtomicBool,
    /// Files that say what to ignore and cannot be read, so that their directories are not walked.
    refused: Mutex<Vec<(PathBuf, FileError)>>,
}

/// Adds what is found below a directory.
pub(super) fn walk_dir(dir: &Path, options: &Walk, walked: &mut Walked) {
    if !options.no_ignore
        && let Some((path, error)) = ignore_files::refused_around(dir)
    {
        walked.files.push(refused_ignore(options, &path, &error));
        return;
    }
    let passed = Arc::new(Passed::default());
    let prefix = shown(&options.base.relative(dir));
    let parts = Mutex::new(Vec::new());
    let may_ignore = !options.no_ignore && ignores::around(dir);
    passed.may_ignore.store(may_ignore, Ordering::Relaxed);
    let mut visitors = Visitors { dir, prefix: &prefix, options, passed: &passed, parts: &parts };
    builder(dir, options, &passed).build_parallel().visit(&mut visitors);
    let may_ignore = passed.may_ignore.load(Ordering::Relaxed);
    let (mut entries, mut seen, mut files) = (0, 0, Vec::new());
    for part in parts.into_inner().unwrap_or_else(PoisonError::into_inner) {
        entries += part.entries;
        if may_ignore {
            entries += part.uncounted.iter().map(|dir| count(dir)).sum::<usize>();
        }
        seen += part.seen;
        files.extend(part.walked.files);
        walked.templates.extend(part.walked.templates);
        walked.skipped += part.walked.skipped;
    }
    walked.templates.sort();
    let refused = std::mem::take(&mut *lock(&passed.refused));
    files.extend(refused.iter().map(|(path, error)| refused_ignore(options, path, error)));
    files.sort_by_cached_key(|file| in_order(&file.path));
    walked.files.append(&mut files);
    let hidden = passed.hidden.load(Ordering::Relaxed);
    let excluded = passed.excluded.load(Ordering::Relaxed);
    let silent = passed.silent.load(Ordering::Relaxed);
    walked.skipped.hidden += hidden;
    walked.skipped.hidden_pages += passed.hidden_pages.load(Ordering::Relaxed);
    walked.skipped.excluded += excluded;
    // The library does not say what it ignores; it is what it did not show.
    walked.skipped.ignored += entries.saturating_sub(seen + hidden + excluded + silent);
}

fn refused_ignore(options: &Walk, path: &Path, error: &FileError) -> File {
    let help = "the contents of this directory were not checked";
    File {
        source: Source::Unreadable(format!("cannot be read: {error}; {help}")),
        ..File::new(options.base, path)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How much is in a directory.
fn count(dir: &Path) -> usize {
    fs::read_dir(dir).map_or(0, Iterator::count)
}

/// A path by whose bytes what is in a directory comes right after the directory's name.
fn in_order(path: &Path) -> Vec<u8> {
    let mut bytes = path.as_os_str().as_encoded_bytes().to_owned();
    for byte in bytes.iter_mut().filter(|byte| is_separator(char::from(**byte))) {
        *byte = 0;
    }
    bytes
}

/// Makes a visitor for each thread of a walk.
#[derive(Clone, Copy)]
struct Visitors<'w> {
    dir: &'w Path,
    /// The directory as it is shown.
    prefix: &'w str,
    options: &'w Walk<'w>,
    passed: &'w Passed,
    /// What the visitors leave when they are done.
    parts: &'w Mutex<Vec<WalkPart>>,
}

/// What one thread has seen.
#[derive(Default)]
struct WalkPart {
    walked: Walked,
    /// What is in the directories, and how much of it the library showed.
    entries: usize,
    seen: usize,
    /// Directories that were seen before there was anything that may ignore.
    uncounted: Vec<PathBuf>,
}

struct Visitor<'w> {
    walk: Visitors<'w>,
    part: WalkPart,
}

impl<'s, 'w: 's> ParallelVisitorBuilder<'s> for Visitors<'w> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        Box::new(Visitor { walk: *self, part: WalkPart::default() })
    }
}

impl ParallelVisitor for Visitor<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        let Visitors { dir, prefix, options, passed, .. } = self.walk;
        match entry {
            Ok(entry) => {
                self.part.seen += usize::from(entry.depth() > 0);
                let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
                if is_dir && passed.may_ignore.load(Ordering::Relaxed) {
                    self.part.entries += count(entry.path());
                } else if is_dir {
                    self.part.uncounted.push(entry.into_path());
                } else {
                    add_entry(entry, dir, prefix, options, &mut self.part.walked);
                }
            }
            Err(error) => self.part.walked.files.push(unreadable(dir, options, &error)),
        }
        WalkState::Continue
    }
}

impl Drop for Visitor<'_> {
    fn drop(&mut self) {
        let mut parts = self.walk.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.push(std::mem::take(&mut self.part));
    }
}

fn builder(dir: &Path, options: &Walk, passed: &Arc<Passed>) -> WalkBuilder {
    let mut builder = WalkBuilder::new(dir);
    builder
        .standard_filters(!options.no_ignore)
        .hidden(false)
        .require_git(false)
        .follow_links(false);
    if !options.no_ignore {
        builder.add_custom_ignore_filename(ignores::OWN);
    }
    let no_ignore = options.no_ignore;
    let (project, passed) = (Arc::clone(options.project), Arc::clone(passed));
    builder.filter_entry(move |entry| {
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        let name = entry.file_name().to_string_lossy();
        if !no_ignore && ignores::NAMES.contains(&&*name) {
            passed.may_ignore.store(true, Ordering::Relaxed);
        }
        let counter = if is_dir && VERSION_CONTROL.contains(&&*name) {
            &passed.silent
        } else if !is_dir && files::is_leftover_name(&name) {
            files::remove_leftover(entry.path());
            &passed.silent
        } else if !no_ignore && name.starts_with('.') && !is_taken(&project, entry, is_dir) {
            if is_dir && name != OWN_DIR {
                let pages = count_pages(entry.path());
                passed.hidden_pages.fetch_add(pages, Ordering::Relaxed);
            }
            &passed.hidden
        } else if !no_ignore && is_dir && name == "node_modules" {
            &passed.silent
        } else if project.excludes(entry.path(), is_dir) {
            &passed.excluded
        } else if !no_ignore
            && is_dir
            && let Some(refused) = ignore_files::refused(entry.path())
        {
            lock(&passed.refused).push(refused);
            &passed.silent
        } else {
            return true;
        };
        counter.fetch_add(1, Ordering::Relaxed);
        false
    });
    builder
}

/// Whether something hidden is taken all the same: pages are, and markdownlint looks into hidden
/// directories, too.
fn is_taken(project: &Project, entry: &DirEntry, is_dir: bool) -> bool {
    match is_dir {
        // What was named is looked into.
        true if entry.depth() == 0 => true,
        true => entry.file_name() != OWN_DIR && project.looks_into_hidden(entry.path()),
        false => is_page_of(project, entry.path()) && project.looks_into_hidden(entry.path()),
    }
}

/// How many pages are below a directory, as far as that is quick to say.
fn count_pages(dir: &Path) -> usize {
    let (mut pages, mut seen) = (0, 0);
    let mut pending = vec![dir.to_owned()];
    while let Some(dir) = pending.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            seen += 1;
            if seen > MAX_COUNTED {
                return pages;
            }
            let Ok(kind) = entry.file_type() else { continue };
            let name = entry.file_name();
            let is_other = VERSION_CONTROL.iter().any(|other| name == *other);
            if kind.is_dir() && !is_other && name != "node_modules" {
                pending.push(entry.path());
            } else if kind.is_file() && is_page(Path::new(&name)) {
                pages += 1;
            }
        }
    }
    pages
}

fn add_entry(entry: DirEntry, dir: &Path, prefix: &str, options: &Walk, walked: &mut Walked) {
    if entry.path_is_symlink() {
        walked.skipped.links += 1;
        return;
    }
    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
    let is_data = options.project.format(entry.path()).is_some();
    let is_page = is_page_of(options.project, entry.path())
        || (is_file && !is_data && options.project.names_ending(entry.path()));
    if !is_file || !(is_page || is_data) || is_chart_template(entry.path()) {
        walked.skipped.other += 1;
    } else if is_data && !options.no_ignore && is_hidden_below(dir, entry.path()) {
        // Only pages are looked for in hidden directories.
        walked.skipped.hidden += 1;
    } else if is_structure_file(entry.path()) {
        walked.templates.push(entry.into_path());
    } else if !options.project.is_included(entry.path()) {
        walked.skipped.not_included += 1;
    } else if is_page || is_looked_at(options.project, entry.path()) {
        let path = entry.into_path();
        let below = match strip_base(dir, &path) {
            Some(below) => slashed(below.into()),
            None => shown(path.strip_prefix(dir).unwrap_or(&path)),
        };
        let shown = match prefix {
            "." => below,
            // The directory may hold the current directory.
            _ if prefix.ends_with("..") => shown(&options.base.relative(&path)),
            _ => format!("{prefix}/{below}"),
        };
        walked.files.push(File { path, shown, source: Source::Disk });
    } else {
        walked.skipped.data += 1;
    }
}

fn is_hidden_below(dir: &Path, path: &Path) -> bool {
    let below = path.strip_prefix(dir).unwrap_or(path);
    below.iter().any(|part| part.as_encoded_bytes().starts_with(b"."))
}

/// A directory that the walk could not enter, reported like a file that cannot be read.
fn unreadable(dir: &Path, options: &Walk, error: &ignore::Error) -> File {
    let (path, cause) = place(error);
    let path = path.unwrap_or(dir);
    File {
        source: Source::Unreadable(format!("cannot be read: {cause}")),
        ..File::new(options.base, path)
    }
}

/// The path that an error of the walk speaks of, and the cause.
fn place(error: &ignore::Error) -> (Option<&Path>, String) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), place(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place(err)
        }
        ignore::Error::Io(error) => (None, read::cause(error)),
        _ => (None, error.to_string()),
    }
}
