//! What shells complete besides commands and options: rules, families, runs and recommendations.
//! A shell that completes is told of no mistakes: where something cannot be read, there is nothing.

use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use super::opened;
use crate::config::{Project, Request};
use crate::report::printable;
use crate::rules as table;
use crate::store::RecommendationState;
use crate::store::query::{ListPage, RecommendationFilter, WorkflowFilter};

/// As many runs and recommendations as somebody would look through.
const SHOWN: usize = 50;

/// A value with what is said of it, which may hold names that a stranger gave.
fn candidate(value: impl Into<String>, help: &str) -> CompletionCandidate {
    CompletionCandidate::new(value.into()).help(Some(printable(help).into_owned().into()))
}

/// Whether a shell takes a name as it stands: what it would run is for nobody to complete.
fn is_plain(name: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.starts_with('-') && name.chars().all(is_plain)
}

/// The rules by id and by name.
pub(super) fn rules() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let rules = table::builtin().all().map(|(_, entry)| entry.meta);
        rules.flat_map(|meta| [meta.id, meta.name].map(|it| candidate(it, meta.summary))).collect()
    })
}

/// The families of the project in the current directory.
pub(super) fn families() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let project = Project::load(Request::default());
        let families = project.and_then(|project| project.families(project.root()));
        let plain = families.unwrap_or_default().into_iter().filter(|name| is_plain(name));
        plain.map(CompletionCandidate::new).collect()
    })
}

/// The latest runs.
pub(super) fn runs() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let page = ListPage { after: None, limit: SHOWN };
        let found = opened::store().and_then(|store| {
            Ok(store.read(|reader| reader.workflows(&WorkflowFilter::default(), page))?.items)
        });
        let about = |state: &str, kind: &str| format!("{kind}, {state}");
        let runs = found.unwrap_or_default().into_iter();
        runs.map(|run| candidate(run.id.to_string(), &about(run.state.name(), &run.kind))).collect()
    })
}

/// The recommendations that wait for review.
pub(super) fn recommendations() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let filter = RecommendationFilter {
            state: Some(RecommendationState::Proposed),
            ..RecommendationFilter::default()
        };
        let page = ListPage { after: None, limit: SHOWN };
        let found = opened::store().and_then(|store| {
            Ok(store.read(|reader| reader.recommendations(&filter, page))?.items)
        });
        let about = |rule: &str, path: &str| format!("{rule} in {path}");
        let waiting = found.unwrap_or_default().into_iter();
        waiting.map(|it| candidate(it.id.to_string(), &about(&it.rule, &it.path))).collect()
    })
}
