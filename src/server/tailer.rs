//! Follows the event log on a thread of its own and hands what is new to the hub.
//!
//! Every process that writes to the log touches the doorbell, a small file beside the database,
//! after each commit. Where the system tells of that, events are here within a millisecond; where
//! it does not, looking every 50 ms has to do.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use notify_debouncer_full::notify::{
    self, EventKind, RecommendedWatcher, RecursiveMode, Watcher, WatcherKind,
};

use super::hub::Hub;
use super::record::Record;
use crate::store::query::EventFilter;
use crate::store::{Store, StoreError};

const BEHIND_THE_BELL: Duration = Duration::from_millis(250);
const WITHOUT_BELL: Duration = Duration::from_millis(50);
const PER_READ: usize = 1000;
const LOOK_FOR_ANOTHER_FILE: Duration = Duration::from_secs(1);

enum Wake {
    Bell,
    Stop,
}

/// The thread; it ends when this is dropped.
pub struct Tailer {
    wake: Sender<Wake>,
    thread: Option<JoinHandle<()>>,
}

impl Tailer {
    /// Starts to follow the run history from where `hub` stands. Without `bell` it only looks.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(record: Arc<Record>, hub: Arc<Hub>, bell: bool) -> std::io::Result<Self> {
        let (wake, woken) = mpsc::channel();
        let ring = wake.clone();
        let thread = std::thread::Builder::new().name("tailer".to_owned()).spawn(move || {
            let bell = bell.then(|| ChangeListener::watch(record.store(), ring)).flatten();
            Follower { record, hub, bell, woken }.run();
        })?;
        Ok(Tailer { wake, thread: Some(thread) })
    }
}

impl Drop for Tailer {
    fn drop(&mut self) {
        let _ = self.wake.send(Wake::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A watch on the doorbell. It hangs on the file, not its name, so a new file needs a new watch.
struct ChangeListener {
    store: Store,
    watcher: RecommendedWatcher,
}

impl ChangeListener {
    fn watch(store: Store, ring: Sender<Wake>) -> Option<Self> {
        if RecommendedWatcher::kind() == WatcherKind::PollWatcher {
            return None;
        }
        let heard = move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
                let _ = ring.send(Wake::Bell);
            }
        };
        let watcher = notify::recommended_watcher(heard).ok()?;
        let mut bell = ChangeListener { store, watcher };
        bell.hang_again().then_some(bell)
    }

    fn hang_again(&mut self) -> bool {
        let file = self.store.bell();
        let _ = self.watcher.unwatch(&file);
        self.store.hang_bell().is_ok()
            && self.watcher.watch(&file, RecursiveMode::NonRecursive).is_ok()
    }
}

struct Follower {
    record: Arc<Record>,
    hub: Arc<Hub>,
    bell: Option<ChangeListener>,
    woken: Receiver<Wake>,
}

impl Follower {
    fn run(mut self) {
        let wait = if self.bell.is_some() { BEHIND_THE_BELL } else { WITHOUT_BELL };
        let mut looked = Instant::now();
        loop {
            match self.woken.recv_timeout(wait) {
                Ok(Wake::Bell) | Err(RecvTimeoutError::Timeout) => {}
                Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
            if looked.elapsed() >= LOOK_FOR_ANOTHER_FILE {
                looked = Instant::now();
                self.look_for_another_file();
            }
            let read = self.read();
            self.hub.set_readable(read.is_ok());
        }
    }

    fn look_for_another_file(&mut self) {
        if !self.record.is_replaced() || self.record.reopen().is_err() {
            return;
        }
        if let Some(bell) = &mut self.bell {
            bell.store = self.record.store();
            bell.hang_again();
        }
        if let Ok(log) = self.record.store().read(|reader| reader.log_state()) {
            self.hub.replace(log);
        }
    }

    /// Hands on all that is new.
    fn read(&self) -> Result<(), StoreError> {
        let store = self.record.store();
        loop {
            let known = self.hub.log();
            let (log, events) = store.snapshot(|reader| {
                let events = reader.events_since(known.head, PER_READ, EventFilter::default())?;
                Ok((reader.log_state()?, events))
            })?;
            // Another log, an older copy of this one, or a gap: cursors into it mean nothing.
            let follows = events
                .iter()
                .zip(known.head.saturating_add(1)..)
                .all(|(event, seq)| event.seq == seq);
            if log.epoch != known.epoch || log.head < known.head || !follows {
                self.hub.replace(log);
                return Ok(());
            }
            self.hub.set_kept(log.min_seq);
            self.hub.push(&events);
            if events.len() < PER_READ {
                return Ok(());
            }
        }
    }
}
