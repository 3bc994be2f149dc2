//! What runs leave in the record, and that a record that cannot be used is no reason not to check.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use validator::store::query::{ListPage, ValidationFilter, WorkflowFilter};
use validator::store::{Actor, Rejection, Store, Validation, Workflow, WorkflowId, WorkflowState};

use crate::project::{Project, end, interrupt};

const PAGE: &str = "# T\n\n### U\n";
const TAILS: &str = "# T\n\none \ntwo\n";

/// All runs, newest first.
pub fn runs(store: &Store) -> Vec<Workflow> {
    let all =
        store.read(|reader| reader.workflows(&WorkflowFilter::default(), ListPage::default()));
    all.expect("runs").items
}

pub fn store(project: &Project) -> Store {
    Store::open(project.root()).expect("a record")
}

fn validations(store: &Store, workflow: WorkflowId) -> Vec<Validation> {
    let filter = ValidationFilter { workflow: Some(workflow), ..Default::default() };
    store
        .read(|reader| reader.validations(&filter, ListPage::default()))
        .expect("validations")
        .items
}

#[test]
fn nothing_is_written_where_there_is_no_record() {
    let project = Project::new(&[("a.md", PAGE)]);
    for line in ["check a.md", "batch", "batch --no-record"] {
        assert_eq!(project.run(line).code, 1);
        assert!(!project.path(".validator").exists(), "{line}");
    }
    let ran = project.run_with_input("check - --record", PAGE.as_bytes());
    assert!(ran.code == 2 && ran.stderr.contains("leave out `--record`"), "{ran:?}");
    assert_eq!(project.run("batch --fix --diff --record").code, 2);
}

#[test]
fn runs_are_recorded_where_there_is_a_record() {
    let project = Project::new(&[("docs/a.md", PAGE), ("b.md", "# T\n")]);
    let ran = project.run("init");
    assert!(ran.code == 0 && ran.stdout.contains("created"), "{ran:?}");
    assert_eq!(project.read(".validator/.gitignore"), "*\n");
    assert!(project.run("init").stdout.contains("already"));
    assert_eq!(project.run("batch --types markdown").code, 1);
    assert_eq!(project.run("check docs/a.md --profile strict").code, 1);
    let store = store(&project);
    let runs = runs(&store);
    let [check, batch] = &runs[..] else { panic!("two runs are expected: {runs:?}") };
    assert_eq!((check.kind.as_str(), batch.kind.as_str()), ("check", "batch"));
    assert_eq!(check.what["paths"][0], "docs/a.md");
    assert_eq!(
        (&check.what["profile"], &batch.what["types"][0]),
        (&"strict".into(), &"markdown".into())
    );
    assert!(runs.iter().all(|run| run.state == WorkflowState::Completed));
    let checked = validations(&store, batch.id);
    let paths: Vec<_> =
        checked.iter().map(|file| (file.path.as_str(), file.counts.total())).collect();
    assert_eq!(paths, [("b.md", 0), ("docs/a.md", 1)]);
    assert!(checked.iter().all(|file| file.duration_us > 0), "{checked:?}");
}

#[test]
fn the_record_of_the_project_counts_wherever_a_run_starts() {
    let project = Project::new(&[("validator.yaml", "{}\n"), ("docs/a.md", PAGE)]);
    project.run("init");
    let mut command = project.command("check a.md");
    let output = command.current_dir(project.path("docs")).output().expect("run");
    assert_eq!(output.status.code(), Some(1));
    let store = store(&project);
    let run = &runs(&store)[0];
    assert_eq!(run.what["directory"], "docs");
    assert_eq!(validations(&store, run.id)[0].path, "docs/a.md");
    assert!(!project.path("docs/.validator").exists());
}

#[test]
fn a_record_is_made_or_left_alone_as_asked() {
    let project = Project::new(&[("a.md", PAGE)]);
    assert_eq!(project.run("batch --record").code, 1);
    assert_eq!(runs(&store(&project)).len(), 1);
    let content = || {
        ["validator.db", "validator.db-wal"]
            .map(|name| fs::read(project.path(".validator").join(name)).unwrap_or_default())
    };
    let before = content();
    assert_eq!(project.run("batch --no-record").code, 1);
    assert_eq!(project.run("batch --fix --diff").code, 1);
    assert_eq!(project.run_with_input("check -", PAGE.as_bytes()).code, 1);
    assert!(content() == before, "the record is as it was");
    assert_eq!(project.run("batch --record --no-record").code, 2);
}

/// A run over a record that cannot be used: findings and status as without it, and one line.
fn is_told_in_a_line(project: &Project, said: &str) {
    let ran = project.run("batch --format concise --fail-on warning -q");
    assert_eq!((ran.code, ran.stdout.lines().count()), (1, 1), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    assert!(ran.stderr.starts_with("warning: the run is not recorded: "), "{ran:?}");
    assert!(ran.stderr.contains(said), "{ran:?}");
}

#[test]
fn what_is_wrong_with_the_record_is_one_line() {
    let project = Project::new(&[("a.md", PAGE)]);
    project.run("init");
    let database = project.path(".validator/validator.db");
    let newer = rusqlite::Connection::open(&database).expect("a database");
    newer.pragma_update(None, "user_version", 99).expect("it is changed");
    drop(newer);
    is_told_in_a_line(&project, "schema 99");
    for name in ["validator.db-wal", "validator.db-shm"] {
        let _ = fs::remove_file(project.path(".validator").join(name));
    }
    fs::write(&database, "no database\n".repeat(1_000)).expect("written");
    is_told_in_a_line(&project, "damaged");
    let ran = project.run("runs");
    assert!(ran.code == 2 && ran.stderr.contains("move"), "{ran:?}");
}

#[test]
fn a_record_that_cannot_be_made_is_one_line_too() {
    let project = Project::new(&[("a.md", PAGE), (".validator", "a file\n")]);
    let ran = project.run("batch --record --format concise --fail-on warning -q");
    assert_eq!((ran.code, ran.stdout.lines().count(), ran.stderr.lines().count()), (1, 1, 1));
    assert!(ran.stderr.contains("not recorded") && ran.stderr.contains(".validator"), "{ran:?}");
    assert_eq!(project.run("init").code, 2);
}

#[test]
fn a_report_that_cannot_be_written_leaves_no_run() {
    let project = Project::new(&[("a.md", PAGE)]);
    project.run("init");
    assert_eq!(project.run("batch --output nowhere/report.txt").code, 2);
    assert!(runs(&store(&project)).is_empty());
}

#[test]
fn a_record_that_another_process_keeps_locked_is_not_waited_for_for_ever() {
    let project = Project::new(&[("a.md", PAGE)]);
    project.run("init");
    let other = rusqlite::Connection::open(Store::path(project.root())).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    is_told_in_a_line(&project, "locked by another process");
}

#[cfg(unix)]
#[test]
fn a_record_that_cannot_grow_does_not_stop_the_run() {
    let project = Project::new(&[]);
    for number in 0..1_000 {
        project.write(&format!("{number}.md"), TAILS);
    }
    project.run("init");
    let script = "trap '' XFSZ; ulimit -f 800; exec \"$0\" batch --format concise";
    let mut command = Command::new("sh");
    command.current_dir(project.root()).args(["-c", script]).arg(env!("CARGO_BIN_EXE_validator"));
    let output = command.stdin(Stdio::null()).output().expect("run");
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), out.lines().count()), (Some(1), 1_000), "{err}");
    let told: Vec<&str> = err.lines().filter(|line| line.starts_with("warning:")).collect();
    assert!(told.len() == 1 && told[0].contains("recorded only in part"), "{err}");
    let store = store(&project);
    assert_eq!(runs(&store)[0].state, WorkflowState::Failed);
}

#[cfg(unix)]
#[test]
fn a_read_only_record_is_said_and_what_was_rejected_still_counts() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let project = Project::new(&[("a.md", PAGE)]);
    project.run("batch --record");
    reject_all(&project, "as it is");
    let record = project.path(".validator");
    let mode = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    for entry in fs::read_dir(&record).expect("a directory") {
        mode(&entry.expect("an entry").path(), 0o444);
    }
    mode(&record, 0o555);
    mode(project.root(), 0o755);
    let mut command = project.command("batch --format concise --fail-on warning");
    if fs::metadata(project.root()).expect("it is there").uid() == 0 {
        // To the superuser nothing is read-only.
        std::os::unix::process::CommandExt::uid(&mut command, 65_534);
    }
    let ran: crate::project::Ran = command.output().expect("run").into();
    mode(&record, 0o755);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("rejected MD001") && ran.stdout.contains("(as it is)"), "{ran:?}");
    assert!(ran.stderr.contains("not recorded: the run history is read-only"), "{ran:?}");
}

/// Rejects all findings of the newest validations.
fn reject_all(project: &Project, reason: &str) {
    let store = store(project);
    let found = store
        .read(|reader| reader.findings(&Default::default(), ListPage::default()))
        .expect("findings")
        .items;
    let why = Rejection { reason: Some(reason.to_owned()), until: None };
    for row in found {
        let why = why.clone();
        let reject = move |tx: &validator::store::Tx| {
            tx.reject_finding(row.finding.fingerprint, &row.finding.rule, &row.path, &why)
        };
        store.write(Actor::Web, reject).expect("it is rejected");
    }
}

#[test]
fn what_was_rejected_is_shown_as_such_and_fails_nothing() {
    let project = Project::new(&[("a.md", TAILS), ("b.md", PAGE)]);
    project.run("batch --record");
    reject_all(&project, "it is meant so");
    project.write("c.md", PAGE);
    let ran = project.run("check a.md b.md --fail-on info");
    assert_eq!(ran.code, 0, "{ran:?}");
    let shown = "rejected[MD001]: b.md:3:1: expected h2, found h3 (it is meant so)";
    assert!(ran.stdout.contains(shown), "{ran:?}");
    assert!(ran.stdout.contains("rejected in review: 2 findings"), "{ran:?}");
    let ran = project.run("batch --format jsonl --fail-on warning");
    let findings = ran.findings();
    assert_eq!((ran.code, findings.len()), (1, 3));
    assert_eq!(findings[0]["rejected"]["reason"], "it is meant so");
    assert!(findings[2].get("rejected").is_none(), "c.md is new");
    let ran = project.run("batch --format json --fail-on warning");
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(document["summary"]["rejected"], 2);
    assert_eq!(document["summary"]["findings"], 1);
    // What is recorded is what was found, whatever was decided about it.
    let store = store(&project);
    assert_eq!(runs(&store)[0].counts.total(), 3);
    let ran = project.run("batch --no-review-state --format jsonl --fail-on warning");
    assert!(ran.code == 1 && ran.findings().iter().all(|row| row.get("rejected").is_none()));
    let ran = project.run("check a.md --no-record --fail-on info");
    assert_eq!(ran.code, 0, "not to record is not to forget");
}

#[test]
fn what_was_rejected_is_not_fixed() {
    let text = "# T\n\nsame \n\nsame \n\nsame \n\nother \n";
    let project = Project::new(&[("a.md", text)]);
    project.run("batch --record");
    let store = store(&project);
    let found = store.read(|reader| reader.findings(&Default::default(), ListPage::default()));
    let row = found.expect("findings").items.swap_remove(1);
    let reject = move |tx: &validator::store::Tx| {
        tx.reject_finding(
            row.finding.fingerprint,
            &row.finding.rule,
            &row.path,
            &Rejection::default(),
        )
    };
    store.write(Actor::Web, reject).expect("it is rejected");
    assert_eq!(project.run("batch --fix").code, 1);
    assert_eq!(project.read("a.md"), "# T\n\nsame\n\nsame \n\nsame\n\nother\n");
    project.run("batch --fix --no-review-state");
    assert_eq!(project.read("a.md"), text.replace(" \n", "\n"));
}

#[test]
fn fixes_are_recorded_and_so_is_their_undo() {
    let project = Project::new(&[("a.md", TAILS), ("b.md", PAGE)]);
    project.run("batch --record");
    assert_eq!(project.run("batch --fix").code, 1);
    let store = store(&project);
    let run = runs(&store).swap_remove(0);
    assert_eq!(run.what["fix"], true);
    let now = validations(&store, run.id).swap_remove(0);
    assert_eq!((now.path.as_str(), now.counts.total()), ("a.md", 0));
    assert_eq!(now.hash, validator::store::Digest::of(project.read("a.md").as_bytes()));
    let database = rusqlite::Connection::open(Store::path(project.root())).expect("a database");
    let writes = || -> (i64, Option<String>, bool) {
        let sql = "SELECT validation, journal, undone_us IS NOT NULL FROM applications";
        let row = database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        row.expect("one write")
    };
    assert_eq!(writes(), (now.id, Some("undo/000001".to_owned()), false));
    assert_eq!(project.run("undo").code, 0);
    assert_eq!(project.read("a.md"), TAILS);
    assert!(writes().2, "the record knows that it was reverted");
    let undo = runs(&store).swap_remove(0);
    assert_eq!((undo.kind.as_str(), undo.counts.total()), ("undo", 1));
}

#[cfg(unix)]
#[test]
fn a_fix_that_could_not_be_written_is_recorded_as_that() {
    let project = Project::new(&[("a.md", TAILS)]);
    let mut permissions = fs::metadata(project.path("a.md")).expect("it is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(project.path("a.md"), permissions).expect("it is ours");
    assert_eq!(project.run("batch --fix --record").code, 2);
    let store = store(&project);
    let now = validations(&store, runs(&store)[0].id).swap_remove(0);
    assert!(now.error.as_ref().is_some_and(|error| error.contains("read-only")), "{now:?}");
    assert_eq!(now.hash, validator::store::Digest::of(TAILS.as_bytes()));
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_is_cancelled() {
    let project = Project::new(&[("a.md", PAGE), ("z.md", PAGE)]);
    let (mut child, _, held) = project.slow_run("--record");
    interrupt(&child);
    drop(held);
    assert_eq!(end(&mut child), Some(130));
    let run = runs(&store(&project)).swap_remove(0);
    // The page that was being checked may have come to its end or not.
    assert_eq!((run.state, run.total), (WorkflowState::Cancelled, 3));
    assert!((1..3).contains(&run.done), "{run:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn other_processes_pause_resume_and_cancel() {
    let project = Project::new(&[("a.md", PAGE), ("z.md", PAGE)]);
    let (mut child, _, held) = project.slow_run("--record");
    let store = store(&project);
    let id = runs(&store)[0].id;
    let state = || store.read(|reader| reader.workflow(id)).expect("the run").state;
    for (word, expected) in [
        ("pause", WorkflowState::Paused),
        ("resume", WorkflowState::Running),
        ("cancel", WorkflowState::Cancelled),
    ] {
        let start = Instant::now();
        let asked = project.run(&format!("runs {word} {id}"));
        assert!(asked.code == 0 && asked.stdout.contains(expected.name()), "{asked:?}");
        assert_eq!(state(), expected);
        // People are promised half a second; this is for builds without optimization.
        assert!(start.elapsed() < Duration::from_secs(10), "{word}: {:?}", start.elapsed());
    }
    drop(held);
    assert_eq!(end(&mut child), Some(130));
    let mut said = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut said).expect("UTF-8");
    assert!(said.contains("cancelled by another process"), "{said}");
}

#[test]
fn a_baseline_hides_nothing_from_the_record_and_minds_what_was_rejected() {
    let project = Project::new(&[("a.md", TAILS), ("b.md", PAGE)]);
    assert_eq!(project.run("baseline").code, 0);
    project.run("batch --record");
    let recorded = store(&project);
    assert_eq!(runs(&recorded)[0].counts.total(), 2, "what is known is recorded, too");
    drop(recorded);
    reject_all(&project, "it is meant so");
    let ran = project.run("batch --fail-on info");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("rejected in review: 2 findings"), "{ran:?}");
    assert!(!ran.stdout.contains("resolved"), "what is rejected is still there: {ran:?}");
}
