//! Taking a run back, wholly or in part, around the edits that were made since.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use cap_std::fs::OpenOptions;

use super::super::read::MAX_BYTES;
use super::super::state::{self, DIR, State};
use super::super::write::{ContentHash, PageFile, WriteError};
use super::merge::merge;
use super::{
    Change, JOURNAL, MAX_JOURNAL, UndoError, UndoLine, UndoRequest, UndoneRun, after_name,
    before_name, dir_name, journals, read_changes, runs,
};

/// What was taken back, or forgotten.
#[derive(Debug, Default)]
pub struct Undone {
    /// The number of the run.
    pub run: u32,
    /// The files that are as before the run, apart from what was edited since.
    pub paths: Vec<PathBuf>,
    /// Those of them in which there are such edits.
    pub merged: Vec<PathBuf>,
    /// The files that were left as they are; they stay in the journal.
    pub left: Vec<(PathBuf, Why)>,
}

/// Why a file cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was edited, and such files were to be left.
    Edited,
    /// It was edited where the run had changed it.
    Overlaps,
    /// It was edited, and what the run made of it is not known any more.
    NoImage,
    Gone,
    Unreadable(String),
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Why::Edited => "it was changed since the run",
            Why::Overlaps => "it was changed since the run, in lines that the run had changed",
            Why::NoImage => {
                "it was changed since the run, and the journal does not have what the run wrote"
            }
            Why::Gone => "it was removed or renamed since the run",
            Why::Unreadable(why) => return write!(formatter, "it cannot be read: {why}"),
        })
    }
}

/// How a file comes to be what it was.
enum Way {
    /// It is so already.
    Done,
    /// By the image of this number, whose hash that is.
    Image(usize, String),
    /// By a text in which the edits made since are kept.
    Merged(Vec<u8>),
}

/// The changes of each file, oldest first, with their numbers.
type Chosen<'r> = BTreeMap<PathBuf, Vec<(usize, &'r Change)>>;

/// A run that is open for taking back.
struct Open<'r> {
    root: &'r Path,
    base: State,
    dir: State,
    run: UndoneRun,
}

/// Takes back what is wanted of a run; says what that was.
///
/// Edits since are kept where they do not touch the lines that the run changed.
///
/// # Errors
/// If no such run or file, or if one of the files is in the way and changed files are not
/// to be left (nothing is written then), or if a file cannot be written.
pub fn undo(root: &Path, wanted: &UndoRequest) -> Result<Undone, UndoError> {
    let open = Open::new(root, wanted)?;
    let mut undone = Undone { run: open.run.number, ..Undone::default() };
    let mut ways = Vec::new();
    for (path, changes) in open.chosen(wanted)? {
        match open.way(&path, &changes, wanted.keep_changed)? {
            Ok((now, way)) => ways.push((path, now, way)),
            Err(why) => undone.left.push((path, why)),
        }
    }
    if !undone.left.is_empty() && (!wanted.keep_changed || ways.is_empty()) {
        return Err(UndoError::Changed { run: open.run.number, files: undone.left });
    }
    for (path, now, way) in ways {
        if let Err(error) = open.carry_out(&path, now, &way) {
            open.withdraw(&undone.paths)?;
            return Err(match error {
                Failed::Write(cause) => UndoError::Write { cause, done: Box::new(undone) },
                Failed::Journal(error) => error,
            });
        }
        if matches!(way, Way::Merged(_)) {
            undone.merged.push(path.clone());
        }
        undone.paths.push(path);
    }
    open.withdraw(&undone.paths)?;
    Ok(undone)
}

/// Takes out of the journal what is wanted of a run. The files stay as they are.
///
/// # Errors
/// If no such run or file, or the journal cannot be written.
pub fn forget(root: &Path, wanted: &UndoRequest) -> Result<Undone, UndoError> {
    let open = Open::new(root, wanted)?;
    let paths: Vec<PathBuf> = open.chosen(wanted)?.into_keys().collect();
    open.withdraw(&paths)?;
    Ok(Undone { run: open.run.number, paths, ..Undone::default() })
}

/// Why a file was not written.
enum Failed {
    Write(WriteError),
    Journal(UndoError),
}

impl<'r> Open<'r> {
    fn new(root: &'r Path, wanted: &UndoRequest) -> Result<Self, UndoError> {
        let nothing = || match wanted.run {
            Some(number) => UndoError::NoRun(number),
            None => UndoError::Nothing(root.to_owned()),
        };
        let is_it = |run: &UndoneRun| {
            !run.changes.is_empty() && wanted.run.is_none_or(|it| it == run.number)
        };
        let run = runs(root)?.into_iter().rfind(is_it).ok_or_else(nothing)?;
        let base = journals(root)?.ok_or_else(nothing)?;
        let dir = base.subdir(&dir_name(run.number));
        let dir = dir.map_err(|cause| broken(root, run.number, cause))?;
        Ok(Open { root, base, dir, run })
    }

    /// The changes that are wanted, by file, oldest first.
    fn chosen(&self, wanted: &UndoRequest) -> Result<Chosen<'_>, UndoError> {
        let is_at = |change: &Change, path: &PathBuf| change.path.starts_with(path);
        let run = self.run.number;
        for path in &wanted.paths {
            if !self.run.changes.iter().any(|change| is_at(change, path)) {
                let has = |run: &UndoneRun| run.changes.iter().any(|change| is_at(change, path));
                let other = runs(self.root)?.iter().rfind(|run| has(run)).map(|run| run.number);
                return Err(UndoError::NotChanged { run, path: path.clone(), other });
            }
        }
        let mut chosen = Chosen::new();
        for (&number, change) in self.run.images.iter().zip(&self.run.changes) {
            if wanted.paths.is_empty() || wanted.paths.iter().any(|path| is_at(change, path)) {
                chosen.entry(change.path.clone()).or_default().push((number, change));
            }
        }
        Ok(chosen)
    }

    /// How a file gets back through all of its changes, and the hash of what it holds now.
    fn way(
        &self,
        path: &Path,
        changes: &[(usize, &Change)],
        keep: bool,
    ) -> Result<Result<(ContentHash, Way), Why>, UndoError> {
        let bytes = match state::read_page(self.root, path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Err(Why::Gone)),
            Err(error) => return Ok(Err(Why::Unreadable(error.to_string()))),
        };
        let now = ContentHash::of(&bytes);
        let (mut hash, mut way) = (now.to_string(), Way::Done);
        for &(number, change) in changes.iter().rev() {
            if hash == change.after {
                (hash, way) = (change.before.clone(), Way::Image(number, change.before.clone()));
            } else if hash != change.before {
                if keep {
                    return Ok(Err(Why::Edited));
                }
                let Ok(after) = self.image(&after_name(number), &change.after) else {
                    return Ok(Err(Why::NoImage));
                };
                let current = match way {
                    Way::Done => bytes.clone(),
                    Way::Image(number, hash) => self.image(&before_name(number), &hash)?,
                    Way::Merged(text) => text,
                };
                let before = self.image(&before_name(number), &change.before)?;
                let Some(merged) = merge(&after, &current, &before) else {
                    return Ok(Err(Why::Overlaps));
                };
                (hash, way) = (ContentHash::of(&merged).to_string(), Way::Merged(merged));
            }
        }
        Ok(Ok((now, if hash == now.to_string() { Way::Done } else { way })))
    }

    /// The bytes of an image, which must be those that the journal speaks of.
    fn image(&self, name: &str, hash: &str) -> Result<Vec<u8>, UndoError> {
        let error = |cause| UndoError::Journal { path: self.dir.path().join(name), cause };
        let bytes = self.dir.read(name, MAX_BYTES).map_err(error)?;
        match ContentHash::of(&bytes).to_string() == hash {
            true => Ok(bytes),
            false => Err(error(io::Error::other("it is not what the journal says it is"))),
        }
    }

    fn carry_out(&self, path: &Path, now: ContentHash, way: &Way) -> Result<(), Failed> {
        let image;
        let text = match way {
            Way::Done => return Ok(()),
            Way::Merged(text) => text,
            Way::Image(number, hash) => {
                image = self.image(&before_name(*number), hash).map_err(Failed::Journal)?;
                &image
            }
        };
        let page = PageFile::open(&self.root.join(path), self.root).map_err(Failed::Write)?;
        page.replace(now, text).map_err(Failed::Write)
    }

    /// Takes the changes of these files out of the journal, and the run if that was all of it.
    fn withdraw(&self, paths: &[PathBuf]) -> Result<(), UndoError> {
        if paths.is_empty() {
            return Ok(());
        }
        let is_out = |change: &Change| paths.binary_search(&change.path).is_ok();
        let withdrawn = if self.run.changes.iter().all(is_out) {
            self.base.dir().remove_dir_all(dir_name(self.run.number))
        } else {
            let changes = self.run.images.iter().zip(&self.run.changes);
            self.append(changes.filter(|(_, change)| is_out(change)).map(|(number, _)| *number))
        };
        withdrawn.map_err(|cause| broken(self.root, self.run.number, cause))
    }

    fn append(&self, withdrawn: impl Iterator<Item = usize>) -> io::Result<()> {
        let mut lines = Vec::new();
        for withdrawn in withdrawn {
            serde_json::to_writer(&mut lines, &UndoLine::Withdrawn { withdrawn })?;
            lines.push(b'\n');
        }
        let whole = read_changes(&self.dir.read(JOURNAL, MAX_JOURNAL)?).1;
        let mut journal = self.dir.file(JOURNAL, OpenOptions::new().append(true))?;
        // A line that was cut off would hide what comes after it.
        journal.set_len(whole as u64)?;
        journal.write_all(&lines)?;
        journal.sync_all()
    }
}

fn broken(root: &Path, run: u32, cause: io::Error) -> UndoError {
    UndoError::Journal { path: root.join(DIR).join("undo").join(dir_name(run)), cause }
}
