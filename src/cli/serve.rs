//! `validator serve [DIR]`

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use clap::ValueEnum;

use super::opened::explained;
use super::{Outcome, terminal};
use crate::config::{Project, Request};
use crate::files;
use crate::report::printable;
use crate::server::{Bind, ListenerLimits, Server, ServerOptions as Serve, Stop, Token};
use crate::store::Store;

/// Largest token file, in bytes.
const MAX_TOKEN_BYTES: u64 = 4096;

/// Serve the dashboard: live runs, review and applying fixes
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator serve
  validator serve docs --port 9000 --open
  validator serve --host 0.0.0.0 --auth token --allow-host docs.example.org:8585")]
pub(super) struct ServeArgs {
    /// Directory to serve and watch
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// Host name or address to listen on; any but this machine's own needs --auth token
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// Port to listen on (0: any free port)
    #[arg(long, default_value_t = 8585)]
    port: u16,
    /// Listen on a Unix domain socket instead, for this user only
    #[arg(long, value_name = "PATH", conflicts_with_all = ["host", "port", "open"])]
    socket: Option<PathBuf>,
    /// Open the dashboard in a browser
    #[arg(long)]
    open: bool,
    /// Check files when they change (default)
    #[arg(long, overrides_with = "no_watch")]
    watch: bool,
    /// Do not check files when they change
    #[arg(long, overrides_with = "watch")]
    no_watch: bool,
    /// Access control: anyone who can reach the port, or only clients with a token
    #[arg(long, value_name = "MODE", default_value = "none")]
    auth: Auth,
    /// Read the token from this file instead of generating one
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Allow changes even if others on the network can reach the port
    #[arg(long)]
    allow_write: bool,
    /// Additional host name that browsers may use; can be repeated
    #[arg(long, value_name = "NAME:PORT")]
    allow_host: Vec<String>,
    /// Maximum number of clients that follow events
    #[arg(long, value_name = "NUMBER", default_value_t = 64)]
    max_clients: u32,
    /// Configuration file, instead of those that are found
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Auth {
    None,
    Token,
}

pub(super) fn run(
    options: &ServeArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let dir = options.dir.canonicalize().with_context(|| {
        format!("cannot serve {}", printable(&options.dir.display().to_string()))
    })?;
    let root = root(&dir, options)?;
    let token = token(options)?;
    let serve = serve(options, &dir, root.clone(), token.clone());
    if !Store::exists(&root) {
        Store::create(&root).map_err(explained)?;
    }
    let server = Server::bind(&serve).map_err(|error| {
        let hint = error.hint();
        anyhow::anyhow!("{error}\nhelp: {hint}")
    })?;
    let address = match (&options.socket, server.url()) {
        (None, Some(url)) => dashboard(&url, token.as_ref()),
        (socket, _) => socket.as_deref().unwrap_or(Path::new("")).display().to_string(),
    };
    listen(server.stop());
    if !terminal.quiet {
        // Who stopped reading may still want the server.
        let _ = greet(&address, &root, serve.watch.is_some());
    }
    // It is there for as long as the server runs: browsers take their time.
    let door = options.open.then(|| Door::to(&address, token.is_some()));
    if door.as_ref().is_some_and(|door| !door.as_ref().is_ok_and(|door| open(door.target()))) {
        terminal.note(&["no browser could be started; open the address yourself".to_owned()]);
    }
    server.run();
    Ok(Outcome::Fine)
}

/// The project's root, or the directory itself where that lies elsewhere.
fn root(dir: &Path, options: &ServeArgs) -> anyhow::Result<PathBuf> {
    let config = options.config.clone();
    let project = Project::load(Request { start: dir.to_owned(), config, ..Request::default() })?;
    let root = project.root().canonicalize().unwrap_or_else(|_| project.root().to_owned());
    Ok(if dir.starts_with(&root) { root } else { dir.to_owned() })
}

fn token(options: &ServeArgs) -> anyhow::Result<Option<Token>> {
    if let Some(path) = &options.token_file {
        let shown =
            || format!("cannot take a token from {}", printable(&path.display().to_string()));
        let text = secret(path).with_context(shown)?;
        return Token::given(&text).map(Some).with_context(shown);
    }
    match options.auth {
        Auth::Token => Ok(Some(Token::random()?)),
        Auth::None => Ok(None),
    }
}

/// What a file for its owner's eyes holds.
fn secret(path: &Path) -> anyhow::Result<String> {
    let opened = files::open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let data = opened.file.metadata()?;
        if data.mode() & 0o077 != 0 {
            anyhow::bail!(
                "others can read or change it (its mode is {:o})\n\
                 help: `chmod 600 {}`, and choose another token",
                data.mode() & 0o777,
                printable(&path.display().to_string())
            );
        }
    }
    Ok(String::from_utf8(opened.read(MAX_TOKEN_BYTES, Vec::new())?)?)
}

fn serve(options: &ServeArgs, dir: &Path, root: PathBuf, token: Option<Token>) -> Serve {
    let bind = match &options.socket {
        Some(path) => Bind::Socket(path.clone()),
        None => Bind::Tcp { host: options.host.clone(), port: options.port },
    };
    // Each of the clients was a request once.
    let connections = ListenerLimits::default().connections.max(options.max_clients as usize);
    Serve {
        config: options.config.clone(),
        bind,
        allow_hosts: options.allow_host.clone(),
        token,
        allow_write: options.allow_write,
        max_clients: options.max_clients,
        limits: ListenerLimits { connections, ..ListenerLimits::default() },
        watch: (!options.no_watch).then(|| dir.to_owned()),
        notice: |text| {
            // Who closed standard error does not want to know.
            let _ = writeln!(io::stderr(), "note: {}", printable(text));
        },
        ..Serve::local(root)
    }
}

/// The address of the dashboard. What stands after `#` is sent to no server.
fn dashboard(url: &str, token: Option<&Token>) -> String {
    let token = token.map(|token| format!("#token={}", token.reveal())).unwrap_or_default();
    format!("{url}dashboard/{token}")
}

fn greet(address: &str, root: &Path, watches: bool) -> io::Result<()> {
    let root = root.display().to_string();
    let mut out = io::stdout().lock();
    writeln!(out, "validator {} serves {}", env!("CARGO_PKG_VERSION"), printable(&root))?;
    writeln!(out, "\n  {address}\n")?;
    let watches = if watches { "files are checked when they change; " } else { "" };
    writeln!(out, "{watches}Ctrl-C stops")?;
    out.flush()
}

/// Ctrl-C asks the server to stop; the second time ends the process.
fn listen(stop: Stop) {
    static STOP: OnceLock<Stop> = OnceLock::new();
    static STOPPING: AtomicBool = AtomicBool::new(false);
    let stop = STOP.get_or_init(|| stop);
    // Where signals cannot be caught, Ctrl-C ends the process as usual.
    let _ = ctrlc::set_handler(|| {
        if STOPPING.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        stop.stop();
    });
}

/// What a browser is told to open. Command lines can be read by everybody on the machine, so an
/// address with a token stands in a page that only this user can read, and leads on from there.
enum Door {
    Address(String),
    Page(tempfile::NamedTempFile),
}

impl Door {
    fn to(address: &str, is_secret: bool) -> io::Result<Door> {
        if !is_secret {
            return Ok(Door::Address(address.to_owned()));
        }
        // Readable by its owner only, as such files are made.
        let mut page = tempfile::Builder::new().prefix("validator-").suffix(".html").tempfile()?;
        let script = address.replace(['\\', '<', '"'], "");
        write!(
            page,
            "<!doctype html><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">\
             <title>validator</title><script>location.replace(\"{script}\")</script>"
        )?;
        page.flush()?;
        Ok(Door::Page(page))
    }

    fn target(&self) -> &std::ffi::OsStr {
        match self {
            Door::Address(address) => address.as_ref(),
            Door::Page(page) => page.path().as_os_str(),
        }
    }
}

/// Starts the system's program for addresses and pages.
fn open(address: &std::ffi::OsStr) -> bool {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        Command::new("explorer")
    } else {
        Command::new("xdg-open")
    };
    command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}
