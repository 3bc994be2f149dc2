//! The live server: what the run history holds, told to browsers and programs while it happens.
//!
//! Everything in here may wait; nothing outside does. A request passes the guard, finds its row
//! in the table of `api`, and is answered on a thread that may block. WebSocket clients follow the
//! event log through `hub`, whoever writes to it.

mod api;
mod assets;
mod auth;
mod body;
pub mod client;
mod compute;
mod errors;
mod excerpts;
mod files;
mod guard;
mod headers;
mod hub;
mod jobs;
mod listener;
mod openapi;
mod protocol;
mod record;
mod routes;
mod session;
mod sockets;
mod steady;
mod tailer;
#[cfg(test)]
mod tests;
mod upgrade;
mod watch;

use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio::sync::watch as flag;

pub use auth::{Token, TokenError};
pub use listener::ListenerLimits;

use api::ProjectFiles;
use compute::Compute;
use files::Root;
use guard::{Guard, Policy};
use hub::Hub;
use jobs::Jobs;
use listener::Listener;
use record::Record;
use routes::Service;
use tailer::Tailer;
use watch::Watch;

use crate::store::StoreError;

/// An answer as warp and hyper pass it on.
type Reply = warp::reply::Response;

/// Where clients reach the server.
#[derive(Debug, Clone)]
pub enum Bind {
    /// A name or address, and a port; port 0 takes any that is free.
    Tcp { host: String, port: u16 },
    /// A socket in the file system, for its owner only.
    Socket(PathBuf),
}

/// What to serve, and to whom.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The project's root: its files are checked and shown, its run history is served.
    pub root: PathBuf,
    /// Counts instead of the configuration that is found.
    pub config: Option<PathBuf>,
    pub bind: Bind,
    /// Further `name:port` under which clients may ask for this server.
    pub allow_hosts: Vec<String>,
    pub token: Option<Token>,
    /// Let clients change something though others on the network can reach the server.
    pub allow_write: bool,
    /// WebSocket clients at a time.
    pub max_clients: u32,
    pub limits: ListenerLimits,
    /// Check the files below this directory when they change.
    pub watch: Option<PathBuf>,
    /// Is told what the person who started the server may want to know.
    pub notice: fn(&str),
    /// Follow the log by its doorbell, not only by looking.
    pub doorbell: bool,
}

impl ServerOptions {
    /// A server for this machine only, on any free port.
    pub fn local(root: PathBuf) -> Self {
        ServerOptions {
            root,
            config: None,
            bind: Bind::Tcp { host: "127.0.0.1".to_owned(), port: 0 },
            allow_hosts: Vec::new(),
            token: None,
            allow_write: false,
            max_clients: 64,
            limits: ListenerLimits::default(),
            watch: None,
            notice: |_| (),
            doorbell: true,
        }
    }
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("`{host}` is not an address of this machine")]
    UnknownHost { host: String },
    #[error("{place} is in use: is another validator serving there?")]
    InUse { place: String },
    #[error("cannot listen at {place}: {cause}")]
    Listen { place: String, cause: io::Error },
    #[error("others on the network can reach {address}, so a token is needed")]
    TokenNeeded { address: SocketAddr },
    #[error("cannot serve the directory {}: {cause}", root.display())]
    Root { root: PathBuf, cause: io::Error },
    #[error(transparent)]
    Record(#[from] StoreError),
    #[error("the system does not give what a server needs: {0}")]
    System(#[source] io::Error),
}

impl ServeError {
    /// What the reader can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ServeError::UnknownHost { .. } => "leave --host away to serve this machine only",
            ServeError::InUse { .. } => "choose another with --port, or stop the other one",
            ServeError::Listen { .. } => "choose another address with --host or --port",
            ServeError::TokenNeeded { .. } => {
                "add --auth token, or leave --host away to serve this machine only"
            }
            ServeError::Root { .. } => "name a directory that exists and can be read",
            ServeError::Record(error) => error.hint().unwrap_or("list runs with `validator runs`"),
            ServeError::System(_) => "look at the limits on threads and open files",
        }
    }
}

/// What every request may need.
struct ServerContext {
    guard: Guard,
    hub: Arc<Hub>,
    record: Arc<Record>,
    root: Root,
    files: ProjectFiles,
    jobs: Jobs,
    compute: Compute,
    /// Names this process, so that a client can tell that the server was restarted.
    server: Arc<str>,
    limits: ListenerLimits,
    max_clients: u32,
    /// Whether files are to be checked when they change.
    watches: bool,
    notice: fn(&str),
    stop: flag::Receiver<bool>,
}

/// A server that has its port, but answers nobody yet.
pub struct Server {
    runtime: Runtime,
    listener: Listener,
    context: Arc<ServerContext>,
    stop: flag::Sender<bool>,
    tailer: Tailer,
    watch: Option<Watch>,
}

/// Ends a server from any thread.
#[derive(Debug, Clone)]
pub struct Stop(flag::Sender<bool>);

impl Stop {
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Takes the port and opens what is to be served.
    ///
    /// # Errors
    /// If the options do not allow it, or the system does not.
    pub fn bind(options: &ServerOptions) -> Result<Self, ServeError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_name("serve")
            .build()
            .map_err(ServeError::System)?;
        let listener = {
            let _entered = runtime.enter();
            listen(&options.bind, options.token.is_some())?
        };
        let root = Root::open(&options.root)
            .map_err(|cause| ServeError::Root { root: options.root.clone(), cause })?;
        let record = Arc::new(Record::open(root.path())?);
        let hub = Arc::new(Hub::new(Arc::clone(&record), options.max_clients)?);
        let tailer = Tailer::start(Arc::clone(&record), Arc::clone(&hub), options.doorbell)
            .map_err(ServeError::System)?;
        let (stop, stopping) = flag::channel(false);
        let context = Arc::new(ServerContext {
            guard: Guard::new(policy(options, listener.address())),
            hub,
            record,
            files: ProjectFiles::default(),
            jobs: Jobs::new(
                root.path().to_owned(),
                options.config.clone(),
                runtime.handle().clone(),
                stopping.clone(),
            ),
            compute: Compute::new(&options.limits),
            root,
            server: format!("{:016x}", random()).into(),
            limits: options.limits.clone(),
            max_clients: options.max_clients,
            watches: options.watch.is_some(),
            notice: options.notice,
            stop: stopping,
        });
        let watch = watch(options, &context);
        Ok(Server { runtime, listener, context, stop, tailer, watch })
    }

    /// The address to open in a browser; `None` for a socket in the file system.
    pub fn url(&self) -> Option<String> {
        self.listener.address().map(|address| format!("http://{address}/"))
    }

    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.address()
    }

    /// A handle that ends the server.
    pub fn stop(&self) -> Stop {
        Stop(self.stop.clone())
    }

    /// Serves until it is stopped: at most two seconds for requests to end, one for WebSockets.
    pub fn run(self) {
        let Server { runtime, listener, context, stop, tailer, watch } = self;
        let limits = context.limits.clone();
        let hub = Arc::clone(&context.hub);
        let front = Service::new(context);
        runtime.block_on(async {
            listener::serve(listener, front, &limits, stop.subscribe()).await;
            hub.empty(limits.farewell).await;
        });
        drop((tailer, watch));
        // A check that is still running is not waited for; the run history says that it was broken
        // off.
        runtime.shutdown_background();
    }
}

fn listen(bind: &Bind, has_token: bool) -> Result<Listener, ServeError> {
    let (place, listener) = match bind {
        Bind::Tcp { host, port } => {
            let unknown = || ServeError::UnknownHost { host: host.clone() };
            let mut found = (host.as_str(), *port).to_socket_addrs().map_err(|_| unknown())?;
            // `0`, `0x0` and `::ffff:0.0.0.0` are all what they resolve to.
            let address = found
                .find(SocketAddr::is_ipv4)
                .map_or_else(|| (host.as_str(), *port).to_socket_addrs().ok()?.next(), Some);
            let address = address.ok_or_else(unknown)?;
            if !is_local(address) && !has_token {
                return Err(ServeError::TokenNeeded { address });
            }
            (format!("port {port} of {host}"), Listener::tcp(address))
        }
        #[cfg(unix)]
        Bind::Socket(path) => (path.display().to_string(), Listener::unix(path)),
        #[cfg(not(unix))]
        Bind::Socket(path) => {
            (path.display().to_string(), Err(io::Error::from(io::ErrorKind::Unsupported)))
        }
    };
    listener.map_err(|cause| match cause.kind() {
        io::ErrorKind::AddrInUse => ServeError::InUse { place },
        _ => ServeError::Listen { place, cause },
    })
}

fn is_local(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Who may ask for what, seen from where the server can be reached.
fn policy(options: &ServerOptions, address: Option<SocketAddr>) -> Policy {
    let mut own = Vec::new();
    let mut allowed = Vec::new();
    let name = |names: &mut Vec<String>, host: &str, port: u16| {
        names.push(format!("{host}:{port}"));
        // Browsers leave out the port that is usual.
        if port == 80 {
            names.push(host.to_owned());
        }
    };
    match address {
        Some(address) => {
            let port = address.port();
            for host in ["127.0.0.1", "localhost", "[::1]"] {
                name(&mut own, host, port);
            }
            if !is_local(address) && !address.ip().is_unspecified() {
                own.insert(0, address.to_string());
            }
            for host in &options.allow_hosts {
                allowed.push(host.clone());
                if !host.ends_with(|last: char| last.is_ascii_digit()) || !host.contains(':') {
                    name(&mut allowed, host, port);
                }
            }
        }
        None => own.push("localhost".to_owned()),
    }
    let read_only = address.is_some_and(|address| !is_local(address)) && !options.allow_write;
    Policy { own, allowed, token: options.token.clone(), read_only }
}

/// Watches files, where that is wanted and can be done.
fn watch(options: &ServerOptions, context: &Arc<ServerContext>) -> Option<Watch> {
    let dir = options.watch.as_ref()?.canonicalize().ok()?;
    match Watch::start(Arc::clone(context), dir, options.notice) {
        Ok(watch) => Some(watch),
        Err(error) => {
            (options.notice)(&format!("files are not watched: {error}"));
            None
        }
    }
}

/// A number that two processes are not going to share.
fn random() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    RandomState::new().build_hasher().finish()
}
