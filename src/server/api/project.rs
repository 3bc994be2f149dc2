//! What the project's files say of its findings: who owns which pages, and what is lived with.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use warp::http::StatusCode;

use crate::baseline::{self, Baseline};
use crate::diagnostic::Fingerprint;
use crate::engine::{CODEOWNERS, Owners};
use crate::files::FileStamp;
use crate::server::ServerContext;
use crate::server::errors::ApiError;

/// What was made of these files when they were asked about last.
#[derive(Default)]
pub(in crate::server) struct ProjectFiles {
    owners: Kept<Owners>,
    baseline: Kept<HashSet<Fingerprint>>,
}

/// What was made of a file, as long as it stays as it was.
struct Kept<T>(Mutex<Option<(PathBuf, FileStamp, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(Mutex::new(None))
    }
}

impl<T> Kept<T> {
    /// What is kept of the file, or else what `read` makes of it. The stamp is taken first: what
    /// changes while it is read is read again. Nothing is kept of a file that has just changed, since
    /// its next change might leave the same stamp.
    fn get_or<E>(&self, path: &Path, read: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let stamp = FileStamp::of(path);
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, last, value)) = &*lock()
            && known == path
            && Some(*last) == stamp
        {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(read()?);
        let stamp = stamp.filter(FileStamp::is_settled);
        *lock() = stamp.map(|stamp| (path.to_owned(), stamp, Arc::clone(&value)));
        Ok(value)
    }
}

/// Who owns which file, if the project says so.
pub(super) fn owners(context: &ServerContext) -> Result<Option<Arc<Owners>>, ApiError> {
    for place in CODEOWNERS {
        let path = context.root.path().join(place);
        let owners = context.files.owners.get_or(&path, || {
            let text = context.root.read_text(place)?;
            Owners::parse(&text).map_err(|error| {
                let message = format!("`{place}` cannot be read: {error}");
                ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "owners", message)
                    .hint("correct the pattern")
            })
        });
        match owners {
            Ok(owners) => return Ok(Some(owners)),
            Err(error) if error.status == StatusCode::NOT_FOUND => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// What the project's baseline knows, if it has one.
pub(super) fn baseline(
    context: &ServerContext,
) -> Result<Option<Arc<HashSet<Fingerprint>>>, ApiError> {
    let root = context.root.path();
    let Some(path) = baseline::find(root) else { return Ok(None) };
    let known = context.files.baseline.get_or(&path, || {
        let known = Baseline::load(&path, root).map_err(|error| {
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "baseline", error.to_string())
                .hint("`validator baseline` writes it anew")
        })?;
        Ok::<_, ApiError>(known.fingerprints().collect())
    })?;
    Ok(Some(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_file_goes_with_the_next_change() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("CODEOWNERS");
        let kept = Kept::default();
        let read = |text: &str| kept.get_or(&path, || Ok::<_, ()>(text.to_owned())).unwrap();
        assert_eq!((*read("one")).as_str(), "one");
        assert_eq!((*read("two")).as_str(), "two", "nothing is kept of what is not there");
        std::fs::write(&path, "a").expect("it is written");
        assert_eq!((*read("new")).as_str(), "new");
        assert_eq!((*read("newer")).as_str(), "newer", "nor of what has just changed");
        std::thread::sleep(std::time::Duration::from_millis(2100));
        assert_eq!((*read("three")).as_str(), "three");
        assert_eq!((*read("four")).as_str(), "three");
        std::fs::write(&path, "b").expect("it is written");
        assert_eq!((*read("five")).as_str(), "five");
        assert_eq!(kept.get_or(&dir.path().join("other"), || Err(())), Err(()));
    }
}
