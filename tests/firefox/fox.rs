//! Firefox, driven by geckodriver over WebDriver: JSON over HTTP.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::raw;

const PATIENCE: Duration = Duration::from_secs(30);
/// Firefox takes its time to start.
const ANSWER: Duration = Duration::from_secs(90);
const INSTALL: &str = "Firefox does not start: install firefox-esr (Debian: apt-get install \
    firefox-esr) and geckodriver (cargo install geckodriver, or npm install --global geckodriver)";

/// A browser with a driver of its own, which ends with it.
pub struct Firefox {
    driver: Child,
    address: SocketAddr,
    session: String,
}

impl Firefox {
    pub fn start() -> Self {
        let mut driver = Command::new("geckodriver")
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect(INSTALL);
        let mut lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, address) = line.split_once("Listening on ")?;
            address.rsplit_once(':')?.1.trim().parse::<u16>().ok()
        });
        // Somebody has to read on, or the driver stops when nobody does.
        std::thread::spawn(move || lines.for_each(drop));
        let address = ([127, 0, 0, 1], port.expect(INSTALL)).into();
        let mut browser = Firefox { driver, address, session: String::new() };
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "firefox",
            "moz:firefoxOptions": {"args": ["-headless", "--width=1360", "--height=860"]},
        }}});
        let made = browser.ask("POST", "/session", &wanted).expect(INSTALL);
        browser.session = format!("/session/{}", made["sessionId"].as_str().expect("a session"));
        browser
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut stream = raw::connect(self.address);
        stream.set_read_timeout(Some(ANSWER)).expect("a timeout");
        stream.write_all(request.as_bytes()).expect("the driver reads");
        let answer = raw::receive(&mut stream);
        let value = answer.json()["value"].take();
        match answer.status {
            200 => Ok(value),
            _ => Err(format!("{path}: {} {}", value["error"], value["message"])),
        }
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let path = format!("{}/{command}", self.session);
        self.ask("POST", &path, body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }

    pub fn goto(&self, url: &str) {
        self.post("url", &json!({"url": url}));
    }

    fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": arguments}))
    }

    /// Waits until the expression holds.
    pub fn wait(&self, expression: &str) {
        let end = Instant::now() + PATIENCE;
        while self.run(&format!("return Boolean({expression});"), &[]) != json!(true) {
            let seen = || self.run("return document.body.innerText;", &[]);
            assert!(Instant::now() < end, "waited in vain for {expression}; in sight: {}", seen());
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Waits until the element's text holds these words in any letter case.
    pub fn see(&self, selector: &str, words: &str) {
        let (selector, words) = (json!(selector), json!(words.to_lowercase()));
        self.wait(&format!(
            "[...document.querySelectorAll({selector})].some((e) => \
             e.innerText.toLowerCase().includes({words}))"
        ));
    }

    pub fn click(&self, selector: &str) {
        self.wait(&format!("document.querySelector({})", json!(selector)));
        self.run("document.querySelector(arguments[0]).click();", &[json!(selector)]);
    }

    /// Clicks the button that says this.
    pub fn press(&self, words: &str) {
        let button = format!(
            "[...document.querySelectorAll('dialog[open] button, button')].find((b) => \
             b.innerText.trim() === {} && b.checkVisibility() \
             && b.getAttribute('aria-disabled') !== 'true')",
            json!(words)
        );
        self.wait(&button);
        self.run(&format!("{button}.click();"), &[]);
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
}

impl Drop for Firefox {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // Without the driver's help Firefox would stay; if it cannot, the failure before counts.
            let end = || self.ask("DELETE", &self.session, &Value::Null);
            let _ = catch_unwind(AssertUnwindSafe(end));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
