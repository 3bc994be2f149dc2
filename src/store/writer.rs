//! The one writer of a process: a thread with its own connection that gathers what is asked for
//! within a few milliseconds into one transaction.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};

use super::bell::Bell;
use super::error::StoreError;
use super::model::Actor;
use super::retention;
use super::tx::Tx;
use super::{Shared, Store, connection};

/// How long a change waits for others to share its transaction.
const GATHER: Duration = Duration::from_millis(10);
/// The most changes in one transaction.
const BATCH: usize = 256;
/// How many changes may wait before whoever posts one has to wait too.
const QUEUE: usize = 4 * BATCH;
/// How often a posted change is tried while another process holds the lock, five seconds each.
const TRIES: usize = 6;

type Work = Box<dyn FnOnce(&Tx) -> Result<(), StoreError> + Send>;

/// A change of the record on its way to the writer.
struct Job {
    actor: Actor,
    work: Work,
    answer: Answer,
}

enum Answer {
    /// Somebody waits for the commit.
    To(SyncSender<Result<(), StoreError>>),
    /// Nobody waits; the first failure is kept.
    Keep(Arc<OnceLock<StoreError>>),
}

impl Answer {
    fn give(self, outcome: Result<(), StoreError>) {
        match (self, outcome) {
            // Whoever waited may be gone; that is their business.
            (Answer::To(sender), outcome) => drop(sender.send(outcome)),
            (Answer::Keep(first), Err(error)) => drop(first.set(error)),
            (Answer::Keep(_), Ok(())) => {}
        }
    }
}

/// The thread, and the way to it. Dropping it waits until all is written.
pub(super) struct Writer {
    sender: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(shared: Arc<Shared>) -> Result<Self, StoreError> {
        let connection = connection::open(&shared.database, false)?;
        if connection.is_readonly("main")? {
            return Err(StoreError::ReadOnly);
        }
        let bell = Bell::open(&shared.database)?;
        let (sender, receiver) = sync_channel(QUEUE);
        let worker = Worker { shared, connection, bell, unpruned: u64::MAX };
        let thread = std::thread::Builder::new()
            .name("record".into())
            .spawn(move || worker.run(&receiver))
            .map_err(|error| StoreError::Database { detail: error.to_string() })?;
        Ok(Writer { sender: Some(sender), thread: Some(thread) })
    }

    pub(super) fn line(&self) -> Line {
        Line(self.sender.clone().expect("the sender is there until the writer is dropped"))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// A way to the writer.
#[derive(Clone)]
pub(super) struct Line(SyncSender<Job>);

impl Line {
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
        self.send(Job { actor, work: Box::new(work), answer: Answer::To(sender) })?;
        answer.recv().map_err(|_| stopped())??;
        let value = result.lock().expect("nobody panics while holding it").take();
        value.ok_or_else(stopped)
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        self.0.send(job).map_err(|_| stopped())
    }
}

fn stopped() -> StoreError {
    StoreError::Database { detail: "the writer has stopped".into() }
}

/// Changes for which nobody waits, one after the other, as a run makes them.
pub struct Queue {
    /// Keeps the writer alive for as long as something may be posted.
    _store: Store,
    line: Line,
    actor: Actor,
    failure: Arc<OnceLock<StoreError>>,
}

impl Queue {
    pub(super) fn new(store: Store, line: Line, actor: Actor) -> Self {
        Queue { _store: store, line, actor, failure: Arc::default() }
    }

    /// Leaves a change to the writer, which commits it within some ten milliseconds.
    ///
    /// # Errors
    /// If an earlier one failed; then nothing more is written through this queue.
    pub fn post(
        &self,
        work: impl FnOnce(&Tx) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        self.failed()?;
        let answer = Answer::Keep(Arc::clone(&self.failure));
        self.line.send(Job { actor: self.actor.clone(), work: Box::new(work), answer })
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
        let result = self.line.write(self.actor.clone(), work);
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
    bell: Bell,
    /// Events since old ones were last looked for; much at the start.
    unpruned: u64,
}

impl Worker {
    fn run(mut self, receiver: &Receiver<Job>) {
        while let Ok(first) = receiver.recv() {
            let batch = gather(first, receiver);
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
                Ok(Some(head)) => return self.bell.ring(head),
                Ok(None) => return,
                Err(error) if error.is_locked() && attempt < TRIES && !batch.is_empty() => {}
                Err(error) => {
                    return batch.drain(..).for_each(|job| job.answer.give(Err(error.clone())));
                }
            }
        }
    }

    /// One transaction over the batch. The jobs stay in the batch only if it could not begin;
    /// then those for which somebody waits are answered and taken out.
    fn attempt(&mut self, batch: &mut Vec<Job>) -> Result<Option<i64>, StoreError> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = match begun.map_err(StoreError::from) {
            Ok(transaction) => transaction,
            Err(error) => {
                for job in batch.extract_if(.., |job| matches!(job.answer, Answer::To(_))) {
                    job.answer.give(Err(error.clone()));
                }
                return Err(error);
            }
        };
        let before = head(&transaction);
        let (mut outcomes, mut whole) = (Vec::with_capacity(batch.len()), Ok(()));
        for job in batch.drain(..) {
            let outcome = match &whole {
                Ok(()) => apply(&transaction, &self.shared, job.actor, job.work),
                Err(error) => Err(StoreError::clone(error)),
            };
            // After some errors SQLite takes the whole transaction back by itself.
            if let (Err(error), true) = (&outcome, transaction.is_autocommit()) {
                whole = whole.and(Err(error.clone()));
            }
            outcomes.push((job.answer, outcome));
        }
        let after = head(&transaction);
        let whole = whole.and_then(|()| Ok(transaction.commit()?));
        for (answer, outcome) in outcomes {
            answer.give(outcome.and(whole.clone()));
        }
        self.unpruned = self.unpruned.saturating_add(after.abs_diff(before));
        Ok(whole.is_ok().then_some(after))
    }
}

/// Makes one change; one that fails leaves no trace, and the others of the transaction stand.
fn apply(
    connection: &Connection,
    shared: &Shared,
    actor: Actor,
    work: Work,
) -> Result<(), StoreError> {
    let say = |sql: &str| connection.prepare_cached(sql)?.execute([]);
    say("SAVEPOINT job")?;
    let outcome = work(&Tx { connection, shared, actor });
    if outcome.is_err() && !connection.is_autocommit() {
        say("ROLLBACK TO job")?;
    }
    if !connection.is_autocommit() {
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

/// The first change and those that come within the time of one transaction. Where somebody waits,
/// only what is there already comes along.
fn gather(first: Job, receiver: &Receiver<Job>) -> Vec<Job> {
    let deadline = Instant::now() + GATHER;
    let mut hurried = matches!(first.answer, Answer::To(_));
    let mut batch = vec![first];
    while batch.len() < BATCH {
        let patience = if hurried { Duration::ZERO } else { deadline - Instant::now() };
        match receiver.recv_timeout(patience) {
            Ok(job) => {
                hurried |= matches!(job.answer, Answer::To(_));
                batch.push(job);
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    batch
}
