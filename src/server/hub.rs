//! The latest events, written once for all clients, and where each of them goes on.
//!
//! No client has a queue. Each has a cursor into one ring of frames; what has fallen out of the
//! ring is read from the log. So a client that stops reading costs nobody anything, and one that
//! comes back misses nothing that is still kept.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::record::Record;
use crate::store::query::{EventFilter, LogState};
use crate::store::{Event, StoreError, WorkflowId};

/// As much as a burst of writing may run ahead of clients: what falls out of the ring has to be
/// read and written anew for each of them, which takes five times the processor.
const RING_EVENTS: usize = 32 * 1024;
const RING_BYTES: usize = 16 * 1024 * 1024;
const PAGE_EVENTS: usize = 256;
const PAGE_BYTES: usize = 256 * 1024;
/// How many clients read the log at the same time.
const READERS: usize = 4;

/// Where the log stands. A new generation means that another log has taken its place.
#[derive(Debug, Clone)]
pub struct Position {
    pub generation: u64,
    pub log: Arc<LogState>,
}

/// What a client gets next.
pub enum EventPage {
    /// Frames up to and including `upto`; none means that there is nothing new.
    Frames { frames: Vec<Utf8Bytes>, upto: i64 },
    /// Events after the cursor are no longer kept.
    Pruned,
    /// Another log has taken the place of the one that the cursor is in.
    Replaced,
    /// The log cannot be read just now.
    Unreadable,
}

struct Frame {
    seq: i64,
    workflow: Option<WorkflowId>,
    text: Utf8Bytes,
}

#[derive(Default)]
struct Ring {
    generation: u64,
    frames: VecDeque<Frame>,
    bytes: usize,
    head: i64,
}

pub struct Hub {
    record: Arc<Record>,
    ring: Mutex<Ring>,
    position: watch::Sender<Position>,
    readers: Semaphore,
    seats: Arc<Semaphore>,
    max_clients: u32,
    readable: AtomicBool,
}

impl Hub {
    /// A hub at the end of the run history's log, where that stands now.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn new(record: Arc<Record>, max_clients: u32) -> Result<Self, StoreError> {
        let log = record.store().read(|reader| reader.log_state())?;
        let ring = Ring { head: log.head, ..Ring::default() };
        let position = Position { generation: 0, log: Arc::new(log) };
        Ok(Hub {
            record,
            ring: Mutex::new(ring),
            position: watch::Sender::new(position),
            readers: Semaphore::new(READERS),
            seats: Arc::new(Semaphore::new(max_clients as usize)),
            max_clients,
            readable: AtomicBool::new(true),
        })
    }

    /// Where the log stands now, and a way to wait until it has moved.
    pub fn position(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    /// Where the log stood when it was last read.
    pub fn log(&self) -> Arc<LogState> {
        Arc::clone(&self.position.borrow().log)
    }

    /// The newest event in the log itself, which may be ahead of what was read from it.
    pub async fn newest(&self) -> i64 {
        let record = Arc::clone(&self.record);
        let ask = move || record.store().read(|reader| reader.log_state());
        match tokio::task::spawn_blocking(ask).await {
            Ok(Ok(log)) => log.head,
            _ => self.log().head,
        }
    }

    /// Number of clients that are connected.
    pub fn clients(&self) -> usize {
        self.max_clients as usize - self.seats.available_permits()
    }

    /// Whether the log could be read when that was last tried.
    pub fn is_readable(&self) -> bool {
        self.readable.load(Ordering::Relaxed)
    }

    pub fn set_readable(&self, readable: bool) {
        self.readable.store(readable, Ordering::Relaxed);
    }

    /// A place for one more client, if there is one; free again when dropped.
    pub fn admit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().ok()
    }

    /// Waits until the last client has left, but not for long.
    pub async fn empty(&self, patience: Duration) {
        let all = self.seats.acquire_many(self.max_clients);
        let _ = tokio::time::timeout(patience, all).await;
    }

    /// Takes in events that follow each other and the head.
    pub fn push(&self, events: &[Event]) {
        let frames: Vec<Frame> = events.iter().map(Frame::of).collect();
        let Some(head) = frames.last().map(|frame| frame.seq) else { return };
        let mut ring = self.ring();
        ring.bytes += frames.iter().map(|frame| frame.text.len()).sum::<usize>();
        ring.frames.extend(frames);
        ring.head = head;
        while ring.frames.len() > RING_EVENTS || ring.bytes > RING_BYTES {
            let Some(oldest) = ring.frames.pop_front() else { break };
            ring.bytes -= oldest.text.len();
        }
        drop(ring);
        self.position.send_modify(|position| Arc::make_mut(&mut position.log).head = head);
    }

    /// Notes from where on events are kept. That is no reason to wake anybody.
    pub fn set_kept(&self, min_seq: i64) {
        self.position.send_if_modified(|position| {
            if position.log.min_seq != min_seq {
                Arc::make_mut(&mut position.log).min_seq = min_seq;
            }
            false
        });
    }

    /// Goes over to another log, or to another place in the same.
    pub fn replace(&self, log: LogState) {
        let mut ring = self.ring();
        let generation = ring.generation + 1;
        *ring = Ring { generation, head: log.head, ..Ring::default() };
        drop(ring);
        self.position.send_replace(Position { generation, log: Arc::new(log) });
    }

    /// What follows `cursor` for a client of this generation.
    pub async fn page(
        self: &Arc<Self>,
        generation: u64,
        cursor: i64,
        workflow: Option<WorkflowId>,
    ) -> EventPage {
        if let Some(page) = self.ring().page(generation, cursor, workflow) {
            return page;
        }
        let Ok(_turn) = self.readers.acquire().await else { return EventPage::Unreadable };
        let position = self.position.borrow().clone();
        if position.generation != generation {
            return EventPage::Replaced;
        }
        let record = Arc::clone(&self.record);
        tokio::task::spawn_blocking(move || read(&record, &position.log.epoch, cursor, workflow))
            .await
            .unwrap_or(EventPage::Unreadable)
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Frame {
    fn of(event: &Event) -> Self {
        Frame { seq: event.seq, workflow: event.workflow, text: event.to_json().into() }
    }
}

impl Ring {
    /// What follows the cursor, unless it has fallen out of the ring.
    fn page(
        &self,
        generation: u64,
        cursor: i64,
        workflow: Option<WorkflowId>,
    ) -> Option<EventPage> {
        if generation != self.generation {
            return Some(EventPage::Replaced);
        }
        if cursor >= self.head {
            return Some(EventPage::Frames { frames: Vec::new(), upto: cursor });
        }
        let first = self.frames.front()?.seq;
        let skip = usize::try_from((cursor + 1).checked_sub(first)?).ok()?;
        let (mut frames, mut bytes, mut upto) = (Vec::new(), 0, cursor);
        for frame in self.frames.iter().skip(skip) {
            let wanted = workflow.is_none_or(|id| frame.workflow == Some(id));
            if wanted {
                bytes += frame.text.len();
                if frames.len() == PAGE_EVENTS || (bytes > PAGE_BYTES && !frames.is_empty()) {
                    break;
                }
                frames.push(frame.text.clone());
            }
            upto = frame.seq;
        }
        Some(EventPage::Frames { frames, upto })
    }
}

fn read(record: &Record, epoch: &str, cursor: i64, workflow: Option<WorkflowId>) -> EventPage {
    let filter = EventFilter { workflow, ..EventFilter::default() };
    let answer = record.store().snapshot(|reader| {
        Ok((reader.log_state()?, reader.events_since(cursor, PAGE_EVENTS, filter)?))
    });
    match answer {
        Ok((log, _)) if log.epoch != epoch => EventPage::Replaced,
        Ok((log, _)) if cursor + 1 < log.min_seq => EventPage::Pruned,
        Ok((log, events)) => cut(&events, cursor, log.head, workflow.is_some()),
        Err(_) => EventPage::Unreadable,
    }
}

/// As many of these events as make a page. All events must follow each other without a gap.
fn cut(events: &[Event], cursor: i64, head: i64, filtered: bool) -> EventPage {
    let (mut frames, mut bytes, mut upto) = (Vec::new(), 0, cursor);
    for event in events {
        if !filtered && event.seq != upto + 1 {
            return if frames.is_empty() {
                EventPage::Pruned
            } else {
                EventPage::Frames { frames, upto }
            };
        }
        let frame = Utf8Bytes::from(event.to_json());
        bytes += frame.len();
        if bytes > PAGE_BYTES && !frames.is_empty() {
            return EventPage::Frames { frames, upto };
        }
        frames.push(frame);
        upto = event.seq;
    }
    if filtered && events.len() < PAGE_EVENTS {
        upto = head;
    }
    EventPage::Frames { frames, upto }
}
