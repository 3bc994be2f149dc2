//! Talks to a server over a bare socket, as no well-behaved client could.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What came back; status 0 if the connection was closed without an answer.
#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value; names are compared without letter case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error}: {} {}", self.head, String::from_utf8_lossy(&self.body))
        })
    }
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout can be set");
    stream
}

/// Sends these bytes and reads one answer.
pub fn send(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = connect(address);
    // A server that refuses early may close before everything is written.
    let _ = stream.write_all(bytes);
    receive(&mut stream)
}

/// Reads one answer, whose body has a length.
pub fn receive(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        match stream.read(&mut buffer) {
            Ok(0) => return Answer::default(),
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Answer::default(),
            Err(error) => panic!("no answer: {error}"),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let mut answer = Answer { status, head, body: bytes.split_off(end + 4) };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = whole(answer.body, stream);
        return answer;
    }
    let length =
        answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while answer.body.len() < length {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => answer.body.extend_from_slice(&buffer[..count]),
        }
    }
    answer
}

/// The body that comes in chunks; without its rest if the connection ends before it does.
fn whole(mut chunked: Vec<u8>, stream: &mut TcpStream) -> Vec<u8> {
    let mut more = |chunked: &mut Vec<u8>| {
        let mut buffer = [0; 64 * 1024];
        let count = stream.read(&mut buffer).unwrap_or(0);
        chunked.extend_from_slice(&buffer[..count]);
        count > 0
    };
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let Some(line) = chunked[at..].windows(2).position(|two| two == b"\r\n") else {
            if more(&mut chunked) {
                continue;
            }
            return body;
        };
        let digits = String::from_utf8_lossy(&chunked[at..at + line]).into_owned();
        let size = usize::from_str_radix(&digits, 16).expect("the size of a chunk");
        let start = at + line + 2;
        while chunked.len() < start + size + 2 {
            if !more(&mut chunked) {
                return body;
            }
        }
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&chunked[start..start + size]);
        at = start + size + 2;
    }
}

/// Asks for a path as a well-behaved client does.
pub fn get(address: SocketAddr, path: &str) -> Answer {
    send(address, format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes())
}

/// Sends JSON as a well-behaved client does.
pub fn post(address: SocketAddr, path: &str, body: &str) -> Answer {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    send(address, request.as_bytes())
}
