//! What a process that died left behind: open workflows, and writes to files that were announced
//! but not confirmed.

use super::error::StoreError;
use super::id::WorkflowId;
use super::model::Actor;
use super::presence;
use super::{Reader, Store};

/// Why a workflow failed whose process is gone.
const MESSAGE: &str = "interrupted: the process that ran it has ended";

impl Store {
    /// Marks open workflows whose process has died as FAILED, and settles what they were about to
    /// write: a file that was written counts as written. Opening does this; a long-lived process
    /// does it now and then. Returns how many workflows that were.
    ///
    /// # Errors
    /// If the run history cannot be written.
    pub fn fail_interrupted(&self) -> Result<usize, StoreError> {
        let shared = &self.inner.shared;
        if shared.read_only {
            return Ok(0);
        }
        let mut dead = self.read(open_workflows)?;
        dead.retain(|(_, owner)| !presence::is_alive(&shared.root, owner));
        let count = dead.len();
        if count > 0 {
            self.write(Actor::System, move |tx| {
                for (id, owner) in dead {
                    if tx.reader().owner(id)? == Some(owner.clone()) {
                        tx.settle_applications(id)?;
                        tx.fail_workflow(id, MESSAGE)?;
                        presence::forget(&tx.shared.root, &owner);
                    }
                }
                Ok(())
            })?;
        }
        Ok(count)
    }
}

/// Open workflows with their owners.
fn open_workflows(reader: &Reader) -> Result<Vec<(WorkflowId, String)>, StoreError> {
    reader.all(
        "SELECT id, owner FROM workflows WHERE state IN ('PENDING', 'RUNNING', 'PAUSED')",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
