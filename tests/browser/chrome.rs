//! A browser that tests drive: one chromedriver for all, a fresh profile for each.
//!
//! What is needed of WebDriver is JSON over HTTP, so the tests speak it themselves: a client from
//! elsewhere would switch on features of crates that the program under test has off.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::raw;

pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";

const PATIENCE: Duration = Duration::from_secs(20);
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Names that somebody else could make point to this machine.
    "--host-resolver-rules=MAP attacker.test 127.0.0.1, MAP rebound.test 127.0.0.1",
];

/// Where chromedriver listens. It ends when this process does: a shell waits beside it for the end
/// of its input.
fn driver() -> SocketAddr {
    static DRIVER: OnceLock<(SocketAddr, Child)> = OnceLock::new();
    let (address, _) = DRIVER.get_or_init(|| {
        let script = "chromedriver --port=0 & read -r _; kill $!";
        let mut shell = Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let lines = BufReader::new(shell.stdout.take().expect("its output")).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = port.expect(
            "chromedriver does not start; on Debian: apt-get install chromium chromium-driver",
        );
        (([127, 0, 0, 1], port).into(), shell)
    });
    *address
}

/// Browsers take turns: what is measured in one should not wait for another.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

pub struct Browser {
    name: String,
    /// The session's path at the driver.
    session: String,
    _profile: TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// Asks the driver; what it refuses is an error with its words.
fn ask(method: &str, path: &str, body: &Value) -> Result<Value, String> {
    let address = driver();
    let body = if method == "POST" { body.to_string() } else { String::new() };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = raw::send(address, request.as_bytes());
    let value = answer.json()["value"].take();
    match answer.status {
        200 => Ok(value),
        _ => Err(format!("{path}: {} {}", value["error"], value["message"])),
    }
}

impl Browser {
    /// A new browser with a window of usual size; `name` is that of its pictures.
    pub fn start(name: &str) -> Self {
        let turn = turn();
        let profile = tempfile::tempdir().expect("a directory for the profile");
        let directory = format!("--user-data-dir={}", profile.path().display());
        let mut arguments = ARGUMENTS.map(str::to_owned).to_vec();
        arguments.extend([directory, "--window-size=1360,860".to_owned()]);
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let made = ask("POST", "/session", &wanted)
            .expect("Chromium starts; on Debian: apt-get install chromium");
        let session = format!("/session/{}", made["sessionId"].as_str().expect("a session"));
        Browser { name: name.to_owned(), session, _profile: profile, _turn: turn }
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let path = format!("{}/{command}", self.session);
        ask("POST", &path, body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }

    fn get(&self, command: &str) -> Value {
        ask("GET", &format!("{}/{command}", self.session), &Value::Null).expect("an answer")
    }

    pub fn goto(&self, url: &str) {
        self.post("url", &json!({"url": url}));
    }

    pub fn reload(&self) {
        self.post("refresh", &json!({}));
    }

    pub fn back(&self) {
        self.post("back", &json!({}));
    }

    pub fn url(&self) -> String {
        self.get("url").as_str().expect("an address").to_owned()
    }

    /// What the body of a function gives in the page; `arguments` are its arguments.
    pub fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": arguments}))
    }

    /// The value of an expression in the page.
    pub fn value(&self, expression: &str) -> Value {
        self.run(&format!("return ({expression});"), Vec::new())
    }

    pub fn text(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.innerText ?? '';";
        self.run(script, vec![json!(selector)]).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the expression holds.
    pub fn wait(&self, expression: &str) {
        self.wait_for(PATIENCE, expression);
    }

    pub fn wait_for(&self, patience: Duration, expression: &str) {
        let end = Instant::now() + patience;
        loop {
            let value = self.value(&format!("Boolean({expression})"));
            if value == json!(true) {
                return;
            }
            if Instant::now() > end {
                let mut seen = self.text("body");
                let _ = write!(seen, "\n{:?}", self.log());
                panic!("waited in vain for {expression}; the page says:\n{seen}");
            }
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Waits until the element's text, as it is shown, holds these words in any letter case.
    pub fn see(&self, selector: &str, words: &str) {
        let (selector, words) = (json!(selector), json!(words.to_lowercase()));
        self.wait(&format!(
            "[...document.querySelectorAll({selector})].some((e) => \
             e.innerText.toLowerCase().includes({words}))"
        ));
    }

    pub fn click(&self, selector: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let found = self.post("element", &json!({"using": "css selector", "value": selector}));
            let id = found.as_object().and_then(|found| found.values().next()?.as_str());
            let path = format!("{}/element/{}/click", self.session, id.expect("an element"));
            match ask("POST", &path, &json!({})) {
                Ok(_) => return,
                // The page drew it anew in between.
                Err(error) if error.contains("stale element") && Instant::now() < end => {}
                Err(error) => panic!("{error}: {selector}"),
            }
        }
    }

    /// Clicks the button that says this.
    pub fn press(&self, words: &str) {
        let script =
            "return [...document.querySelectorAll('dialog[open] button, button')].find((b) =>
            b.innerText.trim() === arguments[0] && b.checkVisibility())?.click() === undefined;";
        let found = format!(
            "[...document.querySelectorAll('button')].some((b) => b.innerText.trim() === {} \
             && b.checkVisibility() && b.getAttribute('aria-disabled') !== 'true')",
            json!(words)
        );
        self.wait(&found);
        self.run(script, vec![json!(words)]);
    }

    /// Types into whatever has the focus.
    pub fn keys(&self, keys: &str) {
        let press = |key: char| {
            ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}))
        };
        let actions: Vec<Value> = keys.chars().flat_map(press).collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": actions});
        self.post("actions", &json!({"actions": [keyboard]}));
    }

    /// What the system says of colours and motion.
    pub fn prefer(&self, scheme: &str, motion: &str) {
        let features = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]});
        self.tools("Emulation.setEmulatedMedia", features);
    }

    pub fn size(&self, width: u32, height: u32) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.tools("Emulation.setDeviceMetricsOverride", size);
    }

    /// Whether the browser has a network.
    pub fn network(&self, is_on: bool) {
        self.tools("Network.enable", json!({}));
        let offline = json!({
            "offline": !is_on, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.tools("Network.emulateNetworkConditions", offline);
    }

    fn tools(&self, command: &str, parameters: Value) {
        self.post("goog/cdp/execute", &json!({"cmd": command, "params": parameters}));
    }

    /// Keeps a picture of what is in sight.
    pub fn picture(&self, name: &str) {
        let picture = self.get("screenshot");
        self.keep(name, &picture);
    }

    fn keep(&self, name: &str, picture: &Value) {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../screenshots");
        std::fs::create_dir_all(&directory).expect("a directory for pictures");
        let text = picture.as_str().unwrap_or_default();
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).expect("a picture");
        std::fs::write(directory.join(format!("{}-{name}.png", self.name)), bytes).expect("a file");
    }

    /// What the console said since the last time, but for notes.
    pub fn log(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({"type": "browser"}));
        let entries = log.as_array().expect("a list").iter();
        let serious =
            entries.filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        serious.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The console has nothing to complain of.
    pub fn is_quiet(&self) {
        assert_eq!(self.log(), Vec::<String>::new(), "the console is quiet");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Ok(picture) = ask("GET", &format!("{}/screenshot", self.session), &Value::Null)
        {
            self.keep("failed", &picture);
        }
        let _ = ask("DELETE", &self.session, &Value::Null);
    }
}
