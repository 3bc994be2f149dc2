//! The journal of fixing runs: the text before every change, so that a run can be taken back.
//!
//! A run is a folder `.validator/undo/<number>/`: `<n>.before` holds the bytes of the nth file
//! before its change, and `journal.jsonl` has one line a file, written and flushed before the
//! file is. Whatever moment the process dies at, each file is old or new, and both are known.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cap_std::fs::OpenOptions;
use serde::{Deserialize, Serialize};

use super::read::MAX_BYTES;
use super::state::{self, FOLDER, State};
use super::write::{ContentHash, Page, WriteError};

const JOURNAL: &str = "journal.jsonl";

/// Bytes of a journal that are read at most: those of a million changes.
const MAX_JOURNAL: u64 = 256 << 20;

/// One change of one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Relative to the project's root, with `/`.
    pub path: PathBuf,
    /// Hash of the bytes before, in hexadecimal.
    pub before: String,
    /// Hash of the bytes after.
    pub after: String,
}

/// A line of the journal.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Change(Change),
    /// The change of this number was not made.
    Withdrawn {
        withdrawn: usize,
    },
}

/// The journal of a run that is being written. A run without changes leaves nothing behind.
pub struct Journal {
    root: PathBuf,
    /// Made with the first change.
    run: Option<Begun>,
    written: usize,
}

/// The folder of a run that is being written.
struct Begun {
    number: u32,
    folder: State,
    journal: File,
}

/// A run that can be taken back.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Grows with every run.
    pub number: u32,
    pub changes: Vec<Change>,
    /// The number of each change, which names its image.
    #[serde(skip)]
    images: Vec<usize>,
}

/// Why a run was not taken back. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    #[error("there is nothing to undo below {}", .0.display())]
    Nothing(PathBuf),
    #[error("{} changed since the run; undo would lose that change", .0.display())]
    Changed(PathBuf),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(
        "the undo journal cannot be used: {path}: {cause}\n\
         help: if the journal is not yours, remove `{path}`",
        path = path.display()
    )]
    Journal { path: PathBuf, cause: io::Error },
}

impl Journal {
    /// A journal for the project at `root`.
    pub fn new(root: &Path) -> Self {
        Journal { root: root.to_owned(), run: None, written: 0 }
    }

    /// Changes a file from `before` to `after`, once the way back is on the disk.
    ///
    /// # Errors
    /// If the file lies outside the root, changed since it was read, or cannot be written, or
    /// if the journal cannot; the file is then as it was.
    pub fn change(&mut self, path: &Path, before: &[u8], after: &[u8]) -> Result<(), WriteError> {
        let page = Page::open(path, &self.root)?;
        let change = Change {
            path: page.relative().to_owned(),
            before: ContentHash::of(before).to_string(),
            after: ContentHash::of(after).to_string(),
        };
        let noted = self.note(&change, before);
        noted.map_err(|cause| WriteError::Io { path: self.root.join(".validator/undo"), cause })?;
        page.replace(ContentHash::of(before), after).inspect_err(|_| self.withdraw())
    }

    /// The number of this run, which begins if it has not yet.
    ///
    /// # Errors
    /// If the journal cannot be made.
    pub fn number(&mut self) -> io::Result<u32> {
        Ok(self.begin()?.number)
    }

    fn begin(&mut self) -> io::Result<&mut Begun> {
        match &mut self.run {
            Some(run) => Ok(run),
            none => Ok(none.insert(start_run(&self.root)?)),
        }
    }

    fn note(&mut self, change: &Change, before: &[u8]) -> io::Result<()> {
        let name = format!("{}.before", self.written);
        let run = self.begin()?;
        let end = run.journal.metadata()?.len();
        let noted = write_image(&run.folder, &name, before)
            .and_then(|()| write_line(&mut run.journal, &Line::Change(change.clone())));
        noted.inspect_err(|_| {
            // On a full disk there is half of it; the next change takes its place.
            drop(run.folder.dir().remove_file(&name));
            drop(run.journal.set_len(end));
        })?;
        self.written += 1;
        Ok(())
    }

    /// Notes that the last change was not made.
    fn withdraw(&mut self) {
        if let Some(Begun { journal, .. }) = &mut self.run {
            // If this fails too, undo will see a file that is neither old nor new, and refuse.
            let _ = write_line(journal, &Line::Withdrawn { withdrawn: self.written - 1 });
        }
    }
}

fn write_image(folder: &State, name: &str, before: &[u8]) -> io::Result<()> {
    let mut image = folder.file(name, OpenOptions::new().write(true).create_new(true))?;
    image.write_all(before)?;
    image.sync_all()
}

fn write_line(journal: &mut File, line: &Line) -> io::Result<()> {
    let mut line = serde_json::to_vec(line)?;
    line.push(b'\n');
    journal.write_all(&line)?;
    journal.sync_all()
}

/// Makes the folder of a new run, with the next free number.
fn start_run(root: &Path) -> io::Result<Begun> {
    let base = State::create(root)?.make_folder("undo")?;
    let mut number = numbers(&base)?.last().map_or(Some(1), |last| last.checked_add(1));
    loop {
        let free = number.ok_or_else(|| io::Error::other("there is no free number left"))?;
        let name = folder_name(free);
        match base.dir().create_dir(&name) {
            Ok(()) => {
                let folder = base.folder(&name)?;
                let mut options = OpenOptions::new();
                let journal = folder.file(JOURNAL, options.create_new(true).append(true))?;
                folder.sync();
                return Ok(Begun { number: free, folder, journal });
            }
            // Another process took the number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                number = free.checked_add(1);
            }
            Err(error) => return Err(error),
        }
    }
}

fn folder_name(number: u32) -> String {
    format!("{number:06}")
}

/// The numbers of the runs that are there, in order.
fn numbers(base: &State) -> io::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for entry in base.dir().entries()? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.parse().ok());
        numbers.extend(number.filter(|number| name == *folder_name(*number)));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The folder of the journals; `None` if there is none.
fn journals(root: &Path) -> Result<Option<State>, UndoError> {
    match State::open(root).and_then(|state| state.folder("undo")) {
        Ok(base) => Ok(Some(base)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(UndoError::Journal { path: root.join(FOLDER).join("undo"), cause }),
    }
}

/// The runs that can be taken back, oldest first.
///
/// # Errors
/// If the journal cannot be read, or names what is no page of the project.
pub fn runs(root: &Path) -> Result<Vec<Run>, UndoError> {
    let Some(base) = journals(root)? else { return Ok(Vec::new()) };
    let numbers = numbers(&base)
        .map_err(|cause| UndoError::Journal { path: base.path().to_owned(), cause })?;
    let read = |number| {
        let path = base.path().join(folder_name(number));
        read_run(&base, number).map_err(|cause| UndoError::Journal { path, cause })
    };
    numbers.into_iter().map(read).collect()
}

fn read_run(base: &State, number: u32) -> io::Result<Run> {
    let folder = base.folder(&folder_name(number))?;
    let bytes = match folder.read(JOURNAL, MAX_JOURNAL) {
        Ok(bytes) => bytes,
        // The process died between making the folder and the journal.
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(cause) => return Err(cause),
    };
    let (images, changes): (_, Vec<Change>) =
        read_changes(&String::from_utf8_lossy(&bytes)).into_iter().unzip();
    if let Some(change) = changes.iter().find(|change| !state::names_page(&change.path)) {
        let message = format!("it names `{}`, which is no page of the project", shown(change));
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(Run { number, changes, images })
}

/// The path of a change for people, in one line.
fn shown(change: &Change) -> String {
    change.path.to_string_lossy().chars().take(200).flat_map(char::escape_debug).collect()
}

/// The changes that a journal says were made, with their numbers.
fn read_changes(journal: &str) -> Vec<(usize, Change)> {
    let mut changes = Vec::new();
    let mut number = 0;
    // A last line that is cut off belongs to a change that was never made.
    for line in journal.lines().map_while(|line| serde_json::from_str(line).ok()) {
        match line {
            Line::Change(change) => {
                changes.push((number, change));
                number += 1;
            }
            Line::Withdrawn { withdrawn } => changes.retain(|(number, _)| *number != withdrawn),
        }
    }
    changes
}

/// Takes back the last run that changed a file; says which.
///
/// # Errors
/// If there is none, if one of its files changed since (nothing is written then), or if a file
/// cannot be written (files before it are back already; undoing again goes on there).
pub fn undo(root: &Path) -> Result<Run, UndoError> {
    let runs = runs(root)?;
    let run = runs.into_iter().rev().find(|run| !run.changes.is_empty());
    let run = run.ok_or_else(|| UndoError::Nothing(root.to_owned()))?;
    let error = |cause| UndoError::Journal {
        path: root.join(FOLDER).join("undo").join(folder_name(run.number)),
        cause,
    };
    let base = journals(root)?.ok_or_else(|| UndoError::Nothing(root.to_owned()))?;
    let folder = base.folder(&folder_name(run.number)).map_err(error)?;
    take_back(root, &run, &folder)?;
    base.dir().remove_dir_all(folder_name(run.number)).map_err(error)?;
    Ok(run)
}

fn take_back(root: &Path, run: &Run, folder: &State) -> Result<(), UndoError> {
    let mut todo = Vec::new();
    // A file that the run changed twice goes back through both changes.
    let mut expected: std::collections::HashMap<&Path, &str> = std::collections::HashMap::new();
    for (index, change) in run.changes.iter().enumerate().rev() {
        let path = root.join(&change.path);
        let now = match expected.get(change.path.as_path()) {
            Some(&hash) => hash.to_owned(),
            None => current_hash(root, &change.path)?,
        };
        if now == change.after {
            todo.push((index, path));
        } else if now != change.before {
            return Err(UndoError::Changed(path));
        }
        expected.insert(&change.path, &change.before);
    }
    for (index, path) in todo {
        let change = &run.changes[index];
        let before = image(folder, run.images[index], &change.before)?;
        let page = Page::open(&path, root)?;
        let after = change.after.parse().map_err(|_| UndoError::Changed(path))?;
        page.replace(after, &before)?;
    }
    Ok(())
}

/// The bytes of a page before its change, which must be those that the journal speaks of.
fn image(folder: &State, number: usize, hash: &str) -> Result<Vec<u8>, UndoError> {
    let name = format!("{number}.before");
    let error = |cause| UndoError::Journal { path: folder.path().join(&name), cause };
    let bytes = folder.read(&name, MAX_BYTES).map_err(error)?;
    match ContentHash::of(&bytes).to_string() == hash {
        true => Ok(bytes),
        false => Err(error(io::Error::other("it is not what the journal says it is"))),
    }
}

fn current_hash(root: &Path, path: &Path) -> Result<String, UndoError> {
    match state::read_page(root, path) {
        Ok(bytes) => Ok(ContentHash::of(&bytes).to_string()),
        Err(_) => Err(UndoError::Changed(root.join(path))),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn read(folder: &tempfile::TempDir, name: &str) -> String {
        fs::read_to_string(folder.path().join(name)).unwrap()
    }

    #[test]
    fn a_run_is_taken_back() {
        let folder = project(&[("a.md", "a1"), ("b.md", "b1")]);
        let mut journal = Journal::new(folder.path());
        journal.change(&folder.path().join("a.md"), b"a1", b"a2").unwrap();
        journal.change(&folder.path().join("b.md"), b"b1", b"b2").unwrap();
        journal.change(&folder.path().join("a.md"), b"a2", b"a3").unwrap();
        assert_eq!((read(&folder, "a.md"), read(&folder, "b.md")), ("a3".into(), "b2".into()));
        assert_eq!(undo(folder.path()).unwrap().changes.len(), 3);
        assert_eq!((read(&folder, "a.md"), read(&folder, "b.md")), ("a1".into(), "b1".into()));
        assert!(matches!(undo(folder.path()), Err(UndoError::Nothing(_))));
    }

    #[test]
    fn nothing_is_taken_back_over_a_later_change() {
        let folder = project(&[("a.md", "a1"), ("b.md", "b1")]);
        let mut journal = Journal::new(folder.path());
        journal.change(&folder.path().join("a.md"), b"a1", b"a2").unwrap();
        journal.change(&folder.path().join("b.md"), b"b1", b"b2").unwrap();
        fs::write(folder.path().join("a.md"), "mine").unwrap();
        assert!(matches!(undo(folder.path()), Err(UndoError::Changed(_))));
        assert_eq!((read(&folder, "a.md"), read(&folder, "b.md")), ("mine".into(), "b2".into()));
    }

    #[test]
    fn a_change_that_was_refused_is_not_undone() {
        let folder = project(&[("a.md", "a1"), ("b.md", "mine")]);
        let mut journal = Journal::new(folder.path());
        assert!(journal.change(&folder.path().join("b.md"), b"b1", b"b2").is_err());
        journal.change(&folder.path().join("a.md"), b"a1", b"a2").unwrap();
        undo(folder.path()).unwrap();
        assert_eq!((read(&folder, "a.md"), read(&folder, "b.md")), ("a1".into(), "mine".into()));
    }

    #[test]
    fn a_change_that_was_noted_and_not_made_is_skipped() {
        let folder = project(&[("a.md", "a1"), ("b.md", "changed meanwhile")]);
        let mut journal = Journal::new(folder.path());
        journal.change(&folder.path().join("a.md"), b"a1", b"a2").unwrap();
        fs::write(folder.path().join("b.md"), "b1").unwrap();
        journal
            .note(
                &Change {
                    path: "b.md".into(),
                    before: ContentHash::of(b"b1").to_string(),
                    after: ContentHash::of(b"b2").to_string(),
                },
                b"b1",
            )
            .unwrap();
        undo(folder.path()).unwrap();
        assert_eq!((read(&folder, "a.md"), read(&folder, "b.md")), ("a1".into(), "b1".into()));
    }
}
