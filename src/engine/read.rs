//! Reads a file as text, or says why it is none.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use crate::diagnostic::{Finding, Fingerprint, Severity};
use crate::files::{self, FileError};
use crate::text::{LineIndex, Position, Span};

/// Files that are larger are not read. Documentation is smaller by far; what is larger is an
/// export or a log, and would take the memory of all the rest.
pub const MAX_BYTES: u64 = 64 << 20;

/// Something about a file as a whole, such as why it could not be checked: reported like a rule.
#[derive(Debug)]
pub struct Problem {
    pub id: &'static str,
    /// What should hold, as in the summary of a rule.
    pub summary: &'static str,
    /// What can be done.
    pub help: &'static str,
}

/// All of them.
pub const PROBLEMS: &[Problem] = &[
    Problem {
        id: "read-error",
        summary: "files should be readable",
        help: "check the name, the permissions and whether the file is still there; \
               exclude it with `--exclude` if it need not be checked",
    },
    Problem {
        id: "write-error",
        summary: "fixed files should be writable",
        help: "the file is as it was; make it and its directory writable, or copy it if it has \
               hard links, and fix it again",
    },
    Problem {
        id: "file-too-large",
        summary: "files should not exceed 64 MiB",
        help: "split the file, or exclude it with `--exclude`",
    },
    Problem {
        id: "binary-file",
        summary: "files should contain text, without NUL characters",
        help: "remove the NUL characters, or exclude the file with `--exclude`",
    },
    Problem {
        id: "invalid-utf8",
        summary: "files should be encoded in UTF-8",
        help: "convert the file, for example with `iconv -f latin1 -t utf-8`; the position is \
               that of the first byte that is not UTF-8",
    },
    Problem {
        id: "utf-16",
        summary: "files should be encoded in UTF-8, not UTF-16",
        help: "convert the file, for example with `iconv -f utf-16 -t utf-8`",
    },
    Problem {
        id: "configuration-error",
        summary: "the configuration should be valid",
        help: "correct the configuration at the place that the message names",
    },
    Problem {
        id: "structure-file",
        summary: "structure files should be valid",
        help: "correct the structure file at the place that the message names",
    },
    Problem {
        id: "comment-error",
        summary: "comments about rules should be valid",
        help: "correct the comment; what is wrong in it is ignored",
    },
    Problem {
        id: "unused-disable",
        summary: "no comments that disable rules without findings",
        help: "remove the comment or the name in it; only reported with \
               `--report-unused-disables` or `report_unused_disables: true`",
    },
    Problem {
        id: "internal-error",
        summary: "rules should not fail",
        help: "this is a bug in validator: please report it with the message and, if you \
               can, with the file; the other files were checked",
    },
];

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
    /// The id under which it is reported.
    pub fn rule(&self) -> &'static str {
        match self {
            ReadError::Io(_)
            | ReadError::Missing { .. }
            | ReadError::NotRegular(_)
            | ReadError::Refused(_) => "read-error",
            ReadError::TooLarge { .. } => "file-too-large",
            ReadError::Binary { .. } => "binary-file",
            ReadError::Utf8 { .. } => "invalid-utf8",
            ReadError::Utf16 => "utf-16",
        }
    }
}

/// The one finding of a file that could not be checked.
pub(super) fn finding(rule: &'static str, message: String) -> Finding {
    let start = Position { line: 1, column: 1 };
    Finding {
        rule,
        severity: Severity::Error,
        span: Span::at(0),
        start,
        end: start,
        message: message.into(),
        fix: None,
        details: None,
        fingerprint: Fingerprint(xxh3_64(rule.as_bytes())),
    }
}

impl From<&ReadError> for Finding {
    fn from(error: &ReadError) -> Self {
        let finding = finding(error.rule(), error.to_string());
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

/// A file in the same folder whose name is nearly the one asked for.
fn similar(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_string_lossy();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let names = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?.take(10_000);
    names
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        // A link that leads nowhere has the very name.
        .filter(|name| *name != wanted)
        .map(|name| (strsim::jaro_winkler(&wanted, &name), name))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))
        .map(|(_, name)| name)
}
