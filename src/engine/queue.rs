//! Where workers take their files: which are next, how far the calling thread is, and whether
//! to stop.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Files that a worker takes at once at most: enough that handing over costs little.
const BATCH: usize = 32;

/// Into so many batches at least each worker's share is cut, and what is left of it again, so that
/// all end at about the same time.
const SHARE: usize = 8;

/// Files that may be done before the one that is due: bounds the memory of a run.
const WINDOW: usize = 1024;

pub(super) struct WorkQueue {
    files: usize,
    next: AtomicUsize,
    stopped: AtomicBool,
    delivered: Mutex<Delivered>,
    moved: Condvar,
    /// What each worker is at, and since when.
    current: Vec<Mutex<Option<(usize, Instant)>>>,
}

#[derive(Default)]
struct Delivered {
    /// Number of files that were delivered, all before it included.
    files: usize,
    /// Workers that wait for it to grow.
    waiting: usize,
}

impl WorkQueue {
    pub(super) fn new(files: usize, workers: usize) -> Self {
        WorkQueue {
            files,
            next: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            delivered: Mutex::default(),
            moved: Condvar::new(),
            current: (0..workers).map(|_| Mutex::new(None)).collect(),
        }
    }

    /// The next files for a worker; waits while too many are done before one that is due.
    /// The worker that has the file that is due never waits, so this comes to an end.
    pub(super) fn next_batch(&self) -> Option<Range<usize>> {
        let batch =
            |start: usize| ((self.files - start) / (SHARE * self.current.len())).clamp(1, BATCH);
        let more = |start: usize| (start < self.files).then(|| start + batch(start));
        let start = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        let range = start..start + batch(start);
        let mut delivered = lock(&self.delivered);
        while range.end > delivered.files + WINDOW && !self.is_stopped() {
            delivered.waiting += 1;
            delivered = self.moved.wait(delivered).unwrap_or_else(PoisonError::into_inner);
            delivered.waiting -= 1;
        }
        drop(delivered);
        (!self.is_stopped()).then_some(range)
    }

    pub(super) fn advance(&self, files: usize) {
        let mut delivered = lock(&self.delivered);
        delivered.files = files;
        if delivered.waiting > 0 {
            self.moved.notify_all();
        }
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
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
