//! Files that a request may name: relative, beneath the root, and nothing but plain files.
//!
//! The root is held as a directory handle and paths are resolved beneath it, by the kernel where
//! it can, so that no link and no exchange of a directory in between leads outside.

use std::io::{ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};

use cap_fs_ext::OpenOptionsSyncExt as _;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, OpenOptions};
use warp::http::StatusCode;

use super::errors::ApiError;
use crate::store::Digest;

const MAX_PATH: usize = 4096;
/// Larger files are checked, but not shown.
const MAX_SHOWN: u64 = 16 * 1024 * 1024;

/// The directory that is served.
#[derive(Debug)]
pub struct Root {
    path: PathBuf,
    dir: Dir,
}

impl Root {
    /// # Errors
    /// If no such directory, or it cannot be opened.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let path = path.canonicalize()?;
        let dir = Dir::open_ambient_dir(&path, ambient_authority())?;
        Ok(Root { path, dir })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole path of a file that a request names, for those who open it by path.
    ///
    /// # Errors
    /// As [`Root::open_file`].
    pub fn locate(&self, named: &str) -> Result<PathBuf, ApiError> {
        self.open_file(named)?;
        Ok(self.path.join(named))
    }

    /// The same for a directory; `.` is the root itself.
    ///
    /// # Errors
    /// 400 for a path that could never be one, 404 if no such directory beneath the root.
    pub fn locate_dir(&self, named: &str) -> Result<PathBuf, ApiError> {
        let named = named.strip_suffix('/').unwrap_or(named);
        if matches!(named, "" | ".") {
            return Ok(self.path.clone());
        }
        let path = components(named)?;
        self.dir.open_dir(path).map_err(|_| {
            ApiError::new(StatusCode::NOT_FOUND, "no_such_directory", "no such directory")
                .hint("directories are relative to the served directory, which is `.`")
        })?;
        Ok(self.path.join(path))
    }

    /// The hash of a file's bytes.
    ///
    /// # Errors
    /// As [`Root::read_text`], but that any bytes will do.
    pub fn digest(&self, named: &str) -> Result<Digest, ApiError> {
        Ok(Digest::of(&self.read(named)?))
    }

    /// A file's text.
    ///
    /// # Errors
    /// As [`Root::open_file`]; 413 if the file is too large to show, 422 if it is not UTF-8.
    pub fn read_text(&self, named: &str) -> Result<String, ApiError> {
        String::from_utf8(self.read(named)?).map_err(|_| {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            ApiError::new(status, "not_utf8", "the file is not UTF-8 text")
                .hint("`validator check` says at which byte")
        })
    }

    fn read(&self, named: &str) -> Result<Vec<u8>, ApiError> {
        let file = self.open_file(named)?;
        let mut bytes = Vec::new();
        let size = file
            .take(MAX_SHOWN + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| ApiError::internal(format!("the file could not be read: {error}")))?;
        if size as u64 > MAX_SHOWN {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return Err(ApiError::new(status, "file_too_large", "the file is too large to show"));
        }
        Ok(bytes)
    }

    /// Opens a plain file beneath the root.
    ///
    /// # Errors
    /// 400 for a path that could never be one, or for what is no plain file; 404 for all that is
    /// not there, leads outside or may not be read: one answer, so that nothing can be learnt.
    pub fn open_file(&self, named: &str) -> Result<File, ApiError> {
        let path = components(named)?;
        // Not waiting for the other end of a pipe that calls itself `x.md`.
        let mut options = OpenOptions::new();
        options.read(true).nonblock(true);
        let file = self.dir.open_with(path, &options).map_err(|error| match error.kind() {
            ErrorKind::IsADirectory => not_a_file(),
            _ => missing(),
        })?;
        let kind = file.metadata().map_err(|_| missing())?;
        if kind.is_file() { Ok(file) } else { Err(not_a_file()) }
    }
}

/// Whether a request may name a file so, be it there or not.
///
/// # Errors
/// 400 for a path that could never be one beneath the root.
pub fn check_name(named: &str) -> Result<(), ApiError> {
    components(named).map(|_| ())
}

/// A path made of plain names only, read the same on every system.
fn components(named: &str) -> Result<&Path, ApiError> {
    let refuse = |message: &str| {
        Err(ApiError::bad_request("bad_path", message)
            .hint("name a file relative to the root, such as `docs/page.md`"))
    };
    if named.is_empty() {
        return refuse("the path is empty");
    }
    if named.len() > MAX_PATH {
        return refuse("the path is too long");
    }
    if named.contains(['\\', '\0']) || (cfg!(windows) && named.contains(':')) {
        return refuse("the path holds a character that paths here do not have");
    }
    if named.as_bytes().get(1) == Some(&b':') {
        return refuse("the path begins with a drive");
    }
    let path = Path::new(named);
    if named.starts_with('/') || !path.components().all(|part| matches!(part, Component::Normal(_)))
    {
        return refuse("the path leaves the root");
    }
    Ok(path)
}

/// The one answer for all that is not shown.
pub fn missing() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "no_such_file", "there is no such file beneath the root")
        .hint("paths are relative to the served directory")
}

fn not_a_file() -> ApiError {
    ApiError::bad_request("not_a_file", "the path is not that of a plain file")
        .hint("name a file, not a directory")
}
