//! Answers that take long to compute or long to send.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::raw;
use crate::site::{self, Site};

/// A server that computes for a moment only.
fn hasty() -> Site {
    site::serve_with(|options| {
        options.limits.compute = Duration::from_millis(300);
        options.limits.queue = Duration::from_millis(300);
        options.limits.computing = 1;
    })
}

/// A page that takes far longer than that.
fn large() -> String {
    let page = "# Title\n\ntext *a* `b` [c](d) <e>  \n* item\n+ item\n\n".repeat(40_000);
    json!({"text": page, "path": "a.md"}).to_string()
}

fn post(site: &Site, body: &str) -> std::net::TcpStream {
    let mut stream = raw::connect(site.address);
    let head = format!(
        "POST /api/validate HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        site.address,
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    stream.write_all(body.as_bytes()).expect("it is sent");
    stream
}

/// Waits until a small text is checked again.
fn is_free_again(site: &Site) {
    let start = Instant::now();
    while raw::post(site.address, "/api/validate", r##"{"text":"# A\n"}"##).status != 200 {
        assert!(start.elapsed() < Duration::from_secs(15), "it computes for nobody");
    }
}

#[test]
fn what_takes_too_long_is_ended_and_said() {
    let site = hasty();
    let answer = raw::receive(&mut post(&site, &large()));
    let error = answer.json()["error"].clone();
    assert_eq!((answer.status, &error["code"]), (503, &json!("took_too_long")), "{error}");
    is_free_again(&site);
}

#[test]
fn a_client_that_leaves_takes_its_work_along() {
    let site = site::serve_with(|options| {
        options.limits.compute = Duration::from_secs(600);
        options.limits.queue = Duration::from_millis(200);
        options.limits.computing = 1;
    });
    let stream = post(&site, &large());
    std::thread::sleep(Duration::from_millis(300));
    let busy = raw::post(site.address, "/api/validate", r##"{"text":"# A\n"}"##);
    assert_eq!((busy.status, busy.json()["error"]["code"].clone()), (503, json!("busy")));
    assert!(busy.header("retry-after").is_some());
    assert_eq!(raw::get(site.address, "/api/workflows").status, 200, "questions are answered");
    drop(stream);
    is_free_again(&site);
}

#[test]
fn clients_that_do_not_read_lose_their_places() {
    let site = site::serve_with(|options| {
        options.limits.connections = 16;
        options.limits.grace = Duration::from_millis(300);
        options.limits.head = Duration::from_secs(60);
        options.limits.write = Duration::from_secs(60);
    });
    site.write("big.md", "x".repeat(4 * 1024 * 1024));
    let request = format!("GET /api/file?path=big.md HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
    let stalled: Vec<_> = (0..16)
        .map(|_| {
            let mut stream = raw::connect(site.address);
            stream.write_all(request.as_bytes()).expect("it is sent");
            stream
        })
        .collect();
    let start = Instant::now();
    while raw::get(site.address, "/health").status != 200 {
        assert!(start.elapsed() < Duration::from_secs(20), "nobody is let in");
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(stalled);
}

#[test]
fn an_answer_that_nobody_takes_is_given_up() {
    let site = site::serve_with(|options| options.limits.write = Duration::from_millis(500));
    site.write("big.md", "x".repeat(8 * 1024 * 1024));
    let mut stream = raw::connect(site.address);
    let request = format!("GET /api/file?path=big.md HTTP/1.1\r\nHost: {}\r\n\r\n", site.address);
    stream.write_all(request.as_bytes()).expect("it is sent");
    std::thread::sleep(Duration::from_secs(4));
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.len() < 8 * 1024 * 1024, "{}", rest.len());
}

/// What `/proc` says of the server, in KiB.
#[cfg(target_os = "linux")]
fn memory(process: u32, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with(what)).expect("a line");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
fn an_export_goes_through_the_server_and_stays_nowhere() {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(directory.path().join(".git")).expect("a repository of sorts");
    for index in 0..100 {
        let page = format!("# Page {index}\n\n") + &"tail \n".repeat(2_000);
        std::fs::write(directory.path().join(format!("page-{index}.md")), page).expect("a page");
    }
    let server = crate::program::serve(directory.path(), &["--no-watch"]);
    let address = server.address;
    let started = raw::post(address, "/api/validate/batch", r#"{"directory":"."}"#).json();
    let id = started["workflow_id"].as_str().expect("an id").to_owned();
    let start = Instant::now();
    while raw::get(address, &format!("/api/workflows/{id}")).json()["state"] != "COMPLETED" {
        assert!(start.elapsed() < Duration::from_secs(300), "it takes too long");
        std::thread::sleep(Duration::from_millis(100));
    }
    let process = server.child.id();
    // Whoever writes 5 there forgets the peak so far.
    std::fs::write(format!("/proc/{process}/clear_refs"), "5").expect("the peak is reset");
    let before = memory(process, "VmRSS:");
    for format in ["json", "jsonl", "text"] {
        let path = format!("/api/workflows/{id}/export?format={format}");
        let body = raw::get(address, &path).body;
        let found = body.windows(5).filter(|window| *window == b"MD009").count();
        assert!(found >= 200_000, "{format}: {found}");
    }
    let (peak, after) = (memory(process, "VmHWM:"), memory(process, "VmRSS:"));
    println!("exports of 200,000 findings: {before} KiB before, {peak} at most, {after} after");
    assert!(peak < before + 60_000, "{before} {peak}");
    assert!(after < before + 30_000, "{before} {after}");
}
