//! A WebSocket client that says what it gets.

use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::http::Request;
use tokio_tungstenite::tungstenite::{self, Error, HandshakeError, Message, WebSocket};

use crate::raw;

pub struct Client {
    socket: WebSocket<TcpStream>,
}

/// How a connection came to its end.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// The server said so, with this code.
    Closed(u16),
    Gone,
}

/// Connects to a path such as `/ws/validation_updates?since=0`.
pub fn connect(address: SocketAddr, path: &str) -> Result<Client, u16> {
    connect_with(address, path, &[])
}

/// The same with further headers; the status, if the server refuses.
pub fn connect_with(
    address: SocketAddr,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<Client, u16> {
    let mut request = Request::builder()
        .uri(format!("ws://{address}{path}"))
        .header("Host", address.to_string())
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", generate_key());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let stream = raw::connect(address);
    match tungstenite::client(request.body(()).expect("a request"), stream) {
        Ok((socket, _)) => Ok(Client { socket }),
        Err(HandshakeError::Failure(Error::Http(answer))) => Err(answer.status().as_u16()),
        Err(error) => panic!("no handshake: {error}"),
    }
}

/// Follows all events from the beginning, or from after this one.
pub fn follow(address: SocketAddr, since: i64) -> Client {
    connect(address, &format!("/ws/validation_updates?since={since}")).expect("it is let in")
}

impl Client {
    pub fn text(&mut self) -> Result<String, End> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Ok(text.to_string()),
                Ok(Message::Close(Some(close))) => return Err(End::Closed(close.code.into())),
                Ok(Message::Close(None)) => return Err(End::Closed(1005)),
                Ok(_) => {}
                Err(Error::Io(error)) if is_timeout(&error) => panic!("nothing came"),
                Err(_) => return Err(End::Gone),
            }
        }
    }

    pub fn next(&mut self) -> Result<Value, End> {
        self.text().map(|text| serde_json::from_str(&text).expect("a frame is JSON"))
    }

    /// The next frame, which is of this type.
    pub fn expect(&mut self, kind: &str) -> Value {
        let frame = self.next().expect("a frame");
        assert_eq!(frame["type"], kind, "{frame}");
        frame
    }

    /// Reads up to and including a frame of this type; the frames before it.
    pub fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut before = Vec::new();
        loop {
            let frame = self.next().expect("a frame");
            if frame["type"] == kind {
                return before;
            }
            before.push(frame);
        }
    }

    /// Reads events up to this one; their numbers.
    pub fn up_to(&mut self, last: i64) -> Vec<i64> {
        let mut seen = Vec::new();
        while seen.last() != Some(&last) {
            let frame = self.next().expect("a frame");
            seen.extend(frame["seq"].as_i64().filter(|_| frame["type"] != "caught_up"));
        }
        seen
    }

    pub fn send(&mut self, message: Message) {
        self.socket.send(message).expect("it is sent");
    }

    /// Sends bytes as they are, whatever they mean.
    pub fn send_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.socket.get_mut().write_all(bytes)
    }

    /// How the connection ends; what comes before is thrown away.
    pub fn end(&mut self) -> End {
        loop {
            if let Err(end) = self.text() {
                return end;
            }
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
