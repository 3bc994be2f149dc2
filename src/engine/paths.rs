//! How paths are shown: relative to a folder, with `/`.

use std::path::{Component, Path, PathBuf};

/// A folder that paths are shown relative to.
#[derive(Clone, Debug)]
pub struct Base {
    parts: PathBuf,
}

impl Base {
    /// The folder at this absolute path.
    pub fn new(folder: &Path) -> Self {
        Base { parts: normalize(folder) }
    }

    pub fn path(&self) -> &Path {
        &self.parts
    }

    /// The absolute form of a path that is relative to this folder, without `.` and `..`.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        normalize(&self.parts.join(path))
    }

    /// The path relative to this folder, climbing with `..` where it lies outside.
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

/// Resolves `.` and `..` in the path's text; symbolic links are not looked at.
fn normalize(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            _ => result.push(part),
        }
    }
    result
}

/// The path as text with `/`; what is not Unicode is replaced.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_folder_even_outside_it() {
        let base = Base::new(Path::new("/a/b"));
        let relative = |path: &str| shown(&base.relative(Path::new(path)));
        assert_eq!(relative("c/./d.md"), "c/d.md");
        assert_eq!(relative("/a/b/c.md"), "c.md");
        assert_eq!(relative("../x.md"), "../x.md");
        assert_eq!(relative("/a/bc/x.md"), "../bc/x.md");
        assert_eq!(relative("/a/b"), ".");
    }
}
