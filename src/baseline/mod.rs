//! The findings that a project lives with: a text file in the repository, by which a run fails
//! only on what is new.

mod file;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Finding, Fingerprint};
use crate::engine::{Base, FileReport, Status, moved, root_relative, shown};

pub use file::{BaselineError, NAME, find};
pub use text::Malformed;

/// Known findings by file. Paths count from the directory of the baseline, so that it says the same
/// wherever a run starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    files: BTreeMap<String, BTreeMap<BaselineKey, String>>,
}

/// What a finding is known by; the fingerprint is that of the path in the baseline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct BaselineKey {
    rule: String,
    fingerprint: Fingerprint,
}

/// A baseline that counts in a run.
#[derive(Debug)]
pub struct Baseline {
    path: PathBuf,
    dir: Base,
    /// The directory that the fingerprints of the run's findings count from.
    root: PathBuf,
    pub known: Known,
}

impl Known {
    pub fn len(&self) -> usize {
        self.files.values().map(BTreeMap::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    fn insert(&mut self, path: &str, key: BaselineKey, message: String) {
        match self.files.get_mut(path) {
            Some(file) => drop(file.insert(key, message)),
            None => drop(self.files.insert(path.to_owned(), BTreeMap::from([(key, message)]))),
        }
    }
}

impl Baseline {
    /// Where it stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path by which the baseline knows a file.
    fn name(&self, path: &Path) -> String {
        shown(&self.dir.relative(path))
    }

    /// The fingerprints of all that is known, as the run's findings have them.
    pub fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.known.files.iter().flat_map(|(name, known)| {
            let to = root_relative(&self.root, &self.dir.absolute(Path::new(name)));
            known.keys().map(move |key| moved(key.fingerprint, name, &to))
        })
    }

    fn key(&self, name: &str, path: &Path, finding: &Finding) -> BaselineKey {
        let from = root_relative(&self.root, path);
        let fingerprint = moved(finding.fingerprint, &from, name);
        BaselineKey { rule: finding.rule.to_string(), fingerprint }
    }

    /// Takes a file's known findings out of those that count. Of what is known, only the rules
    /// that `was_run` names can be resolved.
    pub fn filter(&self, file: &mut FileReport, was_run: impl Fn(&str) -> bool) {
        // What a file that cannot be read says of itself is not to be lived with.
        if file.status != Status::Checked {
            return;
        }
        let name = self.name(&file.path);
        let Some(known) = self.known.files.get(&name) else { return };
        let mut found: BTreeSet<BaselineKey> = BTreeSet::new();
        for finding in std::mem::take(&mut file.findings) {
            let key = self.key(&name, &file.path, &finding);
            if known.contains_key(&key) {
                found.insert(key);
                file.aside.known.push(finding);
            } else {
                file.findings.push(finding);
            }
        }
        // What was rejected in review is still there.
        let rejected = file.rejected.iter();
        found.extend(rejected.map(|rejected| self.key(&name, &file.path, &rejected.finding)));
        let is_resolved = |key: &&BaselineKey| !found.contains(*key) && was_run(&key.rule);
        file.aside.resolved = known.keys().filter(is_resolved).count();
    }

    /// Enters a file's findings in place of what was known of it. Rules that `was_run` does not
    /// name keep what was known. Without `may_add`, new findings stay out; returns how many.
    pub fn enter(
        &mut self,
        file: &FileReport,
        was_run: impl Fn(&str) -> bool,
        may_add: bool,
    ) -> usize {
        if file.status != Status::Checked {
            return 0;
        }
        let name = self.name(&file.path);
        let before = self.known.files.remove(&name).unwrap_or_default();
        let mut refused = 0;
        let mut after = BTreeMap::new();
        for finding in &*file.found() {
            let key = self.key(&name, &file.path, finding);
            match before.get(&key) {
                _ if may_add => drop(after.insert(key, finding.message.to_string())),
                Some(message) => drop(after.insert(key, message.clone())),
                None => refused += 1,
            }
        }
        let kept = before.into_iter().filter(|(key, _)| !was_run(&key.rule));
        after.extend(kept);
        if !after.is_empty() {
            self.known.files.insert(name, after);
        }
        refused
    }

    /// Whether there are files that are neither among those checked nor there any more.
    pub fn has_gone(&self, checked: &[&Path]) -> bool {
        let checked: BTreeSet<PathBuf> =
            checked.iter().map(|path| self.dir.absolute(path)).collect();
        let mut paths = self.known.files.keys().map(|name| self.dir.absolute(Path::new(name)));
        paths.any(|path| !checked.contains(&path) && !path.exists())
    }

    /// Takes what is known of files that are gone for what is known of the files that they were
    /// renamed to. Paths, old and new, are absolute.
    pub fn follow(&mut self, renames: &[(PathBuf, PathBuf)]) {
        let real = std::fs::canonicalize(self.dir.path());
        // The directory as the baseline has it, which may be reached through a link.
        let own = |path: &Path| match real.as_ref().map(|real| path.strip_prefix(real)) {
            Ok(Ok(inside)) => self.dir.path().join(inside),
            _ => path.to_owned(),
        };
        let mut found = Vec::new();
        for (old, new) in renames {
            let (old, new) = (own(old), own(new));
            if !old.exists() {
                found.push((self.name(&old), self.name(&new)));
            }
        }
        for (old, new) in found {
            for (key, message) in self.known.files.remove(&old).unwrap_or_default() {
                let fingerprint = moved(key.fingerprint, &old, &new);
                self.known.insert(&new, BaselineKey { fingerprint, ..key }, message);
            }
        }
    }

    /// Forgets the files that are neither among those checked nor there any more, and those
    /// below the directories `walked` that are no longer looked at. Returns how many findings that
    /// resolves.
    pub fn forget_gone(&mut self, checked: &[&Path], walked: &[PathBuf]) -> usize {
        let checked: BTreeSet<PathBuf> =
            checked.iter().map(|path| self.dir.absolute(path)).collect();
        let dir = &self.dir;
        let before = self.known.len();
        self.known.files.retain(|name, _| {
            let path = dir.absolute(Path::new(name));
            let is_left_out = || walked.iter().any(|walked| path.starts_with(walked));
            checked.contains(&path) || (path.exists() && !is_left_out())
        });
        before - self.known.len()
    }
}
