//! Writing approved recommendations to files, so that a crash at any moment leaves record and file
//! in agreement: first the intention is recorded, then the file is written, then it is confirmed.

use std::collections::HashSet;
use std::path::Path;

use super::error::StoreError;
use super::event::EventType;
use super::id::{Digest, WorkflowId};
use super::model::{Fixed, NewValidation, RecommendationState};
use super::recommendations::{RecommendationRow, Rejection};
use super::tx::Tx;
use crate::engine::state::read_page;

/// A file that is about to be written.
#[derive(Clone, Debug)]
pub struct NewApplication {
    pub workflow: WorkflowId,
    /// The validation whose recommendations are applied.
    pub validation: i64,
    pub path: String,
    pub before: Digest,
    pub after: Digest,
    /// What undoes it.
    pub journal: Option<String>,
    pub recommendations: Vec<i64>,
}

/// An intention that is recorded.
struct Intention {
    id: i64,
    validation: i64,
    path: String,
    before: Digest,
    after: Digest,
    recommendations: Vec<i64>,
}

impl Tx<'_> {
    /// Records that a file is about to be written. Returns the application's id.
    ///
    /// # Errors
    /// A conflict if one of the recommendations is not approved, or was made from other content.
    pub fn intend(&self, new: &NewApplication) -> Result<i64, StoreError> {
        for &id in &new.recommendations {
            let row = self.recommendation_row(id)?;
            if row.state != RecommendationState::Approved || row.file_hash != new.before {
                return Err(row.conflict("applied"));
            }
        }
        self.insert(
            "INSERT INTO applications (workflow, validation, file, before_hash, after_hash, journal,
                recommendations, actor)
             VALUES (:workflow, :validation, (SELECT id FROM files WHERE path = :path), :before,
                :after, :journal, :recommendations, :actor)",
            &[
                (":workflow", &new.workflow),
                (":validation", &new.validation),
                (":path", &new.path),
                (":before", &new.before),
                (":after", &new.after),
                (":journal", &new.journal),
                (":recommendations", &serde_json::to_string(&new.recommendations)?),
                (":actor", &self.author.name),
            ],
        )
    }

    /// Records that a run has fixed a file before it checked it.
    pub(super) fn record_fix(
        &self,
        new: &NewValidation,
        validation: i64,
        fixed: &Fixed,
    ) -> Result<(), StoreError> {
        self.insert(
            "INSERT INTO applications (workflow, validation, file, before_hash, after_hash, journal,
                recommendations, actor, done_us)
             VALUES (:workflow, :validation, (SELECT id FROM files WHERE path = :path), :before,
                :after, :journal, '[]', :actor, :now)",
            &[
                (":workflow", &new.workflow),
                (":validation", &validation),
                (":path", &new.path),
                (":before", &fixed.before),
                (":after", &new.hash),
                (":journal", &fixed.journal),
                (":actor", &self.author.name),
                (":now", &self.asked_us),
            ],
        )?;
        Ok(())
    }

    /// Records that these files of a run of the undo journal were taken back: what it applied to
    /// them no longer is. Returns how many writes that were.
    ///
    /// # Errors
    /// If the run history cannot be written.
    pub fn take_back(&self, journal: &str, paths: &[String]) -> Result<usize, StoreError> {
        let sql = "SELECT applications.id, path, recommendations
             FROM applications JOIN files ON files.id = file
             WHERE journal = ?1 AND done_us IS NOT NULL AND undone_us IS NULL";
        let read = |row: &rusqlite::Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let mut applied: Vec<(i64, String, String)> = self.reader().all(sql, [journal], read)?;
        let paths: HashSet<&str> = paths.iter().map(String::as_str).collect();
        applied.retain(|(_, path, _)| paths.contains(&**path));
        for (application, _, ids) in &applied {
            for id in serde_json::from_str::<Vec<i64>>(ids)? {
                self.unapply(self.recommendation_row(id)?)?;
            }
            self.execute(
                "UPDATE applications SET undone_us = :now WHERE id = :id",
                &[(":id", application), (":now", &self.asked_us)],
            )?;
        }
        if !applied.is_empty() {
            self.audit("taken_back", journal, None)?;
        }
        Ok(applied.len())
    }

    fn unapply(&self, row: RecommendationRow) -> Result<(), StoreError> {
        if row.state != RecommendationState::Applied {
            return Ok(());
        }
        let why = Rejection { reason: Some("it was reverted".to_owned()), until: None };
        self.decided(row, RecommendationState::Stale, EventType::RecommendationRejected, &why)
    }

    /// Confirms that the file was written: its recommendations are applied, its validation enhanced.
    ///
    /// # Errors
    /// If there is no such intention.
    pub fn confirm(&self, application: i64) -> Result<(), StoreError> {
        let found = self.intentions("id = ?1", application)?;
        let intention =
            found.first().ok_or_else(|| StoreError::not_found("application", application))?;
        self.carry_out(intention)
    }

    /// Gives an intention up: the file was not written.
    ///
    /// # Errors
    /// If the run history cannot be written.
    pub fn abandon(&self, application: i64) -> Result<(), StoreError> {
        let sql = "DELETE FROM applications WHERE id = :id AND done_us IS NULL";
        self.execute(sql, &[(":id", &application)])?;
        Ok(())
    }

    /// Settles the intentions of a workflow whose process has died, by what the files now hold.
    pub(super) fn settle_applications(&self, workflow: WorkflowId) -> Result<(), StoreError> {
        for intention in self.intentions("workflow = ?1", workflow)? {
            let now = read_page(&self.shared.root, Path::new(&intention.path));
            if now.is_ok_and(|bytes| Digest::of(&bytes) == intention.after) {
                self.carry_out(&intention)?;
            } else {
                self.abandon(intention.id)?;
            }
        }
        Ok(())
    }

    fn carry_out(&self, intention: &Intention) -> Result<(), StoreError> {
        self.execute(
            "UPDATE applications SET done_us = :now WHERE id = :id",
            &[(":id", &intention.id), (":now", &self.asked_us)],
        )?;
        let mut count = 0;
        for &id in &intention.recommendations {
            let row = self.recommendation_row(id)?;
            if row.state != RecommendationState::Applied {
                self.applied(row, intention)?;
                count += 1;
            }
        }
        self.enhanced(intention.validation, count)
    }

    fn applied(&self, row: RecommendationRow, intention: &Intention) -> Result<(), StoreError> {
        let state = RecommendationState::Applied;
        self.execute(
            "UPDATE recommendations SET state = 'applied' WHERE id = :id",
            &[(":id", &row.id)],
        )?;
        self.audit("recommendation_applied", &format!("recommendation {}", row.id), None)?;
        let hashes = Some((intention.before, intention.after));
        let event = EventType::RecommendationApplied;
        self.tell_recommendation(&RecommendationRow { state, ..row }, event, None, hashes)
    }

    fn intentions(
        &self,
        which: &str,
        value: impl rusqlite::ToSql,
    ) -> Result<Vec<Intention>, StoreError> {
        let sql = format!(
            "SELECT applications.id, validation, path, before_hash, after_hash, recommendations
             FROM applications JOIN files ON files.id = file
             WHERE applications.done_us IS NULL AND applications.{which}"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        let mut rows = query.query([value])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(Intention {
                id: row.get(0)?,
                validation: row.get(1)?,
                path: row.get(2)?,
                before: row.get(3)?,
                after: row.get(4)?,
                recommendations: serde_json::from_str(
                    row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?,
                )?,
            });
        }
        Ok(found)
    }
}
