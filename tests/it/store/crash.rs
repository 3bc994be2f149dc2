//! A process that is killed at any moment: the record opens, every event has its state and every
//! state its event, no page is half written, and the workflow can be taken up again.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use rusqlite::{Connection, params};
use tempfile::TempDir;
use validator::diagnostic::Safety;
use validator::engine::{self, Base, Job, Source, Walk, Workspace};
use validator::store::enhance::enhance;
use validator::store::query::{ListPage, RecommendationFilter, WorkflowFilter};
use validator::store::recorder::{Recorder, remaining};
use validator::store::{
    Actor, Approval, Digest, RecommendationState, RecordedFinding, Store, WorkflowId, WorkflowState,
};

use super::runs::{self, batch};
use crate::sound::check_record;

/// Pages of a project whose recommendations are applied, which takes its time.
const FEW: usize = 40;
/// Pages of a project that is only checked.
const MANY: usize = 500;
const PAGE: &str = "# Title\n\n\n\nText with a tail \nand more\n\n\n\n\n";

/// Names the project's directory to a child process, and what to do there.
const CHILD: &str = "VALIDATOR_TEST_PROJECT";
const WORK: &str = "VALIDATOR_TEST_WORK";

/// Not a test by itself: what the children do, until they are killed.
#[test]
fn child() {
    let Ok(root) = std::env::var(CHILD) else { return };
    let root = Path::new(&root);
    match std::env::var(WORK).unwrap().as_str() {
        "full" => super::trouble::fill(root),
        "read" => super::trouble::read_only(root),
        work => {
            let store = Store::open(root).unwrap();
            batch(root, &store);
            if work == "enhance" {
                approve_safe(&store);
                let project = runs::project(root);
                let all = RecommendationFilter::default();
                enhance(&store, &Actor::cli(), &Workspace::new(project.clone()), &all, || false)
                    .unwrap();
                batch(root, &store);
            }
        }
    }
}

fn approve_safe(store: &Store) {
    let safe = RecommendationFilter {
        safety: Some(Safety::Safe),
        state: Some(RecommendationState::Proposed),
        ..RecommendationFilter::default()
    };
    store
        .write(Actor::cli(), move |tx| {
            let ids = tx.reader().recommendation_ids(&safe)?;
            ids.into_iter().try_for_each(|id| tx.approve(id, &Approval::default()))
        })
        .unwrap();
}

/// A project with this many pages and an empty record.
pub fn project(pages: usize) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for number in 0..pages {
        std::fs::write(directory.path().join(format!("{number}.md")), PAGE).unwrap();
    }
    drop(Store::create(directory.path()).unwrap());
    directory
}

fn start_child(root: &Path, work: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(CHILD_TEST).stdout(Stdio::null()).stderr(Stdio::null());
    tell(&mut command, root, work).spawn().unwrap()
}

/// The arguments by which this program becomes a child.
pub const CHILD_TEST: [&str; 3] = ["store::crash::child", "--exact", "--nocapture"];

/// Tells a child where to do what.
pub fn tell<'c>(command: &'c mut Command, root: &Path, work: &str) -> &'c mut Command {
    command.env(CHILD, root).env(WORK, work)
}

/// Kills children that do this work, each at another moment. Returns how many were killed, and
/// how many batches of them were taken up again.
fn kill(pages: usize, work: &str) -> (usize, usize) {
    let rounds = std::env::var("VALIDATOR_CRASHES").ok().and_then(|text| text.parse().ok());
    let rounds = rounds.unwrap_or(8);
    // How long one undisturbed child takes, so that the moments lie in all of it.
    let once = || {
        let (directory, start) = (project(pages), Instant::now());
        assert!(start_child(directory.path(), work).wait().unwrap().success());
        start.elapsed()
    };
    let whole = once().min(once());
    let (mut killed, mut resumed) = (0, 0);
    for round in 0..rounds {
        let directory = project(pages);
        let mut child = start_child(directory.path(), work);
        std::thread::sleep(whole * round / rounds);
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let store = Store::open(directory.path()).unwrap();
        check_record(directory.path());
        check_pages(directory.path(), pages);
        resumed += usize::from(take_up(directory.path(), &store, pages as u64));
        check_record(directory.path());
    }
    println!("{work}: {killed} killed, {resumed} batches taken up again");
    (killed, resumed)
}

#[test]
fn killed_while_it_checks_and_taken_up_again() {
    let (killed, resumed) = kill(MANY, "batch");
    assert!(killed > 0 && resumed > 0);
}

#[test]
fn killed_while_it_writes_pages() {
    let (killed, _) = kill(FEW, "enhance");
    assert!(killed > 0);
}

#[test]
fn two_processes_at_once_lose_nothing() {
    let directory = project(FEW);
    let root = directory.path();
    let children: Vec<_> = (0..2).map(|_| start_child(root, "enhance")).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    check_record(root);
    check_pages(root, FEW);
    let store = Store::open(root).unwrap();
    let batches = WorkflowFilter { kind: Some("batch".into()), ..Default::default() };
    let batches =
        store.read(|reader| reader.workflows(&batches, ListPage::default())).unwrap().items;
    assert_eq!(batches.len(), 4);
    for run in batches {
        assert_eq!(run.state, WorkflowState::Completed);
        assert_eq!(store.read(|reader| reader.recorded(run.id)).unwrap().len(), FEW);
    }
}

/// Goes on with the last batch if it was interrupted, and holds the result against a run that
/// nobody disturbed.
fn take_up(root: &Path, store: &Store, pages: u64) -> bool {
    let newest =
        store.read(|reader| reader.workflows(&WorkflowFilter::default(), ListPage::first(1)));
    let Some(run) = newest.unwrap().items.pop() else { return false };
    if run.kind != "batch" || run.state != WorkflowState::Failed {
        return false;
    }
    let project = runs::project(root);
    let base = Base::new(root);
    let walk = Walk { base: &base, project: &project, no_ignore: false };
    let walked = engine::walk(&[root.to_owned()], &walk);
    let (files, done) = remaining(store, &project, run.id, walked.files).unwrap();
    let unknown = files.iter().filter(|file| !matches!(file.source, Source::Recalled(_))).count();
    assert_eq!(unknown as u64 + done, pages);
    let recorder = Recorder::resume(store, Actor::cli(), &project, run.id, done, || false);
    let mut recorder = recorder.unwrap();
    let note = recorder.note();
    let workspace = Workspace::new(project.clone());
    let job = Job { threads: 1, ..Job::noting(&workspace, &files, &note) };
    engine::run(&job, &mut |event| recorder.follow(event));
    assert_eq!(recorder.finish().failure, None);
    let run = store.read(|reader| reader.workflow(run.id)).unwrap();
    assert_eq!((run.state, run.done, run.total), (WorkflowState::Completed, pages, pages));

    let undisturbed = batch(root, store).workflow;
    assert_eq!(findings(store, run.id), findings(store, undisturbed));
    let again = store.read(|reader| reader.workflow(undisturbed)).unwrap();
    assert_eq!(run.counts, again.counts);
    true
}

fn findings(store: &Store, run: WorkflowId) -> HashMap<String, Vec<RecordedFinding>> {
    let recorded = store.read(|reader| reader.recorded(run)).unwrap();
    let of = |validation| store.read(|reader| reader.findings_of(validation)).unwrap();
    recorded.into_iter().map(|file| (file.path, of(file.validation))).collect()
}

/// Each page is as it was, or as a confirmed write made it.
fn check_pages(root: &Path, pages: usize) {
    let database = Connection::open(Store::path(root)).unwrap();
    for number in 0..pages {
        let name = format!("{number}.md");
        let now = Digest::of(&std::fs::read(root.join(&name)).unwrap());
        let sql = "SELECT count(*) FROM applications JOIN files ON files.id = file
             WHERE path = ?1 AND after_hash = ?2 AND done_us IS NOT NULL";
        let known =
            database.query_row(sql, params![name, now], |row| row.get::<_, i64>(0)).unwrap();
        assert!(now == Digest::of(PAGE.as_bytes()) || known > 0, "{name} is neither old nor new");
    }
}
