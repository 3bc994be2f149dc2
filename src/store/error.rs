//! What can go wrong with the run history, and what to do about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::engine::state::Unexpected;

/// Why the run history could not be read or written. Cheap to clone, since one failed transaction
/// may have to be told to many callers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("there is no run history at {}", path.display())]
    Missing { path: PathBuf },
    #[error("the run history has schema {found}, and this program supports schemas up to {known}")]
    NewerSchema { found: i64, known: i64 },
    /// A version that knows more rules, or others, has written it.
    #[error("the run history has findings of `{rule}`, and this program knows no such rule")]
    UnknownRule { rule: String },
    #[error("the run history is read-only")]
    ReadOnly,
    #[error("the run history is locked by another process")]
    Locked,
    #[error("the run history cannot be written: the disk is full")]
    Full,
    #[error("the run history is damaged: {detail}")]
    Corrupt { detail: String },
    #[error("cannot use {}: {detail}", path.display())]
    Io { path: PathBuf, detail: String },
    /// Something in `.validator/` is not what this program puts there.
    #[error("cannot use `{}`: it is {found}", path.display())]
    Untrusted { path: PathBuf, found: String },
    #[error("`{}` is a database of another program", path.display())]
    Foreign { path: PathBuf },
    #[error("there is no {what} {id}")]
    NotFound { what: &'static str, id: String },
    /// The state does not allow the change that was asked for.
    #[error("{what} {id} is {state}, so it cannot be {wanted}")]
    Conflict { what: &'static str, id: String, state: String, wanted: &'static str },
    #[error("{0}")]
    Invalid(String),
    #[error("the run history failed: {detail}")]
    Database { detail: String },
}

impl StoreError {
    /// A short name for programs, such as `record_locked`.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::Missing { .. } => "record_missing",
            StoreError::NewerSchema { .. } => "record_newer",
            StoreError::UnknownRule { .. } => "unknown_rule",
            StoreError::ReadOnly => "record_read_only",
            StoreError::Locked => "record_locked",
            StoreError::Full => "disk_full",
            StoreError::Corrupt { .. } => "record_damaged",
            StoreError::Io { .. } => "record_io",
            StoreError::Untrusted { .. } => "record_untrusted",
            StoreError::Foreign { .. } => "record_foreign",
            StoreError::NotFound { .. } => "not_found",
            StoreError::Conflict { .. } => "conflict",
            StoreError::Invalid(_) => "invalid",
            StoreError::Database { .. } => "record_failed",
        }
    }

    /// What the reader can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            StoreError::Missing { .. } => {
                "create it with `validator init`, or add `--record` to a run"
            }
            StoreError::NewerSchema { .. } => {
                "use the newer program that wrote it, or move `.validator/validator.db` away to start afresh"
            }
            StoreError::UnknownRule { .. } => "use the program that recorded the run",
            StoreError::ReadOnly => {
                "make `.validator/` writable for this user, or run with `--no-record`"
            }
            StoreError::Locked => {
                "another process has been writing for more than five seconds: wait for it, or run with `--no-record`"
            }
            StoreError::Full => "free some space, or run with `--no-record`",
            StoreError::Corrupt { .. } => {
                "move `.validator/validator.db` away; the next recorded run starts a new one"
            }
            StoreError::Io { .. } => {
                "check the disk and the permissions of `.validator/`, or run with `--no-record`"
            }
            StoreError::Untrusted { .. } => {
                "remove it, since it was not made by this program, or run with `--no-record`"
            }
            StoreError::Foreign { .. } => {
                "move it away; `.validator/` is for files of this program, or run with `--no-record`"
            }
            StoreError::NotFound { .. }
            | StoreError::Conflict { .. }
            | StoreError::Invalid(_)
            | StoreError::Database { .. } => return None,
        })
    }

    pub(super) fn io(path: &Path, error: &std::io::Error) -> Self {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Unexpected>());
        if let Some(Unexpected { path, found, expected }) = inner {
            let found = format!("{found}, expected {expected}");
            return StoreError::Untrusted { path: path.clone(), found };
        }
        match error.kind() {
            std::io::ErrorKind::StorageFull => StoreError::Full,
            std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => {
                StoreError::ReadOnly
            }
            _ => StoreError::Io { path: path.to_owned(), detail: error.to_string() },
        }
    }

    pub(super) fn not_found(what: &'static str, id: impl ToString) -> Self {
        StoreError::NotFound { what, id: id.to_string() }
    }

    /// Whether the transaction could not even begin, so that trying again is safe.
    pub(super) fn is_locked(&self) -> bool {
        *self == StoreError::Locked
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let detail = error.to_string();
        // Values that no version of this program writes.
        if let rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) = error
        {
            return StoreError::Corrupt { detail };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly,
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Corrupt { detail }
            }
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
                StoreError::Io { path: PathBuf::from(".validator/validator.db"), detail }
            }
            _ => StoreError::Database { detail },
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        StoreError::Corrupt { detail: error.to_string() }
    }
}
