//! `.validator/`, where the program keeps what it knows of a project: opened as a directory handle
//! beneath which no link is followed. The directory may have come with a repository of a stranger,
//! so whatever is in it is looked at before it is read, written or removed.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::{Component, Path, PathBuf};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata, OpenOptions};

use super::read::MAX_BYTES;

/// The directory's name, under the project's root.
pub const DIR: &str = ".validator";

/// Directories that no path from a run history or a journal leads into: what is in them may run
/// programs, or is our own.
const CLOSED: [&str; 2] = [".git", DIR];

/// Something is not of the kind that it has to be; inside an [`io::Error`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpected {
    pub path: PathBuf,
    pub found: &'static str,
    pub expected: &'static str,
}

impl std::error::Error for Unexpected {}

impl fmt::Display for Unexpected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unexpected { path, found, expected } = self;
        write!(formatter, "`{}` is {found}, expected {expected}", path.display())
    }
}

/// A directory of our own: `.validator/` or one in it.
#[derive(Debug)]
pub struct State {
    path: PathBuf,
    dir: Dir,
}

impl State {
    /// Opens `.validator/` below the project's root.
    ///
    /// # Errors
    /// If there is none, or it is a link or no directory ([`Unexpected`]).
    pub fn open(root: &Path) -> io::Result<State> {
        let top = Dir::open_ambient_dir(root, ambient_authority())?;
        State { path: root.to_owned(), dir: top }.subdir(DIR)
    }

    /// Opens `.validator/`, and makes it first if there is none; git ignores it.
    ///
    /// # Errors
    /// If it cannot be made, or something in the way is no directory ([`Unexpected`]).
    pub fn create(root: &Path) -> io::Result<State> {
        let top = Dir::open_ambient_dir(root, ambient_authority())?;
        let state = State { path: root.to_owned(), dir: top }.make_subdir(DIR)?;
        if state.metadata(".gitignore")?.is_none() {
            let mut options = OpenOptions::new();
            match state.file(".gitignore", options.write(true).create_new(true)) {
                Ok(mut file) => io::Write::write_all(&mut file, b"*\n")?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(state)
    }

    /// Where it lies, for messages and for those who can only open by path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The handle. Names that are given to it must not be taken from what is in the directory.
    pub fn dir(&self) -> &Dir {
        &self.dir
    }

    /// A directory in it.
    ///
    /// # Errors
    /// If there is none, or it is a link or no directory ([`Unexpected`]).
    pub fn subdir(&self, name: &str) -> io::Result<State> {
        let found = self.dir.symlink_metadata(name)?;
        let path = self.path.join(name);
        if !found.is_dir() {
            return Err(unexpected(path, &found, "a directory"));
        }
        Ok(State { dir: self.dir.open_dir_nofollow(name)?, path })
    }

    /// A directory in it, which is made if there is none.
    ///
    /// # Errors
    /// If it cannot be made, or something in the way is no directory ([`Unexpected`]).
    pub fn make_subdir(&self, name: &str) -> io::Result<State> {
        match self.dir.create_dir(name) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => self.subdir(name),
        }
    }

    /// What is there by this name, if it is a regular file; `None` if there is nothing.
    ///
    /// # Errors
    /// If it is anything else, or has further names outside ([`Unexpected`]).
    pub fn metadata(&self, name: &str) -> io::Result<Option<Metadata>> {
        let found = match self.dir.symlink_metadata(name) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        match found.is_file() && !has_more_names(&found) {
            true => Ok(Some(found)),
            false => Err(unexpected(self.path.join(name), &found, "a regular file")),
        }
    }

    /// Opens a regular file in it, never waiting for the other end of a pipe.
    ///
    /// # Errors
    /// If it cannot be opened so, or is no regular file ([`Unexpected`]).
    pub fn file(&self, name: &str, options: &mut OpenOptions) -> io::Result<File> {
        self.metadata(name)?;
        let options = options.follow(FollowSymlinks::No).nonblock(true);
        let file = self.dir.open_with(name, options)?;
        // Once more, of what is open now.
        let found = file.metadata()?;
        match found.is_file() && !has_more_names(&found) {
            true => Ok(file.into_std()),
            false => Err(unexpected(self.path.join(name), &found, "a regular file")),
        }
    }

    /// The bytes of a file in it.
    ///
    /// # Errors
    /// As for [`State::file`], and if it has more than `limit` bytes.
    pub fn read(&self, name: &str, limit: u64) -> io::Result<Vec<u8>> {
        bounded(self.file(name, OpenOptions::new().read(true))?, limit)
    }

    /// Puts a file in it in place of the one that is there. Does nothing while another process does the
    /// same.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let draft = format!("{name}.new");
        let mut file = self.file(&draft, OpenOptions::new().write(true).create(true))?;
        if file.try_lock().is_err() {
            return Ok(());
        }
        file.set_len(0)?;
        file.write_all(bytes)?;
        self.dir.rename(&draft, &self.dir, name)
    }

    /// Makes what was made in it last through a power cut, where directories can be flushed.
    pub fn sync(&self) {
        if let Ok(subdir) = self.dir.try_clone() {
            // Some file systems cannot do this; files are flushed by themselves.
            let _ = subdir.into_std_file().sync_all();
        }
    }
}

/// Whether a path that stands in a run history or a journal may name a page of the project:
/// relative, downward only, and not into `.git/` or `.validator/`.
pub fn names_page(path: &Path) -> bool {
    let is_open = |part: Component| match part {
        Component::Normal(name) => {
            let name = name.to_string_lossy();
            // As file systems that know no case, and Windows, take them.
            let name = name.trim_end_matches(['.', ' ']);
            !name.contains('\0') && !CLOSED.iter().any(|closed| name.eq_ignore_ascii_case(closed))
        }
        _ => false,
    };
    path.file_name().is_some() && path.components().all(is_open)
}

/// The bytes of a page that a run history or a journal names, beneath the project's root.
///
/// # Errors
/// If the path leads outside, is no regular file, or is larger than any page may be.
pub fn read_page(root: &Path, path: &Path) -> io::Result<Vec<u8>> {
    if !names_page(path) {
        let message = format!("`{}` is not a page of the project", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let root = Dir::open_ambient_dir(root, ambient_authority())?;
    let file = root.open_with(path, OpenOptions::new().read(true).nonblock(true))?;
    let found = file.metadata()?;
    match found.is_file() {
        true => bounded(file.into_std(), MAX_BYTES),
        false => Err(unexpected(path.to_owned(), &found, "a regular file")),
    }
}

fn bounded(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 <= limit {
        true => Ok(bytes),
        false => Err(io::Error::other(format!("it has more than {limit} bytes"))),
    }
}

/// A file with a second name may be one outside, given a name in here.
#[cfg(unix)]
fn has_more_names(found: &Metadata) -> bool {
    use cap_std::fs::MetadataExt as _;
    found.is_file() && found.nlink() > 1
}

#[cfg(not(unix))]
fn has_more_names(_: &Metadata) -> bool {
    false
}

fn unexpected(path: PathBuf, found: &Metadata, expected: &'static str) -> io::Error {
    let found = match found.file_type() {
        kind if kind.is_symlink() => "a symbolic link",
        kind if kind.is_dir() => "a directory",
        _ if has_more_names(found) => "a file with further names (hard links)",
        kind if kind.is_file() => "a file",
        _ => "a device or a pipe",
    };
    io::Error::other(Unexpected { path, found, expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_root_and_out_of_git() {
        for path in ["a.md", "docs/a.md", "docs/.gitignore", "docs/.github/a.md", "a b/é.md"] {
            assert!(names_page(Path::new(path)), "{path}");
        }
        for path in [
            "",
            ".",
            "..",
            "/etc/passwd",
            "../a.md",
            "docs/../../a.md",
            "docs/..",
            ".git/config",
            "docs/.GIT/hooks/x",
            ".git. /config",
            ".validator/undo/1",
            "a\0b",
        ] {
            assert!(!names_page(Path::new(path)), "{path}");
        }
    }
}
