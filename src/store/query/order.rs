//! Lists in an order, of which any page is found by the id of the row before it: no row comes twice
//! or is left out, however many there are of one value.

use std::borrow::Borrow;

use rusqlite::Connection;
use rusqlite::types::ToSql;

use super::{Reader, Where};
use crate::store::error::StoreError;

/// What a list is ordered by. Without keys that is the table's own order, which costs nothing; with
/// them each page costs one look at all rows.
#[derive(Clone, Copy)]
pub(super) struct RowOrder {
    /// What rows are of, in errors.
    pub what: &'static str,
    /// The tables that keys and id are of.
    pub tables: &'static str,
    /// Expressions that are never NULL, the first of them the first to count; the least comes first.
    pub keys: &'static [&'static str],
    /// The column by which rows of the same keys are ordered, the greatest, or newest, first.
    pub id: &'static str,
    /// Whether the order is from its end.
    pub is_reversed: bool,
}

impl RowOrder {
    /// The terms of `ORDER BY`.
    pub fn terms(&self) -> String {
        let (key, id) = if self.is_reversed { (" DESC", " ASC") } else { (" ASC", " DESC") };
        let keys = self.keys.iter().map(|term| format!("{term}{key}, "));
        keys.chain([format!("{}{id}", self.id)]).collect()
    }

    /// That a row comes after the one with the id `?`, for each time that it stands there.
    fn condition(&self) -> String {
        let RowOrder { tables, id, .. } = self;
        if self.keys.is_empty() {
            return format!("{id} {} ?", if self.is_reversed { ">" } else { "<" });
        }
        let row = format!("{}, -{id}", self.keys.join(", "));
        let after = if self.is_reversed { "<" } else { ">" };
        format!("({row}) {after} (SELECT {row} FROM {tables} WHERE {id} = ?)")
    }
}

impl<C: Borrow<Connection>> Reader<C> {
    /// Adds that rows come after the one with this id.
    ///
    /// # Errors
    /// If no row has the id and the order asks for its keys.
    pub(super) fn and_after<T>(
        &self,
        wanted: Where,
        order: &RowOrder,
        after: Option<T>,
    ) -> Result<Where, StoreError>
    where
        T: ToSql + ToString + Copy + 'static,
    {
        let RowOrder { what, tables, id, .. } = *order;
        if let Some(after) = after.filter(|_| !order.keys.is_empty()) {
            let sql = format!("SELECT 1 FROM {tables} WHERE {id} = ?1");
            let known: Option<i64> = self.one(&sql, [after], |row| row.get(0))?;
            known.ok_or_else(|| StoreError::not_found(what, after))?;
        }
        Ok(wanted.and(&order.condition(), after))
    }
}
