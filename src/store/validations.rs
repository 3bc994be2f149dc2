//! Recording what the check of a file found, and what is decided about it as a whole.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::error::StoreError;
use super::event::EventType;
use super::id::{Digest, WorkflowId, now_us};
use super::model::{Counts, NewValidation, Review, Status};
use super::packed::Packed;
use super::query::OF_WORKFLOW;
use super::recommendations::{Approval, Rejection};
use super::tx::{NewEvent, Tx};
use crate::diagnostic::Severity;

/// What `validation_created` tells.
#[derive(Serialize)]
struct Created<'a> {
    path: &'a str,
    hash: Digest,
    status: Status,
    counts: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<&'a str>,
    types: &'a str,
    duration_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    /// Fixes that were applied before the check.
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stale: &'a [i64],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    moved: &'a [i64],
}

/// What the other events of a validation tell.
#[derive(Serialize)]
struct Reviewed<'a> {
    path: String,
    review: Review,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    recommendations: usize,
}

/// A file and the newest validation of it.
struct Known {
    file: i64,
    /// That validation.
    latest: Option<i64>,
    /// Whether the file was not in the record before.
    is_new: bool,
    /// Its findings: id, hash of their packed form.
    found: Option<(i64, i64)>,
}

impl Tx<'_> {
    /// Records the check of one file, with its findings and recommendations.
    ///
    /// # Errors
    /// A conflict if the workflow has ended.
    pub fn record_validation(&self, new: &NewValidation) -> Result<i64, StoreError> {
        self.check_open(new.workflow)?;
        let known = self.known(&new.path)?;
        let counts = new.found.counts;
        let status = status(new, counts);
        let found = self.keep_findings(new, known.found)?;
        let id = self.insert_validation(new, &known, status, found)?;
        if !known.is_new {
            let sql = "UPDATE files SET latest = ?1 WHERE id = ?2";
            self.statements.get(sql)?.execute((id, known.file))?;
        }
        let reconciled = self.reconcile(new, id, known.file, known.latest.is_none())?;
        self.emit(&NewEvent {
            kind: EventType::ValidationCreated,
            workflow: Some(new.workflow),
            validation: Some(id),
            actor: None,
            data: Created {
                path: &new.path,
                hash: new.hash,
                status,
                counts,
                family: new.family.as_deref(),
                types: &new.types,
                duration_us: new.duration_us,
                error: new.error.as_deref(),
                fixed: new.fixed.as_ref().map(|fixed| fixed.fixes),
                stale: &reconciled.stale,
                moved: &reconciled.moved,
            },
        })?;
        self.propose(new, id, known.file, &reconciled)?;
        if let Some(fixed) = &new.fixed {
            self.record_fix(new, id, fixed)?;
        }
        Ok(id)
    }

    fn insert_validation(
        &self,
        new: &NewValidation,
        known: &Known,
        status: Status,
        found: Option<i64>,
    ) -> Result<i64, StoreError> {
        let counts = new.found.counts;
        let sql = "INSERT INTO validations (workflow, file, hash, status, errors, warnings, infos,
                family, types, found, ts_us, duration_us, error, previous, settings, suppressed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
        Ok(self.statements.get(sql)?.insert(params![
            new.workflow,
            known.file,
            new.hash,
            status,
            counts.errors,
            counts.warnings,
            counts.infos,
            new.family,
            new.types,
            found,
            now_us(),
            new.duration_us,
            new.error,
            known.latest,
            new.settings,
            new.suppressed,
        ])?)
    }

    /// Approves all that is still proposed for the validation's file. Doing so twice is fine.
    ///
    /// # Errors
    /// A conflict if it was rejected.
    pub fn approve_validation(&self, id: i64) -> Result<usize, StoreError> {
        let (workflow, path, review) = self.reviewed(id)?;
        match review {
            Some(Review::Approved | Review::Enhanced) => return Ok(0),
            Some(Review::Rejected) => return Err(validation_conflict(id, "rejected", "approved")),
            None => {}
        }
        let proposed = self.proposed_for(id)?;
        for &recommendation in &proposed {
            self.approve(recommendation, &Approval::default())?;
        }
        let review = Review::Approved;
        let recommendations = proposed.len();
        self.review(id, workflow, Reviewed { path, review, reason: None, recommendations })?;
        Ok(recommendations)
    }

    /// Rejects all that is still proposed for the validation's file. Doing so twice is fine.
    ///
    /// # Errors
    /// A conflict if it was approved.
    pub fn reject_validation(&self, id: i64, rejection: &Rejection) -> Result<usize, StoreError> {
        let (workflow, path, review) = self.reviewed(id)?;
        match review {
            Some(Review::Rejected) => return Ok(0),
            Some(review) => return Err(validation_conflict(id, review.name(), "rejected")),
            None => {}
        }
        let proposed = self.proposed_for(id)?;
        for &recommendation in &proposed {
            self.reject(recommendation, rejection)?;
        }
        let (review, reason) = (Review::Rejected, rejection.reason.as_deref());
        let recommendations = proposed.len();
        self.review(id, workflow, Reviewed { path, review, reason, recommendations })?;
        Ok(recommendations)
    }

    /// Marks the validation as enhanced by this many recommendations.
    pub(super) fn enhanced(&self, id: i64, recommendations: usize) -> Result<(), StoreError> {
        let (workflow, path, _) = self.reviewed(id)?;
        let review = Review::Enhanced;
        self.review(id, workflow, Reviewed { path, review, reason: None, recommendations })
    }

    fn review(&self, id: i64, workflow: WorkflowId, data: Reviewed) -> Result<(), StoreError> {
        self.execute(
            "UPDATE validations SET review = :review WHERE id = :id",
            &[(":id", &id), (":review", &data.review)],
        )?;
        let kind = match data.review {
            Review::Approved => EventType::ValidationApproved,
            Review::Rejected => EventType::ValidationRejected,
            Review::Enhanced => EventType::ValidationEnhanced,
        };
        self.audit(kind.name(), &format!("validation {id}"), data.reason)?;
        let (workflow, validation) = (Some(workflow), Some(id));
        self.emit(&NewEvent { kind, workflow, validation, actor: None, data })?;
        Ok(())
    }

    fn reviewed(&self, id: i64) -> Result<(WorkflowId, String, Option<Review>), StoreError> {
        let sql = "SELECT workflow, path, review FROM validations
             JOIN files ON files.id = file WHERE validations.id = ?1";
        let row = self
            .connection
            .prepare_cached(sql)?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        row.optional()?.ok_or_else(|| StoreError::not_found("validation", id))
    }

    fn known(&self, path: &str) -> Result<Known, StoreError> {
        let sql = "SELECT files.id, latest, findings.id, findings.hash FROM files
             LEFT JOIN validations ON validations.id = files.latest
             LEFT JOIN findings ON findings.id = validations.found
             WHERE path = ?1";
        let row = self.statements.get(sql)?.query_row([path], |row| {
            let found = row.get::<_, Option<i64>>(2)?.zip(row.get(3)?);
            Ok(Known { file: row.get(0)?, latest: row.get(1)?, is_new: false, found })
        });
        match row.optional()? {
            Some(known) => Ok(known),
            None => {
                // The validation comes next, and a new row's id is one more than the greatest.
                let sql = "INSERT INTO files (path, latest)
                     VALUES (?1, (SELECT ifnull(max(id), 0) + 1 FROM validations))";
                let file = self.statements.get(sql)?.insert([path])?;
                Ok(Known { file, latest: None, is_new: true, found: None })
            }
        }
    }

    /// Keeps the findings, unless they are what was found in this file the last time.
    fn keep_findings(
        &self,
        new: &NewValidation,
        last: Option<(i64, i64)>,
    ) -> Result<Option<i64>, StoreError> {
        let body = &new.found.body;
        if body.is_empty() {
            return Ok(None);
        }
        let hash = xxhash_rust::xxh3::xxh3_64(body).cast_signed();
        if let Some((id, last)) = last
            && last == hash
        {
            return Ok(Some(id));
        }
        let sql = "INSERT INTO findings (hash, body) VALUES (?1, ?2)";
        Ok(Some(self.statements.get(sql)?.insert((hash, body))?))
    }
}

fn status(new: &NewValidation, counts: Counts) -> Status {
    match counts {
        _ if new.error.is_some() => Status::Unreadable,
        Counts { errors: 1.., .. } => Status::Failed,
        Counts { errors: 0, warnings: 0, infos: 0 } => Status::Passed,
        _ => Status::Warned,
    }
}

fn validation_conflict(id: i64, state: &str, wanted: &'static str) -> StoreError {
    StoreError::Conflict { what: "validation", id: id.to_string(), state: state.into(), wanted }
}

/// Sums up a workflow's findings by folder and rule.
pub(super) fn tally(connection: &Connection, workflow: WorkflowId) -> Result<(), StoreError> {
    let mut sums: HashMap<String, Vec<(String, Severity, u64)>> = HashMap::new();
    let sql = format!(
        "SELECT path, body FROM validations
         JOIN files ON files.id = file JOIN findings ON findings.id = found WHERE {OF_WORKFLOW}"
    );
    let mut query = connection.prepare_cached(&sql)?;
    let mut rows = query.query([workflow])?;
    while let Some(row) = rows.next()? {
        let (path, body) = (row.get_ref(0)?, row.get_ref(1)?);
        let folder = folder(path.as_str().map_err(rusqlite::Error::from)?);
        let packed = Packed::open(body.as_blob().map_err(rusqlite::Error::from)?)?;
        if !sums.contains_key(folder) {
            sums.insert(folder.to_owned(), Vec::new());
        }
        let Some(sums) = sums.get_mut(folder) else { continue };
        for kind in packed.kinds {
            let same =
                |sum: &&mut (String, Severity, u64)| sum.0 == kind.rule && sum.1 == kind.severity;
            match sums.iter_mut().find(same) {
                Some(sum) => sum.2 += kind.count,
                None => sums.push((kind.rule.to_owned(), kind.severity, kind.count)),
            }
        }
    }
    let mut insert =
        connection.prepare_cached("INSERT INTO tallies VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (folder, sums) in &sums {
        for (rule, severity, count) in sums {
            insert.execute((workflow, folder, rule, *severity as u8, count))?;
        }
    }
    Ok(())
}

/// The folder that a file lies in; empty for the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
