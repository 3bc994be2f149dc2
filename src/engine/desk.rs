//! Where workers take their files: which are next, how far the calling thread is, and whether
//! to stop.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Files that a worker takes at once: enough that handing over costs little.
pub(super) const BATCH: usize = 8;

/// Files that may be done before the one that is due: bounds the memory of a run.
const WINDOW: usize = 512;

pub(super) struct Desk {
    files: usize,
    next: AtomicUsize,
    stopped: AtomicBool,
    /// Number of files that were delivered, all before it included.
    delivered: Mutex<usize>,
    moved: Condvar,
    /// What each worker is at, and since when.
    current: Vec<Mutex<Option<(usize, Instant)>>>,
}

impl Desk {
    pub(super) fn new(files: usize, workers: usize) -> Self {
        Desk {
            files,
            next: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            delivered: Mutex::new(0),
            moved: Condvar::new(),
            current: (0..workers).map(|_| Mutex::new(None)).collect(),
        }
    }

    /// The next files for a worker; waits while too many are done before one that is due.
    /// The worker that has the file that is due never waits, so this comes to an end.
    pub(super) fn take(&self) -> Option<Range<usize>> {
        let start = self.next.fetch_add(BATCH, Ordering::Relaxed);
        let range = start..(start + BATCH).min(self.files);
        if range.is_empty() {
            return None;
        }
        let too_far = |delivered: &mut usize| range.end > *delivered + WINDOW && !self.is_stopped();
        let delivered = self.moved.wait_while(lock(&self.delivered), too_far);
        drop(delivered);
        (!self.is_stopped()).then_some(range)
    }

    pub(super) fn delivered(&self, files: usize) {
        *lock(&self.delivered) = files;
        self.moved.notify_all();
    }

    /// Workers finish the file they are at, and take no other.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        let _delivered = lock(&self.delivered);
        self.moved.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub(super) fn begin(&self, worker: usize, index: usize) {
        *lock(&self.current[worker]) = Some((index, Instant::now()));
    }

    pub(super) fn end(&self, worker: usize) {
        *lock(&self.current[worker]) = None;
    }

    /// The file that has been checked the longest.
    pub(super) fn longest(&self) -> Option<(usize, Duration)> {
        let current = self.current.iter().filter_map(|current| *lock(current));
        current.min_by_key(|(_, since)| *since).map(|(index, since)| (index, since.elapsed()))
    }
}

/// A panic never happens under these locks, and what they hold is valid at any time.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
