//! Recording what the check of a file found, and what is decided about it as a whole.

use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use super::bulk::Decided;
use super::error::StoreError;
use super::event::{Created, EventType};
use super::id::WorkflowId;
use super::model::{Counts, NewValidation, Review, Status};
use super::recommendations::{Approval, Rejection};
use super::reconcile::Reconciled;
use super::tx::{NewEvent, Tx};
use crate::diagnostic::Safety;

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
struct KnownValidation {
    file: i64,
    /// That validation.
    latest: Option<i64>,
    /// Whether the file was not in the run history before.
    is_new: bool,
    /// Whether it has recommendations that may still be applied.
    has_open: bool,
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
        let id = self.next_validation()?;
        let known = self.known(&new.path, id)?;
        let counts = new.found.counts;
        let status = status(new, counts);
        let found = self.keep_findings(new, known.found)?;
        self.insert_validation(id, new, &known, status, found)?;
        if !known.is_new {
            let sql = "UPDATE files SET latest = ?1 WHERE id = ?2";
            self.statements.get(sql)?.execute((id, known.file))?;
        }
        let reconciled = self.reconcile(new, id, known.file, known.has_open)?;
        self.tell_validation(new, id, status, &reconciled)?;
        self.propose(new, id, known.file, &reconciled)?;
        if let Some(fixed) = &new.fixed {
            self.record_fix(new, id, fixed)?;
        }
        self.memo.tallies.add(new.workflow, &new.path, &new.found)?;
        Ok(id)
    }

    /// Most validations are told by their row, which has all there is to tell.
    fn tell_validation(
        &self,
        new: &NewValidation,
        id: i64,
        status: Status,
        reconciled: &Reconciled,
    ) -> Result<(), StoreError> {
        let (kind, workflow) = (EventType::ValidationCreated, Some(new.workflow));
        let Reconciled { stale, moved, .. } = reconciled;
        if new.fixed.is_none() && stale.is_empty() && moved.is_empty() {
            return self.append(kind, workflow, Some(id), None, "").map(drop);
        }
        let data = Created {
            path: &new.path,
            hash: new.hash,
            status,
            counts: new.found.counts,
            family: new.family.as_deref(),
            types: &new.types,
            duration_us: new.duration_us,
            error: new.error.as_deref(),
            fixed: new.fixed.as_ref().map(|fixed| fixed.fixes),
            stale,
            moved,
        };
        self.emit(&NewEvent { kind, workflow, validation: Some(id), actor: None, data }).map(drop)
    }

    fn insert_validation(
        &self,
        id: i64,
        new: &NewValidation,
        known: &KnownValidation,
        status: Status,
        found: Option<i64>,
    ) -> Result<(), StoreError> {
        let counts = new.found.counts;
        let sql =
            "INSERT INTO validations (id, workflow, file, hash, status, errors, warnings, infos,
                family, types, found, ts_us, duration_us, error, previous, settings, suppressed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
        self.statements.get(sql)?.execute(params![
            id,
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
            self.asked_us,
            new.duration_us,
            new.error,
            known.latest,
            new.settings,
            new.suppressed,
        ])?;
        self.memo.next_validation.set(Some(id + 1));
        Ok(())
    }

    /// Approves what is still proposed for the validation's file, of this safety; only what is safe
    /// if none is named, and then says how many are left out. Doing so twice is fine.
    ///
    /// # Errors
    /// A conflict if it was rejected.
    pub fn approve_validation(
        &self,
        id: i64,
        safety: Option<Safety>,
    ) -> Result<Decided, StoreError> {
        let (workflow, path, review) = self.reviewed(id)?;
        if review == Some(Review::Rejected) {
            return Err(validation_conflict(id, "rejected", "approved"));
        }
        let limit = safety.unwrap_or(Safety::Safe);
        let (mut fitting, mut others) = (Vec::new(), Vec::new());
        for recommendation in self.proposed_for(id)? {
            let fits = self.recommendation_row(recommendation)?.safety == limit;
            if fits { &mut fitting } else { &mut others }.push(recommendation);
        }
        let left_out = if safety.is_none() { others.len() } else { 0 };
        if review.is_some() && safety.is_none() {
            return Ok(Decided::of(Vec::new(), left_out));
        }
        for &recommendation in &fitting {
            self.approve(recommendation, &Approval::default())?;
        }
        let (review, recommendations) = (Review::Approved, fitting.len());
        self.review(id, workflow, Reviewed { path, review, reason: None, recommendations })?;
        Ok(Decided::of(fitting, left_out))
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

    /// The id of the validation that comes next: one more than the greatest.
    fn next_validation(&self) -> Result<i64, StoreError> {
        if let Some(next) = self.memo.next_validation.get() {
            return Ok(next);
        }
        let sql = "SELECT ifnull(max(id), 0) + 1 FROM validations";
        Ok(self.statements.get(sql)?.query_row([], |row| row.get(0))?)
    }

    /// The file at this path; a new one if there is none, whose newest validation is going to be
    /// `validation`.
    fn known(&self, path: &str, validation: i64) -> Result<KnownValidation, StoreError> {
        // What comes first is mostly right: new files come together, in the first run.
        if self.memo.was_new.get()
            && let Some(new) = self.add_file(path, validation)?
        {
            return Ok(new);
        }
        let sql = "SELECT files.id, latest, findings.id, findings.hash, EXISTS (
                SELECT 1 FROM recommendations
                WHERE file = files.id AND state IN ('proposed', 'approved', 'refused'))
             FROM files
             LEFT JOIN validations ON validations.id = files.latest
             LEFT JOIN findings ON findings.id = validations.found
             WHERE path = ?1";
        let row = self.statements.get(sql)?.query_row([path], |row| {
            let (file, latest, has_open) = (row.get(0)?, row.get(1)?, row.get(4)?);
            let found = row.get::<_, Option<i64>>(2)?.zip(row.get(3)?);
            Ok(KnownValidation { file, latest, is_new: false, has_open, found })
        });
        let known = row.optional()?;
        self.memo.was_new.set(known.is_none());
        if let Some(known) = known {
            return Ok(known);
        }
        self.add_file(path, validation)?.ok_or_else(|| StoreError::Database {
            detail: format!("`{path}` is in the run history but cannot be read back"),
        })
    }

    /// Adds a file; `None` if it is in the run history already.
    fn add_file(&self, path: &str, validation: i64) -> Result<Option<KnownValidation>, StoreError> {
        let sql = "INSERT INTO files (path, latest) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let is_new = self.statements.get(sql)?.execute((path, validation))? > 0;
        let file = self.connection.last_insert_rowid();
        let new =
            KnownValidation { file, latest: None, is_new: true, has_open: false, found: None };
        Ok(is_new.then_some(new))
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
