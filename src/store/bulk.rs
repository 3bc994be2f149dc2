//! Decisions about many recommendations at once.

use schemars::JsonSchema;
use serde::Serialize;

use super::error::StoreError;
use super::model::RecommendationState;
use super::query::RecommendationFilter;
use super::recommendations::{Approval, Rejection};
use super::tx::Tx;
use crate::diagnostic::Safety;

/// Which recommendations are meant.
#[derive(Clone, Debug)]
pub enum Which {
    These(Vec<i64>),
    /// All that fit.
    All(RecommendationFilter),
}

/// What is decided about them.
#[derive(Clone, Debug)]
pub enum ReviewVerdict {
    Approve(Approval),
    Reject(Rejection),
    /// Take back what was decided.
    Reconsider,
}

/// What came of a decision about many.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Decided {
    /// Those that are now as they were to be.
    pub done: Vec<i64>,
    pub refused: Vec<Refused>,
    /// How many fit and were left out, since many at once are approved only if they are safe or
    /// `safety` is named.
    pub left_out: usize,
    /// Why they were left out.
    pub left_out_reason: Option<&'static str>,
}

const NEEDS_REVIEW: &str =
    "they need review; name `safety` to approve them, or approve them by their numbers";

/// One that its state did not allow to be decided so.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Refused {
    pub id: i64,
    pub message: String,
}

impl Decided {
    /// These were approved, and so many that need review were left out.
    pub(super) fn of(done: Vec<i64>, left_out: usize) -> Self {
        let left_out_reason = (left_out > 0).then_some(NEEDS_REVIEW);
        Decided { done, left_out, left_out_reason, ..Decided::default() }
    }
}

impl Tx<'_> {
    /// Decides about many; what cannot be decided so stays as it is. Of all that fit a filter which
    /// names no safety, only the safe ones are approved.
    ///
    /// # Errors
    /// If the run history cannot be written, or the verdict itself is wrong.
    pub fn decide_many(
        &self,
        which: &Which,
        verdict: &ReviewVerdict,
    ) -> Result<Decided, StoreError> {
        let mut decided = Decided::default();
        let ids = match (which, verdict) {
            (Which::These(ids), _) => ids.clone(),
            (Which::All(filter), ReviewVerdict::Approve(_)) if filter.safety.is_none() => {
                let state = filter.state.or(Some(RecommendationState::Proposed));
                let of =
                    |safety| RecommendationFilter { safety: Some(safety), state, ..filter.clone() };
                let left_out = self.reader().recommendation_ids(&of(Safety::Review))?.len();
                decided = Decided::of(Vec::new(), left_out);
                let safe = RecommendationFilter { safety: Some(Safety::Safe), ..filter.clone() };
                self.reader().recommendation_ids(&safe)?
            }
            (Which::All(filter), _) => self.reader().recommendation_ids(filter)?,
        };
        for id in ids {
            let result = match verdict {
                ReviewVerdict::Approve(approval) => self.approve(id, approval),
                ReviewVerdict::Reject(rejection) => self.reject(id, rejection),
                ReviewVerdict::Reconsider => self.reconsider(id),
            };
            match result {
                Ok(()) => decided.done.push(id),
                Err(error @ (StoreError::Conflict { .. } | StoreError::NotFound { .. })) => {
                    decided.refused.push(Refused { id, message: error.to_string() });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(decided)
    }
}
