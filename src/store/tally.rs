//! A workflow's findings summed up by directory and rule, which most questions about it are about.

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::Connection;

use super::error::StoreError;
use super::id::WorkflowId;
use super::packed::{Found, Packed};
use super::query::OF_WORKFLOW;
use crate::diagnostic::Severity;

/// A rule at a severity, and how often it found something.
type Sum = (String, Severity, u64);

/// Sums by directory.
#[derive(Default)]
pub(super) struct Tally {
    directories: HashMap<String, Vec<Sum>>,
}

/// The sums so far of workflows that this process runs, so that they need not be read again.
#[derive(Default)]
pub(super) struct Tallies(RefCell<Vec<(WorkflowId, Tally)>>);

impl Tally {
    /// Reads what a workflow has recorded.
    fn of(connection: &Connection, workflow: WorkflowId) -> Result<Self, StoreError> {
        let sql = format!(
            "SELECT path, body FROM validations
             JOIN files ON files.id = file JOIN findings ON findings.id = found WHERE {OF_WORKFLOW}"
        );
        let mut query = connection.prepare_cached(&sql)?;
        let mut rows = query.query([workflow])?;
        let mut tally = Tally::default();
        while let Some(row) = rows.next()? {
            let (path, body) = (row.get_ref(0)?, row.get_ref(1)?);
            let path = path.as_str().map_err(rusqlite::Error::from)?;
            tally.add(path, body.as_blob().map_err(rusqlite::Error::from)?)?;
        }
        Ok(tally)
    }

    /// Adds what was found in a file, packed.
    fn add(&mut self, path: &str, body: &[u8]) -> Result<(), StoreError> {
        let directory = directory(path);
        if !self.directories.contains_key(directory) {
            self.directories.insert(directory.to_owned(), Vec::new());
        }
        let Some(sums) = self.directories.get_mut(directory) else { return Ok(()) };
        for kind in Packed::open(body)?.kinds {
            let same = |sum: &&mut Sum| sum.0 == kind.rule && sum.1 == kind.severity;
            match sums.iter_mut().find(same) {
                Some(sum) => sum.2 += kind.count,
                None => sums.push((kind.rule.to_owned(), kind.severity, kind.count)),
            }
        }
        Ok(())
    }

    fn write(&self, connection: &Connection, workflow: WorkflowId) -> Result<(), StoreError> {
        let sql = "INSERT INTO tallies VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = connection.prepare_cached(sql)?;
        for (directory, sums) in &self.directories {
            for (rule, severity, count) in sums {
                insert.execute((workflow, directory, rule, *severity as u8, count))?;
            }
        }
        Ok(())
    }
}

impl Tallies {
    /// Nothing is recorded of this workflow yet.
    pub(super) fn begin(&self, workflow: WorkflowId) {
        self.0.borrow_mut().push((workflow, Tally::default()));
    }

    /// Adds what was found in a file.
    ///
    /// # Errors
    /// If it is damaged.
    pub(super) fn add(
        &self,
        workflow: WorkflowId,
        path: &str,
        found: &Found,
    ) -> Result<(), StoreError> {
        let mut tallies = self.0.borrow_mut();
        match tallies.iter_mut().find(|(known, _)| *known == workflow) {
            Some((_, tally)) if !found.body.is_empty() => tally.add(path, &found.body),
            _ => Ok(()),
        }
    }

    /// Records the sums of a workflow that has ended. What is not at hand is read.
    ///
    /// # Errors
    /// If the run history cannot be read or written.
    pub(super) fn end(
        &self,
        connection: &Connection,
        workflow: WorkflowId,
    ) -> Result<(), StoreError> {
        let mut tallies = self.0.borrow_mut();
        let tally = match tallies.iter().position(|(known, _)| *known == workflow) {
            Some(at) => tallies.swap_remove(at).1,
            None => Tally::of(connection, workflow)?,
        };
        tally.write(connection, workflow)
    }

    /// Changes were taken back: from here on sums are read.
    pub(super) fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

/// The directory that a file lies in; empty for the root.
pub(super) fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}
