//! Writing a mended page: whole or not at all, and only over the text that was read.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

/// Hash of a file's bytes (XXH3, 128 bits), written in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(pub u128);

impl ContentHash {
    pub fn of(bytes: &[u8]) -> Self {
        ContentHash(xxh3_128(bytes))
    }
}

impl std::fmt::Display for ContentHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl std::str::FromStr for ContentHash {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(ContentHash)
    }
}

/// Why a file was not written. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("{} changed since it was read; check it again", .0.display())]
    Changed(PathBuf),
    #[error("{} is read-only", .0.display())]
    ReadOnly(PathBuf),
    #[error("{} leads outside {}", path.display(), root.display())]
    Outside { path: PathBuf, root: PathBuf },
    #[error("cannot write {}: {cause}", path.display())]
    Io { path: PathBuf, cause: io::Error },
}

impl WriteError {
    fn io(path: &Path, cause: io::Error) -> Self {
        WriteError::Io { path: path.to_owned(), cause }
    }
}

/// Where a path leads once symbolic links are followed, if that is below `root`.
///
/// # Errors
/// If the file is missing, or lies outside the root.
pub fn resolve(path: &Path, root: &Path) -> Result<PathBuf, WriteError> {
    let target = fs::canonicalize(path).map_err(|cause| WriteError::io(path, cause))?;
    let root = fs::canonicalize(root).map_err(|cause| WriteError::io(root, cause))?;
    if !target.starts_with(&root) {
        return Err(WriteError::Outside { path: path.to_owned(), root });
    }
    Ok(target)
}

/// Replaces the content of the file at `target`, which must still be what `expected` says.
///
/// The new content goes to a temporary file in the same folder, is flushed to the disk, takes
/// over the old file's permissions and then its name: at no moment is the file half written.
///
/// # Errors
/// If the file changed, is read-only, or cannot be written; it is then as it was.
pub fn replace(target: &Path, expected: ContentHash, content: &[u8]) -> Result<(), WriteError> {
    let io = |cause| WriteError::io(target, cause);
    let permissions = fs::metadata(target).map_err(io)?.permissions();
    if permissions.readonly() {
        return Err(WriteError::ReadOnly(target.to_owned()));
    }
    let folder = target.parent().expect("a file has a folder");
    let mut temporary =
        tempfile::Builder::new().prefix(".validator-").tempfile_in(folder).map_err(io)?;
    temporary.write_all(content).map_err(io)?;
    temporary.as_file().set_permissions(permissions).map_err(io)?;
    temporary.as_file().sync_all().map_err(io)?;
    // As late as can be: what is replaced is what was read.
    if ContentHash::of(&fs::read(target).map_err(io)?) != expected {
        return Err(WriteError::Changed(target.to_owned()));
    }
    temporary.persist(target).map_err(|error| io(error.error))?;
    sync_folder(folder);
    Ok(())
}

/// Makes a rename last through a power cut, where folders can be flushed.
pub(super) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        // Some file systems cannot do this; the file's own content is flushed already.
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, "new").unwrap();
        let result = replace(&path, ContentHash::of(b"old"), b"mended");
        assert!(matches!(result, Err(WriteError::Changed(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_are_followed_inside_the_root_only() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (root, outside) = (folder.path().join("root"), folder.path().join("outside.md"));
        fs::create_dir(&root).unwrap();
        fs::write(root.join("a.md"), "old").unwrap();
        fs::write(&outside, "old").unwrap();
        fs::set_permissions(root.join("a.md"), fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a.md", root.join("in.md")).unwrap();
        symlink(&outside, root.join("out.md")).unwrap();

        let target = resolve(&root.join("in.md"), &root).unwrap();
        replace(&target, ContentHash::of(b"old"), b"mended").unwrap();
        assert!(root.join("in.md").is_symlink());
        assert_eq!(fs::read_to_string(root.join("a.md")).unwrap(), "mended");
        assert_eq!(fs::metadata(root.join("a.md")).unwrap().permissions().mode() & 0o777, 0o640);
        let refused = resolve(&root.join("out.md"), &root);
        assert!(matches!(refused, Err(WriteError::Outside { .. })));
    }
}
