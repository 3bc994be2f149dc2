//! Does what other processes ask of a running workflow, whatever the run is busy with.

use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::store::error::StoreError;
use crate::store::id::WorkflowId;
use crate::store::model::{Actor, Control};
use crate::store::{Reader, Store, lock};

/// How often requests are looked for.
const LOOK: Duration = Duration::from_millis(100);

/// Whether the run may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Gate {
    Open,
    Shut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ControlState {
    Running,
    Paused,
    Cancelled,
    /// The run is over; nobody needs to look any more.
    Over,
}

/// A thread that looks for requests and carries them out.
pub(in crate::store) struct Watch {
    shared: Arc<(Mutex<ControlState>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    pub(in crate::store) fn start(store: &Store, workflow: WorkflowId) -> Result<Self, StoreError> {
        let shared = Arc::new((Mutex::new(ControlState::Running), Condvar::new()));
        let (reader, store, state) = (store.reader()?, store.clone(), Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("store-control".into())
            .spawn(move || look(&store, &reader, workflow, &state))
            .map_err(|error| StoreError::Database { detail: error.to_string() })?;
        Ok(Watch { shared, thread: Some(thread) })
    }

    pub(in crate::store) fn is_cancelled(&self) -> bool {
        *lock(&self.shared.0) == ControlState::Cancelled
    }

    /// Waits while the workflow is paused.
    pub(in crate::store) fn pass(&self, is_interrupted: fn() -> bool) -> Gate {
        let (state, changed) = &*self.shared;
        let mut state = lock(state);
        while *state == ControlState::Paused && !is_interrupted() {
            let waited = changed.wait_timeout(state, LOOK);
            state = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
        if *state == ControlState::Running { Gate::Open } else { Gate::Shut }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        *lock(&self.shared.0) = ControlState::Over;
        self.shared.1.notify_all();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn look(
    store: &Store,
    reader: &Reader,
    workflow: WorkflowId,
    shared: &(Mutex<ControlState>, Condvar),
) {
    let mut seen = None;
    loop {
        let waited = shared.1.wait_timeout(lock(&shared.0), LOOK);
        let state = *waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        if matches!(state, ControlState::Cancelled | ControlState::Over) {
            return;
        }
        // What cannot be asked now can be asked the next time.
        let version = reader.data_version().ok();
        if version == seen && version.is_some() {
            continue;
        }
        seen = version;
        if let Ok(Some(control)) = reader.requested(workflow)
            && let Ok(next) = carry_out(store, workflow, control)
        {
            let mut state = lock(&shared.0);
            if *state != ControlState::Over {
                *state = next;
            }
            shared.1.notify_all();
        }
    }
}

fn carry_out(store: &Store, id: WorkflowId, control: Control) -> Result<ControlState, StoreError> {
    store.write(Actor::System, move |tx| match control {
        Control::Pause => tx.pause_workflow(id).map(|()| ControlState::Paused),
        Control::Resume => tx.resume_workflow(id).map(|()| ControlState::Running),
        Control::Cancel => tx.cancel_workflow(id).map(|()| ControlState::Cancelled),
    })
}
