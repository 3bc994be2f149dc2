//! Globs, written as in `.gitignore`: a name without `/` matches at any depth, a directory stands
//! for all that is in it, `!` takes back, and the last glob that matches decides.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use globset::{Candidate, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Globs that count from one or more directories.
#[derive(Clone, Debug, Default)]
pub(super) struct Globs {
    /// One for each directory; later ones decide before earlier ones.
    matchers: Vec<Matcher>,
}

/// Globs that count from one directory.
#[derive(Clone, Debug)]
struct Matcher {
    dir: PathBuf,
    set: GlobSet,
    /// For each glob of the set.
    meanings: Vec<Meaning>,
    /// The globs as they were written.
    written: Arc<[WrittenGlob]>,
}

/// A glob as it was written, which may be several in the set.
#[derive(Debug)]
struct WrittenGlob {
    glob: String,
    /// Whether it has matched anything yet.
    is_used: AtomicBool,
}

#[derive(Clone, Copy, Debug)]
struct Meaning {
    /// Written with `!`.
    takes_back: bool,
    only_dirs: bool,
    /// Index of the glob as it was written.
    glob: usize,
}

/// Globs of one directory in the making.
pub(super) struct GlobsBuilder {
    dir: PathBuf,
    set: GlobSetBuilder,
    meanings: Vec<Meaning>,
    written: Vec<WrittenGlob>,
}

impl GlobsBuilder {
    pub fn new(dir: &Path) -> Self {
        let (set, meanings, written) = (GlobSetBuilder::new(), Vec::new(), Vec::new());
        GlobsBuilder { dir: dir.to_owned(), set, meanings, written }
    }

    /// Adds a glob; an error says what is wrong with it.
    pub fn add(&mut self, glob: &str) -> Result<(), String> {
        let written = WrittenGlob { glob: glob.to_owned(), is_used: AtomicBool::new(false) };
        let (takes_back, path) = match glob.strip_prefix('!') {
            Some(path) => (true, path),
            None => (false, glob),
        };
        if path.split('/').any(|part| part == "..") {
            return Err(format!("glob `{glob}` leaves the directory that it is relative to"));
        }
        let (only_dirs, path) = match path.strip_suffix('/') {
            Some(path) => (true, path),
            None => (false, path),
        };
        let anchored = path.strip_prefix("./").or_else(|| path.strip_prefix('/'));
        let path = match anchored {
            Some(path) => path.to_owned(),
            None if path.contains('/') => path.to_owned(),
            None => format!("**/{path}"),
        };
        if path.trim_start_matches("**/").trim().is_empty() {
            return Err("empty glob".to_owned());
        }
        let glob = self.written.len();
        self.written.push(written);
        if !path.ends_with("/**") {
            self.set.add(parse(&format!("{path}/**"))?);
            self.meanings.push(Meaning { takes_back, only_dirs: false, glob });
        }
        self.set.add(parse(&path)?);
        self.meanings.push(Meaning { takes_back, only_dirs, glob });
        Ok(())
    }

    pub fn build(self) -> Result<Globs, String> {
        if self.meanings.is_empty() {
            return Ok(Globs::default());
        }
        let set = self.set.build().map_err(|error| error.to_string())?;
        let GlobsBuilder { dir, meanings, written, .. } = self;
        Ok(Globs { matchers: vec![Matcher { dir, set, meanings, written: written.into() }] })
    }
}

fn parse(glob: &str) -> Result<Glob, String> {
    GlobBuilder::new(glob)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| format!("not a glob: {}", error.kind()))
}

impl Globs {
    pub fn is_empty(&self) -> bool {
        self.matchers.iter().all(|matcher| matcher.meanings.is_empty())
    }

    /// Adds globs that decide before those already there.
    pub fn extend(&mut self, other: &Globs) {
        self.matchers.extend(other.matchers.iter().cloned());
    }

    /// How many there are, as they were written.
    pub fn len(&self) -> usize {
        self.matchers.iter().map(|matcher| matcher.written.len()).sum()
    }

    /// The globs that have matched nothing yet.
    pub fn unused(&self) -> impl Iterator<Item = &str> {
        let written = self.matchers.iter().flat_map(|matcher| matcher.written.iter());
        let unused = written.filter(|glob| !glob.is_used.load(Ordering::Relaxed));
        unused.map(|glob| glob.glob.as_str())
    }

    /// Whether the file or directory, or a directory that it is in, matches.
    pub fn matches(&self, path: &Path, is_dir: bool) -> bool {
        let decided = self.matchers.iter().rev().find_map(|matcher| matcher.decide(path, is_dir));
        decided.unwrap_or(false)
    }
}

impl Matcher {
    /// What the last glob that matches says.
    fn decide(&self, path: &Path, is_dir: bool) -> Option<bool> {
        let path = path.strip_prefix(&self.dir).ok()?;
        let found = self.set.matches_candidate(&Candidate::new(path));
        let meanings = found.iter().map(|&index| self.meanings[index]);
        let meanings = meanings.filter(|meaning| is_dir || !meaning.only_dirs);
        let mut decided = None;
        for meaning in meanings {
            let is_used = &self.written[meaning.glob].is_used;
            // Threads share it: it is written once only.
            if !is_used.load(Ordering::Relaxed) {
                is_used.store(true, Ordering::Relaxed);
            }
            decided = Some(!meaning.takes_back);
        }
        decided
    }
}
