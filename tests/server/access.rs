//! Who may come in, and who may change something.

use std::io::{Read as _, Write as _};

use validator::server::{Bind, ServeError, Server, ServerOptions, Token};
use validator::store::Store;

use crate::raw::{self, Answer};
use crate::site::{self, Site};
use crate::ws;

const TOKEN: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

fn guarded() -> Site {
    site::serve_with(|options| options.token = Some(Token::given(TOKEN).expect("a token")))
}

fn get(site: &Site, path: &str, headers: &str) -> Answer {
    let host = site.address;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
    raw::send(site.address, request.as_bytes())
}

#[test]
fn with_a_token_only_those_who_have_it_see_data() {
    let site = guarded();
    let wrong = TOKEN.replace('0', "1");
    for (name, header) in [
        ("none", String::new()),
        ("wrong", format!("Authorization: Bearer {wrong}\r\n")),
        ("too short", format!("Authorization: Bearer {}\r\n", &TOKEN[..42])),
        ("too long", format!("Authorization: Bearer {TOKEN}0\r\n")),
        ("another scheme", format!("Authorization: Basic {TOKEN}\r\n")),
        ("in the wrong place", format!("Cookie: token={TOKEN}\r\n")),
    ] {
        for path in ["/api/status", "/api/snapshot", "/api/openapi.json", "/nothing"] {
            assert_eq!(get(&site, path, &header).status, 401, "{name} {path}");
        }
        assert_eq!(get(&site, "/", &header).status, 200, "{name}");
        let health = get(&site, "/health", &header).json();
        assert_eq!(health, serde_json::json!({"status": "healthy"}), "{name}");
    }
    let right = format!("Authorization: Bearer {TOKEN}\r\n");
    assert_eq!(get(&site, "/api/status", &right).status, 200);
    assert_eq!(get(&site, "/health", &right).json()["database_connected"], true);
}

#[test]
fn a_websocket_shows_the_token_as_a_protocol() {
    let site = guarded();
    let path = "/ws/validation_updates";
    assert_eq!(ws::connect(site.address, path).err(), Some(401));
    let offers = |token: &str| {
        let offer = format!("validator.v1, validator.token.{token}");
        let answer = get(
            &site,
            path,
            &format!(
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                 Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {offer}\r\n"
            ),
        );
        (answer.status, answer.header("sec-websocket-protocol").map(str::to_owned))
    };
    assert_eq!(offers(TOKEN), (101, Some("validator.v1".to_owned())));
    assert_eq!(offers("wrong-but-of-some-length").0, 401);
}

#[test]
fn health_is_what_clients_of_the_live_system_read() {
    let site = site::serve();
    let health = raw::get(site.address, "/health");
    let count = validator::rules::builtin().groups().len();
    let expected = format!(
        "{{\"status\":\"healthy\",\"agents_registered\":{count},\"database_connected\":true}}"
    );
    assert_eq!(String::from_utf8(health.body).as_deref(), Ok(expected.as_str()));
    let head = raw::send(
        site.address,
        format!("HEAD /health HTTP/1.1\r\nHost: {}\r\n\r\n", site.address).as_bytes(),
    );
    assert_eq!(head.status, 200);
}

fn project() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    drop(Store::create(directory.path()).expect("a record"));
    directory
}

fn bind(
    directory: &tempfile::TempDir,
    host: &str,
    change: impl FnOnce(&mut ServerOptions),
) -> Result<Server, ServeError> {
    let mut options = ServerOptions::local(directory.path().to_owned());
    options.bind = Bind::Tcp { host: host.to_owned(), port: 0 };
    change(&mut options);
    Server::bind(&options)
}

#[test]
fn others_on_the_network_need_a_token() {
    let directory = project();
    for host in ["0.0.0.0", "0", "::", "::ffff:0.0.0.0"] {
        let refused = bind(&directory, host, |_| {}).err();
        assert!(matches!(refused, Some(ServeError::TokenNeeded { .. })), "{host}: {refused:?}");
    }
    for host in ["127.0.0.1", "localhost", "127.0.0.2"] {
        assert!(bind(&directory, host, |_| {}).is_ok(), "{host}");
    }
    let unknown = bind(&directory, "no-such-host.invalid", |_| {}).err();
    assert!(matches!(unknown, Some(ServeError::UnknownHost { .. })), "{unknown:?}");
}

#[test]
fn others_on_the_network_change_nothing_unless_they_may() {
    for (allow_write, status) in [(false, 403), (true, 404)] {
        let directory = project();
        let server = bind(&directory, "0.0.0.0", |options| {
            options.token = Some(Token::given(TOKEN).expect("a token"));
            options.allow_write = allow_write;
        })
        .expect("the server starts");
        let (port, stop) = (server.address().expect("a port").port(), server.stop());
        let thread = std::thread::spawn(move || server.run());
        let address = ([127, 0, 0, 1], port).into();
        let request = format!(
            "POST /api/validations/1/enhance HTTP/1.1\r\nHost: {address}\r\n\
             Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
             Content-Length: 2\r\n\r\n{{}}"
        );
        let answer = raw::send(address, request.as_bytes());
        assert_eq!(answer.status, status, "{}", answer.head);
        stop.stop();
        thread.join().expect("it ends");
    }
}

#[test]
fn a_port_that_is_taken_is_said_to_be() {
    let (site, directory) = (site::serve(), project());
    let refused = bind(&directory, "127.0.0.1", |options| {
        options.bind = Bind::Tcp { host: "127.0.0.1".to_owned(), port: site.address.port() };
    })
    .err()
    .expect("it cannot start");
    assert!(refused.to_string().contains("is in use"), "{refused}");
    assert!(refused.hint().contains("--port"), "{}", refused.hint());
}

#[test]
fn a_name_that_was_allowed_is_answered() {
    let site = site::serve_with(|options| options.allow_hosts = vec!["docs.test:9000".to_owned()]);
    let ask = |host: &str, origin: &str| {
        let request = format!("GET /health HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n\r\n");
        raw::send(site.address, request.as_bytes()).status
    };
    assert_eq!(ask("docs.test:9000", "http://docs.test:9000"), 200);
    assert_eq!(ask("docs.test:9000", "https://docs.test:9000"), 200);
    assert_eq!(ask("docs.test:9000", "https://evil.test"), 403);
    assert_eq!(ask("docs.test:9001", "http://docs.test:9001"), 403);
}

#[cfg(unix)]
#[test]
fn a_socket_in_the_file_system_is_for_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::net::UnixStream;
    let directory = project();
    let path = directory.path().join("validator.sock");
    let mut options = ServerOptions::local(directory.path().to_owned());
    options.bind = Bind::Socket(path.clone());
    let server = Server::bind(&options).expect("the server starts");
    let stop = server.stop();
    let thread = std::thread::spawn(move || server.run());
    let mode = path.metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(matches!(Server::bind(&options).err(), Some(ServeError::InUse { .. })));
    let mut stream = UnixStream::connect(&path).expect("it listens");
    stream
        .write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    stop.stop();
    thread.join().expect("it ends");
    assert!(!path.exists(), "it is taken away");
}
