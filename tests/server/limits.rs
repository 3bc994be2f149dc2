//! Clients that are slow, many, or never done.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::raw;
use crate::site::{self, Site};

/// A server that does not wait long.
fn impatient() -> Site {
    site::serve_with(|options| {
        options.limits.head = Duration::from_millis(700);
        options.limits.body = Duration::from_millis(700);
        options.limits.connections = 64;
    })
}

/// How long the server keeps a connection on which these bytes came and no more.
fn kept(stream: &mut TcpStream) -> Duration {
    let start = Instant::now();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    start.elapsed()
}

#[test]
fn connections_on_which_nothing_happens_are_closed() {
    let site = impatient();
    let host = site.address;
    for (name, bytes) in [
        ("idle", String::new()),
        ("half a head", format!("GET / HTTP/1.1\r\nHost: {host}\r\n")),
        ("idle after a request", format!("GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n")),
    ] {
        let mut stream = raw::connect(site.address);
        stream.write_all(bytes.as_bytes()).expect("it is sent");
        let kept = kept(&mut stream);
        assert!(kept < Duration::from_secs(4), "{name}: {kept:?}");
    }
}

#[test]
fn one_header_after_the_other_does_not_keep_a_connection() {
    let site = impatient();
    let mut stream = raw::connect(site.address);
    let start = Instant::now();
    stream.write_all(b"GET / HTTP/1.1\r\n").expect("it is sent");
    while start.elapsed() < Duration::from_secs(6) {
        std::thread::sleep(Duration::from_millis(200));
        if stream.write_all(b"X-More: 1\r\n").is_err() {
            break;
        }
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let site = impatient();
    let host = site.address;
    let mut stream = raw::connect(site.address);
    let head = format!(
        "POST /api/validate HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: 100\r\n\r\n{{\"text\""
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    let answer = raw::receive(&mut stream);
    assert_eq!(answer.status, 408);
    assert_eq!(answer.json()["error"]["code"], "body_too_slow");
    assert!(kept(&mut stream) < Duration::from_secs(3));
}

#[test]
fn a_body_without_an_end_is_cut_off() {
    let site = impatient();
    let host = site.address;
    let mut stream = raw::connect(site.address);
    let head = format!(
        "POST /api/workflows/wf_00000000000/pause HTTP/1.1\r\nHost: {host}\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    let chunk = [b"1000\r\n".as_slice(), &[b' '; 0x1000], b"\r\n"].concat();
    for _ in 0..64 {
        if stream.write_all(&chunk).is_err() {
            break;
        }
    }
    assert_eq!(raw::receive(&mut stream).status, 413);
}

#[test]
fn many_half_open_connections_are_capped_and_go_away() {
    let site = impatient();
    let mut streams: Vec<_> = (0..200).map(|_| raw::connect(site.address)).collect();
    for stream in &mut streams {
        // Those that were turned away may be closed already.
        let _ = stream.write_all(b"GET / HTTP/1.1\r\n");
    }
    let turned_away = streams
        .iter_mut()
        .map(raw::receive)
        .filter(|answer| answer.status == 503 && answer.header("retry-after").is_some())
        .count();
    assert!(turned_away >= 100, "{turned_away}");
    assert_eq!(raw::get(site.address, "/health").status, 200, "and then there is room again");
}

#[test]
fn it_ends_soon_whatever_clients_do() {
    let mut site = site::serve();
    let mut half = raw::connect(site.address);
    half.write_all(b"GET / HTTP/1.1\r\nHost:").expect("it is sent");
    let mut stalled = raw::connect(site.address);
    let head = format!(
        "POST /api/validate HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Content-Length: 100\r\n\r\n",
        site.address
    );
    stalled.write_all(head.as_bytes()).expect("it is sent");
    std::thread::sleep(Duration::from_millis(100));
    let start = Instant::now();
    site.stop();
    site.wait();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}
