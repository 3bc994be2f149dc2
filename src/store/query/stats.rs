//! The current state, and how they went from run to run.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use rusqlite::Connection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LogState, Reader, Where};
use crate::store::error::StoreError;
use crate::store::id::WorkflowId;
use crate::store::model::{Counts, RecommendationState, WorkflowState};

/// The current state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stats {
    #[serde(flatten)]
    pub log: LogState,
    /// Files that were ever checked.
    pub files: u64,
    /// Findings in the newest validation of each file.
    pub findings: Counts,
    pub validations: u64,
    pub workflows: BTreeMap<WorkflowState, u64>,
    pub recommendations: BTreeMap<RecommendationState, u64>,
}

/// Of what the trend is wanted; what is not set does not matter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TrendFilter {
    pub kind: Option<String>,
    pub rule: Option<String>,
    /// This directory and those in it.
    pub directory: Option<String>,
}

/// The findings of one run.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TrendPoint {
    pub workflow: WorkflowId,
    pub ended_us: i64,
    pub counts: Counts,
}

impl<C: Borrow<Connection>> Reader<C> {
    /// The current state. Within [`crate::store::Store::snapshot`] all parts are of one moment.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn stats(&self) -> Result<Stats, StoreError> {
        let current = "SELECT count(*), coalesce(sum(errors), 0), coalesce(sum(warnings), 0),
                coalesce(sum(infos), 0)
             FROM files JOIN validations ON validations.id = latest";
        let current = self.one(current, [], |row| {
            let counts = Counts { errors: row.get(1)?, warnings: row.get(2)?, infos: row.get(3)? };
            Ok((row.get(0)?, counts))
        })?;
        let (files, findings) = current.unwrap_or_default();
        let validations = self.one("SELECT count(*) FROM validations", [], |row| row.get(0))?;
        let workflows =
            self.all("SELECT state, count(*) FROM workflows GROUP BY state", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let recommendations =
            self.all("SELECT state, count(*) FROM recommendations GROUP BY state", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        Ok(Stats {
            log: self.log_state()?,
            files,
            findings,
            validations: validations.unwrap_or_default(),
            workflows: workflows.into_iter().collect(),
            recommendations: recommendations.into_iter().collect(),
        })
    }

    /// Findings of the last `limit` completed runs, oldest first.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn trend(&self, filter: &TrendFilter, limit: usize) -> Result<Vec<TrendPoint>, StoreError> {
        let runs = Where::default()
            .and("state = ?", Some(WorkflowState::Completed))
            .and("kind = ?", filter.kind.clone());
        let directory =
            filter.directory.as_deref().map(|directory| directory.trim_end_matches('/').to_owned());
        let below = directory.as_ref().map(|directory| format!("{directory}/*"));
        let sql = format!(
            "SELECT runs.id, runs.ended_us, coalesce(sum(count) FILTER (WHERE severity = 2), 0),
                coalesce(sum(count) FILTER (WHERE severity = 1), 0),
                coalesce(sum(count) FILTER (WHERE severity = 0), 0)
             FROM (SELECT id, ended_us FROM workflows{} ORDER BY id DESC LIMIT {limit}) AS runs
             LEFT JOIN tallies ON tallies.workflow = runs.id
                AND (? IS NULL OR rule = ? COLLATE NOCASE)
                AND (? IS NULL OR folder = ? OR folder GLOB ?)
             GROUP BY runs.id ORDER BY runs.id",
            runs.sql
        );
        let (rule, directory): (&dyn rusqlite::ToSql, &dyn rusqlite::ToSql) =
            (&filter.rule, &directory);
        let values =
            runs.values.iter().map(AsRef::as_ref).chain([rule, rule, directory, directory, &below]);
        self.all(&sql, rusqlite::params_from_iter(values), |row| {
            Ok(TrendPoint {
                workflow: row.get(0)?,
                ended_us: row.get(1)?,
                counts: Counts { errors: row.get(2)?, warnings: row.get(3)?, infos: row.get(4)? },
            })
        })
    }
}
