//! Notices which clients do nothing: those that do not take their answers are let go, and when all
//! places are taken the one that has done nothing for longest gives its place to another.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{Instant, Sleep, sleep};

/// What is known about a connection.
pub struct Seat {
    state: Mutex<SteadyState>,
    vacate: Notify,
}

struct SteadyState {
    /// When bytes last went one way or the other.
    moved: Instant,
    /// Requests that the server is at: meanwhile the client has nothing to do.
    working: usize,
}

/// That the server is at a request; until it is dropped.
pub struct Working(Arc<Seat>);

impl Seat {
    fn state(&self) -> std::sync::MutexGuard<'_, SteadyState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn touch(&self) {
        self.state().moved = Instant::now();
    }

    /// The server begins with a request.
    pub fn work(self: &Arc<Self>) -> Working {
        self.state().working += 1;
        Working(Arc::clone(self))
    }

    /// Waits until another connection is to have this place.
    pub async fn vacated(&self) {
        self.vacate.notified().await;
    }

    /// Since when the client could have done something, and has not.
    fn idle(&self) -> Option<Instant> {
        let state = self.state();
        (state.working == 0).then_some(state.moved)
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.working -= 1;
        state.moved = Instant::now();
    }
}

/// All connections.
#[derive(Default)]
pub struct Seats(Mutex<Vec<Weak<Seat>>>);

impl Seats {
    pub fn take(&self) -> Arc<Seat> {
        let state = Mutex::new(SteadyState { moved: Instant::now(), working: 0 });
        let seat = Arc::new(Seat { state, vacate: Notify::new() });
        let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seats.len() == seats.capacity() {
            seats.retain(|seat| seat.strong_count() > 0);
        }
        seats.push(Arc::downgrade(&seat));
        seat
    }

    /// Ends the connection that has been idle for longest, if that is longer than `grace`.
    pub fn vacate(&self, grace: Duration) -> bool {
        let seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let idle =
            seats.iter().filter_map(Weak::upgrade).filter_map(|seat| Some((seat.idle()?, seat)));
        let Some((since, seat)) = idle.min_by_key(|(since, _)| *since) else { return false };
        if since.elapsed() < grace {
            return false;
        }
        // Not chosen again while it ends.
        seat.touch();
        seat.vacate.notify_one();
        true
    }
}

/// A stream on which writing fails when nothing could be written for too long.
pub struct Steady<S> {
    stream: S,
    seat: Arc<Seat>,
    patience: Duration,
    /// Runs while a write waits for the client.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<S> Steady<S> {
    pub fn new(stream: S, seat: Arc<Seat>, patience: Duration) -> Self {
        Steady { stream, seat, patience, deadline: None }
    }

    /// Takes note of what became of a write.
    fn judge<T>(
        &mut self,
        context: &mut Context<'_>,
        result: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.deadline = None;
            self.seat.touch();
            return result;
        }
        let patience = self.patience;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(deadline.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Steady<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.seat.touch();
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Steady<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, result)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.judge(context, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
