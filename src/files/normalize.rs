//! Paths as text.

use std::path::{Component, Path, PathBuf};

/// The path without `.` and `..`, as far as names alone can tell: symbolic links are not looked at,
/// and a relative path keeps the `..` that lead out of it.
pub fn normalize(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match (component, result.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(result.pop()),
            (Component::ParentDir, Some(Component::RootDir | Component::Prefix(_))) => {}
            _ => result.push(component),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_climbed_and_roots_are_not() {
        for (path, expected) in [
            ("/a/./b/../c", "/a/c"),
            ("/../a", "/a"),
            ("a/../../b/..", ".."),
            ("../../a", "../../a"),
            ("a/..", ""),
            ("./a", "a"),
        ] {
            assert_eq!(normalize(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
