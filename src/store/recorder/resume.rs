//! What a run that is taken up again need not check.

use std::collections::HashMap;
use std::path::Path;

use super::ValidationBuilder;
use crate::config::Project;
use crate::diagnostic::{Edit, Finding, Fingerprint};
use crate::engine::{CachedResult, File, Source};
use crate::store::error::StoreError;
use crate::store::id::{Digest, WorkflowId};
use crate::store::model::Status;
use crate::store::query::{ListPage, MAX_PAGE, RecommendationFilter, Recorded};
use crate::store::{Reader, Store};
use crate::text::Span;

/// The files with what a workflow has recorded of them, where file and settings are as they were
/// then; and how many those are.
///
/// # Errors
/// If the run history cannot be read.
pub fn remaining(
    store: &Store,
    project: &Project,
    workflow: WorkflowId,
    mut files: Vec<File>,
) -> Result<(Vec<File>, u64), StoreError> {
    let labels = ValidationBuilder::new(store, project);
    let done = store.snapshot(|reader| {
        let recorded = reader.recorded(workflow)?;
        let recorded: HashMap<_, _> =
            recorded.into_iter().map(|known| (known.path.clone(), known)).collect();
        let mut done = 0;
        for file in &mut files {
            let Some(known) = recorded.get(&labels.path(&file.path)) else { continue };
            if holds(&labels, project, file, known) {
                // What another version found that knows further rules is looked for again.
                match recall(reader, known) {
                    Err(StoreError::UnknownRule { .. }) => continue,
                    result => file.source = Source::Recalled(Box::new(result?)),
                }
                done += 1;
            }
        }
        Ok(done)
    })?;
    Ok((files, done))
}

/// Those of the files that were last validated under other settings than count for them now.
///
/// # Errors
/// If what was recorded cannot be read.
pub fn outdated<'f>(
    store: &Store,
    project: &Project,
    files: impl IntoIterator<Item = &'f Path>,
) -> Result<Vec<&'f Path>, StoreError> {
    let labels = ValidationBuilder::new(store, project);
    let known: HashMap<String, Digest> =
        store.read(|reader| reader.newest_settings())?.into_iter().collect();
    let is_outdated = |path: &&Path| {
        let known = known.get(&labels.path(path));
        known.is_some_and(|known| labels.settings(path) != Some(*known))
    };
    Ok(files.into_iter().filter(is_outdated).collect())
}

/// Whether what was recorded of a file would be found again.
fn holds(labels: &ValidationBuilder, project: &Project, file: &File, known: &Recorded) -> bool {
    let rules = project.rules_for(&file.path);
    let compares_pages = rules.as_ref().is_ok_and(|rules| rules.rules.compares_pages());
    let is_page = project.format(&file.path).is_none();
    let checks_links = is_page && rules.is_ok_and(|rules| rules.rules.checks_links());
    let is_same_file = || {
        crate::files::read(&file.path, crate::engine::MAX_BYTES).is_ok_and(|now| {
            // Where links lead changes with other files.
            Digest::of(&now) == known.hash && !(checks_links && may_link(&now))
        })
    };
    known.status != Status::Unreadable
        && labels.settings(&file.path) == Some(known.settings)
        && !compares_pages
        && is_same_file()
}

/// Whether a page may hold links: something that is in every form of them is there.
fn may_link(text: &[u8]) -> bool {
    const MARKS: [&str; 10] =
        ["](", "]:", "href", "src", "poster", "data=", "to=", "://", "{{", "{%"];
    MARKS.iter().any(|mark| memchr::memmem::find(text, mark.as_bytes()).is_some())
}

fn recall(reader: &Reader, known: &Recorded) -> Result<CachedResult, StoreError> {
    let recorded = reader.findings_of(known.validation)?.into_iter();
    let mut findings = recorded.map(Finding::try_from).collect::<Result<Vec<_>, _>>()?;
    if findings.iter().any(|finding| finding.fix.is_some()) {
        let edits = edits(reader, known.validation)?;
        for finding in &mut findings {
            if let (Some(fix), Some(edits)) = (&mut finding.fix, edits.get(&finding.fingerprint)) {
                fix.edits.clone_from(edits);
            }
        }
    }
    Ok(CachedResult { digest: known.hash.0, findings, suppressed: known.suppressed })
}

/// The edits of the fixes in the file that a validation saw.
fn edits(reader: &Reader, validation: i64) -> Result<HashMap<Fingerprint, Vec<Edit>>, StoreError> {
    let filter = RecommendationFilter { validation: Some(validation), ..Default::default() };
    let found = reader.recommendations(&filter, ListPage::first(MAX_PAGE))?.items;
    let changes = found.into_iter().flat_map(|recommendation| recommendation.changes);
    let edits = changes.map(|change| {
        let edits = change.edits.into_iter().map(|edit| {
            let span = Span { start: edit.start, end: edit.end };
            Edit { span, text: edit.after }
        });
        (change.fingerprint, edits.collect())
    });
    Ok(edits.collect())
}
