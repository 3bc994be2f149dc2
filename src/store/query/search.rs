//! Findings by all that people ask of them, in an order, by their place in the whole list.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::Connection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::places::{PathPart, Places};
use super::sieve::{Before, Hit, KindFacts, KnownFacts, KnownSince, Sieve};
use super::{FindingFilter, FindingRow, FindingScope, Listing, Reader};
use crate::cancel;
use crate::diagnostic::Fingerprint;
use crate::engine::Owners;
use crate::rules::ValidationType;
use crate::store::error::StoreError;
use crate::store::finding::RecordedFinding;
use crate::store::id::WorkflowId;
use crate::store::packed::{Packed, PackedWords};

/// Which fix a finding has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FixFilter {
    Safe,
    Review,
    #[serde(rename = "none")]
    Missing,
}

/// Which findings are wanted; what is not set does not matter.
#[derive(Clone, Debug, Default)]
pub struct FindingSearch {
    pub filter: FindingFilter,
    pub validation_type: Option<ValidationType>,
    pub fix: Option<FixFilter>,
    /// Whether a rejection of it holds today.
    pub rejected: Option<bool>,
    /// Who owns which file, for those who count or filter by that.
    pub owners: Option<Arc<Owners>>,
    /// One of its file's owners, or [`NO_OWNER`].
    pub owner: Option<String>,
    /// What the project's baseline has, for those who count or filter by that.
    pub baseline: Option<Arc<HashSet<Fingerprint>>>,
    pub is_baselined: Option<bool>,
    /// Where a link leads, as [`Reader::targets`] names it.
    pub target: Option<String>,
    /// Words that its message, its path or its rule has, in any letter case.
    pub text: Option<String>,
    /// The run that says what is new: what was not known when it ended. For findings of one run,
    /// what it did not find in the files that both checked.
    pub since: Option<WorkflowId>,
    pub is_new: Option<bool>,
}

/// Stands for an owner where a file has none.
pub const NO_OWNER: &str = "none";

/// How a list of findings is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FindingOrder {
    /// Page by page, those with most errors, then with most findings, first.
    #[default]
    Worst,
    /// Page by page, by path.
    Path,
    /// Rule by rule, those that found most first, then by path.
    Rule,
}

/// A part of a list of findings, and where in it the finding is that was looked for.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Placed {
    #[serde(flatten)]
    pub list: Listing<FindingRow>,
    /// The place in the list, from 0, of the finding with the fingerprint that was asked for.
    pub at: Option<u64>,
}

impl<C: Borrow<Connection>> Reader<C> {
    /// A part of the findings that are wanted: up to `limit`, from the place `offset` on, or around
    /// the finding with the fingerprint `at`.
    ///
    /// # Errors
    /// If the run history cannot be read, or has no such run.
    pub fn search(
        &self,
        search: &FindingSearch,
        order: FindingOrder,
        offset: u64,
        limit: usize,
        at: Option<Fingerprint>,
    ) -> Result<Placed, StoreError> {
        let sieve = self.sieve(search)?;
        let mut places = Places::new(order);
        let by_header = at.is_none() && !sieve.needs_rows();
        self.files(search, |file, packed| {
            if by_header {
                let of_file = sieve.file(file.path);
                for kind in &packed.kinds {
                    if of_file | sieve.kind(file.path, kind).missed == 0 {
                        places.add(file.validation, (kind.rule, kind.severity), kind.count, false);
                    }
                }
                return Ok(());
            }
            self.visit(&sieve, file, packed, |hit, _| {
                if hit.fits() {
                    let is_wanted = at == Some(hit.row.fingerprint);
                    let kind = (hit.kind.rule, hit.kind.severity);
                    places.add(file.validation, kind, 1, is_wanted);
                }
                Ok(())
            })
        })?;
        let limit = limit.min(super::MAX_PAGE) as u64;
        let at = places.at();
        let first = at.map_or(offset.min(places.total), |at| at.saturating_sub(limit / 2));
        let mut items = Vec::new();
        for part in places.parts(first, limit) {
            self.rows(&sieve, &part, &mut items)?;
        }
        Ok(Placed { list: Listing { total: places.total, offset: first, items }, at })
    }

    /// The newest finding with this fingerprint in a file.
    ///
    /// # Errors
    /// If the run history cannot be read, or there is none.
    pub fn finding(&self, path: &str, print: Fingerprint) -> Result<FindingRow, StoreError> {
        let newest = self.latest(path)?.ok_or_else(|| StoreError::not_found("finding", print))?;
        let filter = FindingFilter {
            scope: FindingScope::Validation(newest.id),
            ..FindingFilter::default()
        };
        let search = FindingSearch { filter, ..FindingSearch::default() };
        let found = self.search(&search, FindingOrder::Path, 0, 1, Some(print))?;
        let row = found.list.items.into_iter().find(|row| row.finding.fingerprint == print);
        row.ok_or_else(|| StoreError::not_found("finding", print))
    }

    /// Shows the findings that are wanted, file by file, by path; files without any are left out.
    ///
    /// # Errors
    /// If the run history cannot be read, has no such run, or `visit` fails.
    pub fn matches(
        &self,
        search: &FindingSearch,
        mut visit: impl FnMut(&str, Vec<RecordedFinding>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sieve = self.sieve(search)?;
        self.files(search, |file, packed| {
            let mut found = Vec::new();
            self.visit(&sieve, file, packed, |hit, words| {
                if hit.fits() {
                    found.push(words.finding(hit.row, hit.kind)?);
                }
                Ok(())
            })?;
            if found.is_empty() { Ok(()) } else { visit(file.path, found) }
        })
    }

    /// Shows all findings of the files that are wanted, by path and then in the order of place.
    pub(super) fn each_hit(
        &self,
        search: &FindingSearch,
        mut visit: impl FnMut(&Hit),
    ) -> Result<(), StoreError> {
        let sieve = self.sieve(search)?;
        self.files(search, |file, packed| {
            self.visit(&sieve, file, packed, |hit, _| {
                visit(hit);
                Ok(())
            })
        })
    }

    fn sieve<'s>(&self, search: &'s FindingSearch) -> Result<Sieve<'s>, StoreError> {
        let text = search.text.as_deref().unwrap_or_default();
        Ok(Sieve {
            search,
            words: text.split_whitespace().map(str::to_lowercase).collect(),
            rejected: self.rejected()?,
            baseline: search.since.map(|run| self.baseline(search, run)).transpose()?,
        })
    }

    /// Goes over the files that are wanted, by path.
    fn files(
        &self,
        search: &FindingSearch,
        mut visit: impl FnMut(&FileRow, &Packed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let wanted = search.filter.of_files();
        let sql = format!("{FILES}{} ORDER BY path, validations.id", wanted.sql);
        let mut query = self.connection().prepare_cached(&sql)?;
        let mut rows = query.query(wanted.values())?;
        while let Some(row) = rows.next()? {
            cancel::check();
            let (file, packed) = FileRow::read(row)?;
            visit(&file, &packed)?;
        }
        Ok(())
    }

    /// Shows all findings of a file, with the words of its pack.
    fn visit(
        &self,
        sieve: &Sieve,
        file: &FileRow,
        packed: &Packed,
        mut visit: impl FnMut(&Hit, &PackedWords) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let before = self.before(sieve, file.file, file.found)?;
        let of_file = sieve.file(file.path);
        let kinds: Vec<KindFacts> =
            packed.kinds.iter().map(|kind| sieve.kind(file.path, kind)).collect();
        packed.each(|at, row, kind, words| {
            let is_new = match &before {
                Before::AllKnown => false,
                Before::AllNew => true,
                Before::Known(known) => !known.contains(&row.fingerprint),
            };
            let is_rejected = sieve.rejected.contains_key(&row.fingerprint);
            let kind_facts = &kinds[row.kind];
            let baseline = sieve.search.baseline.as_ref();
            let is_baselined = baseline.is_some_and(|known| known.contains(&row.fingerprint));
            let known = KnownFacts { is_new, is_rejected, is_baselined };
            let missed = of_file | sieve.row(file.path, kind_facts, row, words, known)?;
            let FileRow { validation, path, .. } = *file;
            let hit =
                Hit { validation, path, at, row, kind, is_new, is_rejected, is_baselined, missed };
            visit(&hit, words)
        })
    }

    fn before(&self, sieve: &Sieve, file: i64, found: i64) -> Result<Before, StoreError> {
        let Some(baseline) = &sieve.baseline else { return Ok(Before::AllKnown) };
        let is_of_run = matches!(sieve.search.filter.scope, FindingScope::Workflow(_));
        Ok(match baseline.get(&file) {
            // As in a comparison of two runs: what only one of them checked does not count.
            None if is_of_run => Before::AllKnown,
            None | Some(None) => Before::AllNew,
            Some(Some(then)) if *then == found => Before::AllKnown,
            Some(then) => Before::Known(self.fingerprints(*then)?),
        })
    }

    fn baseline(&self, search: &FindingSearch, run: WorkflowId) -> Result<KnownSince, StoreError> {
        self.workflow(run)?;
        if matches!(search.filter.scope, FindingScope::Workflow(_)) {
            let sql = format!(
                "SELECT file, found FROM validations WHERE {} ORDER BY validations.id",
                super::OF_WORKFLOW
            );
            let found = self.all(&sql, [run], |row| Ok((row.get(0)?, row.get(1)?)))?;
            return Ok(found.into_iter().collect());
        }
        // From the newest validation of each file back to the one that counted then.
        let sql = "WITH RECURSIVE
            ended (id) AS (SELECT coalesce(last_validation, 9223372036854775807)
                FROM workflows WHERE id = ?1),
            chain (file, id) AS (SELECT files.id, latest FROM files WHERE latest IS NOT NULL
                UNION ALL SELECT chain.file, previous FROM chain
                JOIN validations ON validations.id = chain.id
                WHERE chain.id > (SELECT id FROM ended) AND previous IS NOT NULL)
            SELECT chain.file, found FROM chain JOIN validations ON validations.id = chain.id
            WHERE chain.id <= (SELECT id FROM ended)";
        let found = self.all(sql, [run], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.into_iter().collect())
    }

    /// Appends the rows of a part of a list.
    fn rows(
        &self,
        sieve: &Sieve,
        part: &PathPart,
        items: &mut Vec<FindingRow>,
    ) -> Result<(), StoreError> {
        let sql = format!("{FILES} WHERE validations.id = ?1");
        let mut query = self.connection().prepare_cached(&sql)?;
        let mut rows = query.query([part.validation])?;
        let Some(row) = rows.next()? else { return Ok(()) };
        let (file, packed) = FileRow::read(row)?;
        let mut place = 0;
        self.visit(sieve, &file, &packed, |hit, words| {
            if !hit.fits() || part.rule.is_some_and(|rule| rule != hit.kind.rule) {
                return Ok(());
            }
            if place >= part.skip && place - part.skip < part.take {
                items.push(FindingRow {
                    validation: file.validation,
                    workflow: file.workflow,
                    path: file.path.to_owned(),
                    index: hit.at,
                    finding: words.finding(hit.row, hit.kind)?,
                    rejected: sieve.rejected.get(&hit.row.fingerprint).cloned(),
                });
            }
            place += 1;
            Ok(())
        })
    }
}

/// The files of a search with what was found in each; conditions follow.
const FILES: &str = "SELECT validations.id, workflow, path, body, file, found FROM validations
    JOIN files ON files.id = file JOIN findings ON findings.id = found";

/// A file of a search: its validation, and the ids of itself and of what was found.
struct FileRow<'r> {
    validation: i64,
    workflow: WorkflowId,
    path: &'r str,
    file: i64,
    found: i64,
}

impl<'r> FileRow<'r> {
    /// Reads a row of [`FILES`].
    fn read(row: &'r rusqlite::Row) -> Result<(Self, Packed<'r>), StoreError> {
        let path = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        let packed = Packed::open(row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?)?;
        let (validation, workflow) = (row.get(0)?, row.get(1)?);
        let (file, found) = (row.get(4)?, row.get(5)?);
        Ok((FileRow { validation, workflow, path, file, found }, packed))
    }
}
