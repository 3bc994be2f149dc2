//! What recording costs, and how fast a large record answers.
//!
//! `record cost DIR [ROUNDS]` checks a directory with and without recording, in turns.
//! `record questions` makes a record of a million findings and asks it all there is to ask.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use validator::config::{Project, Request};
use validator::diagnostic::{Finding, Fingerprint, Message, Severity, Template};
use validator::engine::{self, Base, Job, Walk, Workspace};
use validator::rules;
use validator::store::query::{
    EventFilter, FindingFilter, FindingScope, ListPage, PageOrder, RecommendationFilter,
    TrendFilter, ValidationFilter, VersionOrder, WorkflowFilter,
};
use validator::store::recorder::Recorder;
use validator::store::{
    Actor, Digest, Found, NewValidation, NewWorkflow, Progress, Store, WorkflowId,
};
use validator::text::{Position, Span};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["cost", directory] => cost(Path::new(directory), 7),
        ["cost", directory, rounds] => {
            cost(Path::new(directory), rounds.parse().expect("a number"))
        }
        ["questions"] => questions(),
        _ => eprintln!("usage: record cost DIR [ROUNDS] | record questions"),
    }
}

/// Checks the directory; records if there is a store.
fn check(directory: &Path, store: Option<&Store>) {
    let base = Base::new(directory);
    let request = Request { start: directory.to_owned(), no_config: true, ..Request::default() };
    let project = Arc::new(Project::load(request).expect("no configuration is read"));
    let options = Walk { base: &base, project: &project, no_ignore: false };
    let walked = engine::walk(&[directory.to_owned()], &options);
    let new = NewWorkflow { kind: "batch".into(), what: json!({"paths": ["."]}) };
    let recorder = store.map(|store| {
        Recorder::start(store, Actor::cli(), &project, new, || false).expect("a record")
    });
    let workspace = Workspace::new(project.clone());
    let job = Job::new(&workspace, &walked.files);
    let Some(mut recorder) = recorder else {
        engine::run(&job, &mut |_| ControlFlow::Continue(()));
        return;
    };
    let note = recorder.note();
    engine::run(&job.with_note(&note), &mut |event| recorder.follow(event));
    assert_eq!(recorder.finish().failure, None);
}

/// Seconds of all processors that this process has used, where the system tells.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// How long something takes, and how much of the processors.
fn timed(times: &mut Vec<(f64, f64)>, work: impl FnOnce()) {
    let (start, used) = (Instant::now(), processor());
    work();
    times.push((start.elapsed().as_secs_f64(), processor() - used));
}

fn cost(directory: &Path, rounds: usize) {
    let directory = &std::path::absolute(directory).expect("a path");
    check(directory, None);
    let [mut plain, mut first, mut again] = [const { Vec::new() }; 3];
    for _ in 0..rounds {
        timed(&mut plain, || check(directory, None));
        let place = tempfile::tempdir().expect("a temporary directory");
        drop(Store::create(place.path()).expect("a record"));
        let record = || check(directory, Some(&Store::open(place.path()).expect("a record")));
        timed(&mut first, record);
        let once = size(place.path());
        timed(&mut again, record);
        println!(
            "size {} after one run, {} after two",
            megabytes(once),
            megabytes(size(place.path()))
        );
    }
    let median = |times: &[(f64, f64)], which: fn(&(f64, f64)) -> f64| {
        let mut times: Vec<f64> = times.iter().map(which).collect();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    for (what, which) in
        [("wall", (|time| time.0) as fn(&(f64, f64)) -> f64), ("processor", |time| time.1)]
    {
        let [plain, first, again] = [&plain, &first, &again].map(|times| median(times, which));
        println!(
            "{what}: plain {plain:.3} s, recorded {first:.3} s ({:.2}), again {again:.3} s ({:.2})",
            first / plain,
            again / plain
        );
    }
}

fn size(root: &Path) -> u64 {
    let parts = [Store::path(root), PathBuf::from(format!("{}-wal", Store::path(root).display()))];
    parts.iter().filter_map(|part| part.metadata().ok()).map(|data| data.len()).sum()
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Ten runs over 5,000 files with 20 findings each; a tenth of the files changes each time.
fn questions() {
    let place = tempfile::tempdir().expect("a temporary directory");
    let store = Store::create(place.path()).expect("a record");
    let start = Instant::now();
    let runs: Vec<WorkflowId> = (0..10).map(|round| generate(&store, round)).collect();
    println!("generated in {:.1} s", start.elapsed().as_secs_f64());
    drop(store);
    println!("size {}", megabytes(size(place.path())));
    let start = Instant::now();
    let store = Store::open(place.path()).expect("a record");
    println!("open {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let (first, last) = (runs[0], runs[9]);
    let ask = |what: &str, question: &dyn Fn() -> usize| {
        let start = Instant::now();
        let rows = question();
        println!("{what}: {rows} in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    };
    let read = &store;
    ask("runs", &|| {
        read.read(|r| r.workflows(&WorkflowFilter::default(), ListPage::first(100)))
            .unwrap()
            .items
            .len()
    });
    ask("statistics", &|| read.snapshot(|r| r.stats()).unwrap().files as usize);
    ask("validations of a run", &|| {
        let filter = ValidationFilter { workflow: Some(last), ..Default::default() };
        read.read(|r| r.validations(&filter, ListPage::first(1000))).unwrap().items.len()
    });
    ask("findings of a run, a page", &|| {
        let filter = FindingFilter { scope: FindingScope::Workflow(last), ..Default::default() };
        read.read(|r| r.findings(&filter, ListPage::first(100))).unwrap().items.len()
    });
    ask("findings of a run, a rare rule", &|| {
        let filter = FindingFilter {
            scope: FindingScope::Workflow(last),
            rule: Some(rules::builtin().ids().last().expect("there are some").to_string()),
            ..Default::default()
        };
        read.read(|r| r.findings(&filter, ListPage::first(100))).unwrap().items.len()
    });
    ask("findings of a directory as things stand", &|| {
        let filter = FindingFilter { path: Some("docs/7".into()), ..Default::default() };
        read.read(|r| r.findings(&filter, ListPage::first(100))).unwrap().items.len()
    });
    ask("counts by rule, of a run", &|| {
        let filter = FindingFilter { scope: FindingScope::Workflow(last), ..Default::default() };
        read.read(|r| r.rule_counts(&filter)).unwrap().len()
    });
    ask("compare two runs next to each other", &|| {
        read.read(|r| r.compare(runs[8], last, 100)).unwrap().new as usize
    });
    ask("compare the first and the last run", &|| {
        read.read(|r| r.compare(first, last, 100)).unwrap().new as usize
    });
    ask("history of a file", &|| {
        let newest = (VersionOrder::Newest, false);
        let page = ListPage::first(100);
        read.read(|r| r.history("docs/7/page-7.md", newest, page)).unwrap().items.len()
    });
    ask("validations, the worst first", &|| {
        let (any, worst) = (ValidationFilter::default(), (PageOrder::Worst, false));
        read.read(|r| r.validations_by(&any, worst, ListPage::first(100))).unwrap().items.len()
    });
    ask("trend of a rule in a directory", &|| {
        let filter = TrendFilter {
            rule: Some("MD003".into()),
            directory: Some("docs/7".into()),
            ..Default::default()
        };
        read.read(|r| r.trend(&filter, 100)).unwrap().len()
    });
    ask("recommendations", &|| {
        read.read(|r| r.recommendations(&RecommendationFilter::default(), ListPage::first(100)))
            .unwrap()
            .items
            .len()
    });
    ask("events, a page", &|| {
        read.read(|r| r.events_since(1000, 500, EventFilter::default())).unwrap().len()
    });
}

fn generate(store: &Store, round: u64) -> WorkflowId {
    let new = NewWorkflow { kind: "batch".into(), what: json!({"paths": ["."]}) };
    let id = store.write(Actor::cli(), move |tx| {
        let id = tx.create_workflow(&new)?;
        tx.begin_workflow(id, 5_000)?;
        Ok(id)
    });
    let id = id.expect("a workflow");
    let queue = store.queue(Actor::cli()).expect("a queue");
    for file in 0..5_000_u64 {
        // The tenth of the files that this run finds otherwise, and those of the runs before.
        let version = (0..=round).filter(|round| file % 10 == *round).max().unwrap_or(99);
        let version = if round == 9 { 1_000 + file } else { version };
        let findings: Vec<_> = (0..20).map(|at| finding(file, version, at)).collect();
        let new = NewValidation {
            workflow: id,
            path: format!("docs/{}/page-{file}.md", file % 100),
            hash: Digest(version),
            family: None,
            types: "markdown".into(),
            settings: Digest(0),
            suppressed: 0,
            fixed: None,
            duration_us: 50,
            error: None,
            found: Found::from(findings.as_slice()),
            proposals: Vec::new(),
        };
        queue.post(move |tx| tx.record_validation(&new).map(drop)).expect("it is recorded");
    }
    let end = Progress { done: 5_000, ..Default::default() };
    queue.write(move |tx| tx.complete_workflow(id, &end)).expect("it completes");
    id
}

static LONG: Template = Template::new("expected at most 80 characters, found {}", 1);

fn finding(file: u64, version: u64, at: u64) -> Finding {
    let rare = file == 4_999 && at == 19;
    let line = 1 + 7 * at as u32;
    // The rare one stands last in the table, and no other is so far behind.
    let ids = rules::builtin().ids();
    let print = format!("{file}/{}/{at}", if at.is_multiple_of(2) { 0 } else { version });
    Finding {
        rule: if rare { ids[ids.len() - 1] } else { ids[at as usize % 12] },
        severity: Severity::Warning,
        span: Span::at(0),
        start: Position { line, column: 81 },
        end: Position { line, column: 81 + at as u32 },
        message: Message::new(&LONG, [&(81 + at)]),
        fingerprint: Fingerprint(Digest::of(print.as_bytes()).0),
        fix: None,
        details: None,
    }
}
