//! A project in a temporary directory, and the program that serves it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use validator::store::Store;

use crate::raw;

pub struct Site {
    directory: TempDir,
    child: Option<Child>,
    pub address: SocketAddr,
    /// What was printed: with the token, if there is one.
    pub printed: String,
    options: Vec<String>,
}

impl Site {
    /// An empty project that is served with these options.
    pub fn serve(options: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir(directory.path().join(".git")).expect("a repository of sorts");
        drop(Store::create(directory.path()).expect("a record"));
        let mut site = Site {
            directory,
            child: None,
            address: ([127, 0, 0, 1], 0).into(),
            printed: String::new(),
            options: options.iter().map(|&option| option.to_owned()).collect(),
        };
        site.start();
        site
    }

    /// Starts the server, at the same port as before.
    pub fn start(&mut self) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_validator"))
            .env_remove("VALIDATOR_TOKEN")
            .args(["serve", "--no-watch", "--port", &self.address.port().to_string()])
            .args(&self.options)
            .arg(self.root())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let printed = lines.map_while(Result::ok).find(|line| line.contains("http://"));
        self.child = Some(child);
        self.printed = printed.expect("an address").trim().to_owned();
        let rest = self.printed.strip_prefix("http://").expect("an address");
        let address: SocketAddr =
            rest.split('/').next().and_then(|text| text.parse().ok()).expect("an address");
        self.address = ([127, 0, 0, 1], address.port()).into();
    }

    /// Ends the server at once, as a crash would.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
    }

    /// Stops the server in the middle of whatever it does, as a machine that hangs would.
    #[cfg(unix)]
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    #[cfg(unix)]
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let id = self.child.as_ref().expect("it runs").id().to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status().expect("kill is there");
        assert!(status.success(), "{status}");
    }

    pub fn root(&self) -> &Path {
        self.directory.path()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}/dashboard/{path}", self.address)
    }

    pub fn write(&self, path: &str, content: &str) -> PathBuf {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("it is below the root")).expect("a directory");
        fs::write(&path, content).expect("a file");
        path
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).expect("the file")
    }

    pub fn get(&self, path: &str) -> Value {
        raw::get(self.address, path).json()
    }

    pub fn post(&self, path: &str, body: &Value) -> Value {
        let answer = raw::post(self.address, path, &body.to_string());
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    /// The newest event.
    pub fn head(&self) -> i64 {
        self.get("/api/snapshot")["head"].as_i64().expect("a number")
    }

    /// Validates the whole directory and waits until that is done.
    pub fn validate(&self) -> String {
        let started = self.post("/api/validate/batch", &json!({"directory": "."}));
        let id = started["workflow_id"].as_str().expect("an id").to_owned();
        self.ended(&id);
        id
    }

    pub fn ended(&self, id: &str) {
        let end = Instant::now() + Duration::from_secs(30);
        while self.get(&format!("/api/workflows/{id}"))["state"] != "COMPLETED" {
            assert!(Instant::now() < end, "the run completes");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
