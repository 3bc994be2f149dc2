//! What changed in git: the lines that findings have to touch to count, and staged content.

mod bounded;
mod git;
mod guard;
mod hunks;
mod index;
mod renames;

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::diagnostic::Finding;
use crate::engine::{File, FileReport, Source, Status};

pub use git::GitError;
pub use index::Index;
pub use renames::renames_since_change_of;

use git::Git;

/// The lines of a file that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedLines {
    /// The file is new.
    All,
    /// From 1, in order.
    Some(Vec<RangeInclusive<u32>>),
}

/// What changed since a commit, or what is going to be committed.
#[derive(Debug)]
pub struct Changes {
    /// The directory of the working tree, as git resolves it.
    root: PathBuf,
    /// By path from `root`.
    files: HashMap<PathBuf, ChangedLines>,
    /// The paths of files that are no longer there, removed or renamed, from `root`.
    gone: HashSet<PathBuf>,
    /// What git knows, by path from `root`.
    tracked: HashSet<PathBuf>,
}

impl Changes {
    /// What differs between the files and the commit where this branch left `reference`, in the
    /// repository of `dir`.
    ///
    /// # Errors
    /// If there is no git, no repository, or no such commit.
    pub fn since(dir: &Path, reference: &str) -> Result<Changes, GitError> {
        let git = Git::open(dir, "--since")?;
        let base = git.fork_point(reference)?;
        let tracked: HashSet<PathBuf> = git.names(&["ls-files", "-z"])?.into_iter().collect();
        guard::refuse_pipes_beside(&git.root, tracked.iter())?;
        let files = files(&git, &[&base])?;
        let gone = gone(&git, &[&base])?;
        Ok(Changes { root: git.root, files, gone, tracked })
    }

    /// What is going to be committed in the repository of `dir`, and the content that it has.
    ///
    /// # Errors
    /// If there is no git or no repository.
    pub fn staged(dir: &Path) -> Result<(Changes, Index), GitError> {
        let git = Git::open(dir, "--staged")?;
        let names = git.names(&["ls-files", "-z"])?;
        guard::refuse_pipes_beside(&git.root, names.iter())?;
        let files = files(&git, &["--cached"])?;
        let root = git.root.clone();
        let gone = gone(&git, &["--cached"])?;
        let index = Index::read(git, files.keys().cloned().collect())?;
        let tracked = index.names().cloned().collect();
        Ok((Changes { root, files, gone, tracked }, index))
    }

    /// The path from the directory of the working tree; `None` for files outside of it.
    pub fn inside(&self, path: &Path) -> Option<PathBuf> {
        let (dir, name) = (path.parent()?, path.file_name()?);
        // git knows the directory by its real name.
        let dir = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
        Some(dir.strip_prefix(&self.root).ok()?.join(name))
    }

    /// Takes files wholly whose lines git counts otherwise: it knows no carriage return that ends
    /// a line by itself.
    pub fn align(&mut self, files: &[File]) {
        for file in files {
            let Some(name) = self.inside(&file.path) else { continue };
            let Some(lines @ ChangedLines::Some(_)) = self.files.get_mut(&name) else { continue };
            let has_lone = match &file.source {
                Source::Bytes(bytes) => has_lone_return(bytes),
                Source::Disk | Source::Recalled(_) => {
                    let is_file = std::fs::metadata(&file.path).is_ok_and(|found| found.is_file());
                    is_file && std::fs::read(&file.path).is_ok_and(|bytes| has_lone_return(&bytes))
                }
                Source::Unreadable(_) => false,
            };
            if has_lone {
                *lines = ChangedLines::All;
            }
        }
    }

    /// The lines of a file that changed; `None` if none did. What git does not know is new.
    fn lines(&self, path: &Path) -> Option<&ChangedLines> {
        match self.inside(path) {
            Some(inside) if self.tracked.contains(&inside) => self.files.get(&inside),
            _ => Some(&ChangedLines::All),
        }
    }

    /// Whether the finding is about a link that a change of another file may have broken: what it
    /// leads to was changed, removed or renamed.
    fn may_have_broken(&self, finding: &Finding) -> bool {
        let Some(leads_to) = finding.leads_to() else { return false };
        let leads_to = Path::new(leads_to.trim_start_matches('/'));
        // Addresses have no directories of sources, and other endings.
        let looked_for = page_name(leads_to);
        self.files.keys().any(|changed| changed.ends_with(leads_to))
            || self.gone.iter().any(|gone| page_name(gone) == looked_for)
    }

    /// Takes the findings that touch no changed line out of those that count, but for those that a
    /// change elsewhere may have brought.
    pub fn filter(&self, file: &mut FileReport) {
        // That a file cannot be read is told in any case.
        if file.status != Status::Checked || file.findings.is_empty() {
            return;
        }
        let lines = self.lines(&file.path);
        let (changed, elsewhere) =
            std::mem::take(&mut file.findings).into_iter().partition(|finding| {
                lines.is_some_and(|lines| lines.touch(finding)) || self.may_have_broken(finding)
            });
        file.findings = changed;
        file.aside.elsewhere = elsewhere;
    }
}

/// The changed lines by file. Where git shows none, since it takes a file for binary, all count.
fn files(git: &Git, what: &[&str]) -> Result<HashMap<PathBuf, ChangedLines>, GitError> {
    let mut files = hunks::read(&git.diff(&["--patch"], what)?);
    let binary = hunks::binary(&git.diff(&["--numstat", "-z"], what)?);
    files.extend(binary.into_iter().map(|name| (name, ChangedLines::All)));
    Ok(files)
}

/// The files that are no longer under the names that they had.
fn gone(git: &Git, what: &[&str]) -> Result<HashSet<PathBuf>, GitError> {
    let form = ["--name-only", "-z", "--no-renames", "--diff-filter=D"];
    Ok(git.listed(&form, what)?.into_iter().collect())
}

/// What a page is called in addresses: its name without extension, or that of its directory where
/// it is the directory's own page.
fn page_name(path: &Path) -> Option<&OsStr> {
    let stem = path.file_stem()?;
    let is_index = ["index", "_index", "README", "readme"].iter().any(|name| stem == *name);
    if is_index { path.parent()?.file_name() } else { Some(stem) }
}

impl ChangedLines {
    fn touch(&self, finding: &Finding) -> bool {
        let ChangedLines::Some(ranges) = self else { return true };
        let (first, mut last) = (finding.start.line, finding.end.line);
        if finding.end.column == 1 && last > first {
            last -= 1;
        }
        let after = ranges.partition_point(|range| *range.end() < first);
        ranges.get(after).is_some_and(|range| *range.start() <= last)
    }
}

fn has_lone_return(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}
