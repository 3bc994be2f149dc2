//! Which run a run is compared with unless somebody names another.

use std::borrow::Borrow;

use rusqlite::Connection;

use super::{ListPage, MAX_PAGE, Reader, WorkflowFilter};
use crate::store::error::StoreError;
use crate::store::id::WorkflowId;
use crate::store::model::{Workflow, WorkflowState};

impl<C: Borrow<Connection>> Reader<C> {
    /// The run before this one that was of the same kind, over the same folder, and came to its end.
    ///
    /// # Errors
    /// If no such run, or the record cannot be read.
    pub fn run_before(&self, id: WorkflowId) -> Result<Option<WorkflowId>, StoreError> {
        let run = self.workflow(id)?;
        let folder = folder(&run);
        let earlier =
            self.completed(&run.kind, Some(id), |earlier| self::folder(earlier) == folder)?;
        Ok(earlier.map(|earlier| earlier.id))
    }

    /// The newest batch that came to its end and has one before it over the same folder: the one
    /// before, and then it.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub fn newest_pair(&self) -> Result<Option<[WorkflowId; 2]>, StoreError> {
        let mut seen: Vec<(Vec<String>, WorkflowId)> = Vec::new();
        let before = self.completed("batch", None, |run| {
            let folder = folder(run);
            if seen.iter().any(|(known, _)| *known == folder) {
                return true;
            }
            seen.push((folder, run.id));
            false
        })?;
        Ok(before.and_then(|before| {
            let folder = folder(&before);
            let (_, after) = seen.into_iter().find(|(known, _)| *known == folder)?;
            Some([before.id, after])
        }))
    }

    /// The newest completed run of a kind, of those before `after`, that is wanted.
    fn completed(
        &self,
        kind: &str,
        after: Option<WorkflowId>,
        mut is_wanted: impl FnMut(&Workflow) -> bool,
    ) -> Result<Option<Workflow>, StoreError> {
        let state = Some(WorkflowState::Completed);
        let filter = WorkflowFilter { state, kind: Some(kind.to_owned()), since_us: None };
        let mut page = ListPage { after, limit: MAX_PAGE };
        loop {
            let found = self.workflows(&filter, page)?;
            if let Some(run) = found.items.into_iter().find(|run| is_wanted(run)) {
                return Ok(Some(run));
            }
            let Some(next) = found.next else { return Ok(None) };
            page.after = Some(next);
        }
    }
}

/// The folder that a run was over, however it was named: what all its paths have in common.
fn folder(run: &Workflow) -> Vec<String> {
    let from = run.what["folder"].as_str().unwrap_or_default();
    let paths = run.what["paths"].as_array().map(Vec::as_slice).unwrap_or_default();
    let places = paths.iter().filter_map(|path| path.as_str()).map(|path| parts(from, path));
    places
        .reduce(|all, place| {
            let same = all.iter().zip(&place).take_while(|(a, b)| a == b).count();
            all[..same].to_vec()
        })
        .unwrap_or_default()
}

/// The parts of a path up to the first pattern.
fn parts(from: &str, path: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let from = if path.starts_with('/') { "" } else { from };
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| last != "..") => drop(parts.pop()),
            part if part.contains(['*', '?', '[', '{']) => break,
            part => parts.push(part.to_owned()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_the_same_however_it_is_written() {
        for path in ["docs", "./docs/", "docs/./", "docs/**/*.md", "docs/api/.."] {
            assert_eq!(parts("", path), ["docs"], "{path}");
        }
        assert_eq!(parts("docs", "api"), parts("", "docs/api"));
        assert!(parts("", ".").is_empty());
    }
}
