//! How files look from outside, to know without opening them whether they are as they were.

use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Files that changed so short a time ago may change again and look the same, however coarse the times
/// of the disk are.
const SETTLED: Duration = Duration::from_secs(2);

/// How a file looks. One that was written to differs in this, unless that was within two seconds of the
/// write before: see [`FileStamp::is_settled`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    bytes: u64,
    /// Nanoseconds since 1970 of the last write, and of the last change of any kind where systems
    /// tell that.
    modified: u64,
    changed: u64,
    /// The file's number on its file system; 0 where there is none.
    number: u64,
}

impl FileStamp {
    /// How a regular file looks; `None` for a link, for what is no file, and for times before 1970.
    pub fn of(path: &Path) -> Option<FileStamp> {
        let metadata = path.symlink_metadata().ok().filter(Metadata::is_file)?;
        let modified = nanoseconds(metadata.modified().ok()?)?;
        #[cfg(unix)]
        let (changed, number) = {
            use std::os::unix::fs::MetadataExt as _;
            let seconds = u64::try_from(metadata.ctime()).ok()?;
            let rest = u64::try_from(metadata.ctime_nsec()).ok()?;
            (seconds.checked_mul(1_000_000_000)?.checked_add(rest)?, metadata.ino())
        };
        #[cfg(not(unix))]
        let (changed, number) = (modified, 0);
        Some(FileStamp { bytes: metadata.len(), modified, changed, number })
    }

    /// The file's size, in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether a change from now on has another time.
    pub fn is_settled(&self) -> bool {
        let last = self.modified.max(self.changed);
        nanoseconds(SystemTime::now())
            .and_then(|now| now.checked_sub(last))
            .is_some_and(|since| u128::from(since) >= SETTLED.as_nanos())
    }
}

fn nanoseconds(time: SystemTime) -> Option<u64> {
    u64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}
