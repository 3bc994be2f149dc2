//! What is reviewed, in one line.

use crate::cli::opened::explained;
use crate::cli::table::moment;
use crate::report::{count, plural};
use crate::store::query::{Outline, RecommendationFilter};
use crate::store::{Store, Workflow};

/// Such as `5 recommendations: 4 safe, 1 for review; from batch wf_1m4t0kq7x2c of 2026-11-23 10:00`.
/// A run that is asked for by the filter is the one that is named.
pub(super) fn heading(store: &Store, filter: &RecommendationFilter) -> anyhow::Result<String> {
    let found = store.snapshot(|reader| {
        let outline = reader.outline(filter)?;
        let run = filter.workflow.or(outline.runs.last().copied());
        Ok((run.map(|run| reader.workflow(run)).transpose()?, outline))
    });
    let (run, outline) = found.map_err(explained)?;
    Ok(sentence(&outline, run.as_ref(), filter.workflow.is_some()))
}

fn sentence(outline: &Outline, run: Option<&Workflow>, is_asked: bool) -> String {
    let Outline { safe, review, runs } = outline;
    let all = plural(safe + review, "recommendation");
    let mut text = format!("{all}: {} safe, {} for review", count(*safe), count(*review));
    if let Some(run) = run {
        let named = format!("{} {} of {}", run.kind, run.id, moment(run.created_us));
        match runs.len() {
            2.. if !is_asked => {
                text.push_str(&format!("; from {} runs, the latest {named}", count(runs.len())));
            }
            _ => text.push_str(&format!("; from {named}")),
        }
    }
    text
}
