//! The latest events, written once for all clients, and where each of them goes on.
//!
//! No client has a queue. Each has a cursor into one ring of frames; what has fallen out of the
//! ring is read from the log. So a client that stops reading costs nobody anything, and one that
//! comes back misses nothing that is still kept.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::log::{Log, Record};
use super::protocol::{self, Extent};

const RING_EVENTS: usize = 4096;
const RING_BYTES: usize = 8 * 1024 * 1024;
const PAGE_EVENTS: usize = 256;
const PAGE_BYTES: usize = 256 * 1024;
/// How many clients read the log at the same time.
const READERS: usize = 4;

/// Where the log stands. A new generation means that another log has taken its place.
#[derive(Debug, Clone)]
pub struct Position {
    pub generation: u64,
    pub extent: Arc<Extent>,
}

/// What a client gets next.
pub enum Page {
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
    workflow: Option<Arc<str>>,
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
    path: PathBuf,
    ring: Mutex<Ring>,
    position: watch::Sender<Position>,
    logs: Mutex<Vec<(u64, Log)>>,
    readers: Semaphore,
    seats: Arc<Semaphore>,
    max_clients: u32,
    readable: AtomicBool,
}

impl Hub {
    /// A hub at the end of the log at `path`.
    pub fn new(path: PathBuf, extent: Extent, max_clients: u32) -> Self {
        let ring = Ring { head: extent.head, ..Ring::default() };
        let position = Position { generation: 0, extent: Arc::new(extent) };
        Hub {
            path,
            ring: Mutex::new(ring),
            position: watch::Sender::new(position),
            logs: Mutex::default(),
            readers: Semaphore::new(READERS),
            seats: Arc::new(Semaphore::new(max_clients as usize)),
            max_clients,
            readable: AtomicBool::new(true),
        }
    }

    /// Where the log stands now, and a way to wait until it has moved.
    pub fn position(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    pub fn extent(&self) -> Arc<Extent> {
        Arc::clone(&self.position.borrow().extent)
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
    pub fn push(&self, records: &[Record]) {
        let frames: Vec<Frame> = records.iter().map(Frame::of).collect();
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
        self.position.send_modify(|position| Arc::make_mut(&mut position.extent).head = head);
    }

    /// Notes from where on events are kept. That is no reason to wake anybody.
    pub fn set_kept(&self, min_seq: i64) {
        self.position.send_if_modified(|position| {
            if position.extent.min_seq != min_seq {
                Arc::make_mut(&mut position.extent).min_seq = min_seq;
            }
            false
        });
    }

    /// Goes over to another log, or to another place in the same.
    pub fn replace(&self, extent: Extent) {
        let mut ring = self.ring();
        let generation = ring.generation + 1;
        *ring = Ring { generation, head: extent.head, ..Ring::default() };
        drop(ring);
        self.position.send_replace(Position { generation, extent: Arc::new(extent) });
    }

    /// What follows `cursor` for a client of this generation.
    pub async fn page(
        self: &Arc<Self>,
        generation: u64,
        cursor: i64,
        workflow: Option<&Arc<str>>,
    ) -> Page {
        if let Some(page) = self.ring().page(generation, cursor, workflow) {
            return page;
        }
        let Ok(_turn) = self.readers.acquire().await else { return Page::Unreadable };
        let (hub, workflow) = (Arc::clone(self), workflow.cloned());
        tokio::task::spawn_blocking(move || hub.read(generation, cursor, workflow.as_deref()))
            .await
            .unwrap_or(Page::Unreadable)
    }

    fn read(&self, generation: u64, cursor: i64, workflow: Option<&str>) -> Page {
        let Ok(log) = self.borrow_log(generation) else { return Page::Unreadable };
        let answer = log.at_once(|log| {
            Ok((log.extent()?, log.after(cursor, workflow, PAGE_EVENTS)?))
        });
        self.return_log(generation, log);
        match answer {
            Ok((extent, _)) if cursor + 1 < extent.min_seq => Page::Pruned,
            Ok((extent, records)) => cut(&records, cursor, extent.head, workflow.is_some()),
            Err(_) => Page::Unreadable,
        }
    }

    fn borrow_log(&self, generation: u64) -> rusqlite::Result<Log> {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        logs.retain(|(of, _)| *of == generation);
        match logs.pop() {
            Some((_, log)) => Ok(log),
            None => Log::open(&self.path),
        }
    }

    fn return_log(&self, generation: u64, log: Log) {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner).push((generation, log));
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Frame {
    fn of(record: &Record) -> Self {
        let workflow = record.workflow_id.as_deref().map(Arc::from);
        Frame { seq: record.seq, workflow, text: protocol::event(record) }
    }
}

impl Ring {
    /// What follows the cursor, unless it has fallen out of the ring.
    fn page(&self, generation: u64, cursor: i64, workflow: Option<&Arc<str>>) -> Option<Page> {
        if generation != self.generation {
            return Some(Page::Replaced);
        }
        if cursor >= self.head {
            return Some(Page::Frames { frames: Vec::new(), upto: cursor });
        }
        let first = self.frames.front()?.seq;
        let skip = usize::try_from((cursor + 1).checked_sub(first)?).ok()?;
        let (mut frames, mut bytes, mut upto) = (Vec::new(), 0, cursor);
        for frame in self.frames.iter().skip(skip) {
            let wanted = workflow.is_none_or(|id| frame.workflow.as_ref() == Some(id));
            if wanted {
                bytes += frame.text.len();
                if frames.len() == PAGE_EVENTS || (bytes > PAGE_BYTES && !frames.is_empty()) {
                    break;
                }
                frames.push(frame.text.clone());
            }
            upto = frame.seq;
        }
        Some(Page::Frames { frames, upto })
    }
}

/// As many of these events as make a page. All events must follow each other without a gap.
fn cut(records: &[Record], cursor: i64, head: i64, filtered: bool) -> Page {
    let (mut frames, mut bytes, mut upto) = (Vec::new(), 0, cursor);
    for record in records {
        if !filtered && record.seq != upto + 1 {
            return if frames.is_empty() { Page::Pruned } else { Page::Frames { frames, upto } };
        }
        let frame = protocol::event(record);
        bytes += frame.len();
        if bytes > PAGE_BYTES && !frames.is_empty() {
            return Page::Frames { frames, upto };
        }
        frames.push(frame);
        upto = record.seq;
    }
    if filtered && records.len() < PAGE_EVENTS {
        upto = head;
    }
    Page::Frames { frames, upto }
}
