//! What git says was renamed.

use std::path::{Path, PathBuf};

use super::git::{Git, GitError, path};
use super::guard;

/// The files that were renamed, old path and new, since the commit that changed `file` last; where
/// there is none, since the last commit. Paths are absolute and without links.
///
/// # Errors
/// If there is no git or no repository.
pub fn renames_since_change_of(file: &Path) -> Result<Vec<(PathBuf, PathBuf)>, GitError> {
    let dir = file.parent().unwrap_or(file);
    let git = Git::open(dir, "the baseline")?;
    let names = git.names(&["ls-files", "-z"])?;
    guard::refuse_pipes_beside(&git.root, names.iter())?;
    let real = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let name = file.file_name().unwrap_or_default();
    let inside = real.strip_prefix(&git.root).ok().map(|inside| inside.join(name));
    let Some(base) = git.last_change(inside.as_deref())? else { return Ok(Vec::new()) };
    let listed = git.diff(&["--name-status", "-z", "--diff-filter=R"], &[&base])?;
    let rooted = |(old, new): (PathBuf, PathBuf)| (git.root.join(old), git.root.join(new));
    Ok(read(&listed).into_iter().map(rooted).collect())
}

/// Old and new names from the output of `git diff --name-status -z`.
fn read(listed: &[u8]) -> Vec<(PathBuf, PathBuf)> {
    let mut fields = listed.split(|byte| *byte == 0);
    let mut renames = Vec::new();
    while let Some(status) = fields.next() {
        // Of all others there is one name.
        let Some(first) = fields.next() else { break };
        if status.starts_with(b"R") {
            let Some(second) = fields.next() else { break };
            renames.push((path(first), path(second)));
        }
    }
    renames
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_are_told_from_other_changes() {
        let listed = b"M\0a.md\0R100\0old name.md\0new.md\0D\0gone.md\0R062\0x\0y\0";
        let pair = |old: &str, new: &str| (PathBuf::from(old), PathBuf::from(new));
        assert_eq!(read(listed), [pair("old name.md", "new.md"), pair("x", "y")]);
        assert_eq!(read(b""), []);
        assert_eq!(read(b"R100\0old"), []);
    }
}
