//! Globs that say which files are checked, as markdownlint-cli2 has them.

use std::path::Path;

use crate::config::globs::{Globs, GlobsBuilder};

/// What globs take. One that names an ending, such as `*.mdx`, takes files that are no pages
/// otherwise.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct Selection {
    all: Globs,
    by_ending: Globs,
    not: Globs,
}

/// A selection in the making.
pub(in crate::config) struct SelectionBuilder {
    all: GlobsBuilder,
    by_ending: GlobsBuilder,
    not: GlobsBuilder,
}

impl Selection {
    #[expect(clippy::new_ret_no_self, reason = "a selection begins as its builder")]
    pub fn new(dir: &Path) -> SelectionBuilder {
        let builder = || GlobsBuilder::new(dir);
        SelectionBuilder { all: builder(), by_ending: builder(), not: builder() }
    }

    /// Whether the file is taken; `None` if no glob says anything about it.
    pub fn decide(&self, path: &Path) -> Option<bool> {
        if self.not.matches(path, false) {
            return Some(false);
        }
        self.all.matches(path, false).then_some(true)
    }

    /// Whether the file is taken whatever its kind.
    pub fn names_ending(&self, path: &Path) -> bool {
        self.by_ending.matches(path, false) && self.decide(path) == Some(true)
    }

    /// What is taken back.
    pub fn not(&self) -> &Globs {
        &self.not
    }

    pub fn extend(&mut self, other: &Selection) {
        self.all.extend(&other.all);
        self.by_ending.extend(&other.by_ending);
        self.not.extend(&other.not);
    }
}

impl SelectionBuilder {
    /// Adds a glob; `!` and `#` take back, wherever they stand.
    pub fn add(&mut self, glob: &str) -> Result<(), String> {
        let glob = anchored(glob)?;
        if let Some(glob) = glob.strip_prefix('!') {
            return self.not.add(glob);
        }
        self.all.add(&glob)?;
        let last = glob.rsplit('/').next().unwrap_or_default();
        if last.contains('.') && !last.ends_with('*') {
            self.by_ending.add(&glob)?;
        }
        Ok(())
    }

    pub fn build(self) -> Result<Selection, String> {
        let (all, by_ending) = (self.all.build()?, self.by_ending.build()?);
        Ok(Selection { all, by_ending, not: self.not.build()? })
    }
}

/// The glob as `.gitignore` would have it: here a name without `/` stands for one in this
/// directory, and `#` takes back as `!` does.
pub(in crate::config) fn anchored(glob: &str) -> Result<String, String> {
    let (not, path) = match glob.strip_prefix(['!', '#']) {
        Some(path) if !path.starts_with('(') => ("!", path),
        _ => ("", glob),
    };
    let path = path.strip_prefix(':').unwrap_or(path);
    let path = path.strip_prefix("./").unwrap_or(path);
    let path = alternatives(path)?;
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(format!("{not}{slash}{path}"))
}

/// `@(a|b)` as `{a,b}`.
fn alternatives(glob: &str) -> Result<String, String> {
    let mut done = String::new();
    let mut rest = glob;
    while let Some(at) = rest.find('(') {
        let (before, inner) = (&rest[..at], &rest[at + 1..]);
        let (Some(before), Some(end)) = (before.strip_suffix('@'), inner.find(')')) else {
            return match before.ends_with(['*', '+', '?', '!']) {
                true => Err(format!("`{glob}` is not understood; write its cases one by one")),
                false => Ok(done + rest),
            };
        };
        done = format!("{done}{before}{{{}}}", inner[..end].replace('|', ","));
        rest = &inner[end + 1..];
    }
    Ok(done + rest)
}
