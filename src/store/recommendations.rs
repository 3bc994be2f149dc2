//! How recommendations come to be, and what people decide about them.

use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::event::EventType;
use super::id::{Digest, WorkflowId};
use super::model::{RecommendationState, RecordChange};
use super::tx::{NewEvent, Tx};
use crate::diagnostic::Safety;

use RecommendationState::{Approved, Proposed, Refused, Rejected, Stale};

/// How to approve.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Approval {
    /// Places of the changes that are left out.
    pub exclude: Vec<usize>,
    /// Approve what was rejected before, too.
    pub overrule: bool,
}

/// Why something is rejected, and for how long.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Rejection {
    pub reason: Option<String>,
    /// The last day on which it holds, such as `2027-01-31`.
    pub until: Option<String>,
}

impl Rejection {
    /// Whether the date is one.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self.until.as_deref().map(str::parse::<jiff::civil::Date>) {
            Some(Err(_)) => Err(StoreError::Invalid(
                "the date up to which a rejection holds must be like 2027-01-31".into(),
            )),
            _ => Ok(()),
        }
    }
}

/// What the events of a recommendation tell.
#[derive(Serialize)]
struct Told<'a> {
    recommendation_id: i64,
    path: &'a str,
    rule: &'a str,
    instruction: &'a str,
    state: RecommendationState,
    safety: Safety,
    confidence: f64,
    changes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before_hash: Option<Digest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_hash: Option<Digest>,
}

/// A recommendation as decisions about it need it.
pub(super) struct RecommendationRow {
    pub id: i64,
    pub validation: i64,
    pub workflow: WorkflowId,
    pub path: String,
    pub rule: String,
    pub instruction: String,
    pub confidence: f64,
    pub safety: Safety,
    pub file_hash: Digest,
    pub state: RecommendationState,
    pub changes: Vec<RecordChange>,
}

impl Tx<'_> {
    /// Approves a recommendation, with the changes that are not left out. Doing so twice is fine.
    ///
    /// # Errors
    /// A conflict if it was rejected (unless that is overruled), applied, or is stale.
    pub fn approve(&self, id: i64, approval: &Approval) -> Result<(), StoreError> {
        let mut row = self.recommendation_row(id)?;
        match row.state {
            Approved => return Ok(()),
            Proposed => {}
            Rejected if approval.overrule => {
                for change in &row.changes {
                    self.forget_decision(change.fingerprint)?;
                }
            }
            _ => return Err(row.conflict("approved")),
        }
        let count = row.changes.len();
        if let Some(at) = approval.exclude.iter().find(|&&at| at >= count) {
            let id = format!("{at} of recommendation {id}, which has {count} from 0");
            return Err(StoreError::NotFound { what: "change", id });
        }
        for (at, change) in row.changes.iter_mut().enumerate() {
            change.excluded = approval.exclude.contains(&at);
        }
        if row.changes.iter().all(|change| change.excluded) {
            return Err(StoreError::Conflict {
                what: "recommendation",
                id: id.to_string(),
                state: "left without changes".to_owned(),
                wanted: "approved",
            });
        }
        let changes = serde_json::to_string(&row.changes)?;
        self.execute(
            "UPDATE recommendations SET changes = :changes WHERE id = :id",
            &[(":id", &id), (":changes", &changes)],
        )?;
        self.decided(row, Approved, EventType::RecommendationApproved, &Rejection::default())
    }

    /// Rejects a recommendation; its findings stay rejected in later runs. Doing so twice is fine.
    ///
    /// # Errors
    /// A conflict if it was applied or is stale; or if the rejection's date is none.
    pub fn reject(&self, id: i64, rejection: &Rejection) -> Result<(), StoreError> {
        rejection.check()?;
        let row = self.recommendation_row(id)?;
        match row.state {
            Rejected => return Ok(()),
            Proposed | Approved | Refused => {}
            _ => return Err(row.conflict("rejected")),
        }
        for change in &row.changes {
            self.decide(change.fingerprint, &row.rule, &row.path, rejection)?;
        }
        self.decided(row, Rejected, EventType::RecommendationRejected, rejection)
    }

    /// Takes a decision back: what was approved or rejected is proposed again, with all of its
    /// changes. Its event is `recommendation_created`. Doing so twice is fine.
    ///
    /// # Errors
    /// A conflict if it was applied or refused, or is stale.
    pub fn reconsider(&self, id: i64) -> Result<(), StoreError> {
        let mut row = self.recommendation_row(id)?;
        match row.state {
            Proposed => return Ok(()),
            Approved | Rejected => {}
            _ => return Err(row.conflict("proposed again")),
        }
        for change in &mut row.changes {
            if row.state == Rejected {
                self.forget_decision(change.fingerprint)?;
            }
            change.excluded = false;
        }
        self.execute(
            "UPDATE recommendations SET state = :state, changes = :changes, reason = NULL,
                until = NULL, decided_by = NULL, decided_us = NULL WHERE id = :id",
            &[
                (":id", &id),
                (":state", &Proposed),
                (":changes", &serde_json::to_string(&row.changes)?),
            ],
        )?;
        self.audit("recommendation_reconsidered", &format!("recommendation {id}"), None)?;
        let row = RecommendationRow { state: Proposed, ..row };
        self.tell_recommendation(&row, EventType::RecommendationCreated, None, None)
    }

    /// Marks a recommendation whose file has changed. Its event is `recommendation_rejected`, with
    /// the state `stale`. Doing so twice is fine.
    ///
    /// # Errors
    /// A conflict if it was rejected or applied.
    pub fn mark_stale(&self, id: i64, reason: &str) -> Result<(), StoreError> {
        let row = self.recommendation_row(id)?;
        match row.state {
            Stale => return Ok(()),
            Proposed | Approved | Refused => {}
            _ => return Err(row.conflict("made stale")),
        }
        let why = Rejection { reason: Some(reason.to_owned()), until: None };
        self.decided(row, Stale, EventType::RecommendationRejected, &why)
    }

    /// Marks a recommendation that could not be applied as it is. Its event is
    /// `recommendation_rejected`, with the state `refused`. Doing so twice is fine.
    ///
    /// # Errors
    /// A conflict if it was rejected or applied, or is stale.
    pub fn refuse(&self, id: i64, reason: &str) -> Result<(), StoreError> {
        let row = self.recommendation_row(id)?;
        match row.state {
            Refused => return Ok(()),
            Proposed | Approved => {}
            _ => return Err(row.conflict("refused")),
        }
        let why = Rejection { reason: Some(reason.to_owned()), until: None };
        self.decided(row, Refused, EventType::RecommendationRejected, &why)
    }

    pub(super) fn decided(
        &self,
        row: RecommendationRow,
        state: RecommendationState,
        event: EventType,
        why: &Rejection,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE recommendations SET state = :state, reason = :reason, until = :until,
                decided_by = :by, decided_us = :now WHERE id = :id",
            &[
                (":id", &row.id),
                (":state", &state),
                (":reason", &why.reason),
                (":until", &why.until),
                (":by", &self.author.name),
                (":now", &self.asked_us),
            ],
        )?;
        let action = format!("recommendation_{state}");
        self.audit(&action, &format!("recommendation {}", row.id), why.reason.as_deref())?;
        self.tell_recommendation(&RecommendationRow { state, ..row }, event, Some(why), None)
    }

    pub(super) fn tell_recommendation(
        &self,
        row: &RecommendationRow,
        kind: EventType,
        why: Option<&Rejection>,
        hashes: Option<(Digest, Digest)>,
    ) -> Result<(), StoreError> {
        let data = Told {
            recommendation_id: row.id,
            path: &row.path,
            rule: &row.rule,
            instruction: &row.instruction,
            state: row.state,
            safety: row.safety,
            confidence: row.confidence,
            changes: row.changes.iter().filter(|change| !change.excluded).count(),
            reason: why.and_then(|why| why.reason.as_deref()),
            until: why.and_then(|why| why.until.as_deref()),
            before_hash: hashes.map(|hashes| hashes.0),
            after_hash: hashes.map(|hashes| hashes.1),
        };
        let (workflow, validation) = (Some(row.workflow), Some(row.validation));
        self.emit(&NewEvent { kind, workflow, validation, actor: None, data })?;
        Ok(())
    }

    pub(super) fn recommendation_row(&self, id: i64) -> Result<RecommendationRow, StoreError> {
        let sql = format!("{SELECT} WHERE recommendations.id = ?1");
        let row = self.connection.prepare_cached(&sql)?.query_row([id], row);
        let (row, changes) =
            row.optional()?.ok_or_else(|| StoreError::not_found("recommendation", id))?;
        Ok(RecommendationRow { changes: serde_json::from_str(&changes)?, ..row })
    }

    /// The recommendations still proposed for the content that a validation saw.
    pub(super) fn proposed_for(&self, validation: i64) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT recommendations.id FROM validations
             JOIN recommendations USING (file)
             WHERE validations.id = ?1 AND file_hash = validations.hash
                AND recommendations.state = 'proposed' ORDER BY 1";
        let mut query = self.connection.prepare_cached(sql)?;
        let ids = query.query_map([validation], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }
}

impl RecommendationRow {
    pub(super) fn conflict(&self, wanted: &'static str) -> StoreError {
        let (id, state) = (self.id.to_string(), self.state.to_string());
        StoreError::Conflict { what: "recommendation", id, state, wanted }
    }
}

pub(super) const SELECT: &str =
    "SELECT recommendations.id, validation, workflow, path, rule, instruction,
    confidence, safety, file_hash, state, changes FROM recommendations
    JOIN files ON files.id = file";

/// The row, and its changes as they are stored.
pub(super) fn row(row: &rusqlite::Row) -> rusqlite::Result<(RecommendationRow, String)> {
    let found = RecommendationRow {
        id: row.get(0)?,
        validation: row.get(1)?,
        workflow: row.get(2)?,
        path: row.get(3)?,
        rule: row.get(4)?,
        instruction: row.get(5)?,
        confidence: row.get(6)?,
        safety: safety(&row.get::<_, String>(7)?),
        file_hash: row.get(8)?,
        state: row.get(9)?,
        changes: Vec::new(),
    };
    Ok((found, row.get(10)?))
}

/// How a safety is stored.
pub(super) fn safety_name(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::Review => "review",
    }
}

/// The safety of this name; what is not known to be safe is not.
pub(super) fn safety(name: &str) -> Safety {
    if name == "safe" { Safety::Safe } else { Safety::Review }
}
