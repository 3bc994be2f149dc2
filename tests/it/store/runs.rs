//! The whole loop on real pages: batch, review, approve, enhance, validate again, undo.

use std::path::Path;
use std::time::{Duration, Instant};

use std::sync::Arc;

use validator::config::{Project, Request};
use validator::diagnostic::Safety;
use validator::engine::{self, Base, Event, Job, Walk, Workspace, undo};
use validator::store::enhance::{enhance, preview};
use validator::store::query::{ListPage, RecommendationFilter, ValidationFilter};
use validator::store::recorder::{Ended, Recorder, RunWritten};
use validator::store::{
    Actor, Approval, Control, NewValidation, NewWorkflow, Recommendation, RecommendationState,
    Store, StoreError, WorkflowId, WorkflowState,
};

use crate::sound::check_record;

/// Two things to fix that leave the page as it is, and one that changes a heading.
const PAGE: &str = "# Title.\n\n\n\nText  with a tail \nand more\n";

/// The project at `root`, without configuration.
pub fn project(root: &Path) -> Arc<Project> {
    let request = Request { start: root.to_owned(), no_config: true, ..Request::default() };
    Arc::new(Project::load(request).unwrap())
}

pub fn batch(root: &Path, store: &Store) -> Ended {
    watched_batch(root, store, &mut |_| {})
}

/// Checks all pages below `root` and records them; `seen` hears each event before the recorder.
pub fn watched_batch(
    root: &Path,
    store: &Store,
    seen: &mut dyn FnMut(&Event<NewValidation>),
) -> Ended {
    let base = Base::new(root);
    let project = project(root);
    let walk = Walk { base: &base, project: &project, no_ignore: false };
    let walked = engine::walk(&[root.to_owned()], &walk);
    let new = NewWorkflow { kind: "batch".into(), what: serde_json::json!({"paths": ["."]}) };
    let mut recorder = Recorder::start(store, Actor::cli(), &project, new, || false).unwrap();
    let note = recorder.note();
    let workspace = Workspace::new(project.clone());
    let job = Job { threads: 2, ..Job::noting(&workspace, &walked.files, &note) };
    engine::run(&job, &mut |event| {
        seen(&event);
        recorder.follow(event)
    });
    recorder.finish()
}

fn open(store: &Store) -> Vec<Recommendation> {
    let filter = RecommendationFilter {
        state: Some(RecommendationState::Proposed),
        ..RecommendationFilter::default()
    };
    store.read(|reader| reader.recommendations(&filter, ListPage::default())).unwrap().items
}

fn state(store: &Store, id: WorkflowId) -> WorkflowState {
    store.read(|reader| reader.workflow(id)).unwrap().state
}

#[test]
fn the_whole_loop() {
    let directory = tempfile::tempdir().unwrap();
    let page = directory.path().join("page.md");
    std::fs::write(&page, PAGE).unwrap();
    let store = Store::create(directory.path()).unwrap();
    let ended = batch(directory.path(), &store);
    assert_eq!(ended.failure, None);
    assert_eq!(state(&store, ended.workflow), WorkflowState::Completed);

    let proposed = open(&store);
    let rules: Vec<_> = proposed.iter().map(|found| (found.rule.as_str(), found.safety)).collect();
    assert!(rules.contains(&("MD012", Safety::Safe)), "{rules:?}");
    assert!(rules.contains(&("MD026", Safety::Review)), "{rules:?}");
    let blanks = proposed.iter().find(|found| found.rule == "MD012").unwrap();
    assert!(blanks.instruction.starts_with("apply the fix of MD012 (no-multiple-blanks) at"));
    assert!(!blanks.rationale.is_empty());

    let approved = blanks.id;
    store.write(Actor::Web, move |tx| tx.approve(approved, &Approval::default())).unwrap();
    let all = RecommendationFilter::default();
    let project = project(directory.path());
    let plans = preview(&store, &Workspace::new(project.clone()), &all).unwrap();
    assert_eq!(plans[0].after, PAGE.replace("\n\n\n\n", "\n\n"));
    assert_eq!(std::fs::read_to_string(&page).unwrap(), PAGE, "a preview writes nothing");

    let report =
        enhance(&store, &Actor::cli(), &Workspace::new(project.clone()), &all, || false).unwrap();
    assert_eq!(std::fs::read_to_string(&page).unwrap(), plans[0].after);
    assert_eq!(report.files[0].applied, [approved]);
    let applied = store.read(|reader| reader.recommendation(approved)).unwrap();
    assert_eq!(applied.state, RecommendationState::Applied);
    let rechecked = ValidationFilter { workflow: Some(report.workflow), ..Default::default() };
    let rechecked =
        store.read(|reader| reader.validations(&rechecked, ListPage::default())).unwrap();
    assert_eq!(rechecked.items.len(), 1);
    assert!(!open(&store).iter().any(|found| found.rule == "MD012"), "it is fixed");
    assert!(open(&store).iter().any(|found| found.rule == "MD026"), "and the rest is still there");
    let again =
        enhance(&store, &Actor::cli(), &Workspace::new(project.clone()), &all, || false).unwrap();
    assert!(again.files.is_empty(), "nothing is approved any more");

    undo::undo(directory.path(), &undo::UndoRequest::default()).unwrap();
    assert_eq!(std::fs::read_to_string(&page).unwrap(), PAGE);
    batch(directory.path(), &store);
    assert!(open(&store).iter().any(|found| found.rule == "MD012"), "it is proposed again");
}

#[test]
fn a_file_that_changed_is_left_alone_and_its_recommendation_is_stale() {
    let directory = tempfile::tempdir().unwrap();
    let page = directory.path().join("page.md");
    std::fs::write(&page, PAGE).unwrap();
    let store = Store::create(directory.path()).unwrap();
    batch(directory.path(), &store);
    let ids: Vec<i64> = open(&store).iter().map(|found| found.id).collect();
    let count = ids.len();
    store
        .write(Actor::Web, move |tx| {
            ids.into_iter().try_for_each(|id| tx.approve(id, &Approval::default()))
        })
        .unwrap();
    std::fs::write(&page, "# Something else\n").unwrap();
    let project = project(directory.path());
    let all = RecommendationFilter::default();
    let plans = preview(&store, &Workspace::new(project.clone()), &all).unwrap();
    assert!(plans.iter().all(|plan| !plan.is_change() && !plan.stale.is_empty()));
    let report =
        enhance(&store, &Actor::cli(), &Workspace::new(project.clone()), &all, || false).unwrap();
    assert_eq!((report.files[0].stale.len(), report.files[0].applied.len()), (count, 0));
    assert_eq!(std::fs::read_to_string(&page).unwrap(), "# Something else\n");
}

#[test]
fn what_touches_is_applied_in_turns() {
    let directory = tempfile::tempdir().unwrap();
    let page = directory.path().join("page.md");
    std::fs::write(&page, "# Title\n\n\n\ntext \n\n\n\nmore \n\n\n\n\n").unwrap();
    let store = Store::create(directory.path()).unwrap();
    batch(directory.path(), &store);
    let safe =
        RecommendationFilter { safety: Some(Safety::Safe), ..RecommendationFilter::default() };
    store
        .write(Actor::Web, move |tx| {
            let ids = tx.reader().recommendation_ids(&safe)?;
            ids.into_iter().try_for_each(|id| tx.approve(id, &Approval::default()))
        })
        .unwrap();
    let project = project(directory.path());
    enhance(
        &store,
        &Actor::cli(),
        &Workspace::new(project.clone()),
        &RecommendationFilter::default(),
        || false,
    )
    .unwrap();
    assert_eq!(std::fs::read_to_string(&page).unwrap(), "# Title\n\ntext\n\nmore\n");
    batch(directory.path(), &store);
    assert!(open(&store).is_empty());
}

#[test]
fn every_file_and_every_finding_is_recorded_and_the_last_progress_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    for number in 0..300 {
        let text = format!("# Page {number}\n\ntext \n");
        std::fs::write(directory.path().join(format!("{number}.md")), text).unwrap();
    }
    std::fs::write(directory.path().join("broken.md"), b"\xff\xfe\xfd").unwrap();
    let store = Store::create(directory.path()).unwrap();
    let mut findings = 0;
    let ended = watched_batch(directory.path(), &store, &mut |event| {
        if let Event::Checked { file, .. } = event {
            findings += file.findings.len() as u64;
        }
    });
    let workflow = store.read(|reader| reader.workflow(ended.workflow)).unwrap();
    assert_eq!((workflow.done, workflow.total, workflow.percent), (301, 301, 100));
    assert_eq!(workflow.counts.total(), findings);
    let recorded = store.read(|reader| reader.recorded(ended.workflow)).unwrap();
    assert_eq!(recorded.len(), 301);
    let filter = validator::store::query::EventFilter::default();
    let events = store.read(|reader| reader.events_since(0, 10_000, filter)).unwrap();
    let last: Vec<_> = events.iter().rev().take(2).map(|event| event.kind.as_str()).collect();
    assert_eq!(last, ["workflow_completed", "workflow_progress"]);
    assert!(events[events.len() - 2].data.contains(r#""done":301,"total":301,"percent":100"#));
    let progress = events.iter().filter(|event| event.kind == "workflow_progress").count();
    let most = 3 + workflow.ended_us.unwrap().abs_diff(workflow.started_us.unwrap()) / 100_000;
    assert!(progress as u64 <= most, "{progress} progress events, {most} at most");

    let created: Vec<_> =
        events.iter().filter(|event| event.kind == "validation_created").collect();
    assert_eq!(created.len(), 301);
    for event in created {
        let told: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        let id = event.validation.unwrap();
        let state = store.read(|reader| reader.validation(id)).unwrap();
        let mut state = serde_json::to_value(state).unwrap();
        let all = state.as_object_mut().unwrap();
        ["id", "workflow", "ts_us", "review"].iter().for_each(|key| drop(all.remove(*key)));
        all.retain(|_, value| !value.is_null());
        assert_eq!(told, state);
    }
    drop(store);
    check_record(directory.path());
}

#[test]
fn sums_are_the_same_whether_they_are_kept_or_read() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["a.md", "b.md", "below/c.md"] {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, PAGE).unwrap();
    }
    let store = Store::create(directory.path()).unwrap();
    let kept = batch(directory.path(), &store).workflow;
    // A run that is taken up again may have been another process's: its sums are read.
    let read = store.write(Actor::cli(), move |tx| {
        let what = serde_json::json!({});
        let id = tx.create_workflow(&NewWorkflow { kind: "batch".into(), what })?;
        tx.begin_workflow(id, 3)?;
        tx.cancel_workflow(id)?;
        Ok(id)
    });
    let read = read.unwrap();
    let project = project(directory.path());
    let recorder = Recorder::resume(&store, Actor::cli(), &project, read, 0, || false);
    let mut recorder = recorder.unwrap();
    let base = Base::new(directory.path());
    let walk = Walk { base: &base, project: &project, no_ignore: false };
    let walked = engine::walk(&[directory.path().to_owned()], &walk);
    let note = recorder.note();
    let workspace = Workspace::new(project.clone());
    let job = Job::noting(&workspace, &walked.files, &note);
    engine::run(&job, &mut |event| recorder.follow(event));
    assert_eq!(recorder.finish().failure, None);
    let database = rusqlite::Connection::open(Store::path(directory.path())).unwrap();
    let sums = |id: WorkflowId| {
        let sql =
            "SELECT folder, rule, severity, count FROM tallies WHERE workflow = ?1 ORDER BY 1, 2";
        let mut query = database.prepare(sql).unwrap();
        let row = |row: &rusqlite::Row| -> rusqlite::Result<(String, String, u8, u64)> {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        };
        query.query_map([id], row).unwrap().collect::<Result<Vec<_>, _>>().unwrap()
    };
    assert_eq!(sums(kept).len(), 6);
    assert_eq!(sums(kept), sums(read));
}

#[test]
fn what_is_found_in_a_text_that_could_not_be_written_is_not_proposed() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("page.md"), PAGE).unwrap();
    let store = Store::create(directory.path()).unwrap();
    let project = project(directory.path());
    let base = Base::new(directory.path());
    let files = [engine::File::new(&base, &directory.path().join("page.md"))];
    let proposed_after = |written: RunWritten| {
        let new = NewWorkflow { kind: "fix".into(), what: serde_json::json!({}) };
        let mut recorder = Recorder::start(&store, Actor::cli(), &project, new, || false).unwrap();
        let note = recorder.note();
        let fix = Some(Safety::Safe);
        let workspace = Workspace::new(project.clone());
        let job = Job { fix, ..Job::noting(&workspace, &files, &note) };
        engine::run(&job, &mut |event| recorder.follow_written(event, &written));
        let filter =
            ValidationFilter { workflow: Some(recorder.finish().workflow), ..Default::default() };
        let recorded =
            store.read(|reader| reader.validations(&filter, ListPage::default())).unwrap();
        let error = recorded.items[0].error.clone();
        (error, open(&store).into_iter().map(|found| found.rule).collect::<Vec<_>>())
    };
    let failed = proposed_after(RunWritten::Failed("the disk is full".into()));
    assert_eq!(failed, (Some("not written: the disk is full".into()), vec![]));
    let written = proposed_after(RunWritten::Journalled(1));
    assert_eq!(written, (None, vec!["MD026".to_owned()]), "what is left to be reviewed");
}

#[test]
fn another_process_pauses_resumes_and_cancels() {
    let directory = tempfile::tempdir().unwrap();
    for number in 0..2_000 {
        std::fs::write(directory.path().join(format!("{number}.md")), "# Page\n").unwrap();
    }
    let store = Store::create(directory.path()).unwrap();
    let ended = std::thread::scope(|scope| {
        let root = directory.path();
        let run = scope.spawn(|| {
            // Slow enough that there is something to pause.
            let pause = |_: &Event<_>| std::thread::sleep(Duration::from_millis(5));
            watched_batch(root, &store, &mut { pause })
        });
        let other = Store::open(root).unwrap();
        let id = loop {
            let runs =
                other.read(|reader| reader.workflows(&Default::default(), ListPage::default()));
            match runs.unwrap().items.first() {
                Some(run) if run.state == WorkflowState::Running => break run.id,
                _ => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        ask(&other, id, Control::Pause, WorkflowState::Paused);
        let done = |store: &Store| store.read(|reader| reader.recorded(id)).unwrap().len();
        std::thread::sleep(Duration::from_millis(100));
        let before = done(&other);
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(done(&other), before, "nothing happens while it is paused");
        ask(&other, id, Control::Resume, WorkflowState::Running);
        ask(&other, id, Control::Cancel, WorkflowState::Cancelled);
        run.join().unwrap()
    });
    assert!(ended.cancelled);
    assert_eq!(ended.failure, None);
}

/// How long a request may take. Half a second is what people are promised; this is for builds
/// without optimization on machines that are busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks, and waits until it is done.
fn ask(store: &Store, id: WorkflowId, control: Control, expected: WorkflowState) {
    let start = Instant::now();
    store.write(Actor::Web, move |tx| tx.request(id, control)).unwrap();
    while state(store, id) != expected {
        assert!(start.elapsed() < PATIENCE, "{control} takes too long");
        std::thread::sleep(Duration::from_millis(5));
    }
    println!("{control}: {:?}", start.elapsed());
}

#[test]
fn a_record_that_cannot_be_written_does_not_stop_the_run() {
    let directory = tempfile::tempdir().unwrap();
    for number in 0..50 {
        std::fs::write(directory.path().join(format!("{number}.md")), "# Page\n").unwrap();
    }
    let store = Store::create(directory.path()).unwrap();
    let other = rusqlite::Connection::open(Store::path(directory.path())).unwrap();
    // Whatever the reason is, here somebody else broke it.
    let mut files = 0;
    let ended = watched_batch(directory.path(), &store, &mut |event| match event {
        Event::Started { .. } => {
            other.execute_batch("DROP TABLE validations").unwrap();
        }
        Event::Checked { .. } => files += 1,
        _ => {}
    });
    assert_eq!(files, 50);
    assert!(matches!(ended.failure, Some(StoreError::Database { .. })), "{:?}", ended.failure);
}
