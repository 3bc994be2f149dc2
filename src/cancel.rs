//! Ends work from outside, also in the middle of a file: whoever starts the work holds a [`Cancel`],
//! and the work asks [`check`] where it may end.
//!
//! What is cancelled unwinds to [`Cancel::scope`] instead of returning an error: rules and the
//! parser have no failure, and none is to be added for the sake of those who lost interest.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to end, seen by all of its clones.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

/// The work was ended before it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

thread_local! {
    static CURRENT: RefCell<Option<Cancel>> = const { RefCell::new(None) };
}

impl Cancel {
    /// Asks the work to end.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Does work on this thread that ends when it asks [`check`] after [`Cancel::cancel`].
    ///
    /// # Errors
    /// If it ended so.
    pub fn scope<T>(&self, work: impl FnOnce() -> T) -> Result<T, Cancelled> {
        let outer = CURRENT.replace(Some(self.clone()));
        let result = catch_unwind(AssertUnwindSafe(work));
        CURRENT.set(outer);
        result.map_err(|panic| match panic.downcast::<Cancelled>() {
            Ok(cancelled) => *cancelled,
            Err(panic) => resume_unwind(panic),
        })
    }
}

/// What may end the work of this thread, for others that work for it.
pub fn current() -> Cancel {
    CURRENT.with_borrow(Clone::clone).unwrap_or_default()
}

/// Ends the work of this thread if that was asked for. Costs a look at a flag.
pub fn check() {
    let is_cancelled =
        CURRENT.with_borrow(|current| current.as_ref().is_some_and(Cancel::is_cancelled));
    if is_cancelled {
        // Not a panic: nobody is told, and nothing is printed.
        resume_unwind(Box::new(Cancelled));
    }
}

/// Passes on what was caught, if it is no panic but the end of work.
pub fn pass_on(caught: Box<dyn Any + Send>) -> Box<dyn Any + Send> {
    if caught.is::<Cancelled>() { resume_unwind(caught) } else { caught }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ends_where_it_asks() {
        let cancel = Cancel::default();
        let work = |rounds: usize| {
            for round in 0..rounds {
                check();
                if round == 3 {
                    cancel.cancel();
                }
            }
            rounds
        };
        assert_eq!(cancel.scope(|| work(3)), Ok(3));
        assert_eq!(cancel.scope(|| work(100)), Err(Cancelled));
        // Without anybody who could cancel it, work goes on.
        assert_eq!(work(100), 100);
    }

    #[test]
    fn a_panic_stays_a_panic() {
        let caught = catch_unwind(|| Cancel::default().scope(|| panic!("broken")));
        assert!(caught.is_err_and(|panic| panic.is::<&str>()));
    }
}
