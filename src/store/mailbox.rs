//! The way from those who change the run history to the one who writes: many may put in, one takes
//! out, all that has gathered at once. Who puts in wakes the writer only when there is a reason.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A queue between threads.
pub(super) struct Mailbox<T> {
    inside: Mutex<Inside<T>>,
    /// Something the writer waits for has happened.
    filled: Condvar,
    /// There is room again.
    emptied: Condvar,
    batch: usize,
    limit: usize,
}

struct Inside<T> {
    items: Vec<T>,
    /// Somebody waits for one of the items.
    hurry: bool,
    closed: bool,
}

impl<T> Mailbox<T> {
    /// `batch` items are as many as are worth a transaction; with `limit` of them, who puts in
    /// has to wait.
    pub(super) fn new(batch: usize, limit: usize) -> Self {
        let inside = Inside { items: Vec::new(), hurry: false, closed: false };
        let (filled, emptied) = (Condvar::new(), Condvar::new());
        Mailbox { inside: Mutex::new(inside), filled, emptied, batch, limit }
    }

    /// Puts an item in. Returns it if nobody takes any more.
    pub(super) fn put(&self, item: T, hurry: bool) -> Result<(), T> {
        let is_full = |inside: &mut Inside<T>| inside.items.len() >= self.limit && !inside.closed;
        let waited = self.emptied.wait_while(self.lock(), is_full);
        let mut inside = waited.unwrap_or_else(PoisonError::into_inner);
        if inside.closed {
            return Err(item);
        }
        inside.items.push(item);
        inside.hurry |= hurry;
        let count = inside.items.len();
        drop(inside);
        if hurry || count == 1 || count == self.batch {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Takes all that is there: once there is something, and then after `patience`, unless
    /// somebody waits or there is enough. `None` once it is closed and empty.
    pub(super) fn take(&self, patience: Duration) -> Option<Vec<T>> {
        let is_empty = |inside: &mut Inside<T>| inside.items.is_empty() && !inside.closed;
        let waited = self.filled.wait_while(self.lock(), is_empty);
        let mut inside = waited.unwrap_or_else(PoisonError::into_inner);
        let deadline = Instant::now() + patience;
        while !(inside.hurry || inside.closed || inside.items.len() >= self.batch) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.filled.wait_timeout(inside, left);
            inside = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        inside.hurry = false;
        let items = std::mem::take(&mut inside.items);
        drop(inside);
        self.emptied.notify_all();
        (!items.is_empty()).then_some(items)
    }

    /// Nothing more is put in; what is in is still taken.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
        self.emptied.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inside<T>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn items_gather_until_somebody_waits() {
        let mailbox = Mailbox::new(10, 10);
        mailbox.put(1, false).unwrap();
        mailbox.put(2, true).unwrap();
        assert_eq!(mailbox.take(LONG), Some(vec![1, 2]));
        mailbox.put(3, false).unwrap();
        assert_eq!(mailbox.take(Duration::from_millis(1)), Some(vec![3]));
    }

    #[test]
    fn enough_items_are_taken_at_once_and_who_puts_in_more_waits() {
        let mailbox = Mailbox::new(2, 4);
        std::thread::scope(|scope| {
            scope.spawn(|| (0..100).for_each(|item| mailbox.put(item, false).unwrap()));
            let mut taken = Vec::new();
            while taken.len() < 100 {
                let items = mailbox.take(Duration::from_millis(1)).unwrap();
                assert!(items.len() <= 4);
                taken.extend(items);
            }
            assert_eq!(taken, (0..100).collect::<Vec<_>>());
        });
    }

    #[test]
    fn what_is_in_a_closed_one_is_still_taken() {
        let mailbox = Mailbox::new(10, 10);
        mailbox.put(1, false).unwrap();
        mailbox.close();
        assert_eq!(mailbox.put(2, false), Err(2));
        assert_eq!(mailbox.take(LONG), Some(vec![1]));
        assert_eq!(mailbox.take(LONG), None);
    }
}
