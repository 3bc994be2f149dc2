//! Requests that compute: a few at a time, each for a while, and none for a client that has left.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::timeout;
use warp::Reply as _;
use warp::http::header::{CONTENT_TYPE, HeaderValue};

use super::errors::ApiError;
use super::{ListenerLimits, Reply};
use crate::cancel::{Cancel, Cancelled};

/// Pieces of a streamed answer that wait for the client.
const PIECES: usize = 4;
/// Answers that are streamed at a time: each has a thread.
const STREAMS: usize = 8;
/// For a client to take all of such an answer.
const STREAMED: Duration = Duration::from_secs(300);
/// Bytes of a piece.
const PIECE: usize = 64 * 1024;

/// How much a request asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Computation {
    /// Looks something up.
    Light,
    /// Computes an answer; breaking it off changes nothing.
    Computes,
    /// Computes and changes something, which is done to its end.
    Changes,
}

/// The places of requests that compute.
pub struct Compute {
    places: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    limit: Duration,
    queue: Duration,
}

/// Cancels what its owner waits for when that is dropped: hyper does so when the client leaves.
struct WhenDropped(Cancel);

impl Drop for WhenDropped {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Compute {
    pub fn new(limits: &ListenerLimits) -> Self {
        let places = Arc::new(Semaphore::new(limits.computing));
        let streams = Arc::new(Semaphore::new(STREAMS));
        Compute { places, streams, limit: limits.compute, queue: limits.queue }
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        match timeout(self.queue, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(busy()),
        }
    }

    /// Lets a handler answer on a thread that may block.
    ///
    /// # Errors
    /// What the handler refuses, and 503 if there is no place for it or it takes too long.
    pub async fn run(
        &self,
        work: Computation,
        handler: impl FnOnce() -> Result<Reply, ApiError> + Send + 'static,
    ) -> Result<Reply, ApiError> {
        let place = match work {
            Computation::Light => None,
            Computation::Computes | Computation::Changes => Some(self.place().await?),
        };
        let cancel = Cancel::default();
        let inner = cancel.clone();
        let answer = tokio::task::spawn_blocking(move || {
            // Given back when the thread is done, not when nobody waits for it any more.
            let _place = place;
            match work {
                Computation::Computes => inner.scope(handler),
                Computation::Light | Computation::Changes => Ok(handler()),
            }
        });
        let _gone = WhenDropped(cancel);
        let limit = if work == Computation::Computes { self.limit } else { Duration::MAX };
        match timeout(limit, answer).await {
            Ok(Ok(Ok(answer))) => answer,
            Ok(Err(_)) => Err(ApiError::internal("the request could not be answered")),
            Ok(Ok(Err(Cancelled))) | Err(_) => Err(self.too_long()),
        }
    }

    fn too_long(&self) -> ApiError {
        let message = format!("computing the answer took longer than {:?}", self.limit);
        ApiError::unavailable("took_too_long", message)
            .hint("send less at once, or use `validator check` in a terminal")
    }

    /// An answer that is sent while it is written: `write` runs on a thread of its own, waits for the
    /// client, and fails when the client is gone. An error ends the connection, as the status is out.
    ///
    /// # Errors
    /// 503 when as many answers are being sent so as may be.
    pub fn stream(
        &self,
        content_type: &'static str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static,
    ) -> Result<Reply, ApiError> {
        let place = Arc::clone(&self.streams).try_acquire_owned().map_err(|_| busy())?;
        let (sender, receiver) = mpsc::channel(PIECES);
        tokio::task::spawn_blocking(move || {
            let _place = place;
            let mut pieces = Pieces { sender, piece: Vec::new(), started: Instant::now() };
            let end = write(&mut pieces).and_then(|()| pieces.flush());
            // If the client is gone, nobody hears of it.
            let _ = pieces.sender.blocking_send(end.map(|()| Bytes::new()));
        });
        let pieces = futures_util::stream::unfold(Some(receiver), |receiver| async {
            let mut receiver = receiver?;
            match receiver.recv().await {
                Some(Ok(piece)) if piece.is_empty() => None,
                Some(Ok(piece)) => Some((Ok(piece), Some(receiver))),
                Some(Err(error)) => Some((Err(error), None)),
                // The thread panicked: what was sent is not the whole answer.
                None => Some((Err(io::ErrorKind::UnexpectedEof.into()), None)),
            }
        });
        let mut reply = warp::reply::stream(pieces).into_response();
        reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Ok(reply)
    }
}

fn busy() -> ApiError {
    ApiError::unavailable("busy", "the server is busy with other requests")
        .hint("try again in a moment")
}

struct Pieces {
    sender: mpsc::Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
    started: Instant,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        if self.started.elapsed() > STREAMED {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        let sent = self.sender.blocking_send(Ok(piece.into()));
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
