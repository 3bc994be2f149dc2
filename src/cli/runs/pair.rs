//! Which runs are compared where not both are named, or why there are none.

use crate::cli::opened::explained;
use crate::store::{Store, Workflow, WorkflowId};

/// The latest run that came to its end and has one before it about the same, and that one first.
///
/// # Errors
/// If there are none.
pub(super) fn latest(store: &Store) -> anyhow::Result<[Workflow; 2]> {
    let found = store.read(|reader| reader.newest_pair(None, store.root())).map_err(explained)?;
    let pair = found.ok_or_else(|| {
        anyhow::anyhow!(
            "no two runs of one kind over the same directory have come to their end\n\
             help: `validator runs` lists all runs; \
             `validator runs compare A B` compares any two"
        )
    })?;
    both(store, pair)
}

/// The run before `id` that was about the same and came to its end, and then `id`.
///
/// # Errors
/// If there is no run `id`, or none before it.
pub(super) fn before(store: &Store, id: WorkflowId) -> anyhow::Result<[Workflow; 2]> {
    let run = store.read(|reader| reader.workflow(id)).map_err(explained)?;
    let found = store.read(|reader| reader.run_before(id, store.root())).map_err(explained)?;
    let kind = &run.kind;
    let earlier = found.ok_or_else(|| {
        anyhow::anyhow!(
            "before {id} no {kind} over the same directory has come to its end\n\
             help: `validator runs --kind {kind}` lists what is there; \
             `validator runs compare A {id}` compares it with any other"
        )
    })?;
    both(store, [earlier, id])
}

fn both(store: &Store, [before, after]: [WorkflowId; 2]) -> anyhow::Result<[Workflow; 2]> {
    let read = |id| store.read(|reader| reader.workflow(id)).map_err(explained);
    Ok([read(before)?, read(after)?])
}
