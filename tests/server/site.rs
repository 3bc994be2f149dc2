//! A project in a temporary directory with a server of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::thread::JoinHandle;

use crate::raw;
use serde_json::json;
use tempfile::TempDir;
use validator::server::{Server, ServerOptions, Stop};
use validator::store::{Actor, NewWorkflow, Progress, Store, WorkflowId};

pub struct Site {
    pub address: SocketAddr,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
    pub store: Store,
    pub directory: TempDir,
}

/// A server as it is by default.
pub fn serve() -> Site {
    serve_with(|_| {})
}

/// A server with other options.
pub fn serve_with(change: impl FnOnce(&mut ServerOptions)) -> Site {
    let directory = tempfile::tempdir().expect("a temporary directory");
    fs::create_dir(directory.path().join("root")).expect("a root");
    let store = Store::create(&directory.path().join("root")).expect("a record");
    serve_in(directory, store, change)
}

/// A server for the project in `root` below this directory.
pub fn serve_in(directory: TempDir, store: Store, change: impl FnOnce(&mut ServerOptions)) -> Site {
    let mut options = ServerOptions::local(directory.path().join("root"));
    change(&mut options);
    let server = Server::bind(&options).expect("the server starts");
    let address = server.address().expect("it has a port");
    let stop = server.stop();
    let thread = std::thread::spawn(move || server.run());
    Site { address, stop, thread: Some(thread), store, directory }
}

impl Site {
    pub fn root(&self) -> std::path::PathBuf {
        self.directory.path().join("root")
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("it is below the root")).expect("a directory");
        fs::write(path, content).expect("a file");
    }

    /// Tells the server to stop without waiting for it.
    pub fn stop(&self) {
        self.stop.stop();
    }

    /// Waits until the server has ended.
    pub fn wait(&mut self) {
        self.thread.take().expect("it runs").join().expect("the server ends without a panic");
    }

    /// Waits until the server has seen all that is in the log.
    pub fn settle(&self) {
        let head = self.store.read(|reader| reader.log_state()).expect("a log").head;
        while raw::get(self.address, "/api/status").json()["head"].as_i64() < Some(head) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// A workflow that is RUNNING.
    pub fn running(&self, total: u64) -> WorkflowId {
        running(&self.store, total)
    }

    /// Adds this many events to the log.
    pub fn events(&self, workflow: WorkflowId, count: u64) {
        progress(&self.store, workflow, count);
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A workflow that is RUNNING.
pub fn running(store: &Store, total: u64) -> WorkflowId {
    let new = NewWorkflow { kind: "batch".into(), what: json!({"paths": ["docs"]}) };
    let begin = move |tx: &validator::store::Tx| {
        let id = tx.create_workflow(&new)?;
        tx.begin_workflow(id, total)?;
        Ok(id)
    };
    store.write(Actor::cli(), begin).expect("a workflow that begins")
}

/// Adds this many events to the log, in transactions of up to forty.
pub fn progress(store: &Store, workflow: WorkflowId, count: u64) {
    let numbers: Vec<u64> = (1..=count).collect();
    for slice in numbers.chunks(40) {
        let slice = slice.to_vec();
        let tell = move |tx: &validator::store::Tx| {
            slice.iter().try_for_each(|&done| {
                tx.progress(workflow, &Progress { done, ..Progress::default() })
            })
        };
        store.write(Actor::cli(), tell).expect("events are written");
    }
}

/// The directory of the path cases: pages, links of all kinds, a pipe, and secrets outside.
#[cfg(unix)]
pub fn with_traps(site: &Site) {
    use std::os::unix::fs::symlink;
    let root = site.root();
    let outside = site.directory.path();
    site.write("ok.md", "# Fine\n");
    site.write("sub/page.md", "# Below\n");
    site.write("latin1.md", b"caf\xe9\n");
    fs::write(outside.join("secret.md"), "secret\n").expect("a secret");
    fs::create_dir(outside.join("root-other")).expect("a directory that begins alike");
    fs::write(outside.join("root-other/secret.md"), "secret\n").expect("a secret");
    let link = |target: &Path, name: &str| symlink(target, root.join(name)).expect("a link");
    link(Path::new("ok.md"), "inside.md");
    link(&outside.join("secret.md"), "out.md");
    link(outside, "outside");
    link(Path::new("loop.md"), "loop.md");
    link(&outside.join("root-other/secret.md"), "sibling.md");
    let made = std::process::Command::new("mkfifo").arg(root.join("pipe.md")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo works");
}
