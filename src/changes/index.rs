//! The content that is going to be committed: git's index.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::git::{Git, GitError, path};
use crate::engine::state::names_page;
use crate::engine::{File, Source};

/// What the index of a repository holds.
#[derive(Debug)]
pub struct Index {
    git: Git,
    files: HashMap<PathBuf, Blob>,
    /// Names whose content may differ from that in the working tree.
    differing: HashSet<PathBuf>,
}

/// The content of a file in the index.
#[derive(Debug)]
enum Blob {
    Id(String),
    /// A merge has not decided on it yet.
    Unmerged,
}

impl Index {
    /// Reads what the index holds; `changed` are the names that are about to change.
    pub(super) fn read(git: Git, changed: HashSet<PathBuf>) -> Result<Index, GitError> {
        let mut differing = changed;
        differing.extend(git.names(&[
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--ignore-submodules=all",
            "--name-only",
            "-z",
        ])?);
        let mut files = HashMap::new();
        let listed = git.output(&["ls-files", "-z", "--stage"])?;
        for row in listed.split(|byte| *byte == 0).filter(|row| !row.is_empty()) {
            let row = IndexRow::read(row).ok_or_else(|| strange("ls-files"))?;
            let blob = if row.stage == "0" { Blob::Id(row.id.to_owned()) } else { Blob::Unmerged };
            // Links and submodules are no pages.
            if row.mode.starts_with("100") && names_page(&row.name) {
                files.insert(row.name, blob);
            }
        }
        Ok(Index { git, files, differing })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.keys()
    }

    /// The files that are in the index and no longer in the working tree.
    pub fn removed(&self) -> Vec<PathBuf> {
        let known = self.differing.iter().filter(|name| self.files.contains_key(*name));
        let paths = known.map(|name| self.git.root.join(name));
        paths.filter(|path| !path.exists()).collect()
    }

    /// Gives files the content that they have in the index, and takes those out that it does not
    /// have; returns how many. `inside` is the path from the directory of the working tree.
    ///
    /// # Errors
    /// If git does not give the content.
    pub fn fill(
        &self,
        files: &mut Vec<File>,
        inside: impl Fn(&Path) -> Option<PathBuf>,
    ) -> Result<usize, GitError> {
        let before = files.len();
        let mut wanted = Vec::new();
        let mut ids: Vec<&str> = Vec::new();
        files.retain_mut(|file| {
            let Some(name) = inside(&file.path) else { return false };
            match self.files.get(&name) {
                None => return false,
                Some(Blob::Unmerged) => {
                    let message = "cannot be read: it is not merged yet".to_owned();
                    file.source = Source::Unreadable(message);
                }
                Some(Blob::Id(id)) if self.differing.contains(&name) => {
                    wanted.push(file.path.clone());
                    ids.push(id);
                }
                Some(Blob::Id(_)) => {}
            }
            true
        });
        let contents: HashMap<PathBuf, Vec<u8>> =
            wanted.into_iter().zip(contents(&self.git, &ids)?).collect();
        for file in files.iter_mut() {
            if let Some(content) = contents.get(&file.path) {
                file.source = Source::Bytes(content.clone());
            }
        }
        Ok(before - files.len())
    }
}

/// A row of `git ls-files --stage`.
struct IndexRow<'r> {
    mode: &'r str,
    id: &'r str,
    stage: &'r str,
    name: PathBuf,
}

impl<'r> IndexRow<'r> {
    fn read(row: &'r [u8]) -> Option<IndexRow<'r>> {
        let tab = memchr::memchr(b'\t', row)?;
        let mut words = std::str::from_utf8(&row[..tab]).ok()?.split(' ');
        let (mode, id, stage) = (words.next()?, words.next()?, words.next()?);
        Some(IndexRow { mode, id, stage, name: path(&row[tab + 1..]) })
    }
}

/// The content of each of these objects.
fn contents(git: &Git, ids: &[&str]) -> Result<Vec<Vec<u8>>, GitError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let input = ids.join("\n") + "\n";
    let output = git.converse(&["cat-file", "--batch"], input.into_bytes())?;
    let mut rest = &output[..];
    let mut contents = Vec::with_capacity(ids.len());
    for _ in ids {
        let content = content(&mut rest).ok_or_else(|| strange("cat-file"))?;
        contents.push(content.to_owned());
    }
    Ok(contents)
}

/// The next object in the output of `git cat-file --batch`: `id type size`, then the content.
fn content<'o>(rest: &mut &'o [u8]) -> Option<&'o [u8]> {
    let end = memchr::memchr(b'\n', rest)?;
    let size = std::str::from_utf8(&rest[..end]).ok()?.rsplit(' ').next()?.parse::<usize>().ok()?;
    let content = rest.get(end + 1..end + 1 + size)?;
    *rest = rest.get(end + 2 + size..)?;
    Some(content)
}

fn strange(command: &str) -> GitError {
    GitError::Strange { command: command.to_owned() }
}
