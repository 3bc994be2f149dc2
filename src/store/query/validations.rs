//! Validations: the list, the single one, and the history of a file.

use std::borrow::Borrow;
use std::collections::HashSet;

use rusqlite::types::ToSql;
use rusqlite::{Connection, Row, params_from_iter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::order::RowOrder;
use super::{ListPage, OF_WORKFLOW, PageOrder, Paged, Reader, Where};
use crate::diagnostic::Fingerprint;
use crate::store::error::StoreError;
use crate::store::finding::RecordedFinding;
use crate::store::id::{Digest, WorkflowId};
use crate::store::model::{Counts, Status, Validation};
use crate::store::packed::Packed;

/// Which validations are wanted; what is not set does not matter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ValidationFilter {
    pub workflow: Option<WorkflowId>,
    pub status: Option<Status>,
    /// A file, a directory, or a pattern with `*`.
    pub path: Option<String>,
    /// Only the newest validation of each file.
    pub current: bool,
}

/// One validation in the history of a file, held against the one before.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Version {
    pub validation: Validation,
    /// Whether the file's content is other than before.
    pub edited: bool,
    pub new: usize,
    pub resolved: usize,
    pub unchanged: usize,
}

/// How the history of a file is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VersionOrder {
    /// The newest first.
    #[default]
    Newest,
    /// Those that could not be read, then those with most errors, warnings, remarks.
    Worst,
}

impl VersionOrder {
    fn rows(self, is_reversed: bool) -> RowOrder {
        match self {
            VersionOrder::Newest => PageOrder::Newest.rows(is_reversed),
            VersionOrder::Worst => PageOrder::Worst.rows(is_reversed),
        }
    }
}

/// A file that a workflow has done.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    pub validation: i64,
    pub path: String,
    pub hash: Digest,
    pub status: Status,
    pub counts: Counts,
    pub settings: Digest,
    pub suppressed: usize,
}

pub(super) const SELECT: &str =
    "SELECT validations.id, workflow, path, hash, status, errors, warnings, infos,
    family, types, ts_us, duration_us, error, review, found
    FROM validations JOIN files ON files.id = file";

impl<C: Borrow<Connection>> Reader<C> {
    /// Validations: those of one workflow in their order, those of all newest first.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn validations(
        &self,
        filter: &ValidationFilter,
        page: ListPage<i64>,
    ) -> Result<Paged<Validation, i64>, StoreError> {
        self.validations_by(filter, (PageOrder::Newest, filter.workflow.is_some()), page)
    }

    /// Validations in an order, or from its end.
    ///
    /// # Errors
    /// If the run history cannot be read, or there is no validation of which the page is to come
    /// after.
    pub fn validations_by(
        &self,
        filter: &ValidationFilter,
        (order, is_reversed): (PageOrder, bool),
        page: ListPage<i64>,
    ) -> Result<Paged<Validation, i64>, StoreError> {
        let (order, limit) = (order.rows(is_reversed), page.limit());
        let wanted = Where::default()
            .and_each(OF_WORKFLOW, filter.workflow)
            .and("status = ?", filter.status)
            .and_path(filter.path.as_deref());
        let mut wanted = self.and_after(wanted, &order, page.after)?;
        if filter.current {
            wanted.add("latest = validations.id");
        }
        let sql = format!("{SELECT}{} ORDER BY {} LIMIT {}", wanted.sql, order.terms(), limit + 1);
        let found = self.all(&sql, wanted.values(), validation)?;
        Ok(Paged::cut(found, limit, |validation| validation.id))
    }

    /// The validation of this id.
    ///
    /// # Errors
    /// If there is none.
    pub fn validation(&self, id: i64) -> Result<Validation, StoreError> {
        let found = self.one(&format!("{SELECT} WHERE validations.id = ?1"), [id], validation)?;
        found.ok_or_else(|| StoreError::not_found("validation", id))
    }

    /// All findings of one validation, in the order of place.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn findings_of(&self, validation: i64) -> Result<Vec<RecordedFinding>, StoreError> {
        let sql = "SELECT body FROM validations JOIN findings ON findings.id = found
             WHERE validations.id = ?1";
        let body: Option<Vec<u8>> = self.one(sql, [validation], |row| row.get(0))?;
        let Some(body) = body else { return Ok(Vec::new()) };
        let found = Packed::open(&body)?.findings(|_, _, _| true)?;
        Ok(found.into_iter().map(|(_, finding)| finding).collect())
    }

    /// The newest validation of a file.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn latest(&self, path: &str) -> Result<Option<Validation>, StoreError> {
        self.one(
            &format!("{SELECT} WHERE path = ?1 AND latest = validations.id"),
            [path],
            validation,
        )
    }

    /// The paths of all files, and the digest of the settings that their newest validation was under.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn newest_settings(&self) -> Result<Vec<(String, Digest)>, StoreError> {
        let sql = "SELECT path, settings FROM files JOIN validations ON validations.id = latest";
        self.all(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// What a workflow has done so far: the newest validation of each of its files.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn recorded(&self, workflow: WorkflowId) -> Result<Vec<Recorded>, StoreError> {
        let sql = format!(
            "SELECT max(validations.id), path, hash, status, errors, warnings, infos, settings,
                suppressed
             FROM validations JOIN files ON files.id = file WHERE {OF_WORKFLOW} GROUP BY file"
        );
        self.all(&sql, [workflow], |row| {
            Ok(Recorded {
                validation: row.get(0)?,
                path: row.get(1)?,
                hash: row.get(2)?,
                status: row.get(3)?,
                counts: Counts { errors: row.get(4)?, warnings: row.get(5)?, infos: row.get(6)? },
                settings: row.get(7)?,
                suppressed: row.get(8)?,
            })
        })
    }

    /// The validations of one file in an order, or from its end, each held against the one before
    /// it in time. A page of these may have any number of rows.
    ///
    /// # Errors
    /// If the run history cannot be read, or there is no validation of which the page is to come
    /// after.
    pub fn history(
        &self,
        path: &str,
        (order, is_reversed): (VersionOrder, bool),
        page: ListPage<i64>,
    ) -> Result<Paged<Version, i64>, StoreError> {
        let (order, limit) = (order.rows(is_reversed), page.limit.max(1));
        let wanted = self.and_after(Where::default(), &order, page.after)?;
        let sql = format!(
            "WITH RECURSIVE chain (id) AS (SELECT latest FROM files WHERE path = ?
                UNION ALL SELECT previous FROM chain JOIN validations USING (id))
             {SELECT} JOIN chain ON chain.id = validations.id{} ORDER BY {} LIMIT {}",
            wanted.sql,
            order.terms(),
            limit + 1
        );
        let path: &dyn ToSql = &path;
        let values = [path].into_iter().chain(wanted.values.iter().map(AsRef::as_ref));
        let found =
            self.all(&sql, params_from_iter(values), |row| Ok((validation(row)?, row.get(14)?)))?;
        let Paged { items, next } = Paged::cut(found, limit, |(validation, _)| validation.id);
        let items = items.into_iter().map(|(now, set)| self.version(now, set));
        Ok(Paged { items: items.collect::<Result<_, _>>()?, next })
    }

    /// A validation and the id of what it found, held against the validation of the same file before
    /// it.
    fn version(&self, now: Validation, set: Option<i64>) -> Result<Version, StoreError> {
        let sql = "SELECT hash, found FROM validations
             WHERE id = (SELECT previous FROM validations WHERE id = ?1)";
        type Before = (Digest, Option<i64>);
        let before: Option<Before> =
            self.one(sql, [now.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let prints = self.fingerprints(set)?;
        let prints_before = self.fingerprints(before.and_then(|(_, set)| set))?;
        let unchanged = prints.intersection(&prints_before).count();
        Ok(Version {
            edited: before.is_some_and(|(hash, _)| hash != now.hash),
            new: prints.len() - unchanged,
            resolved: prints_before.len() - unchanged,
            unchanged,
            validation: now,
        })
    }

    pub(super) fn fingerprints(
        &self,
        set: Option<i64>,
    ) -> Result<HashSet<Fingerprint>, StoreError> {
        let Some(set) = set else { return Ok(HashSet::new()) };
        let body: Option<Vec<u8>> =
            self.one("SELECT body FROM findings WHERE id = ?1", [set], |row| row.get(0))?;
        let prints = Packed::open(&body.unwrap_or_default())?.fingerprints()?;
        Ok(prints.into_iter().map(|(print, _)| print).collect())
    }
}

pub(super) fn validation(row: &Row) -> rusqlite::Result<Validation> {
    Ok(Validation {
        id: row.get(0)?,
        workflow: row.get(1)?,
        path: row.get(2)?,
        hash: row.get(3)?,
        status: row.get(4)?,
        counts: Counts { errors: row.get(5)?, warnings: row.get(6)?, infos: row.get(7)? },
        family: row.get(8)?,
        types: row.get(9)?,
        ts_us: row.get(10)?,
        duration_us: row.get(11)?,
        error: row.get(12)?,
        review: row.get(13)?,
    })
}
