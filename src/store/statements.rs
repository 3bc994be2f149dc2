//! Statements that a transaction runs for every file, at hand without a look into the connection's
//! cache: that costs about as much as running a short one.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

use rusqlite::{CachedStatement, Connection};

use super::error::StoreError;

/// The statements that a transaction has used, each known by where its text lies.
pub(super) struct Statements<'c> {
    connection: &'c Connection,
    idle: RefCell<Vec<(&'static str, CachedStatement<'c>)>>,
}

impl<'c> Statements<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Statements { connection, idle: RefCell::default() }
    }

    /// The statement, ready to be run.
    pub(super) fn get(&self, sql: &'static str) -> Result<ReadyStatement<'_, 'c>, StoreError> {
        let mut idle = self.idle.borrow_mut();
        let statement = match idle.iter().position(|(known, _)| std::ptr::eq(*known, sql)) {
            Some(at) => idle.swap_remove(at).1,
            None => self.connection.prepare_cached(sql)?,
        };
        Ok(ReadyStatement { statements: self, sql, statement: Some(statement) })
    }
}

/// A statement in use; afterwards it is at hand again.
pub(super) struct ReadyStatement<'s, 'c> {
    statements: &'s Statements<'c>,
    sql: &'static str,
    statement: Option<CachedStatement<'c>>,
}

impl<'c> Deref for ReadyStatement<'_, 'c> {
    type Target = CachedStatement<'c>;

    fn deref(&self) -> &Self::Target {
        self.statement.as_ref().expect("it is taken out only when dropped")
    }
}

impl DerefMut for ReadyStatement<'_, '_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.statement.as_mut().expect("it is taken out only when dropped")
    }
}

impl Drop for ReadyStatement<'_, '_> {
    fn drop(&mut self) {
        if let Some(statement) = self.statement.take() {
            self.statements.idle.borrow_mut().push((self.sql, statement));
        }
    }
}
