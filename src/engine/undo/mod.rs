//! The journal of fixing runs: the text before every change, so that a run can be taken back.
//!
//! A run is a directory `.validator/undo/<number>/`: `<n>.before` and `<n>.after` hold the bytes of
//! the nth file before and after its change, and `journal.jsonl` has one line a file, written and
//! flushed before the file is. Whatever moment the process dies at, each file is old or new, and
//! both are known. What is taken back, or forgotten, is withdrawn from the journal; a run of which
//! nothing is left goes.

mod back;
mod journal;
mod merge;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::state::{self, DIR, State};
use super::write::WriteError;

pub use back::{Undone, Why, forget, undo};
pub use journal::Journal;

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
enum UndoLine {
    Change(Change),
    /// The change of this number was not made.
    Withdrawn {
        withdrawn: usize,
    },
}

/// A run that can be taken back.
#[derive(Clone, Debug, Serialize)]
pub struct UndoneRun {
    /// Grows with every run.
    pub number: u32,
    pub changes: Vec<Change>,
    /// The number of each change, which names its images.
    #[serde(skip)]
    images: Vec<usize>,
}

/// What is to be taken back; by default, all of the last run.
#[derive(Clone, Debug, Default)]
pub struct UndoRequest {
    /// The run with this number instead of the last.
    pub run: Option<u32>,
    /// Only these files, and those in these directories: relative to the root, as the journal has
    /// them.
    pub paths: Vec<PathBuf>,
    /// Leaves files that were edited since as they are, instead of merging.
    pub keep_changed: bool,
}

/// Why a run was not taken back. Except for [`UndoError::Write`], nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    #[error("nothing to undo below {}", .0.display())]
    Nothing(PathBuf),
    #[error("there is no run {0} that could be undone")]
    NoRun(u32),
    /// A path of which the run changed no file, and the last run that did.
    #[error("run {run} changed nothing at {}", path.display())]
    NotChanged { run: u32, path: PathBuf, other: Option<u32> },
    /// Files that stand in the way; there is at least one.
    #[error("{}", in_the_way(.files))]
    Changed { run: u32, files: Vec<(PathBuf, Why)> },
    /// A file could not be written; those before it are back.
    #[error("{cause}")]
    Write { cause: WriteError, done: Box<Undone> },
    #[error(
        "the undo journal cannot be used: {path}: {cause}\n\
         help: if the journal is not yours, remove `{path}`",
        path = path.display()
    )]
    Journal { path: PathBuf, cause: io::Error },
}

/// The first of the files in the way, with the reason, and how many there are besides.
fn in_the_way(files: &[(PathBuf, Why)]) -> String {
    let first = files.first().map(|(path, why)| format!("{}: {why}", path.display()));
    let first = first.unwrap_or_default();
    match files.len() {
        0 | 1 => first,
        2 => format!("{first}; 1 more file is in the way"),
        many => format!("{first}; {} more files are in the way", many - 1),
    }
}

fn before_name(number: usize) -> String {
    format!("{number}.before")
}

fn after_name(number: usize) -> String {
    format!("{number}.after")
}

fn dir_name(number: u32) -> String {
    format!("{number:06}")
}

/// The numbers of the runs that are there, in order.
fn numbers(base: &State) -> io::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for entry in base.dir().entries()? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.parse().ok());
        numbers.extend(number.filter(|number| name == *dir_name(*number)));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The directory of the journals; `None` if there is none.
fn journals(root: &Path) -> Result<Option<State>, UndoError> {
    match State::open(root).and_then(|state| state.subdir("undo")) {
        Ok(base) => Ok(Some(base)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(UndoError::Journal { path: root.join(DIR).join("undo"), cause }),
    }
}

/// The runs that can be taken back, oldest first.
///
/// # Errors
/// If the journal cannot be read, or names what is not a page of the project.
pub fn runs(root: &Path) -> Result<Vec<UndoneRun>, UndoError> {
    let Some(base) = journals(root)? else { return Ok(Vec::new()) };
    let numbers = numbers(&base)
        .map_err(|cause| UndoError::Journal { path: base.path().to_owned(), cause })?;
    let read = |number| {
        let path = base.path().join(dir_name(number));
        read_run(&base, number).map_err(|cause| UndoError::Journal { path, cause })
    };
    numbers.into_iter().map(read).collect()
}

fn read_run(base: &State, number: u32) -> io::Result<UndoneRun> {
    let dir = base.subdir(&dir_name(number))?;
    let bytes = match dir.read(JOURNAL, MAX_JOURNAL) {
        Ok(bytes) => bytes,
        // The process died between making the directory and the journal.
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(cause) => return Err(cause),
    };
    let (images, changes): (_, Vec<Change>) = read_changes(&bytes).0.into_iter().unzip();
    if let Some(change) = changes.iter().find(|change| !state::names_page(&change.path)) {
        let message = format!("it names `{}`, which is not a page of the project", shown(change));
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(UndoneRun { number, changes, images })
}

/// The path of a change for people, in one line.
fn shown(change: &Change) -> String {
    change.path.to_string_lossy().chars().take(200).flat_map(char::escape_debug).collect()
}

/// The changes that a journal says were made, with their numbers, and the length of what was
/// understood of it: a last line that is cut off belongs to a change that was never made.
fn read_changes(journal: &[u8]) -> (Vec<(usize, Change)>, usize) {
    let mut changes = Vec::new();
    let (mut number, mut end) = (0, 0);
    for line in journal.split_inclusive(|byte| *byte == b'\n') {
        let whole = line.ends_with(b"\n").then(|| serde_json::from_slice(line).ok());
        match whole.flatten() {
            Some(UndoLine::Change(change)) => {
                changes.push((number, change));
                number += 1;
            }
            Some(UndoLine::Withdrawn { withdrawn }) => {
                changes.retain(|(number, _)| *number != withdrawn);
            }
            None => break,
        }
        end += line.len();
    }
    (changes, end)
}
