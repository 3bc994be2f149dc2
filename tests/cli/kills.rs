//! The program is killed at any moment, as a user or a system in need of memory does: the record
//! opens and is sound, no page is half written, and going on leads to where an undisturbed run does.
//!
//! A few times each by default; `VALIDATOR_CRASHES=200` says how often.

use std::collections::{BTreeMap, HashMap};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use validator::store::{RecordedFinding, Store, WorkflowId, WorkflowState};

use crate::project::{Project, Ran, end};
use crate::recording::runs;
use crate::sound::check_record;

/// Pages of a project that is checked.
const MANY: usize = 300;
/// Pages of a project whose pages are written, which takes its time.
const FEW: usize = 30;

fn page(number: usize) -> String {
    let tail = if number.is_multiple_of(3) { "\n\n\n\nend" } else { "" };
    format!("# Title {number}\n\n\n\nText with a tail \nand more\t\n\n### Deep {number}\n{tail}")
}

fn project(pages: usize) -> Project {
    let project = Project::new(&[]);
    for number in 0..pages {
        project.write(&format!("docs/{}/{number}.md", number % 7), page(number));
    }
    drop(Store::create(project.root()).expect("a record"));
    project
}

/// The content of all pages.
fn pages(project: &Project, count: usize) -> BTreeMap<usize, String> {
    (0..count)
        .map(|number| (number, project.read(&format!("docs/{}/{number}.md", number % 7))))
        .collect()
}

fn start(project: &Project, line: &str) -> Child {
    let mut command = project.command(line);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("validator can be run")
}

fn rounds() -> u32 {
    let asked = std::env::var("VALIDATOR_CRASHES").ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(6)
}

/// A moment of this round: they lie in the whole of the time that an undisturbed process takes,
/// each somewhere in its part of it.
fn moment(whole: Duration, round: u32) -> Duration {
    let chance = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let chance = f64::from(chance.expect("a clock").subsec_nanos() % 1_000) / 1_000.0;
    whole.mul_f64((f64::from(round) + chance) / f64::from(rounds()))
}

/// Starts the command in this project and kills it. Whether it was still running.
fn kill(project: &Project, line: &str, after: Duration) -> bool {
    let mut child = start(project, line);
    std::thread::sleep(after);
    let is_running = child.try_wait().expect("a status").is_none();
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    is_running
}

/// How long the command takes when nobody disturbs it.
fn whole_time(prepared: impl Fn() -> Project, line: &str) -> Duration {
    let once = || {
        let project = prepared();
        let begin = Instant::now();
        start(&project, line).wait().expect("it ends");
        begin.elapsed()
    };
    once().min(once())
}

fn findings(store: &Store, run: WorkflowId) -> HashMap<String, Vec<RecordedFinding>> {
    let recorded = store.read(|reader| reader.recorded(run)).expect("validations");
    let of = |validation| store.read(|reader| reader.findings_of(validation)).expect("findings");
    recorded.into_iter().map(|file| (file.path, of(file.validation))).collect()
}

/// The pages have findings that no fix takes away.
const FINDINGS: i32 = 1;

fn ended(ran: Ran, code: i32) -> Ran {
    assert_eq!(ran.code, code, "{ran:?}");
    ran
}

/// Kills `line` again and again, and each time goes on with the run.
fn kill_and_resume(count: usize, line: &str) {
    let undisturbed = project(count);
    let report = ended(undisturbed.run(line), FINDINGS).stdout;
    let store = Store::open(undisturbed.root()).expect("a record");
    let run = runs(&store).swap_remove(0);
    let (expected, counts) = (findings(&store, run.id), run.counts);
    let texts = pages(&undisturbed, count);
    let whole = whole_time(|| project(count), line);
    let (mut killed, mut resumed) = (0, 0);
    for round in 0..rounds() {
        let project = project(count);
        killed += u32::from(kill(&project, line, moment(whole, round)));
        for (number, text) in pages(&project, count) {
            assert!(
                text == page(number) || text == texts[&number],
                "{number} is neither old nor new"
            );
        }
        let store = Store::open(project.root()).expect("the record opens");
        check_record(project.root());
        let Some(run) = runs(&store).pop() else { continue };
        if run.state == WorkflowState::Failed {
            let line = format!("batch --resume {} --format jsonl", run.id);
            let again = ended(project.run(&line), FINDINGS);
            assert!(again.stdout == report, "the report is as of an undisturbed run");
            resumed += 1;
        }
        let run = store.read(|reader| reader.workflow(run.id)).expect("the run");
        assert_eq!((run.state, run.done), (WorkflowState::Completed, count as u64));
        assert_eq!(run.counts, counts);
        assert!(findings(&store, run.id) == expected, "what is recorded is the same");
        assert_eq!(pages(&project, count), texts);
        check_record(project.root());
    }
    println!("{line}: {} rounds, {killed} killed, {resumed} taken up again", rounds());
    assert!(killed > 0 && resumed > 0);
}

#[test]
fn killed_while_it_checks_a_batch_goes_on_to_the_same_end() {
    kill_and_resume(MANY, "batch --format jsonl");
}

#[test]
fn killed_while_it_fixes_a_batch_goes_on_to_the_same_end() {
    kill_and_resume(FEW, "batch --fix --format jsonl");
}

/// A project in which all that is safe is approved.
fn approved() -> Project {
    let project = project(FEW);
    approve(&project);
    project
}

fn approve(project: &Project) {
    ended(project.run("batch"), FINDINGS);
    project.run("review approve --safety safe");
}

#[test]
fn killed_while_it_applies_what_was_approved() {
    let settle = |project: &Project| {
        // What waited beside something else comes with the next round.
        for _ in 0..3 {
            project.run("apply");
            approve(project);
        }
        pages(project, FEW)
    };
    let undisturbed = approved();
    ended(undisturbed.run("apply"), 0);
    let texts = pages(&undisturbed, FEW);
    assert_eq!(settle(&undisturbed), texts, "one round is enough");
    let whole = whole_time(approved, "apply");
    let mut killed = 0;
    for round in 0..rounds() {
        let project = approved();
        killed += u32::from(kill(&project, "apply", moment(whole, round)));
        drop(Store::open(project.root()).expect("the record opens"));
        check_record(project.root());
        is_confirmed(&project, &texts);
        ended(project.run("undo --list"), 0);
        assert_eq!(settle(&project), texts, "going on leads to the same pages");
        check_record(project.root());
    }
    println!("enhance: {} rounds, {killed} killed", rounds());
    assert!(killed > 0);
}

/// Each page is as it was, or as a write that is recorded made it; the last such is the page.
fn is_confirmed(project: &Project, texts: &BTreeMap<usize, String>) {
    let database = rusqlite::Connection::open(Store::path(project.root())).expect("a database");
    for (number, text) in pages(project, FEW) {
        let now = validator::store::Digest::of(text.as_bytes());
        let path = format!("docs/{}/{number}.md", number % 7);
        let sql = "SELECT count(*) FROM applications JOIN files ON files.id = file
             WHERE path = ?1 AND after_hash = ?2 AND done_us IS NOT NULL";
        let known: i64 = database.query_row(sql, (&path, now), |row| row.get(0)).expect("a number");
        let is_new = text == texts[&number] || known > 0;
        assert!(
            if text == page(number) { known == 0 } else { is_new && known > 0 },
            "{path}: {text:?}"
        );
    }
}

#[test]
fn two_processes_that_record_at_once_lose_nothing() {
    let project = project(MANY);
    let children = [start(&project, "batch docs"), start(&project, "batch docs")];
    for mut child in children {
        assert_eq!(end(&mut child), Some(1));
    }
    check_record(project.root());
    let store = Store::open(project.root()).expect("a record");
    let runs = runs(&store);
    assert_eq!(runs.len(), 2);
    let [first, second] = [0, 1].map(|at| findings(&store, runs[at].id));
    assert!(first.len() == MANY && first == second);
    assert!(runs.iter().all(|run| run.state == WorkflowState::Completed));
}
