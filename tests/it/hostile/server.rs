//! What the server trusts, and what it shows.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::scene::{Ran, Scene};

struct Serving {
    child: Child,
    address: String,
    printed: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(scene: &Scene, more: &[&str]) -> Serving {
    let mut words = vec!["serve", "--port", "0", "--no-watch"];
    words.extend(more);
    let mut command = scene.command(&words);
    command.env("PATH", format!("{}:/usr/bin:/bin", scene.path("bin").display()));
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let printed = lines.map_while(Result::ok).find(|line| line.contains("http://"));
    let printed = printed.expect("an address").trim().to_owned();
    let address = printed["http://".len()..].split('/').next().expect("an address").to_owned();
    Serving { child, address, printed }
}

fn ask(server: &Serving, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(&server.address).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
    let (host, length) = (&server.address, body.len());
    let request = format!(
        "{head} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_server_shows_only_what_a_walk_would_check() {
    let scene = Scene::new(&[("docs/a.md", "# Fine\n"), (".env", "s3cret"), ("key.pem", "s3cret")]);
    scene.write(".git/config", "s3cret");
    scene.write("node_modules/x/a.md", "s3cret");
    scene.write("hidden/.x/a.md", "s3cret");
    scene.write("ignored.md", "s3cret");
    scene.write(".gitignore", "ignored.md\n");
    scene.write("excluded.md", "s3cret");
    scene.write("validator.yaml", "exclude: [excluded.md]\n");
    let server = serve(&scene, &[]);
    let answer = ask(&server, "GET /api/file?path=docs/a.md", "");
    assert!(answer.contains("# Fine"), "{answer}");
    for path in [
        ".env",
        ".git/config",
        ".git/HEAD",
        ".validator/validator.db",
        ".validator/.gitignore",
        "key.pem",
        "node_modules/x/a.md",
        "hidden/.x/a.md",
        "ignored.md",
        "excluded.md",
        "nothing.md",
    ] {
        let answer = ask(&server, &format!("GET /api/file?path={path}"), "");
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        assert!(!answer.contains("s3cret"), "{path}: {answer}");
    }
}

#[test]
fn a_text_that_is_posted_reads_no_schema_outside() {
    let scene = Scene::new(&[("validator.yaml", "types: [data]\n")]);
    let server = serve(&scene, &[]);
    for named in ["/etc/passwd", "../secret", "../nothing", "file:///dev/zero"] {
        let body = format!(
            r#"{{ "path": "x.json", "text": "{{ \"$schema\": \"{named}\" }}", "validation_types": ["data"] }}"#
        );
        let answer = ask(&server, "POST /api/validate", &body);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("outside of"), "{named}: {answer}");
        assert!(!answer.contains("s3cret") && !answer.contains("root:x"), "{answer}");
    }
}

#[test]
fn a_token_file_that_others_can_read_is_refused() {
    let scene = Scene::new(&[]);
    scene.write("token", "0123456789abcdef0123456789abcdef");
    for mode in [0o644, 0o640, 0o604, 0o620] {
        fs::set_permissions(scene.path("token"), fs::Permissions::from_mode(mode)).expect("set");
        let ran: Ran = scene.run(&["serve", "--port", "0", "--token-file", "token"]);
        ran.ends_with(2).says("others can read or change it").says("chmod 600");
        ran.does_not_say("0123456789abcdef");
    }
    fs::set_permissions(scene.path("token"), fs::Permissions::from_mode(0o600)).expect("set");
    drop(serve(&scene, &["--token-file", "token"]));
}

#[test]
fn a_token_file_that_is_a_pipe_is_refused() {
    let scene = Scene::new(&[]);
    scene.pipe("token");
    let ran = scene.run(&["serve", "--port", "0", "--token-file", "token"]);
    ran.ends_with(2).says("named pipe");
}

#[test]
fn the_browser_is_not_told_the_token_on_its_command_line() {
    let scene = Scene::new(&[]);
    let told = scene.path("told");
    let script =
        format!("#!/bin/sh\nprintf '%s' \"$*\" > {0}.part; mv {0}.part {0}\n", told.display());
    scene.write("bin/xdg-open", script);
    fs::set_permissions(scene.path("bin/xdg-open"), fs::Permissions::from_mode(0o755))
        .expect("set");
    let server = serve(&scene, &["--auth", "token", "--open"]);
    let token = server.printed.split("#token=").nth(1).expect("a token").to_owned();
    let start = Instant::now();
    while !told.exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "the browser was started");
        std::thread::sleep(Duration::from_millis(10));
    }
    let said = fs::read_to_string(&told).expect("read");
    assert!(!said.contains(&token), "{said}");
    // It leads on to the dashboard, for this user only.
    let page = fs::read_to_string(said.trim()).expect("a page");
    assert!(page.contains(&token), "{page}");
    let mode = fs::metadata(said.trim()).expect("there").permissions().mode();
    assert_eq!(mode & 0o077, 0);
}
