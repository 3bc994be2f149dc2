//! Decisions about many recommendations at once.

use schemars::JsonSchema;
use serde::Serialize;

use super::error::StoreError;
use super::query::RecommendationFilter;
use super::recommendations::{Approval, Rejection};
use super::tx::Tx;

/// Which recommendations are meant.
#[derive(Clone, Debug)]
pub enum Which {
    These(Vec<i64>),
    /// All that fit.
    All(RecommendationFilter),
}

/// What is decided about them.
#[derive(Clone, Debug)]
pub enum Verdict {
    Approve(Approval),
    Reject(Rejection),
}

/// What came of a decision about many.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Decided {
    /// Those that are now as they were to be.
    pub done: Vec<i64>,
    pub refused: Vec<Refused>,
}

/// One that its state did not allow to be decided so.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Refused {
    pub id: i64,
    pub message: String,
}

impl Tx<'_> {
    /// Decides about many; what cannot be decided so stays as it is.
    ///
    /// # Errors
    /// If the record cannot be written, or the verdict itself is wrong.
    pub fn decide_many(&self, which: &Which, verdict: &Verdict) -> Result<Decided, StoreError> {
        let ids = match which {
            Which::These(ids) => ids.clone(),
            Which::All(filter) => self.reader().recommendation_ids(filter)?,
        };
        let mut decided = Decided::default();
        for id in ids {
            let result = match verdict {
                Verdict::Approve(approval) => self.approve(id, approval),
                Verdict::Reject(rejection) => self.reject(id, rejection),
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
