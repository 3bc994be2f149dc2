//! One WebSocket client: what it missed, then what happens, until either side ends it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::hub::{EventPage, Hub, Position};
use super::protocol::{self, Close, Reset};
use super::upgrade::Socket;
use crate::store::WorkflowId;

/// How long a client may take for one page before it is let go.
const PATIENCE: Duration = Duration::from_secs(10);
const FAREWELL: Duration = Duration::from_millis(500);
const RETRY: Duration = Duration::from_millis(100);
const MESSAGES_A_SECOND: u32 = 20;

/// Where a client wants to begin.
#[derive(Debug, Clone)]
pub struct Start {
    /// The last event it has; without it, only what happens from now on is sent.
    pub since: Option<i64>,
    /// The log that this number is from.
    pub epoch: Option<String>,
    /// The one workflow that it wants to hear of.
    pub workflow: Option<WorkflowId>,
    /// How often it hears that the server is still there.
    pub heartbeat: Duration,
    /// Names the server's process.
    pub server: Arc<str>,
}

/// Why a session is over; `None` if the client is gone and nothing can be said to it.
type End = Option<Close>;

struct Session {
    socket: Socket,
    hub: Arc<Hub>,
    workflow: Option<WorkflowId>,
    generation: u64,
    cursor: i64,
    /// History ends here; `None` once the client has been told so.
    goal: Option<i64>,
    heartbeat: Interval,
    chatter: RateLimit,
}

/// Serves a client until it leaves, is too slow, or the server stops.
pub async fn run(socket: Socket, hub: Arc<Hub>, start: Start, mut stop: watch::Receiver<bool>) {
    let mut position = hub.position();
    let now = position.borrow_and_update().clone();
    let mut heartbeat = interval_at(Instant::now() + start.heartbeat, start.heartbeat);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut session = Session {
        socket,
        hub,
        workflow: start.workflow,
        generation: now.generation,
        cursor: now.log.head,
        goal: Some(now.log.head),
        heartbeat,
        chatter: RateLimit::default(),
    };
    let serve = async {
        session.greet(&start, &now).await?;
        session.follow(&mut position).await
    };
    let end = tokio::select! {
        end = serve => end.err().flatten(),
        _ = stop.wait_for(|stop| *stop) => Some(Close::Restart),
    };
    if let Some(close) = end {
        let _ = timeout(FAREWELL, session.say_farewell(close)).await;
    }
}

impl Session {
    async fn greet(&mut self, start: &Start, now: &Position) -> Result<(), End> {
        self.send([protocol::hello(&now.log, &start.server, start.heartbeat)]).await?;
        let Some(since) = start.since else { return Ok(()) };
        let reason = if start.epoch.as_ref().is_some_and(|epoch| *epoch != now.log.epoch) {
            Reset::Epoch
        } else if since > now.log.head && since > self.hub.newest().await {
            Reset::Future
        } else if since + 1 < now.log.min_seq {
            Reset::Pruned
        } else {
            self.cursor = since;
            return Ok(());
        };
        self.send([protocol::reset(reason, &now.log)]).await
    }

    /// Mark the head as seen, read up to it, wait for it to move: in this order nothing can fall
    /// between what is history and what is new.
    async fn follow(&mut self, position: &mut watch::Receiver<Position>) -> Result<(), End> {
        loop {
            let now = position.borrow_and_update().clone();
            match self.hub.page(self.generation, self.cursor, self.workflow).await {
                EventPage::Frames { frames, upto } => {
                    let more = upto > self.cursor;
                    self.send(frames).await?;
                    self.cursor = upto;
                    if self.goal.is_some_and(|goal| self.cursor >= goal) {
                        self.goal = None;
                        self.send([protocol::caught_up(self.cursor)]).await?;
                    }
                    if !more {
                        self.wait(position).await?;
                    }
                }
                EventPage::Pruned => self.reset(Reset::Pruned, &now).await?,
                EventPage::Replaced if now.generation != self.generation => {
                    self.reset(Reset::Epoch, &now).await?;
                }
                EventPage::Replaced | EventPage::Unreadable => tokio::time::sleep(RETRY).await,
            }
        }
    }

    /// The client starts again from a snapshot, which it takes after this moment.
    async fn reset(&mut self, reason: Reset, now: &Position) -> Result<(), End> {
        self.generation = now.generation;
        self.cursor = now.log.head;
        self.goal = Some(self.cursor);
        self.send([protocol::reset(reason, &now.log)]).await
    }

    async fn wait(&mut self, position: &mut watch::Receiver<Position>) -> Result<(), End> {
        loop {
            tokio::select! {
                moved = position.changed() => return moved.map_err(|_| Some(Close::Restart)),
                _ = self.heartbeat.tick() => {
                    let head = position.borrow().log.head;
                    self.send([protocol::heartbeat(head, self.cursor)]).await?;
                }
                message = self.socket.next() => self.receive(message)?,
            }
        }
    }

    fn receive(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        match message {
            Some(Ok(Message::Ping(_) | Message::Pong(_))) if self.chatter.allow() => Ok(()),
            // tungstenite answers the close itself; the stream ends after that.
            Some(Ok(Message::Close(_))) => Ok(()),
            Some(Ok(_)) => Err(Some(Close::Policy)),
            Some(Err(error)) => Err(Close::after(&error)),
            None => Err(None),
        }
    }

    /// Sends all frames with one write where they fit in one.
    async fn send(&mut self, frames: impl IntoIterator<Item = Utf8Bytes>) -> Result<(), End> {
        let socket = &mut self.socket;
        let sent = timeout(PATIENCE, async {
            for frame in frames {
                socket.feed(Message::Text(frame)).await?;
            }
            socket.flush().await
        });
        match sent.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(None),
            Err(_) => Err(Some(Close::Slow)),
        }
    }

    async fn say_farewell(&mut self, close: Close) {
        if self.socket.close(Some(close.frame())).await.is_ok() {
            // The client's own close, so that the connection ends for both at once.
            while let Some(Ok(_)) = self.socket.next().await {}
        }
    }
}

/// Counts what a client says.
struct RateLimit {
    second: Instant,
    messages: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        RateLimit { second: Instant::now(), messages: 0 }
    }
}

impl RateLimit {
    fn allow(&mut self) -> bool {
        if self.second.elapsed() >= Duration::from_secs(1) {
            *self = RateLimit::default();
        }
        self.messages += 1;
        self.messages <= MESSAGES_A_SECOND
    }
}
