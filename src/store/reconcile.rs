//! What a new validation means for recommendations: which stay, which no longer fit, which are new.

use std::sync::LazyLock;

use super::error::StoreError;
use super::event::EventType;
use super::id::Digest;
use super::model::{NewValidation, Proposal, RecommendationState, RecordChange};
use super::recommendations::{RecommendationRow, SELECT, row, safety_name};
use super::tx::Tx;

/// The recommendations of a file that may still be applied.
static OPEN: LazyLock<String> = LazyLock::new(|| {
    format!("{SELECT} WHERE file = ?1 AND state IN ('proposed', 'approved', 'refused')")
});

/// What a new validation means for the recommendations that its file already has.
#[derive(Debug, Default)]
pub(super) struct Reconciled {
    /// Those whose edits no longer fit.
    pub stale: Vec<i64>,
    /// Those whose edits only moved.
    pub moved: Vec<i64>,
    new: Vec<Proposal>,
}

impl Tx<'_> {
    /// Holds what is proposed now against what the file already has: what is the same stays with
    /// what was decided about it, what no longer fits becomes stale, the rest is new.
    pub(super) fn reconcile(
        &self,
        new: &NewValidation,
        validation: i64,
        file: i64,
        has_open: bool,
    ) -> Result<Reconciled, StoreError> {
        let mut result = Reconciled::default();
        if new.error.is_some() {
            return Ok(result);
        }
        let mut wanted = self.wanted(&new.proposals)?;
        if !has_open {
            result.new = wanted;
            return Ok(result);
        }
        let mut query = self.statements.get(&OPEN)?;
        let mut rows = query.query([file])?;
        while let Some(found) = rows.next()? {
            let (old, changes) = row(found)?;
            let old = RecommendationRow { changes: serde_json::from_str(&changes)?, ..old };
            let alike = |new: &Proposal| new.rule == old.rule && new.safety == old.safety;
            let same = wanted
                .iter()
                .position(|new| alike(new) && same_changes(&new.changes, &old.changes));
            if let Some(at) = same {
                let proposal = wanted.swap_remove(at);
                let was_refused = old.state == RecommendationState::Refused;
                if old.file_hash != new.hash || was_refused {
                    self.relocate(&old, proposal, validation, new.hash)?;
                    result.moved.push(old.id);
                }
            } else if old.file_hash != new.hash || new.proposals.iter().any(alike) {
                result.stale.push(old.id);
            }
        }
        for id in &result.stale {
            self.execute(
                "UPDATE recommendations SET state = 'stale', reason = 'the file has changed',
                    decided_by = :by, decided_us = :now WHERE id = :id",
                &[(":id", id), (":by", &self.author.name), (":now", &self.asked_us)],
            )?;
        }
        result.new = wanted;
        Ok(result)
    }

    /// What is proposed, without what was rejected before.
    fn wanted(&self, proposals: &[Proposal]) -> Result<Vec<Proposal>, StoreError> {
        let mut wanted = Vec::with_capacity(proposals.len());
        for proposal in proposals {
            let mut changes = Vec::with_capacity(proposal.changes.len());
            for change in &proposal.changes {
                if !self.is_rejected(change.fingerprint)? {
                    changes.push(change.clone());
                }
            }
            if !changes.is_empty() {
                wanted.push(Proposal { changes, ..proposal.clone() });
            }
        }
        Ok(wanted)
    }

    /// The same edits at another place of the file. What was refused is proposed again.
    fn relocate(
        &self,
        old: &RecommendationRow,
        mut new: Proposal,
        validation: i64,
        hash: Digest,
    ) -> Result<(), StoreError> {
        for (change, old) in new.changes.iter_mut().zip(&old.changes) {
            change.excluded = old.excluded;
        }
        let changes = serde_json::to_string(&new.changes)?;
        self.execute(
            "UPDATE recommendations SET changes = :changes, file_hash = :hash, validation = :validation,
                reason = iif(state = 'refused', NULL, reason),
                state = iif(state = 'refused', 'proposed', state)
             WHERE id = :id",
            &[(":id", &old.id), (":changes", &changes), (":hash", &hash), (":validation", &validation)],
        )?;
        Ok(())
    }

    /// Records what is newly proposed.
    pub(super) fn propose(
        &self,
        new: &NewValidation,
        validation: i64,
        file: i64,
        reconciled: &Reconciled,
    ) -> Result<(), StoreError> {
        for proposal in &reconciled.new {
            let id = self.insert(
                "INSERT INTO recommendations (validation, workflow, file, rule, instruction,
                    rationale, confidence, safety, file_hash, changes, created_us)
                 VALUES (:validation, :workflow, :file, :rule, :instruction,
                    :rationale, :confidence, :safety, :hash, :changes, :now)",
                &[
                    (":validation", &validation),
                    (":workflow", &new.workflow),
                    (":file", &file),
                    (":rule", &proposal.rule),
                    (":instruction", &proposal.instruction),
                    (":rationale", &proposal.rationale),
                    (":confidence", &proposal.confidence),
                    (":safety", &safety_name(proposal.safety)),
                    (":hash", &new.hash),
                    (":changes", &serde_json::to_string(&proposal.changes)?),
                    (":now", &self.asked_us),
                ],
            )?;
            let row = RecommendationRow {
                id,
                validation,
                workflow: new.workflow,
                path: new.path.clone(),
                rule: proposal.rule.clone(),
                instruction: proposal.instruction.clone(),
                confidence: proposal.confidence,
                safety: proposal.safety,
                file_hash: new.hash,
                state: RecommendationState::Proposed,
                changes: proposal.changes.clone(),
            };
            self.tell_recommendation(&row, EventType::RecommendationCreated, None, None)?;
        }
        Ok(())
    }
}

/// Whether these are the same edits of the same findings, wherever they stand.
fn same_changes(new: &[RecordChange], old: &[RecordChange]) -> bool {
    let same_edits = |new: &RecordChange, old: &RecordChange| {
        new.edits.len() == old.edits.len()
            && new
                .edits
                .iter()
                .zip(&old.edits)
                .all(|(new, old)| (&new.before, &new.after) == (&old.before, &old.after))
    };
    new.len() == old.len()
        && new
            .iter()
            .zip(old)
            .all(|(new, old)| new.fingerprint == old.fingerprint && same_edits(new, old))
}
