//! Takes in connections, with limits on how many, how long and how large.
//!
//! warp's own server has no timeout for a request's head, no cap on connections, leaves Nagle's
//! delay on and waits for ever when it is to stop. So connections are accepted here and only the
//! requests go to warp.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use warp::http::Request;

use super::Reply;
use super::steady::{Seat, Seats, Steady};

const BACKLOG: u32 = 1024;
/// Also how much the kernel takes for a client that has stopped reading.
const SEND_BUFFER: u32 = 128 * 1024;
const MAX_HEADERS: usize = 64;
const MAX_HEAD: usize = 16 * 1024;
const READ_BUFFER: usize = 32 * 1024;
/// For a connection to end whose place another takes.
const VACATED: Duration = Duration::from_millis(200);

/// How much clients may ask of the server's connections.
#[derive(Debug, Clone)]
pub struct ListenerLimits {
    /// Connections at a time, WebSockets not counted.
    pub connections: usize,
    /// For a request's head to arrive, and for a connection to stay idle.
    pub head: Duration,
    /// For a request's body to arrive.
    pub body: Duration,
    /// For a client to take some of its answer.
    pub write: Duration,
    /// How long a connection is left alone on which the client does nothing, when there is no place
    /// for another.
    pub grace: Duration,
    /// For an answer that has to be computed.
    pub compute: Duration,
    /// For a place among the requests that compute.
    pub queue: Duration,
    /// Requests that compute at a time.
    pub computing: usize,
    /// Between two heartbeats of a WebSocket.
    pub heartbeat: Duration,
    /// For requests to end once the server is to stop.
    pub drain: Duration,
    /// For WebSockets to close after that.
    pub farewell: Duration,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        ListenerLimits {
            connections: 512,
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
            write: Duration::from_secs(10),
            grace: Duration::from_secs(1),
            compute: Duration::from_secs(10),
            queue: Duration::from_secs(2),
            computing: std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2)),
            heartbeat: Duration::from_secs(30),
            drain: Duration::from_secs(2),
            farewell: Duration::from_secs(1),
        }
    }
}

/// A socket that clients can connect to.
pub enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix {
        listener: tokio::net::UnixListener,
        _file: SocketFile,
    },
}

/// Removes the socket's file when the server is done with it.
pub struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Answers requests, whatever carries them.
pub trait ListenerAnswer: Clone + Send + Sync + 'static {
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Reply> + Send;
}

impl Listener {
    /// # Errors
    /// If the address is taken, or is not one of this machine's.
    pub fn tcp(address: SocketAddr) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // Only so that a port that was in use a moment ago can be taken again.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.set_send_buffer_size(SEND_BUFFER)?;
        socket.bind(address)?;
        socket.listen(BACKLOG).map(Listener::Tcp)
    }

    /// A socket in the file system that only its owner can open.
    ///
    /// # Errors
    /// If another server listens there, or the path holds something else.
    #[cfg(unix)]
    pub fn unix(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::PermissionsExt as _;
        if std::os::unix::net::UnixStream::connect(path).is_ok() {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        let dir = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        // Nobody else can enter the directory in which it is made, so it is never open to others.
        let private = tempfile::Builder::new()
            .prefix(".socket")
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir_in(dir.unwrap_or(Path::new(".")))?;
        let made = private.path().join("socket");
        let listener = tokio::net::UnixListener::bind(&made)?;
        std::fs::set_permissions(&made, std::fs::Permissions::from_mode(0o600))?;
        if path.exists() && !is_socket(path)? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        std::fs::rename(&made, path)?;
        Ok(Listener::Unix { listener, _file: SocketFile(path.to_owned()) })
    }

    /// The port, and the address that was bound.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Listener::Tcp(listener) => listener.local_addr().ok(),
            #[cfg(unix)]
            Listener::Unix { .. } => None,
        }
    }
}

#[cfg(unix)]
fn is_socket(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::FileTypeExt as _;
    Ok(path.symlink_metadata()?.file_type().is_socket())
}

/// Serves connections until `stop` says so; then lets those that are busy finish for a while.
pub async fn serve(
    listener: Listener,
    answer: impl ListenerAnswer,
    limits: &ListenerLimits,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let seats = Seats::default();
    let mut connections = JoinSet::new();
    loop {
        let stopping = stop.clone();
        tokio::select! {
            accepted = accept(&listener) => match accepted {
                Ok(stream) => match place(&places, &seats, limits.grace).await {
                    Some(place) => {
                        let (answer, limits, seat) = (answer.clone(), limits.clone(), seats.take());
                        connections.spawn(async move {
                            match stream {
                                Stream::Tcp(stream) => connection(stream, answer, &limits, stopping, seat).await,
                                #[cfg(unix)]
                                Stream::Unix(stream) => connection(stream, answer, &limits, stopping, seat).await,
                            }
                            drop(place);
                        });
                    }
                    None => stream.turn_away(),
                },
                // Out of file descriptors, most likely: others will be closed meanwhile.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(limits.drain, drained).await;
    connections.shutdown().await;
}

/// A place for one more connection, if need be that of the client that has done nothing for longest.
async fn place(
    places: &Arc<Semaphore>,
    seats: &Seats,
    grace: Duration,
) -> Option<OwnedSemaphorePermit> {
    if let Ok(place) = Arc::clone(places).try_acquire_owned() {
        return Some(place);
    }
    if !seats.vacate(grace) {
        return None;
    }
    let freed = Arc::clone(places).acquire_owned();
    tokio::time::timeout(VACATED, freed).await.ok()?.ok()
}

enum Stream {
    Tcp(tokio::net::TcpStream),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
}

async fn accept(listener: &Listener) -> io::Result<Stream> {
    match listener {
        Listener::Tcp(listener) => {
            let (stream, _) = listener.accept().await?;
            // Events are small and are to be seen at once.
            stream.set_nodelay(true)?;
            Ok(Stream::Tcp(stream))
        }
        #[cfg(unix)]
        Listener::Unix { listener, .. } => Ok(Stream::Unix(listener.accept().await?.0)),
    }
}

impl Stream {
    /// Says that there is no place, if that can be said without waiting.
    fn turn_away(self) {
        const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\n\
            connection: close\r\ncontent-length: 0\r\n\r\n";
        let _ = match self {
            Stream::Tcp(stream) => stream.try_write(FULL),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.try_write(FULL),
        };
    }
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    answer: impl ListenerAnswer,
    limits: &ListenerLimits,
    mut stop: watch::Receiver<bool>,
    seat: Arc<Seat>,
) {
    let stream = Steady::new(stream, Arc::clone(&seat), limits.write);
    let busy = Arc::clone(&seat);
    let service = service_fn(move |request| {
        let answer = answer.clone();
        let busy = busy.work();
        async move {
            let reply = answer.answer(request).await;
            drop(busy);
            Ok::<_, Infallible>(reply)
        }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(READ_BUFFER)
        .max_headers(MAX_HEADERS)
        .max_header_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut serving = pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => Some(ended),
        () = seat.vacated() => return,
        _ = stop.wait_for(|stop| *stop) => None,
    };
    // What goes wrong on a connection is the client's to notice.
    let _ = match ended {
        Some(ended) => ended,
        None => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
}
