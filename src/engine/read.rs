//! Reads a file as text, or says why it is none.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;

use crate::diagnostic::{Finding, Fingerprint, Severity, message};
use crate::files::{self, FileError};
use crate::rules::{self, FileProblem};
use crate::text::{LineIndex, Position, Span};

/// Files that are larger are not read. Documentation is smaller by far; what is larger is an
/// export or a log, and would take the memory of all the rest.
pub const MAX_BYTES: u64 = 64 << 20;

/// Why a file is no text that can be checked.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("cannot be read: {}", cause(.0))]
    Io(#[from] io::Error),
    #[error("cannot be read: no such file{}", suggestion(.near.as_deref()))]
    Missing { near: Option<String> },
    #[error(
        "cannot be read: it is {0}, expected a regular file; to check what a program writes, \
         pipe it to `validator check -`"
    )]
    NotRegular(&'static str),
    #[error("cannot be read: {0}")]
    Refused(FileError),
    #[error("has {bytes} bytes; the limit is {MAX_BYTES}")]
    TooLarge { bytes: u64 },
    #[error("contains a NUL character at byte {at}, expected text")]
    Binary { at: usize, place: Position },
    #[error("is not valid UTF-8 from byte {at} on")]
    Utf8 { at: usize, place: Position },
    #[error("is encoded in UTF-16, expected UTF-8")]
    Utf16,
}

/// An operating system's message in the form of ours.
pub(super) fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}

fn suggestion(near: Option<&str>) -> Cow<'static, str> {
    near.map_or(Cow::Borrowed(""), |near| Cow::Owned(format!("; did you mean `{near}`?")))
}

impl ReadError {
    /// As what it is reported.
    pub fn problem(&self) -> FileProblem {
        match self {
            ReadError::Io(_)
            | ReadError::Missing { .. }
            | ReadError::NotRegular(_)
            | ReadError::Refused(_) => FileProblem::ReadError,
            ReadError::TooLarge { .. } => FileProblem::TooLarge,
            ReadError::Binary { .. } => FileProblem::Binary,
            ReadError::Utf8 { .. } => FileProblem::InvalidUtf8,
            ReadError::Utf16 => FileProblem::Utf16,
        }
    }
}

/// The one finding of a file that could not be checked.
pub(super) fn finding(problem: FileProblem, message: String) -> Finding {
    let rule = rules::builtin().problem(problem);
    let start = Position { line: 1, column: 1 };
    Finding {
        rule,
        severity: Severity::Error,
        span: Span::at(0),
        start,
        end: start,
        message: message!("{}", message),
        fix: None,
        details: None,
        fingerprint: Fingerprint(rule.stable_hash()),
    }
}

impl From<&ReadError> for Finding {
    fn from(error: &ReadError) -> Self {
        let finding = finding(error.problem(), error.to_string());
        match *error {
            ReadError::Binary { at, place } | ReadError::Utf8 { at, place } => {
                Finding { span: Span::at(at), start: place, end: place, ..finding }
            }
            _ => finding,
        }
    }
}

/// Reads the file's text into what a buffer has room for already.
///
/// # Errors
/// If it cannot be read, is too large, or is not UTF-8 text.
pub(super) fn read(path: &Path, buffer: Vec<u8>) -> Result<String, ReadError> {
    decode(bytes(path, buffer)?)
}

fn bytes(path: &Path, buffer: Vec<u8>) -> Result<Vec<u8>, ReadError> {
    let file = files::open(path).map_err(|error| match error.is_missing() {
        true => ReadError::Missing { near: similar(path) },
        false => error.into(),
    })?;
    let size = file.size;
    file.read(MAX_BYTES, buffer).map_err(|error| match error {
        FileError::TooLarge(limit) => ReadError::TooLarge { bytes: size.max(limit + 1) },
        error => error.into(),
    })
}

impl From<FileError> for ReadError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Io(error) => ReadError::Io(error),
            FileError::NotRegular(kind) => ReadError::NotRegular(kind),
            error => ReadError::Refused(error),
        }
    }
}

/// The text that these bytes are.
///
/// # Errors
/// If they are not UTF-8 text without NUL.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, ReadError> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(ReadError::Utf16);
    }
    if let Some(at) = memchr::memchr(0, &bytes) {
        return Err(ReadError::Binary { at, place: place(&bytes[..at]) });
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        ReadError::Utf8 { at, place: place(&error.as_bytes()[..at]) }
    })
}

/// Line and column after these bytes.
fn place(before: &[u8]) -> Position {
    let text = String::from_utf8_lossy(before);
    LineIndex::new(&text).position(&text, text.len())
}

/// A file in the same directory whose name is nearly the one asked for.
fn similar(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_string_lossy();
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    let names = fs::read_dir(dir.unwrap_or(Path::new("."))).ok()?.take(10_000);
    names
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        // A link that leads nowhere has the very name.
        .filter(|name| *name != wanted)
        .map(|name| (strsim::jaro_winkler(&wanted, &name), name))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))
        .map(|(_, name)| name)
}
