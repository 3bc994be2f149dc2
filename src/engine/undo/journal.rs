//! Writing the journal while a run changes files.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cap_std::fs::OpenOptions;

use super::super::state::State;
use super::super::write::{ContentHash, PageFile, WriteError};
use super::{Change, JOURNAL, UndoLine, after_name, before_name, dir_name, numbers};

/// The journal of a run that is being written. A run without changes leaves nothing behind.
pub struct Journal {
    root: PathBuf,
    /// Made with the first change.
    run: Option<Begun>,
    written: usize,
}

/// The directory of a run that is being written.
struct Begun {
    number: u32,
    dir: State,
    journal: File,
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
        let page = PageFile::open(path, &self.root)?;
        let change = Change {
            path: page.relative().to_owned(),
            before: ContentHash::of(before).to_string(),
            after: ContentHash::of(after).to_string(),
        };
        let noted = self.note(&change, before, after);
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

    pub(super) fn note(&mut self, change: &Change, before: &[u8], after: &[u8]) -> io::Result<()> {
        let names = [before_name(self.written), after_name(self.written)];
        let run = self.begin()?;
        let end = run.journal.metadata()?.len();
        let noted = write_image(&run.dir, &names[0], before)
            .and_then(|image| image.sync_all())
            // Only merging needs this one, and does not trust it unread: it need not be flushed.
            .and_then(|()| write_image(&run.dir, &names[1], after).map(drop))
            .and_then(|()| write_line(&mut run.journal, &UndoLine::Change(change.clone())));
        noted.inspect_err(|_| {
            // On a full disk there is half of it; the next change takes its place.
            names.iter().for_each(|name| drop(run.dir.dir().remove_file(name)));
            drop(run.journal.set_len(end));
        })?;
        self.written += 1;
        Ok(())
    }

    /// Notes that the last change was not made.
    fn withdraw(&mut self) {
        if let Some(Begun { journal, .. }) = &mut self.run {
            // If this fails too, undo will see a file that is neither old nor new, and refuse.
            let _ = write_line(journal, &UndoLine::Withdrawn { withdrawn: self.written - 1 });
        }
    }
}

fn write_image(dir: &State, name: &str, content: &[u8]) -> io::Result<File> {
    let mut image = dir.file(name, OpenOptions::new().write(true).create_new(true))?;
    image.write_all(content)?;
    Ok(image)
}

fn write_line(journal: &mut File, line: &UndoLine) -> io::Result<()> {
    let mut line = serde_json::to_vec(line)?;
    line.push(b'\n');
    journal.write_all(&line)?;
    journal.sync_all()
}

/// Makes the directory of a new run, with the next free number.
fn start_run(root: &Path) -> io::Result<Begun> {
    let base = State::create(root)?.make_subdir("undo")?;
    let mut number = numbers(&base)?.last().map_or(Some(1), |last| last.checked_add(1));
    loop {
        let free = number.ok_or_else(|| io::Error::other("there is no free number left"))?;
        let name = dir_name(free);
        match base.dir().create_dir(&name) {
            Ok(()) => {
                let dir = base.subdir(&name)?;
                let mut options = OpenOptions::new();
                let journal = dir.file(JOURNAL, options.create_new(true).append(true))?;
                dir.sync();
                return Ok(Begun { number: free, dir, journal });
            }
            // Another process took the number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                number = free.checked_add(1);
            }
            Err(error) => return Err(error),
        }
    }
}
