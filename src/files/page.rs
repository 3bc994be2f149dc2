//! Replaces a file beneath a root: whole or not at all, only over the text that was read, and
//! through a handle of its directory, so that no link and no exchange of a directory leads outside.

use std::fs::File;
#[cfg(unix)]
use std::fs::TryLockError;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::time::{Duration, Instant};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::fs::{Dir, OpenOptions};

use super::leftover::{Temporary, names};
use super::open::Regular;
use super::resolve::Root;
use super::{ContentHash, FileError, keep, leftover};

/// Largest file that is replaced, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// How long another write of the same file may take before it is not waited for any more.
#[cfg(unix)]
const LONGEST_WRITE: Duration = Duration::from_secs(2);

/// Why a file was not written. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("{} changed since it was read; check it again", .0.display())]
    Changed(PathBuf),
    #[error("{} is read-only", .0.display())]
    ReadOnly(PathBuf),
    #[error("{} leads outside {}", path.display(), root.display())]
    Outside { path: PathBuf, root: PathBuf },
    /// The content has other names, which would keep the old one.
    #[error("{} has {names} names (hard links), and a new file would have one; make it a copy", path.display())]
    HardLinks { path: PathBuf, names: u64 },
    /// What the file has besides its content would be lost.
    #[error("cannot write {}: {what}", path.display())]
    NotKept { path: PathBuf, what: String },
    #[error("cannot write {}: {cause}", path.display())]
    Io { path: PathBuf, cause: io::Error },
}

/// A file that may be replaced: the handle of its directory, and its name there.
#[derive(Debug)]
pub struct PageFile {
    path: PathBuf,
    root: PathBuf,
    relative: PathBuf,
    dir: Dir,
    name: PathBuf,
}

impl PageFile {
    /// The file at `path` beneath `root`. Links are followed beneath the root; from then on the
    /// directory is known by its handle.
    ///
    /// # Errors
    /// If it leads outside, or its directory cannot be opened.
    pub fn open(path: &Path, root: &Path) -> Result<PageFile, WriteError> {
        let io = |cause| WriteError::Io { path: path.to_owned(), cause };
        let root = Root::open(root).map_err(io)?;
        let relative = root.below(path).and_then(|below| root.follow(&below));
        let relative = relative.map_err(|error| match error {
            FileError::Outside(_) => {
                WriteError::Outside { path: path.to_owned(), root: root.real().to_owned() }
            }
            error => io(error.into_io()),
        })?;
        let name = relative.file_name().ok_or_else(|| io(io::ErrorKind::IsADirectory.into()))?;
        let name = PathBuf::from(name);
        let real = root.real().to_owned();
        let mut dir = root.dir;
        for part in relative.parent().into_iter().flat_map(Path::components) {
            dir = dir.open_dir_nofollow(part).map_err(io)?;
        }
        Ok(PageFile { path: path.to_owned(), root: real, relative, dir, name })
    }

    /// The path from the root on, without links.
    pub fn relative(&self) -> &Path {
        &self.relative
    }

    /// The root without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The bytes that are there.
    ///
    /// # Errors
    /// If there is no regular file, or it is too large.
    pub fn read(&self) -> Result<Vec<u8>, FileError> {
        self.open_name(&self.name)?.read(MAX_BYTES, Vec::new())
    }

    /// Replaces the content, which must still be what `expected` says.
    ///
    /// The new content goes to a temporary file in the same directory, is flushed to the disk,
    /// takes over what the old file has besides its content, and then its name: at no moment is the
    /// file half written. Where the system can, the two are exchanged, so that a save at the last
    /// moment is seen and put back.
    ///
    /// # Errors
    /// If the file changed, is read-only, has several names, or cannot be written as it is; it is
    /// then as it was.
    pub fn replace(&self, expected: ContentHash, content: &[u8]) -> Result<(), WriteError> {
        let old = self.replaceable_alone()?;
        leftover::sweep(&self.dir);
        let new = Temporary::with(&self.dir, content).map_err(|cause| self.io(cause))?;
        keep::keep(&old, &new.file)
            .map_err(|what| WriteError::NotKept { path: self.path.clone(), what })?;
        new.file.sync_all().map_err(|cause| self.io(cause))?;
        // As late as can be: what is replaced is what was read.
        if !self.is(&self.name, expected) {
            return Err(WriteError::Changed(self.path.clone()));
        }
        self.take_over(new, expected)?;
        sync(&self.dir);
        Ok(())
    }

    /// Whether the marks of the file and of its directory allow that it is replaced. Nothing is
    /// written, so what shows only then, such as a full disk, is not known.
    ///
    /// # Errors
    /// If it is read-only, has several names, or cannot be read, or its directory takes no new
    /// file.
    pub fn check(&self) -> Result<(), WriteError> {
        self.replaceable()?;
        #[cfg(unix)]
        {
            use rustix::fs::{Access, AtFlags, accessat};
            use rustix::io::Errno;
            let may =
                accessat(&self.dir, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS);
            // Where a system cannot say, the write will.
            if let Err(no @ (Errno::ACCESS | Errno::PERM | Errno::ROFS)) = may {
                return Err(self.io(no.into()));
            }
        }
        Ok(())
    }

    /// The file that is to be replaced, locked: who replaces it too waits, and nobody takes it for a
    /// leftover while it has a temporary file's name. A lock that is held for longer is no write of
    /// ours, and is let be.
    #[cfg(unix)]
    fn replaceable_alone(&self) -> Result<File, WriteError> {
        let mut old = self.replaceable()?;
        let end = Instant::now() + LONGEST_WRITE;
        while Instant::now() < end {
            match old.try_lock() {
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(2)),
                Err(TryLockError::Error(_)) => break,
                Ok(()) => {
                    let now = self.replaceable()?;
                    if is_same(&old, &now) {
                        break;
                    }
                    // It was replaced before it was locked.
                    old = now;
                }
            }
        }
        Ok(old)
    }

    /// Elsewhere a lock would keep the file from being read, and files are not exchanged.
    #[cfg(not(unix))]
    fn replaceable_alone(&self) -> Result<File, WriteError> {
        self.replaceable()
    }

    fn replaceable(&self) -> Result<File, WriteError> {
        let old = self.open_name(&self.name).map_err(|error| self.not_read(error))?.file;
        let data = old.metadata().map_err(|cause| self.io(cause))?;
        if data.permissions().readonly() {
            return Err(WriteError::ReadOnly(self.path.clone()));
        }
        match names(&data) {
            ..=1 => Ok(old),
            names => Err(WriteError::HardLinks { path: self.path.clone(), names }),
        }
    }

    /// Writes a file that need not be there; one that is there is replaced.
    fn put(&self, content: &[u8]) -> Result<(), WriteError> {
        match self.open_name(&self.name) {
            Ok(there) => {
                let bytes = there.read(MAX_BYTES, Vec::new());
                let bytes = bytes.map_err(|error| self.not_read(error))?;
                self.replace(ContentHash::of(&bytes), content)
            }
            Err(error) if error.is_missing() => {
                let mut options = OpenOptions::new();
                options.write(true).create_new(true);
                let file = self.dir.open_with(&self.name, &options);
                let mut file = file.map_err(|cause| self.io(cause))?;
                let written = file.write_all(content).and_then(|()| file.sync_all());
                written.map_err(|cause| {
                    // Half of it would be worse than nothing.
                    drop(self.dir.remove_file(&self.name));
                    self.io(cause)
                })
            }
            Err(error) => Err(self.not_read(error)),
        }
    }

    fn io(&self, cause: io::Error) -> WriteError {
        WriteError::Io { path: self.path.clone(), cause }
    }

    fn not_read(&self, error: FileError) -> WriteError {
        self.io(error.into_io())
    }

    /// Opens what has this name in the directory now, if it is a regular file.
    fn open_name(&self, name: &Path) -> Result<Regular, FileError> {
        let mut options = OpenOptions::new();
        options.read(true).nonblock(true).follow(FollowSymlinks::No);
        super::open::regular(self.dir.open_with(name, &options)?.into_std())
    }

    fn is(&self, name: &Path, expected: ContentHash) -> bool {
        let bytes = self.open_name(name).and_then(|file| file.read(MAX_BYTES, Vec::new()));
        bytes.is_ok_and(|bytes| ContentHash::of(&bytes) == expected)
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    fn take_over(&self, mut new: Temporary, expected: ContentHash) -> Result<(), WriteError> {
        use rustix::fs::{RenameFlags, renameat_with};
        use rustix::io::Errno;
        let exchange =
            || renameat_with(&self.dir, &new.name, &self.dir, &self.name, RenameFlags::EXCHANGE);
        match exchange() {
            Ok(()) if self.is(&new.name, expected) => Ok(()),
            Ok(()) => {
                let is_back = exchange().is_ok();
                let out = self.open_name(&new.name).ok();
                if is_back && !out.is_some_and(|out| is_same(&new.file, &out.file)) {
                    // Somebody saved once more meanwhile: the newest counts.
                    let _ = self.dir.rename(&new.name, &self.dir, &self.name);
                    new.is_there = false;
                }
                // What would come out last is somebody's text: it stays where it can be found.
                new.is_there &= is_back;
                Err(WriteError::Changed(self.path.clone()))
            }
            Err(Errno::NOENT) => Err(WriteError::Changed(self.path.clone())),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => self.rename(new),
            Err(error) => Err(self.io(error.into())),
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    fn take_over(&self, new: Temporary, _: ContentHash) -> Result<(), WriteError> {
        self.rename(new)
    }

    fn rename(&self, mut new: Temporary) -> Result<(), WriteError> {
        let renamed = self.dir.rename(&new.name, &self.dir, &self.name);
        renamed.map_err(|cause| self.io(cause))?;
        new.is_there = false;
        Ok(())
    }
}

/// Writes a file that a person or a configuration names, whole or not at all; it lies beneath
/// `root`.
///
/// # Errors
/// As [`PageFile::replace`].
pub fn put(path: &Path, root: &Path, content: &[u8]) -> Result<(), WriteError> {
    PageFile::open(path, root)?.put(content)
}

#[cfg(unix)]
fn is_same(one: &File, other: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |file: &File| file.metadata().ok().map(|data| (data.dev(), data.ino()));
    id(one).is_some() && id(one) == id(other)
}

/// Makes a rename last through a power cut, where directories can be flushed.
fn sync(dir: &Dir) {
    // Some file systems cannot do this; the file's own content is flushed already.
    let _ = dir.open(".").and_then(|dir| dir.sync_all());
}

/// The same for a directory by its path.
pub fn sync_dir(dir: &Path) {
    if let Ok(dir) = File::open(dir) {
        let _ = dir.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_changed_file_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        fs::write(&path, "new").unwrap();
        let page = PageFile::open(&path, dir.path()).unwrap();
        let result = page.replace(ContentHash::of(b"old"), b"fixed");
        assert!(matches!(result, Err(WriteError::Changed(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_are_followed_inside_the_root_only() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let (root, outside) = (dir.path().join("root"), dir.path().join("outside.md"));
        fs::create_dir(&root).unwrap();
        fs::write(root.join("a.md"), "old").unwrap();
        fs::write(&outside, "old").unwrap();
        fs::set_permissions(root.join("a.md"), fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a.md", root.join("in.md")).unwrap();
        symlink(&outside, root.join("out.md")).unwrap();

        let page = PageFile::open(&root.join("in.md"), &root).unwrap();
        page.replace(ContentHash::of(b"old"), b"fixed").unwrap();
        assert!(root.join("in.md").is_symlink());
        assert_eq!(fs::read_to_string(root.join("a.md")).unwrap(), "fixed");
        assert_eq!(fs::metadata(root.join("a.md")).unwrap().permissions().mode() & 0o777, 0o640);
        let refused = PageFile::open(&root.join("out.md"), &root);
        assert!(matches!(refused, Err(WriteError::Outside { .. })));
    }

    #[test]
    fn what_is_being_replaced_is_no_leftover() {
        const TIMES: usize = 300;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        fs::write(&path, "0").unwrap();
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let other = PageFile::open(&path, dir.path()).unwrap();
                    while !is_done.load(Ordering::Relaxed) {
                        leftover::sweep(&other.dir);
                    }
                });
            }
            let page = PageFile::open(&path, dir.path()).unwrap();
            let replaced = (0..TIMES).try_for_each(|time| {
                let before = ContentHash::of(time.to_string().as_bytes());
                page.replace(before, (time + 1).to_string().as_bytes())
            });
            is_done.store(true, Ordering::Relaxed);
            replaced.unwrap();
        });
        assert_eq!(fs::read_to_string(&path).unwrap(), TIMES.to_string());
    }

    #[test]
    fn of_two_that_replace_one_file_one_is_told_so() {
        const TIMES: usize = 100;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        for time in 0..TIMES {
            fs::write(&path, "old").unwrap();
            let write = |content: &'static str| {
                let page = PageFile::open(&path, dir.path()).unwrap();
                move || page.replace(ContentHash::of(b"old"), content.as_bytes()).is_ok()
            };
            let (one, two) = (write("one"), write("two"));
            let (one, two) = std::thread::scope(|scope| {
                let (one, two) = (scope.spawn(one), scope.spawn(two));
                (one.join().unwrap(), two.join().unwrap())
            });
            let now = fs::read_to_string(&path).unwrap();
            assert_eq!((one, two), (now == "one", now == "two"), "{time}: {now}");
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_save_at_the_last_moment_is_put_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        fs::write(&path, "old").unwrap();
        let page = PageFile::open(&path, dir.path()).unwrap();
        let new = Temporary::with(&page.dir, b"fixed").unwrap();
        fs::write(dir.path().join("save"), "mine").unwrap();
        fs::rename(dir.path().join("save"), &path).unwrap();
        let result = page.take_over(new, ContentHash::of(b"old"));
        assert!(matches!(result, Err(WriteError::Changed(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file is left");
    }
}
