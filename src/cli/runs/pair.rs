//! Which runs are compared where not both are named.

use std::path::{Component, Path, PathBuf};

use crate::cli::opened::explained;
use crate::store::query::{ListPage, MAX_PAGE, WorkflowFilter};
use crate::store::{Store, Workflow, WorkflowId, WorkflowState};

/// Kinds of runs that check only what was written just before: what they find is no answer to
/// what has become of a folder.
const AFTERWARDS: &[&str] = &["enhance", "undo"];

/// What a run was about. Runs about the same are compared unasked.
#[derive(Debug, PartialEq)]
struct PairSubject {
    kind: String,
    /// For a batch the folder; else the paths, in order. Relative to the root.
    places: Vec<PathBuf>,
}

/// The latest run that came to its end and has one before it about the same, and that one first.
///
/// # Errors
/// If there are none.
pub(super) fn latest(store: &Store) -> anyhow::Result<[Workflow; 2]> {
    let mut seen: Vec<(PairSubject, Workflow)> = Vec::new();
    let mut found: Option<(usize, Workflow)> = None;
    completed(store, None, |run| {
        if AFTERWARDS.contains(&run.kind.as_str()) {
            return false;
        }
        let subject = PairSubject::of(&run, store.root());
        let Some(at) = seen.iter().position(|(known, _)| *known == subject) else {
            seen.push((subject, run));
            return false;
        };
        if found.as_ref().is_none_or(|(best, _)| at < *best) {
            found = Some((at, run));
        }
        at == 0
    })?;
    let (at, before) = found.ok_or_else(|| {
        anyhow::anyhow!(
            "no two runs of one kind over the same folder have come to their end\n\
             help: `validator runs` lists all runs; \
             `validator runs compare A B` compares any two"
        )
    })?;
    Ok([before, seen.swap_remove(at).1])
}

/// The run before `id` that was about the same and came to its end, and then `id`.
///
/// # Errors
/// If there is no run `id`, or none before it.
pub(super) fn before(store: &Store, id: WorkflowId) -> anyhow::Result<[Workflow; 2]> {
    let run = store.read(|reader| reader.workflow(id)).map_err(explained)?;
    let subject = PairSubject::of(&run, store.root());
    let mut found = None;
    completed(store, Some(id), |earlier| {
        let is_same = PairSubject::of(&earlier, store.root()) == subject;
        if is_same {
            found = Some(earlier);
        }
        is_same
    })?;
    let kind = &run.kind;
    let earlier = found.ok_or_else(|| {
        anyhow::anyhow!(
            "before {id} no {kind} over the same folder has come to its end\n\
             help: `validator runs --kind {kind}` lists what is there; \
             `validator runs compare A {id}` compares it with any other"
        )
    })?;
    Ok([earlier, run])
}

/// Shows runs that came to their end, the newest first, until `is_enough`.
fn completed(
    store: &Store,
    after: Option<WorkflowId>,
    mut is_enough: impl FnMut(Workflow) -> bool,
) -> anyhow::Result<()> {
    let state = Some(WorkflowState::Completed);
    let filter = WorkflowFilter { state, ..WorkflowFilter::default() };
    let mut page = ListPage { after, limit: MAX_PAGE };
    loop {
        let found = store.read(|reader| reader.workflows(&filter, page)).map_err(explained)?;
        if found.items.into_iter().any(&mut is_enough) || found.next.is_none() {
            return Ok(());
        }
        page.after = found.next;
    }
}

impl PairSubject {
    fn of(run: &Workflow, root: &Path) -> PairSubject {
        let folder = root.join(run.what["folder"].as_str().unwrap_or_default());
        let paths = run.what["paths"].as_array().map(Vec::as_slice).unwrap_or_default();
        let place = |path: &str| within(root, &folder.join(path));
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
    let mut place = PathBuf::new();
    for part in path.strip_prefix(root).unwrap_or(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if place.file_name().is_some() => {
                place.pop();
            }
            Component::Normal(name) if name.to_string_lossy().contains(['*', '?', '[', '{']) => {
                break;
            }
            part => place.push(part),
        }
    }
    place
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
