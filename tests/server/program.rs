//! The program itself: `validator serve`, `ping` and `watch` as people start them.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::raw;

fn validator() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_validator"));
    command.env_remove("VALIDATOR_TOKEN");
    command
}

fn project() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir(directory.path().join(".git")).expect("a repository of sorts");
    fs::write(directory.path().join("page.md"), "# Title\n\n\n\nText. \n").expect("a page");
    directory
}

pub struct Serving {
    pub child: Child,
    pub address: SocketAddr,
    /// The address that was printed.
    url: String,
}

/// Starts a server and reads where it is.
fn serving(mut command: Command) -> Serving {
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let url = lines
        .map(|line| line.expect("a line"))
        .find(|line| line.contains("http://"))
        .expect("an address")
        .trim()
        .to_owned();
    let rest = url.strip_prefix("http://").expect("an address");
    let address = rest.split('/').next().expect("an address").parse().expect("an address");
    Serving { child, address, url }
}

pub fn serve(directory: &Path, more: &[&str]) -> Serving {
    let mut command = validator();
    command.args(["serve", "--port", "0"]).args(more).arg(directory);
    serving(command)
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = validator().args(arguments).output().expect("it runs");
    (output.status.code(), said(&output))
}

#[test]
fn serve_refuses_what_cannot_be_and_says_why() {
    let directory = project();
    let path = directory.path().display().to_string();
    let (status, text) = run(&["serve", &path, "--host", "0.0.0.0", "--port", "0"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("a token is needed") && text.contains("--auth token"), "{text}");
    let first = serve(directory.path(), &["--no-watch"]);
    let port = first.address.port().to_string();
    let (status, text) = run(&["serve", &path, "--port", &port]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains(&format!("port {port}")) && text.contains("is in use"), "{text}");
    let (status, text) = run(&["serve", "no/such/directory"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("no/such/directory"), "{text}");
}

#[test]
fn serve_makes_a_record_and_ping_finds_the_server() {
    let directory = project();
    let server = serve(directory.path(), &["--no-watch"]);
    assert!(directory.path().join(".validator/validator.db").is_file());
    let (status, text) = run(&["ping", "--url", &format!("http://{}", server.address)]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("Hello from test WebSocket!"), "{text}");
}

#[test]
fn ping_says_what_is_wrong() {
    let directory = project();
    let server = serve(directory.path(), &["--no-watch", "--auth", "token"]);
    let token = server.url.split("#token=").nth(1).expect("a token").to_owned();
    let url = format!("http://{}", server.address);
    let (status, text) = run(&["ping", "--url", &url]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("401") && text.contains("token"), "{text}");
    let (status, text) = run(&["ping", "--url", &url, "--token", &token]);
    assert_eq!(status, Some(0), "{text}");
    // By a name that this server does not go by.
    let (status, text) =
        run(&["ping", "--url", &format!("http://127.0.0.2:{}", server.address.port())]);
    assert_eq!(status, Some(2), "{text}");
    let (status, text) = run(&["ping", "--url", "http://127.0.0.1:1"]);
    assert!(status == Some(2) && text.contains("cannot connect to"), "{text}");
    let (status, text) = run(&["ping", "--url", "here"]);
    assert!(status == Some(2) && text.contains("not the address"), "{text}");
    let stranger = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = stranger.local_addr().expect("an address");
    std::thread::spawn(move || {
        use std::io::Write as _;
        let (mut stream, _) = stranger.accept().expect("a client");
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    });
    let (status, text) = run(&["ping", "--url", &format!("http://{address}")]);
    assert!(status == Some(2) && text.contains("is not a validator"), "{text}");
}

#[test]
fn a_file_that_changes_is_checked_and_seen() {
    let directory = project();
    fs::write(directory.path().join(".gitignore"), "ignored/\n").expect("a file");
    let server = serve(directory.path(), &[]);
    let url = format!("http://{}", server.address);
    let mut watch = validator()
        .args(["watch", "--url", &url, "--since", "0", "--format", "json"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut lines = BufReader::new(watch.stdout.take().expect("its output")).lines();
    // The watch is on directories and needs a moment.
    std::thread::sleep(Duration::from_millis(700));
    fs::create_dir_all(directory.path().join("ignored")).expect("a directory");
    fs::write(directory.path().join("ignored/not.md"), "# Not\n").expect("a file");
    fs::create_dir_all(directory.path().join("new/deep")).expect("a directory");
    fs::write(directory.path().join("new/deep/page.md"), "# New\n\n\n\nText.\n").expect("a file");
    let mut paths = Vec::new();
    for line in &mut lines {
        let event: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        if event["type"] == "validation_created" {
            paths.push(event["data"]["path"].as_str().expect("a path").to_owned());
            break;
        }
    }
    assert_eq!(paths, ["new/deep/page.md"]);
    fs::write(directory.path().join("page.md"), "# Title\n\nOther text.\n").expect("a file");
    let next = lines
        .map(|line| serde_json::from_str::<Value>(&line.expect("a line")).expect("JSON"))
        .find(|event| event["type"] == "validation_created")
        .expect("an event");
    assert_eq!(
        (next["data"]["path"].as_str(), next["actor"].as_str()),
        (Some("page.md"), Some("system"))
    );
    watch.kill().expect("it is stopped");
    watch.wait().expect("it ends");
}

#[cfg(unix)]
#[test]
fn interrupting_ends_it_soon() {
    let directory = project();
    let mut server = serve(directory.path(), &[]);
    let mut idle = raw::connect(server.address);
    let start = Instant::now();
    let id = server.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
    let status = server.child.wait().expect("it ends");
    assert!(status.success(), "{status}");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(idle.read(&mut [0; 16]).unwrap_or(0), 0);
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_is_told_and_changes_nothing() {
    let directory = project();
    for index in 0..300 {
        let text = format!("# Page {index}\n\n\n\nText. \n\n* a\n+ b\n");
        fs::write(directory.path().join(format!("page-{index}.md")), text).expect("a page");
    }
    // Files of the server may have 1200 blocks of 512 bytes; further writes fail.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 1200; exec \"$@\"", "sh"]);
    command.arg(env!("CARGO_BIN_EXE_validator"));
    command.args(["serve", "--port", "0", "--no-watch"]).arg(directory.path());
    let server = serving(command);
    let deadline = Instant::now() + Duration::from_secs(30);
    let refused = loop {
        let answer = raw::post(server.address, "/api/validate/batch", r#"{"directory":"."}"#);
        assert!(Instant::now() < deadline, "the disk never fills: {}", answer.head);
        if !matches!(answer.status, 200 | 429) {
            break answer;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(matches!(refused.status, 507 | 500), "{} {}", refused.head, refused.json());
    assert_eq!(raw::get(server.address, "/health").status, 200);
    let log = raw::get(server.address, "/api/status").json();
    let workflows = raw::get(server.address, "/api/workflows").json();
    assert!(
        log["head"].as_i64() > Some(0)
            && workflows["items"].as_array().is_some_and(|list| !list.is_empty())
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_record_that_is_locked_is_told_to_try_again() {
    let directory = project();
    let server = serve(directory.path(), &["--no-watch"]);
    let other = rusqlite::Connection::open(directory.path().join(".validator/validator.db"))
        .expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let answer = raw::post(server.address, "/api/validate", r#"{"path":"page.md"}"#);
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (503, Some("5")),
        "{}",
        answer.json()
    );
    assert_eq!(raw::get(server.address, "/api/statistics").status, 200, "questions are answered");
    other.execute_batch("ROLLBACK").expect("no lock");
    assert_eq!(raw::post(server.address, "/api/validate", r#"{"path":"page.md"}"#).status, 200);
}

#[test]
fn watching_a_port_where_nothing_listens_ends_unless_it_is_to_wait() {
    let (status, text) = run(&["watch", "--url", "http://127.0.0.1:1"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("cannot connect to") && text.contains("--wait"), "{text}");
    let mut waiting = validator()
        .args(["watch", "--url", "http://127.0.0.1:1", "--wait"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut said = BufReader::new(waiting.stderr.take().expect("its output"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    assert!(line.contains("trying again"), "{line}");
    assert!(waiting.try_wait().expect("a status").is_none(), "it waits");
    waiting.kill().expect("it is stopped");
    waiting.wait().expect("it ends");
}

#[test]
fn pages_that_an_edit_of_another_concerns_are_checked_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let write =
        |name: &str, text: &str| fs::write(directory.path().join(name), text).expect("written");
    let rules = "rules: { all: off, unique-fields: { fields: [slug] }, LINK002: error }\n";
    write("validator.yaml", rules);
    write("a.md", "---\nslug: one\n---\n");
    write("b.md", "---\nslug: two\n---\n");
    write("c.md", "---\nslug: three\n---\n");
    write("d.md", "[x](e.md#one)\n");
    write("e.md", "# One\n");
    let server = serve(directory.path(), &[]);
    let url = format!("http://{}", server.address);
    let mut watch = validator()
        .args(["watch", "--url", &url, "--since", "0", "--format", "json"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let lines = BufReader::new(watch.stdout.take().expect("its output")).lines();
    let mut created = lines
        .map(|line| serde_json::from_str::<Value>(&line.expect("a line")).expect("JSON"))
        .filter(|event| event["type"] == "validation_created")
        .map(|event| event["data"]["path"].as_str().expect("a path").to_owned());
    // The watch is on directories and needs a moment.
    std::thread::sleep(Duration::from_millis(700));
    write("a.md", "---\nslug: two\n---\n");
    let both: Vec<String> = created.by_ref().take(2).collect();
    assert_eq!(both, ["a.md", "b.md"]);
    write("a.md", "---\nslug: one\n---\n");
    let both: Vec<String> = created.by_ref().take(2).collect();
    assert_eq!(both, ["a.md", "b.md"]);
    // A heading that others link to gets another name.
    write("e.md", "# Two\n");
    let both: Vec<String> = created.by_ref().take(2).collect();
    assert_eq!(both, ["d.md", "e.md"]);
    // Settings that count for what was validated: the pages that nobody validated stay as they are.
    write("validator.yaml", &rules.replace("all: off", "all: off, MD041: error"));
    let all: Vec<String> = created.by_ref().take(4).collect();
    assert_eq!(all, ["a.md", "b.md", "d.md", "e.md"]);
    // A generator makes other pages of all of them.
    write("docusaurus.config.js", "module.exports = { presets: [['classic', { docs: {} }]] };\n");
    let all: Vec<String> = created.by_ref().take(5).collect();
    assert_eq!(all, ["a.md", "b.md", "c.md", "d.md", "e.md"]);
    watch.kill().expect("it is stopped");
    watch.wait().expect("it ends");
}
