//! Another process that records a run into the same project, slowly enough to be watched.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use validator::config::{Project, Request};
use validator::engine::{self, Base, Event, Job, Walk, Workspace};
use validator::store::recorder::Recorder;
use validator::store::{Actor, NewWorkflow, Store};

const ROOT: &str = "VALIDATOR_TEST_ROOT";

/// A process that has a workflow, PENDING.
pub struct Writer {
    child: Child,
    pub workflow: String,
}

impl Writer {
    pub fn start(root: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--ignored", "--exact", "writer::another_process_records", "--nocapture"])
            .env(ROOT, root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let workflow = lines
            .find_map(|line| line.ok()?.split_once("records ").map(|(_, id)| id.to_owned()))
            .expect("its workflow");
        // What else it says, nobody reads.
        std::thread::spawn(move || lines.for_each(drop));
        Writer { child, workflow }
    }

    /// Lets it run.
    pub fn go(&mut self) {
        writeln!(self.child.stdin.as_mut().expect("its input")).expect("it listens");
    }

    pub fn wait(mut self) {
        assert!(self.child.wait().expect("it ends").success(), "it ends well");
    }
}

#[test]
#[ignore = "other tests run it as a process of its own"]
fn another_process_records() {
    let root = PathBuf::from(std::env::var_os(ROOT).expect("a root"));
    let store = Store::open(&root).expect("the record");
    let request = Request { start: root.clone(), ..Request::default() };
    let project = Arc::new(Project::load(request).expect("a configuration"));
    let base = Base::new(&root);
    let walk = Walk { base: &base, project: &project, no_ignore: false };
    let walked = engine::walk(std::slice::from_ref(&root), &walk);
    let total = walked.files.len();
    let new = NewWorkflow { kind: "batch".into(), what: json!({"paths": ["."], "files": total}) };
    let workflow =
        store.write(Actor::cli(), move |tx| tx.create_workflow(&new)).expect("a workflow");
    println!("records {workflow}");
    std::io::stdin().read_line(&mut String::new()).expect("a word");
    let mut recorder =
        Recorder::adopt(&store, Actor::cli(), &project, workflow, || false).expect("it begins");
    let note = recorder.note();
    let workspace = Workspace::new(project.clone());
    let job = Job { threads: 1, ..Job::noting(&workspace, &walked.files, &note) };
    engine::run(&job, &mut |event: Event<_>| {
        // Slow enough to be watched.
        std::thread::sleep(Duration::from_millis(40));
        recorder.follow(event)
    });
    assert_eq!(recorder.finish().failure, None);
}
