//! The table of files: every file beneath the root with its exact name.

use std::fs::{self, DirEntry};
use std::hash::BuildHasher;
use std::path::Path;
use std::sync::OnceLock;

use foldhash::HashMap;
use foldhash::quality::FixedState;

use super::target::under;
use crate::cancel;

/// Names a file of one [`FileTable`]. Ids are in the order of the paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// The file's place in the table, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Directories that are no part of any site.
const LEFT_OUT: [&str; 3] = [".git", "node_modules", ".validator"];

/// What lies in directories that say of themselves that tools made them: caches, such as what Cargo
/// builds (https://bford.info/cachedir/), and Python's virtual environments.
const OF_TOOLS: [&str; 2] = ["CACHEDIR.TAG", "pyvenv.cfg"];

/// All files beneath a root: pages, data and assets, by their paths from the root with `/`, letter
/// case as on the disk.
#[derive(Debug, Default)]
pub struct FileTable {
    /// In order, each once.
    paths: Vec<Box<str>>,
    /// The files by the hashes of their paths; of those that share one, the last. Made when first
    /// asked for.
    hashed: OnceLock<HashMap<u64, FileId>>,
    /// The files by path in lower case; made when first asked for.
    folded: OnceLock<Vec<(Box<str>, FileId)>>,
    /// The files by name without directories and extension, in lower case.
    stems: OnceLock<Vec<(Box<str>, FileId)>>,
}

impl FileTable {
    /// The table of these paths, which are written from the root on, with `/`. Those beyond the
    /// four thousand million that can be numbered are left out.
    pub fn new(paths: impl IntoIterator<Item = String>) -> FileTable {
        let mut paths: Vec<Box<str>> = paths.into_iter().map(String::into_boxed_str).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.truncate(u32::MAX as usize);
        FileTable { paths, ..FileTable::default() }
    }

    /// Every file beneath a directory, those that git ignores and hidden ones too. Links to directories
    /// are not followed; what cannot be read, or has no UTF-8 name, is not there. `None` if there
    /// are more than `limit`, or more than that lies in one directory.
    pub fn walk(root: &Path, limit: usize) -> Option<FileTable> {
        let (mut paths, mut open) = (Vec::new(), vec![String::new()]);
        while let Some(directory) = open.pop() {
            cancel::check();
            let Ok(entries) = fs::read_dir(root.join(&directory)) else { continue };
            let named = |entry: DirEntry| Some((entry.file_name().into_string().ok()?, entry));
            let entries =
                entries.filter_map(|entry| named(entry.ok()?)).take(limit.saturating_add(1));
            let entries: Vec<(String, DirEntry)> = entries.collect();
            let is_of_tools = || entries.iter().any(|(name, _)| OF_TOOLS.contains(&&**name));
            if !directory.is_empty() && is_of_tools() {
                continue;
            }
            for (name, entry) in &entries {
                let Ok(kind) = entry.file_type() else { continue };
                if LEFT_OUT.contains(&&**name) {
                    continue;
                }
                let path = under(&directory, name);
                if kind.is_dir() {
                    open.push(path);
                } else if kind.is_file() || (kind.is_symlink() && entry.path().is_file()) {
                    paths.push(path);
                }
            }
            if paths.len().max(entries.len()) > limit {
                return None;
            }
        }
        Some(FileTable::new(paths))
    }

    pub fn len(&self) -> usize {
        self.paths.len()
    }

    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// All files, in the order of their paths.
    pub fn files(&self) -> impl DoubleEndedIterator<Item = FileId> + Clone {
        (0..self.paths.len() as u32).map(FileId)
    }

    /// The path from the root, with `/`.
    pub fn path(&self, file: FileId) -> &str {
        &self.paths[file.index()]
    }

    /// The file at exactly this path.
    pub fn get(&self, path: &str) -> Option<FileId> {
        let hashed = self
            .hashed
            .get_or_init(|| self.files().map(|file| (hash(self.path(file)), file)).collect());
        let file = *hashed.get(&hash(path))?;
        if self.path(file) == path {
            return Some(file);
        }
        self.paths.binary_search_by(|known| (**known).cmp(path)).ok().map(|at| FileId(at as u32))
    }

    /// Whether files lie beneath a directory, at any depth; the empty path is the root.
    pub fn has_directory(&self, directory: &str) -> bool {
        self.below(directory).next().is_some()
    }

    /// The files beneath a directory, at any depth; the empty path is the root.
    pub fn below(
        &self,
        directory: &str,
    ) -> impl DoubleEndedIterator<Item = FileId> + Clone + use<> {
        let (start, end) = if directory.is_empty() {
            (0, self.paths.len())
        } else {
            // `/` sorts right before `0`.
            let (open, close) = (format!("{directory}/"), format!("{directory}0"));
            let at = |bound: &str| self.paths.partition_point(|path| **path < *bound);
            (at(&open), at(&close))
        };
        (start as u32..end as u32).map(FileId)
    }

    /// A file whose path differs from this one in letter case only.
    pub fn with_other_case(&self, path: &str) -> Option<FileId> {
        let folded = self.folded.get_or_init(|| self.sorted_by(|path| path.to_lowercase()));
        let mut found = equal(folded, &path.to_lowercase());
        found.find(|&file| self.path(file) != path)
    }

    /// Files of the same name in whatever directory, letter case and extension aside.
    pub fn namesakes(&self, path: &str) -> impl Iterator<Item = FileId> + '_ {
        let stems = self.stems.get_or_init(|| self.sorted_by(stem));
        equal(stems, &stem(path))
    }

    fn sorted_by(&self, key: impl Fn(&str) -> String) -> Vec<(Box<str>, FileId)> {
        let keyed = self.files().map(|file| (key(self.path(file)).into_boxed_str(), file));
        let mut keyed: Vec<_> = keyed.collect();
        keyed.sort_unstable();
        keyed
    }
}

fn hash(path: &str) -> u64 {
    FixedState::default().hash_one(path)
}

fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase()
}

fn equal<'a>(
    sorted: &'a [(Box<str>, FileId)],
    key: &str,
) -> impl Iterator<Item = FileId> + use<'a> {
    let start = sorted.partition_point(|(known, _)| **known < *key);
    let end = start + sorted[start..].iter().take_while(|(known, _)| **known == *key).count();
    sorted[start..end].iter().map(|&(_, file)| file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> FileTable {
        let paths = ["docs/a.md", "docs.md", "docs/img/A.png", "docs-old/a.md", "docs/a.md"];
        FileTable::new(paths.map(str::to_owned))
    }

    fn paths(table: &FileTable, files: impl Iterator<Item = FileId>) -> Vec<&str> {
        files.map(|file| table.path(file)).collect()
    }

    #[test]
    fn everything_that_may_be_of_a_site_is_walked() {
        let root = tempfile::tempdir().expect("a directory");
        let root = root.path();
        let write = |path: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("it is below the root")).expect("made");
            fs::write(path, "").expect("written");
        };
        write("CACHEDIR.TAG");
        write("docs/a.md");
        write("docs/.vitepress/config.ts");
        write("docs/deep/er/b.png");
        for left_out in [".git/HEAD", "node_modules/x/y.md", "docs/.validator/z"] {
            write(left_out);
        }
        for of_tools in ["target/CACHEDIR.TAG", "target/doc/c.md", "docs/env/pyvenv.cfg"] {
            write(of_tools);
        }
        #[cfg(unix)]
        for (to, name) in [("a.md", "l.md"), (".", "circle"), ("nowhere", "dangling")] {
            std::os::unix::fs::symlink(to, root.join("docs").join(name)).expect("linked");
        }
        // `docs` has eight entries.
        let table = FileTable::walk(root, 8).expect("there are no more");
        let mut expected =
            vec!["CACHEDIR.TAG", "docs/.vitepress/config.ts", "docs/a.md", "docs/deep/er/b.png"];
        if cfg!(unix) {
            expected.push("docs/l.md");
        }
        assert_eq!(paths(&table, table.files()), expected);
        assert!(FileTable::walk(root, expected.len() - 1).is_none());
    }

    #[test]
    fn letter_case_counts_and_is_told() {
        let table = table();
        assert!(table.get("docs/a.md").is_some());
        assert_eq!(table.get("docs/A.md"), None);
        let other = table.with_other_case("docs/IMG/a.png").expect("it is there in other case");
        assert_eq!(table.path(other), "docs/img/A.png");
        assert_eq!(table.with_other_case("docs/a.md"), None);
    }

    #[test]
    fn directories_are_those_that_hold_files() {
        let table = table();
        assert_eq!(paths(&table, table.below("docs")), ["docs/a.md", "docs/img/A.png"]);
        assert!(
            table.has_directory("docs/img")
                && table.has_directory("")
                && !table.has_directory("doc")
        );
        assert_eq!(
            paths(&table, table.namesakes("x/A.mdx")),
            ["docs-old/a.md", "docs/a.md", "docs/img/A.png"]
        );
    }
}
