//! A client of a running server: says hello, or follows its events and comes back when it is cut
//! off. It blocks; the command line has nothing else to do meanwhile.

use std::io;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use serde_json::Value;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::http::Uri;
use tokio_tungstenite::tungstenite::{self, Error, HandshakeError, Message, WebSocket};
use warp::http::{HeaderMap, Request, Response};

use super::auth::{SUBPROTOCOL, Token};

const CONNECT: Duration = Duration::from_secs(5);
/// Longer than the server's heartbeat: silence for this long means that it is gone.
const SILENCE: Duration = Duration::from_secs(75);
const RETRY_AT_MOST: Duration = Duration::from_secs(5);

/// Where a server is: `http://host:port`.
#[derive(Debug, Clone)]
pub struct Address {
    authority: String,
}

/// Why a server could not be reached or did not answer as one.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("`{0}` is not the address of a server")]
    Address(String),
    #[error("the name `{0}` is not known")]
    Unknown(String),
    #[error("cannot connect to {address}: {cause}")]
    Unreachable { address: String, cause: io::Error },
    #[error("{address} refused with status {status}: {message}")]
    Refused { address: String, status: u16, message: String, hint: String },
    #[error("{address} is not a validator server: {cause}")]
    Stranger { address: String, cause: String },
    #[error("{address} went away: {cause}")]
    Lost { address: String, cause: String },
}

impl ClientError {
    /// What the reader can do about it.
    pub fn hint(&self) -> String {
        match self {
            ClientError::Address(_) => "give one such as http://127.0.0.1:8585".to_owned(),
            ClientError::Unknown(_) => "check the name in --url".to_owned(),
            ClientError::Unreachable { .. } => {
                "start a server with `validator serve`, or name its port: --url http://127.0.0.1:PORT"
                    .to_owned()
            }
            ClientError::Refused { hint, .. } => hint.clone(),
            ClientError::Stranger { .. } => {
                "another program uses this port: start the server with another --port".to_owned()
            }
            ClientError::Lost { .. } => "look at the terminal of the server".to_owned(),
        }
    }

    /// Whether trying again may help.
    pub fn may_pass(&self) -> bool {
        match self {
            ClientError::Unreachable { .. } | ClientError::Lost { .. } => true,
            ClientError::Refused { status, .. } => *status == 503,
            _ => false,
        }
    }
}

impl Address {
    /// # Errors
    /// If the text is no `http://host:port`.
    pub fn parse(text: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::Address(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let is_plain = uri.scheme_str().is_some_and(|scheme| matches!(scheme, "http" | "ws"));
        let authority = uri.authority().filter(|_| is_plain).ok_or_else(wrong)?;
        let port = authority.port_u16().unwrap_or(80);
        Ok(Address { authority: format!("{}:{port}", authority.host()) })
    }

    /// Opens a WebSocket at a path such as `/ws/test`.
    ///
    /// # Errors
    /// If there is no server, or it does not let this client in.
    pub fn connect(&self, path: &str, token: Option<&Token>) -> Result<Connection, ClientError> {
        let address = self.authority.clone();
        let mut request = Request::builder()
            .uri(format!("ws://{address}{path}"))
            .header("Host", &address)
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", generate_key())
            .header("Sec-WebSocket-Protocol", SUBPROTOCOL);
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {}", token.reveal()));
        }
        let request = request.body(()).map_err(|_| ClientError::Address(path.to_owned()))?;
        match tungstenite::client(request, self.open()?) {
            Ok((socket, _)) => Ok(Connection { socket, address }),
            Err(HandshakeError::Failure(Error::Http(answer))) => Err(refused(address, &answer)),
            Err(HandshakeError::Failure(Error::Io(cause))) => {
                Err(ClientError::Stranger { address, cause: cause.to_string() })
            }
            Err(error) => Err(ClientError::Stranger { address, cause: error.to_string() }),
        }
    }

    fn open(&self) -> Result<TcpStream, ClientError> {
        let address = &self.authority;
        let unreachable = |cause| ClientError::Unreachable { address: address.clone(), cause };
        let found = address.to_socket_addrs().map_err(|_| ClientError::Unknown(address.clone()))?;
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for candidate in found {
            match TcpStream::connect_timeout(&candidate, CONNECT) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(CONNECT)).map_err(unreachable)?;
                    return Ok(stream);
                }
                Err(cause) => last = cause,
            }
        }
        Err(unreachable(last))
    }
}

/// What a server said instead of letting the client in; not every server says it our way.
fn refused(address: String, answer: &Response<Option<Vec<u8>>>) -> ClientError {
    let body = answer.body().as_deref().unwrap_or_default();
    let said: Value = serde_json::from_slice(body).unwrap_or_default();
    let part = |name: &str| said["error"][name].as_str().map(str::to_owned);
    if part("code").is_none() && !is_ours(answer.headers()) {
        let cause = format!("it answers with status {}", answer.status());
        return ClientError::Stranger { address, cause };
    }
    ClientError::Refused {
        address,
        status: answer.status().as_u16(),
        message: part("message").unwrap_or_else(|| answer.status().to_string()),
        hint: part("hint").unwrap_or_else(|| "look at the terminal of the server".to_owned()),
    }
}

fn is_ours(headers: &HeaderMap) -> bool {
    headers
        .get("content-security-policy")
        .is_some_and(|policy| policy == super::headers::CONTENT_SECURITY_POLICY)
}

/// An open WebSocket.
pub struct Connection {
    socket: WebSocket<TcpStream>,
    address: String,
}

impl Connection {
    /// The next text; none when the server has closed the connection as it should.
    ///
    /// # Errors
    /// If the connection breaks, or nothing comes for longer than the server is ever silent.
    pub fn receive(&mut self) -> Result<Option<String>, ClientError> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Ok(Some(text.to_string())),
                Ok(Message::Close(_)) | Err(Error::ConnectionClosed) => return Ok(None),
                Ok(_) => {}
                Err(error) => {
                    let (address, cause) = (self.address.clone(), error.to_string());
                    return Err(ClientError::Lost { address, cause });
                }
            }
        }
    }

    fn be_patient(&mut self) {
        // Without it a server that vanished would be waited for for ever; nothing else is lost.
        let _ = self.socket.get_mut().set_read_timeout(Some(SILENCE));
    }
}

/// Follows a server's events, in order and each once, across restarts of the server.
pub struct Follow {
    address: Address,
    token: Option<Token>,
    path: String,
    cursor: Option<(i64, String)>,
    connection: Option<Connection>,
    tries: u32,
}

impl Follow {
    /// From after `since`, or from now on; of one workflow, if it is named.
    pub fn new(
        address: Address,
        token: Option<Token>,
        since: Option<i64>,
        workflow: Option<&str>,
    ) -> Self {
        let path = format!("/ws/{}", workflow.unwrap_or("validation_updates"));
        let cursor = since.map(|since| (since, String::new()));
        Follow { address, token, path, cursor, connection: None, tries: 0 }
    }

    /// The next frame as it came, heartbeats and all.
    ///
    /// # Errors
    /// What trying again does not help against; after other errors call it again.
    pub fn receive(&mut self) -> Result<String, ClientError> {
        loop {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => self.connect()?,
            };
            if let Some(text) = connection.receive()? {
                self.connection = Some(connection);
                self.tries = 0;
                self.note(&text);
                return Ok(text);
            }
        }
    }

    /// How long to wait before the next try.
    pub fn pause(&mut self) -> Duration {
        self.tries += 1;
        let wait = Duration::from_millis(125) * 2u32.saturating_pow(self.tries.min(8));
        wait.min(RETRY_AT_MOST)
    }

    fn connect(&self) -> Result<Connection, ClientError> {
        let query = match &self.cursor {
            Some((seq, epoch)) if epoch.is_empty() => format!("?since={seq}"),
            Some((seq, epoch)) => format!("?since={seq}&epoch={epoch}"),
            None => String::new(),
        };
        let mut connection =
            self.address.connect(&format!("{}{query}", self.path), self.token.as_ref())?;
        connection.be_patient();
        Ok(connection)
    }

    /// Remembers how far this client is.
    fn note(&mut self, text: &str) {
        let frame: Value = serde_json::from_str(text).unwrap_or_default();
        let epoch = || frame["epoch"].as_str().unwrap_or_default().to_owned();
        match (frame["type"].as_str(), &mut self.cursor) {
            (Some("hello"), None) => {
                self.cursor = frame["head"].as_i64().map(|head| (head, epoch()));
            }
            (Some("hello"), Some(cursor)) if cursor.1.is_empty() => cursor.1 = epoch(),
            (Some("reset"), _) => self.cursor = frame["head"].as_i64().map(|head| (head, epoch())),
            (_, Some(cursor)) => {
                let upto = frame["upto"].as_i64().or(frame["seq"].as_i64());
                cursor.0 = upto.map_or(cursor.0, |upto| upto.max(cursor.0));
            }
            _ => {}
        }
    }
}
