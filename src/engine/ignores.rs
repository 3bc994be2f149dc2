//! Where it may say what to ignore: the files that the `ignore` library reads.

use std::path::Path;

use ignore::gitignore::gitconfig_excludes_path;

pub(super) use crate::files::ignore_files::OWN;

/// Files that say what to ignore, and the directory in which git may have another one.
pub(super) const NAMES: &[&str] = &[".gitignore", ".ignore", OWN, ".git"];

/// Whether a person or a directory around this one says what to ignore.
pub(super) fn around(dir: &Path) -> bool {
    let is_said = |dir: &Path| NAMES.iter().any(|name| dir.join(name).exists());
    // The library follows links on the way, too.
    gitconfig_excludes_path().is_some_and(|path| path.exists())
        || dir.canonicalize().is_ok_and(|dir| dir.ancestors().any(is_said))
}
