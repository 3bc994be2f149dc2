//! How paths are shown: relative to a directory, with `/`.

use std::borrow::Cow;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

use crate::files::normalize;

/// A directory that paths are shown relative to.
#[derive(Clone, Debug)]
pub struct Base {
    parts: PathBuf,
}

impl Base {
    /// The directory at this absolute path.
    pub fn new(dir: &Path) -> Self {
        Base { parts: normalize(dir) }
    }

    pub fn path(&self) -> &Path {
        &self.parts
    }

    /// The absolute form of a path that is relative to this directory, without `.` and `..`.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        normalize(&self.parts.join(path))
    }

    /// The path relative to this directory, climbing with `..` where it lies outside.
    pub fn relative(&self, path: &Path) -> PathBuf {
        let path = self.absolute(path);
        let shared =
            self.parts.components().zip(path.components()).take_while(|(a, b)| a == b).count();
        if shared == 0 {
            return path;
        }
        let up = self.parts.components().count() - shared;
        let mut relative: PathBuf = std::iter::repeat_n(Component::ParentDir, up).collect();
        relative.extend(path.components().skip(shared));
        if relative.as_os_str().is_empty() { PathBuf::from(".") } else { relative }
    }
}

/// Where a directory lies, without `.` and `..` if leaving them out leads to the same directory:
/// behind a symbolic link, `..` is somewhere else than the text says.
pub(super) fn resolve_dir(dir: PathBuf) -> PathBuf {
    let plain = normalize(&dir);
    if plain.as_os_str() == dir.as_os_str() {
        return dir;
    }
    match (plain.canonicalize(), dir.canonicalize()) {
        (Ok(one), Ok(other)) if one == other => plain,
        _ => dir,
    }
}

/// The rest of a path below a directory that it starts with as text; quicker than part by part.
pub(super) fn strip_base<'p>(dir: &Path, path: &'p Path) -> Option<&'p str> {
    let rest = path.to_str()?.strip_prefix(dir.to_str()?)?;
    match rest.strip_prefix(MAIN_SEPARATOR) {
        Some(below) => Some(below),
        None => dir.to_str()?.ends_with(MAIN_SEPARATOR).then_some(rest),
    }
}

/// What [`Base::relative`] shows for a path outside of the directory, if both are absolute and
/// plain; quicker than part by part.
pub(super) fn parent_relative(dir: &Path, path: &Path) -> Option<String> {
    let (dir, path) = (dir.to_str()?, path.to_str()?);
    let is_plain = |text: &str| {
        let goes_on = |at: usize| matches!(text.as_bytes().get(at + 1), None | Some(b'.' | b'/'));
        text.starts_with('/') && !memchr::memchr_iter(b'/', text.as_bytes()).any(goes_on)
    };
    if cfg!(windows) || !is_plain(dir) || !is_plain(path) {
        return None;
    }
    let ends = |text: &str, at: usize| matches!(text.as_bytes().get(at), None | Some(b'/'));
    let mut parts = memchr::memchr_iter(b'/', dir.as_bytes()).chain([dir.len()]);
    let is_shared = |&at: &usize| path.starts_with(&dir[..at]) && ends(path, at);
    let shared = parts.by_ref().take_while(is_shared).last()?;
    let up = dir[shared..].matches('/').count();
    (shared > 0 && shared < path.len()).then(|| "../".repeat(up) + &path[shared + 1..])
}

/// The path as text with `/`; what is not Unicode is replaced.
pub fn shown(path: &Path) -> String {
    slashed(path.to_string_lossy())
}

/// The text of a path with `/`.
pub(super) fn slashed(text: Cow<str>) -> String {
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

/// The path relative to the project's root, which does not depend on the current directory.
pub fn root_relative(root: &Path, path: &Path) -> String {
    match strip_base(root, path) {
        Some(relative) => slashed(relative.into()),
        None => {
            parent_relative(root, path).unwrap_or_else(|| shown(&Base::new(root).relative(path)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_dir_even_outside_it() {
        let base = Base::new(Path::new("/a/b"));
        let relative = |path: &str| shown(&base.relative(Path::new(path)));
        assert_eq!(relative("c/./d.md"), "c/d.md");
        assert_eq!(relative("/a/b/c.md"), "c.md");
        assert_eq!(relative("../x.md"), "../x.md");
        assert_eq!(relative("/a/bc/x.md"), "../bc/x.md");
        assert_eq!(relative("/a/b"), ".");
    }

    #[test]
    fn what_is_below_a_dir_is_told_from_what_only_starts_like_it() {
        let rest = |dir, path| strip_base(Path::new(dir), Path::new(path));
        assert_eq!(rest("/a/b", "/a/b/c/d.md"), Some("c/d.md"));
        assert_eq!(rest("/", "/c.md"), Some("c.md"));
        assert_eq!(rest("/a/b", "/a/bc.md"), None);
        assert_eq!(rest("/a/b", "/x/c.md"), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_quick_way_out_of_a_dir_is_the_same() {
        for dir in ["/a/b", "/a/b/c", "/a", "/"] {
            for path in ["/a/x.md", "/a/b.md", "/a/bc/x.md", "/x/y/z.md", "/a/b", "/a/b/c/d.md"] {
                let slow = shown(&Base::new(Path::new(dir)).relative(Path::new(path)));
                if let Some(quick) = parent_relative(Path::new(dir), Path::new(path)) {
                    assert_eq!(quick, slow, "{path} from {dir}");
                }
            }
        }
        let quick = parent_relative(Path::new("/a/b/c"), Path::new("/a/x/y.md"));
        assert_eq!(quick.as_deref(), Some("../../x/y.md"));
        assert_eq!(parent_relative(Path::new("/a/b"), Path::new("/a/./x.md")), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_way_to_a_dir_is_straightened_unless_a_link_is_on_it() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("deep/down")).unwrap();
        std::os::unix::fs::symlink("deep/down", root.join("link")).unwrap();
        assert_eq!(resolve_dir(root.join("deep/../deep")), root.join("deep"));
        assert_eq!(resolve_dir(root.join("link/..")), root.join("link/.."));
    }
}
