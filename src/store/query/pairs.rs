//! Which runs are compared where not both are named.

use std::borrow::Borrow;
use std::path::{Component, Path, PathBuf};

use rusqlite::Connection;

use super::{ListPage, MAX_PAGE, Reader, WorkflowFilter};
use crate::files::normalize;
use crate::store::error::StoreError;
use crate::store::id::WorkflowId;
use crate::store::model::{Workflow, WorkflowState};

/// Kinds of runs that check only what was written just before: what they find is no answer to
/// what has become of a directory.
const AFTERWARDS: &[&str] = &["enhance", "undo"];

/// What a run was about. Runs about the same are compared unasked.
#[derive(Debug, PartialEq)]
struct PairSubject {
    kind: String,
    /// For a batch the directory; else the paths, in order. Relative to the root.
    places: Vec<PathBuf>,
}

impl<C: Borrow<Connection>> Reader<C> {
    /// The run before this one that was about the same and came to its end. The run history's
    /// project is at `root`.
    ///
    /// # Errors
    /// If there is no such run, or the run history cannot be read.
    pub fn run_before(
        &self,
        id: WorkflowId,
        root: &Path,
    ) -> Result<Option<WorkflowId>, StoreError> {
        let run = self.workflow(id)?;
        let subject = PairSubject::of(&run, root);
        let mut found = None;
        self.completed(Some(&run.kind), Some(id), |earlier| {
            let is_same = PairSubject::of(earlier, root) == subject;
            if is_same {
                found = Some(earlier.id);
            }
            is_same
        })?;
        Ok(found)
    }

    /// The latest run, of this kind if one is named, that came to its end and has one before it
    /// about the same: the one before, and then it.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn newest_pair(
        &self,
        kind: Option<&str>,
        root: &Path,
    ) -> Result<Option<[WorkflowId; 2]>, StoreError> {
        let mut seen: Vec<(PairSubject, WorkflowId)> = Vec::new();
        let mut found: Option<(usize, WorkflowId)> = None;
        self.completed(kind, None, |run| {
            if AFTERWARDS.contains(&run.kind.as_str()) {
                return false;
            }
            let subject = PairSubject::of(run, root);
            let Some(at) = seen.iter().position(|(known, _)| *known == subject) else {
                seen.push((subject, run.id));
                return false;
            };
            if found.is_none_or(|(best, _)| at < best) {
                found = Some((at, run.id));
            }
            at == 0
        })?;
        Ok(found.map(|(at, before)| [before, seen[at].1]))
    }

    /// Shows the runs that came to their end, the newest first, until `is_enough`.
    fn completed(
        &self,
        kind: Option<&str>,
        after: Option<WorkflowId>,
        mut is_enough: impl FnMut(&Workflow) -> bool,
    ) -> Result<(), StoreError> {
        let state = Some(WorkflowState::Completed);
        let filter = WorkflowFilter { state, kind: kind.map(str::to_owned), since_us: None };
        let mut page = ListPage { after, limit: MAX_PAGE };
        loop {
            let found = self.workflows(&filter, page)?;
            if found.items.iter().any(&mut is_enough) || found.next.is_none() {
                return Ok(());
            }
            page.after = found.next;
        }
    }
}

impl PairSubject {
    fn of(run: &Workflow, root: &Path) -> PairSubject {
        // Earlier versions called it `folder`.
        let named = run.what["directory"].as_str().or(run.what["folder"].as_str());
        let directory = root.join(named.unwrap_or_default());
        let paths = run.what["paths"].as_array().map(Vec::as_slice).unwrap_or_default();
        let place = |path: &str| within(root, &directory.join(path));
        let mut places: Vec<PathBuf> =
            paths.iter().filter_map(|path| path.as_str()).map(place).collect();
        if places.is_empty() {
            places.push(place(""));
        }
        if run.kind == "batch" {
            // Whether a shell, the server or the run itself listed the files makes no difference.
            let place = places.into_iter().reduce(|all, place| common(&all, &place));
            places = place.into_iter().collect();
        }
        places.sort();
        places.dedup();
        PairSubject { kind: run.kind.clone(), places }
    }
}

/// The path relative to the root, up to the first part that is a pattern. Nothing is looked up: what
/// a run was about may be gone.
fn within(root: &Path, path: &Path) -> PathBuf {
    let is_pattern = |part: &Component| matches!(part, Component::Normal(name) if name.to_string_lossy().contains(['*', '?', '[', '{']));
    let parts = path.strip_prefix(root).unwrap_or(path).components();
    normalize(&parts.take_while(|part| !is_pattern(part)).collect::<PathBuf>())
}

fn common(a: &Path, b: &Path) -> PathBuf {
    let same = a.components().zip(b.components()).take_while(|(a, b)| a == b);
    same.map(|(part, _)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_same_however_it_is_written() {
        let root = Path::new("/p");
        for (written, place) in [
            ("/p", ""),
            ("/p/.", ""),
            ("/p/docs/", "docs"),
            ("/p/docs/../docs/./api", "docs/api"),
            ("/p/docs/**/*.md", "docs"),
            ("/p/../q", "../q"),
            ("/q/a.md", "/q/a.md"),
        ] {
            assert_eq!(within(root, Path::new(written)), Path::new(place), "{written}");
        }
        assert_eq!(common(Path::new("a/b/c"), Path::new("a/b/d")), Path::new("a/b"));
        assert_eq!(common(Path::new("a"), Path::new("ab")), Path::new(""));
    }
}
