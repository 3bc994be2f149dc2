//! Questions about the run history.

mod compare;
mod events;
mod facets;
mod findings;
mod order;
mod pages;
mod pairs;
mod places;
mod recommendations;
mod search;
mod sieve;
mod stats;
mod targets;
mod validations;
mod workflows;

use std::borrow::Borrow;

use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Params, Row, params_from_iter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use crate::diagnostic::Fingerprint;

pub use compare::{Comparison, Delta, Located};
pub use events::{EventFilter, LogState};
pub use facets::{
    BaselineFacet, DirectoryFacet, FacetChanges, Facets, Fixes, OwnerFacet, Reviews, RuleFacet,
    TypeFacet,
};
pub use findings::{FindingCursor, FindingFilter, FindingRow, FindingScope, RuleCount};
pub use pages::{Listing, PageOrder};
pub use recommendations::{
    AuditEntry, AuditOrder, Outline, RecommendationFilter, RecommendationGroup,
};
pub use search::{FindingOrder, FindingSearch, FixFilter, NO_OWNER, Placed};
pub use stats::{Stats, TrendFilter, TrendPoint};
pub use targets::DeadTarget;
pub use validations::{Recorded, ValidationFilter, Version, VersionOrder};
pub use workflows::{WorkflowFilter, WorkflowOrder};

/// The most rows that one page has.
pub const MAX_PAGE: usize = 1_000;

/// A connection for questions.
pub struct Reader<C = Connection> {
    connection: C,
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListPage<K> {
    /// The `next` of the page before.
    pub after: Option<K>,
    /// At most [`MAX_PAGE`].
    pub limit: usize,
}

impl<K> ListPage<K> {
    /// The first `limit` rows.
    pub fn first(limit: usize) -> Self {
        ListPage { after: None, limit }
    }

    fn limit(&self) -> usize {
        self.limit.clamp(1, MAX_PAGE)
    }
}

impl<K> Default for ListPage<K> {
    fn default() -> Self {
        ListPage::first(100)
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Paged<T, K> {
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<K>,
}

impl<T, K> Paged<T, K> {
    /// Makes a page of up to `limit + 1` rows.
    fn cut(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> K) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(key);
        Paged { items, next }
    }
}

impl<C: Borrow<Connection>> Reader<C> {
    pub(super) fn on(connection: C) -> Self {
        Reader { connection }
    }

    fn connection(&self) -> &Connection {
        self.connection.borrow()
    }

    /// Asks questions that all see the same state.
    pub(super) fn at_once<T>(
        &self,
        ask: impl FnOnce(&Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transaction = self.connection().unchecked_transaction()?;
        let answer = ask(self);
        transaction.finish()?;
        answer
    }

    /// All rows of a query.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        values: impl Params,
        map: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut query = self.connection().prepare_cached(sql)?;
        let rows = query.query_map(values, map)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The first row of a query, if there is one.
    pub(super) fn one<T>(
        &self,
        sql: &str,
        values: impl Params,
        map: impl FnOnce(&Row) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.connection().prepare_cached(sql)?.query_row(values, map).optional()?)
    }
}

/// That a validation belongs to the workflow `?1`: it lies in the range that the workflow knows.
pub(super) const OF_WORKFLOW: &str = "workflow = ?1
    AND validations.id >= (SELECT first_validation FROM workflows WHERE workflows.id = ?1)
    AND validations.id <= (SELECT coalesce(last_validation, 9223372036854775807)
        FROM workflows WHERE workflows.id = ?1)";

/// The conditions of a query, put together from the filters that are set.
#[derive(Default)]
struct Where {
    sql: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Where {
    /// Adds a condition with one `?`, if there is a value for it.
    fn and<T: ToSql + 'static>(mut self, condition: &str, value: Option<T>) -> Self {
        if let Some(value) = value {
            self.add(condition);
            self.values.push(Box::new(value));
        }
        self
    }

    /// Adds a path: a file, a directory, or a pattern with `*`, `?` or `[…]`.
    fn and_path(mut self, path: Option<&str>) -> Self {
        if let Some(path) = path {
            self.add("(path = ? OR path GLOB ?)");
            let is_pattern = path.contains(['*', '?', '[']);
            let directory = || format!("{}/*", path.trim_end_matches('/'));
            let pattern = if is_pattern { path.to_owned() } else { directory() };
            self.values.push(Box::new(path.to_owned()));
            self.values.push(Box::new(pattern));
        }
        self
    }

    /// Adds a condition in which every `?1` is the value, if there is one.
    fn and_each<T: ToSql + Clone + 'static>(mut self, condition: &str, value: Option<T>) -> Self {
        if let Some(value) = value {
            self.add(&condition.replace("?1", "?"));
            for _ in condition.matches("?1") {
                self.values.push(Box::new(value.clone()));
            }
        }
        self
    }

    fn add(&mut self, condition: &str) {
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
        self.sql.push_str(condition);
    }

    fn values(&self) -> impl Params {
        params_from_iter(self.values.iter())
    }
}

/// A fingerprint as it is stored.
pub(super) fn fingerprint(stored: i64) -> Fingerprint {
    Fingerprint(stored.cast_unsigned())
}
