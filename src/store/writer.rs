//! The one writer of a process: a thread with its own connection that gathers what is asked for
//! within a few milliseconds into one transaction.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::bell::ChangeSignal;
use super::error::StoreError;
use super::id::now_us;
use super::mailbox::Mailbox;
use super::model::Actor;
use super::retention;
use super::statements::Statements;
use super::tx::{Author, Tx, TxCache};
use super::{Shared, Store, connection};

/// How long a change waits for others to share its transaction.
const GATHER: Duration = Duration::from_millis(20);
/// With so many changes a transaction begins at once.
const BATCH: usize = 512;
/// How many changes may wait before whoever posts one has to wait too.
const QUEUE: usize = 2 * BATCH;
/// How often a posted change is tried while another process holds the lock, five seconds each.
const TRIES: usize = 6;

type Work = Box<dyn FnOnce(&Tx) -> Result<(), StoreError> + Send>;

/// A change of the run history on its way to the writer.
struct Job {
    author: Arc<Author>,
    asked_us: i64,
    work: Work,
    answer: WriteAnswer,
}

enum WriteAnswer {
    /// Somebody waits for the commit.
    To(SyncSender<Result<(), StoreError>>),
    /// Nobody waits; the first failure is kept.
    Keep(Arc<OnceLock<StoreError>>),
}

impl WriteAnswer {
    fn give(self, outcome: Result<(), StoreError>) {
        match (self, outcome) {
            // Whoever waited may be gone; that is their business.
            (WriteAnswer::To(sender), outcome) => drop(sender.send(outcome)),
            (WriteAnswer::Keep(first), Err(error)) => drop(first.set(error)),
            (WriteAnswer::Keep(_), Ok(())) => {}
        }
    }
}

/// The thread, and the way to it. Dropping it waits until all is written.
pub(super) struct Writer {
    line: QueuedWrite,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(shared: Arc<Shared>) -> Result<Self, StoreError> {
        let connection = connection::open(&shared.database, false)?;
        if connection.is_readonly("main")? {
            return Err(StoreError::ReadOnly);
        }
        let bell = ChangeSignal::open(&shared.root)?;
        let line = QueuedWrite(Arc::new(Mailbox::new(BATCH, QUEUE)));
        let worker =
            Worker { shared, connection, bell, unpruned: u64::MAX, memo: TxCache::default() };
        let jobs = line.clone();
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || worker.run(&jobs.0))
            .map_err(|error| StoreError::Database { detail: error.to_string() })?;
        Ok(Writer { line, thread: Some(thread) })
    }

    pub(super) fn line(&self) -> QueuedWrite {
        self.line.clone()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.line.0.close();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// A way to the writer.
#[derive(Clone)]
pub(super) struct QueuedWrite(Arc<Mailbox<Job>>);

impl QueuedWrite {
    /// Makes the change and waits until it is committed.
    pub(super) fn write<T: Send + 'static>(
        &self,
        actor: Actor,
        work: impl FnOnce(&Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, answer) = sync_channel(1);
        let result = Arc::new(Mutex::new(None));
        let place = Arc::clone(&result);
        let work = move |tx: &Tx| {
            let value = work(tx)?;
            *place.lock().expect("nobody panics while holding it") = Some(value);
            Ok(())
        };
        self.send(Job {
            author: Arc::new(actor.into()),
            asked_us: now_us(),
            work: Box::new(work),
            answer: WriteAnswer::To(sender),
        })?;
        answer.recv().map_err(|_| stopped())??;
        let value = result.lock().expect("nobody panics while holding it").take();
        value.ok_or_else(stopped)
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let hurry = matches!(job.answer, WriteAnswer::To(_));
        self.0.put(job, hurry).map_err(|_| stopped())
    }
}

fn stopped() -> StoreError {
    StoreError::Database { detail: "the writer has stopped".into() }
}

/// Changes for which nobody waits, one after the other, as a run makes them.
pub struct Queue {
    /// Keeps the writer alive for as long as something may be posted.
    _store: Store,
    line: QueuedWrite,
    author: Arc<Author>,
    failure: Arc<OnceLock<StoreError>>,
}

impl Queue {
    pub(super) fn new(store: Store, line: QueuedWrite, actor: Actor) -> Self {
        Queue { _store: store, line, author: Arc::new(actor.into()), failure: Arc::default() }
    }

    /// Leaves a change to the writer, which commits it within some twenty milliseconds. It must find
    /// out whether it is allowed before it changes anything: what fails half-way takes all of its
    /// transaction with it.
    ///
    /// # Errors
    /// If an earlier one failed; then nothing more is written through this queue.
    pub fn post(
        &self,
        work: impl FnOnce(&Tx) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        self.failed()?;
        let answer = WriteAnswer::Keep(Arc::clone(&self.failure));
        self.line.send(Job {
            author: Arc::clone(&self.author),
            asked_us: now_us(),
            work: Box::new(work),
            answer,
        })
    }

    /// Makes a change after all those posted before, and waits until it is committed.
    ///
    /// # Errors
    /// If it, or one posted before it, failed.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.failed()?;
        let result = self.line.write(self.author.actor.clone(), work);
        self.failed()?;
        result
    }

    /// The first failure of a posted change, if there was one.
    fn failed(&self) -> Result<(), StoreError> {
        self.failure.get().map_or(Ok(()), |error| Err(error.clone()))
    }
}

struct Worker {
    shared: Arc<Shared>,
    connection: Connection,
    bell: ChangeSignal,
    /// Events since old ones were last looked for; much at the start.
    unpruned: u64,
    memo: TxCache,
}

impl Worker {
    fn run(mut self, jobs: &Mailbox<Job>) {
        // Whatever ends this thread, nobody must wait for it afterwards.
        let _closing = Closing(jobs);
        while let Some(batch) = jobs.take(GATHER) {
            self.commit(batch);
            if self.unpruned >= retention::SLICE {
                self.unpruned = 0;
                // What could not be pruned now will be at the next occasion.
                drop(retention::prune(&mut self.connection, self.shared.retention));
            }
        }
    }

    fn commit(&mut self, mut batch: Vec<Job>) {
        for attempt in 1.. {
            match self.attempt(&mut batch) {
                Ok(()) => return,
                Err(error) if error.is_locked() && attempt < TRIES && !batch.is_empty() => {}
                Err(error) => {
                    return batch.drain(..).for_each(|job| job.answer.give(Err(error.clone())));
                }
            }
        }
    }

    /// One transaction over the batch. The jobs stay in the batch only if it could not begin;
    /// then those for which somebody waits are answered and taken out.
    fn attempt(&mut self, batch: &mut Vec<Job>) -> Result<(), StoreError> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = match begun.map_err(StoreError::from) {
            Ok(transaction) => transaction,
            Err(error) => {
                for job in batch.extract_if(.., |job| matches!(job.answer, WriteAnswer::To(_))) {
                    job.answer.give(Err(error.clone()));
                }
                return Err(error);
            }
        };
        let before = head(&transaction);
        self.memo.begin();
        let mut statements = Statements::new(&transaction);
        let (mut outcomes, mut whole) = (Vec::with_capacity(batch.len()), Ok(()));
        for Job { author, asked_us, work, answer } in batch.drain(..) {
            let tx = Tx {
                connection: &transaction,
                shared: &self.shared,
                statements,
                author,
                asked_us,
                memo: &self.memo,
            };
            let outcome = match (&whole, &answer) {
                (Err(error), _) => Err(StoreError::clone(error)),
                (Ok(()), WriteAnswer::To(_)) => in_savepoint(&tx, work),
                (Ok(()), WriteAnswer::Keep(_)) => {
                    let changes = transaction.total_changes();
                    let outcome = work(&tx);
                    // What failed half-way takes the others with it: nothing is half told.
                    if let (Err(error), true) = (&outcome, transaction.total_changes() != changes) {
                        whole = Err(error.clone());
                    }
                    outcome
                }
            };
            // After some errors SQLite takes the whole transaction back by itself.
            if let (Err(error), true) = (&outcome, transaction.is_autocommit()) {
                whole = whole.and(Err(error.clone()));
            }
            outcomes.push((answer, outcome));
            statements = tx.statements;
        }
        drop(statements);
        let after = head(&transaction);
        let whole = whole.and_then(|()| Ok(transaction.commit()?));
        match whole {
            Ok(()) => self.bell.ring(after),
            Err(_) => self.memo.forget(),
        }
        for (answer, outcome) in outcomes {
            answer.give(outcome.and(whole.clone()));
        }
        self.unpruned = self.unpruned.saturating_add(after.abs_diff(before));
        Ok(())
    }
}

/// Makes one change; one that fails leaves no trace, and the others of the transaction stand.
fn in_savepoint(tx: &Tx, work: Work) -> Result<(), StoreError> {
    let say = |sql: &str| tx.connection.prepare_cached(sql)?.execute([]);
    say("SAVEPOINT job")?;
    let outcome = work(tx);
    if outcome.is_err() && !tx.connection.is_autocommit() {
        tx.memo.forget();
        say("ROLLBACK TO job")?;
    }
    if !tx.connection.is_autocommit() {
        say("RELEASE job")?;
    }
    outcome
}

/// The newest event's number.
fn head(connection: &Connection) -> i64 {
    let newest = connection.prepare_cached("SELECT max(seq) FROM events");
    let newest = newest.and_then(|mut query| query.query_row([], |row| row.get(0)));
    newest.unwrap_or(None).unwrap_or(0)
}

/// Closes the mailbox when the writer ends.
struct Closing<'a>(&'a Mailbox<Job>);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
