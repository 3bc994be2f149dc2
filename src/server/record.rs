//! The run history that is served, and what becomes of its errors.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use warp::http::StatusCode;

use super::errors::ApiError;
use crate::store::{Store, StoreError};

/// The store, which may be exchanged for another while the server runs.
pub struct Record {
    root: PathBuf,
    current: RwLock<(Store, Identity)>,
}

type Identity = Option<(u64, u64)>;

impl Record {
    /// # Errors
    /// If there is no run history, or it cannot be opened.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let identity = identity(&Store::path(root));
        let store = Store::open(root)?;
        Ok(Record { root: root.to_owned(), current: RwLock::new((store, identity)) })
    }

    pub fn store(&self) -> Store {
        self.current.read().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// Whether another file has taken the place of the one that is open.
    pub fn is_replaced(&self) -> bool {
        let known = self.current.read().unwrap_or_else(PoisonError::into_inner).1;
        identity(&Store::path(&self.root)) != known
    }

    /// Goes over to the file that is there now.
    ///
    /// # Errors
    /// If there is none, or it cannot be opened; the old one stays.
    pub fn reopen(&self) -> Result<(), StoreError> {
        let opened = Record::open(&self.root)?;
        let opened = opened.current.into_inner().unwrap_or_else(PoisonError::into_inner);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = opened;
        Ok(())
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().ok().map(|file| (file.dev(), file.ino()))
}

/// Where a file that is open cannot be replaced, there is nothing to notice.
#[cfg(not(unix))]
fn identity(_: &Path) -> Identity {
    None
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let status = match &error {
            StoreError::NotFound { .. } => StatusCode::NOT_FOUND,
            StoreError::Conflict { .. } | StoreError::UnknownRule { .. } => StatusCode::CONFLICT,
            StoreError::Invalid(_) => StatusCode::BAD_REQUEST,
            StoreError::Full => StatusCode::INSUFFICIENT_STORAGE,
            StoreError::Locked | StoreError::Missing { .. } | StoreError::ReadOnly => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut refusal = ApiError::new(status, error.code(), error.to_string());
        if error == StoreError::Locked {
            refusal.retry_after = Some(5);
        }
        refusal.hint(error.hint().unwrap_or_default())
    }
}
