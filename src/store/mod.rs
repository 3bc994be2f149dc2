//! The run history: what was run, found, decided and applied, and the log of all that happened, in
//! one SQLite file under `.validator/` that command line and server share.
//!
//! Everything that changes the run history goes through [`Tx`], lent by [`Store::write`] or a
//! [`Queue`]; everything that asks goes through [`Reader`], lent by [`Store::read`]. A change and
//! its events are one transaction, so an event exists exactly if what it tells of does.

mod apply;
mod bell;
mod bulk;
mod connection;
mod decisions;
pub mod enhance;
mod error;
mod event;
mod finding;
mod id;
mod interrupted;
mod mailbox;
mod model;
mod packed;
mod place;
mod plan;
mod presence;
pub mod query;
mod recommendations;
mod reconcile;
pub mod recorder;
mod retention;
mod schema;
mod statements;
mod tally;
mod tx;
mod validations;
mod workflows;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::engine::state::State;

pub use apply::NewApplication;
pub use bulk::{Decided, Refused, ReviewVerdict, Which};
pub use error::StoreError;
pub use event::{Event, EventType};
pub use finding::{RecordedDetails, RecordedFinding, RecordedPlace};
pub use id::{Digest, WORKFLOW_ID, WorkflowId, WorkflowIdError};
pub use model::*;
pub use packed::Found;
pub use plan::{Plan, RefusedChange};
pub use query::Reader;
pub use recommendations::{Approval, Rejection};
pub use retention::Retention;
pub use schema::VERSION as SCHEMA_VERSION;
pub use tx::Tx;
pub use workflows::Progress;
pub use writer::Queue;

/// The directory of the run history, under the project's root.
pub use crate::engine::state::DIR;

/// As many connections are kept for readers.
const READERS: usize = 8;

/// The run history of one project. Cheap to clone; the last clone to go waits until all is written.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    // Goes before `shared`, so that all is written while this process is still announced.
    writer: Mutex<Option<writer::Writer>>,
    readers: Mutex<Vec<Reader>>,
    shared: Arc<Shared>,
}

/// What the store and its writer's thread both need.
pub(crate) struct Shared {
    root: PathBuf,
    database: PathBuf,
    read_only: bool,
    retention: Retention,
    presence: Mutex<Option<presence::Presence>>,
}

impl Store {
    /// Where the run history of a project lies, whether there is one or not.
    pub fn path(root: &Path) -> PathBuf {
        root.join(DIR).join("validator.db")
    }

    /// Whether the project has a run history, or something in its place, about which
    /// [`Store::open`] says what is wrong.
    pub fn exists(root: &Path) -> bool {
        let is_there = |path: &Path| path.symlink_metadata().is_ok();
        let dir = root.join(DIR);
        is_there(&Self::path(root)) || (dir.is_symlink() && !dir.is_dir())
    }

    /// Opens the run history of the project at `root`. Workflows whose process has died become
    /// FAILED.
    ///
    /// # Errors
    /// If there is none, or it is damaged, locked, or written by a newer program. A run history
    /// that may not be written opens, and only answers questions.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        Self::open_with(root, Retention::default())
    }

    /// Opens the run history, and creates it first if there is none.
    ///
    /// # Errors
    /// As for [`Store::open`], and if it cannot be created.
    pub fn create(root: &Path) -> Result<Self, StoreError> {
        let made = State::create(root);
        made.map_err(|error| StoreError::io(&root.join(DIR), &error))?;
        // Open until there is another one: the first to open a run history reads its log.
        let mut made = connection::open(&place::database(root), true)?;
        schema::migrate(&mut made)?;
        Self::open(root)
    }

    /// Opens the run history with other bounds for the event log.
    ///
    /// # Errors
    /// As for [`Store::open`].
    pub fn open_with(root: &Path, retention: Retention) -> Result<Self, StoreError> {
        let database = Self::there(root)?;
        let (connection, read_only) = open_database(&database)?;
        let store = Store::on(root, database, connection, read_only, retention);
        store.fail_interrupted()?;
        Ok(store)
    }

    /// Opens the run history for questions alone; nothing in it changes.
    ///
    /// # Errors
    /// If there is none, or it is damaged, or written by another version of this program.
    pub fn open_read_only(root: &Path) -> Result<Self, StoreError> {
        let database = Self::there(root)?;
        let connection = read_only(&database)?;
        Ok(Store::on(root, database, connection, true, Retention::default()))
    }

    /// The run history's file, if there is one.
    fn there(root: &Path) -> Result<PathBuf, StoreError> {
        match Self::exists(root) {
            true => Ok(place::database(root)),
            false => Err(StoreError::Missing { path: Self::path(root) }),
        }
    }

    fn on(
        root: &Path,
        database: PathBuf,
        connection: Connection,
        read_only: bool,
        retention: Retention,
    ) -> Self {
        let shared = Arc::new(Shared {
            root: root.to_owned(),
            database,
            read_only,
            retention,
            presence: Mutex::default(),
        });
        let readers = Mutex::new(vec![Reader::on(connection)]);
        Store { inner: Arc::new(Inner { writer: Mutex::default(), readers, shared }) }
    }

    /// The project's root.
    pub fn root(&self) -> &Path {
        &self.inner.shared.root
    }

    /// Whether the run history can only be read.
    pub fn is_read_only(&self) -> bool {
        self.inner.shared.read_only
    }

    /// The file that is written after each commit; see [`crate::store`].
    pub fn bell(&self) -> PathBuf {
        bell::path(self.root())
    }

    /// Sees to it that the file is there, so that a change of it can be waited for.
    ///
    /// # Errors
    /// If it cannot be made, or is no regular file.
    pub fn hang_bell(&self) -> Result<(), StoreError> {
        bell::ChangeSignal::open(self.root()).map(drop)
    }

    /// Makes changes in one transaction, all or none, and waits until they are committed.
    ///
    /// # Errors
    /// What `work` returns, or why the transaction failed.
    pub fn write<T: Send + 'static>(
        &self,
        actor: Actor,
        work: impl FnOnce(&Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.line()?.write(actor, work)
    }

    /// A queue for changes that nobody waits for.
    ///
    /// # Errors
    /// If the run history cannot be written.
    pub fn queue(&self, actor: Actor) -> Result<Queue, StoreError> {
        Ok(Queue::new(self.clone(), self.line()?, actor))
    }

    /// Asks questions, each of which sees the newest commit.
    ///
    /// # Errors
    /// What `ask` returns, or why no connection could be opened.
    pub fn read<T>(
        &self,
        ask: impl FnOnce(&Reader) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = lock(&self.inner.readers).pop();
        let reader = idle.map_or_else(|| self.reader(), Ok)?;
        let answer = ask(&reader);
        let mut readers = lock(&self.inner.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
        answer
    }

    /// Asks questions that all see the same state.
    ///
    /// # Errors
    /// What `ask` returns, or why no connection could be opened.
    pub fn snapshot<T>(
        &self,
        ask: impl FnOnce(&Reader) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.read(|reader| reader.at_once(ask))
    }

    /// A connection of one's own, as a thread that follows the log needs it.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        let shared = &self.inner.shared;
        let connection = match shared.read_only {
            true => read_only(&shared.database)?,
            false => open_database(&shared.database)?.0,
        };
        Ok(Reader::on(connection))
    }

    fn line(&self) -> Result<writer::QueuedWrite, StoreError> {
        if self.is_read_only() {
            return Err(StoreError::ReadOnly);
        }
        let mut writer = lock(&self.inner.writer);
        if writer.is_none() {
            *writer = Some(writer::Writer::start(Arc::clone(&self.inner.shared))?);
        }
        Ok(writer.as_ref().expect("it was just started").line())
    }
}

impl Shared {
    /// The name under which this process can be seen to live.
    fn owner(&self) -> Result<String, StoreError> {
        let mut presence = lock(&self.presence);
        if presence.is_none() {
            *presence = Some(presence::Presence::announce(&self.root)?);
        }
        Ok(presence.as_ref().expect("it was just announced").name().to_owned())
    }
}

/// Opens for writing and migrates, or for reading alone where that is all that is allowed.
fn open_database(database: &Path) -> Result<(Connection, bool), StoreError> {
    let opened = connection::open(database, false).and_then(|mut connection| {
        if connection.is_readonly("main")? {
            return Err(StoreError::ReadOnly);
        }
        schema::version(&connection)?;
        schema::migrate(&mut connection)?;
        Ok((connection, false))
    });
    match opened {
        Err(StoreError::ReadOnly | StoreError::Io { .. }) => Ok((read_only(database)?, true)),
        other => other,
    }
}

/// Opens for reading alone. An older schema would have to be changed first.
fn read_only(database: &Path) -> Result<Connection, StoreError> {
    let connection = connection::open_read_only(database)?;
    if schema::version(&connection)? < SCHEMA_VERSION {
        return Err(StoreError::ReadOnly);
    }
    Ok(connection)
}

/// The lock's content, also after a panic elsewhere: what is kept here cannot be half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
