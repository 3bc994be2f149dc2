//! The newest result of each page, in an order, by its place in the whole list.

use std::borrow::Borrow;

use rusqlite::Connection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::order::RowOrder;
use super::validations::{SELECT, validation};
use super::{Reader, ValidationFilter, Where};
use crate::store::error::StoreError;
use crate::store::model::Validation;

/// A part of a list of which any part can be asked for.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Listing<T> {
    /// How many there are in all.
    pub total: u64,
    /// The place of the first of these, from 0.
    pub offset: u64,
    pub items: Vec<T>,
}

/// How pages, or results of pages, are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PageOrder {
    /// Those that could not be read, then those with most errors, warnings, remarks.
    #[default]
    Worst,
    /// By path.
    Path,
    /// Those that were checked last first.
    Newest,
}

impl PageOrder {
    fn sql(self, is_reversed: bool) -> &'static str {
        match (self, is_reversed) {
            (PageOrder::Worst, false) => {
                "error IS NULL, errors DESC, warnings DESC, infos DESC, path"
            }
            (PageOrder::Worst, true) => "error IS NOT NULL, errors, warnings, infos, path",
            (PageOrder::Path, false) => "path",
            (PageOrder::Path, true) => "path DESC",
            (PageOrder::Newest, false) => "validations.id DESC",
            (PageOrder::Newest, true) => "validations.id",
        }
    }

    /// The same of all validations; those of which this says the same, newest first.
    pub(super) fn rows(self, is_reversed: bool) -> RowOrder {
        RowOrder {
            what: "validation",
            tables: "validations JOIN files ON files.id = file",
            keys: match self {
                PageOrder::Worst => &["error IS NULL", "-errors", "-warnings", "-infos"],
                PageOrder::Path => &["path"],
                PageOrder::Newest => &[],
            },
            id: "validations.id",
            is_reversed,
        }
    }
}

impl<C: Borrow<Connection>> Reader<C> {
    /// The newest validations of up to `limit` pages, from the place `offset` on, in an
    /// order, or from its end. Only the filter's status and path count.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn pages(
        &self,
        filter: &ValidationFilter,
        (order, is_reversed): (PageOrder, bool),
        offset: u64,
        limit: usize,
    ) -> Result<Listing<Validation>, StoreError> {
        let mut wanted =
            Where::default().and("status = ?", filter.status).and_path(filter.path.as_deref());
        wanted.add("latest = validations.id");
        let sql =
            format!("SELECT count(*) FROM validations JOIN files ON files.id = file{}", wanted.sql);
        let total = self.one(&sql, wanted.values(), |row| row.get(0))?.unwrap_or_default();
        let limit = limit.clamp(1, super::MAX_PAGE);
        let sql = format!(
            "{SELECT}{} ORDER BY {} LIMIT {limit} OFFSET {offset}",
            wanted.sql,
            order.sql(is_reversed)
        );
        let items = self.all(&sql, wanted.values(), validation)?;
        Ok(Listing { total, offset, items })
    }
}
