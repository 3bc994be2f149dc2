//! Workflows: which state may follow which, and that each change has its event.

use validator::store::query::ListPage;
use validator::store::{
    Actor, Control, Progress, Store, StoreError, Tx, WorkflowId, WorkflowState,
};

use super::common::{batch, checked, finding, project};
use crate::sound::check_record;

type Change = fn(&Tx, WorkflowId) -> Result<(), StoreError>;

#[test]
fn the_record_ignores_itself_and_keeps_its_bell_private() {
    let project = project();
    project.running(1);
    let directory = project.directory.path().join(".validator");
    assert_eq!(std::fs::read_to_string(directory.join(".gitignore")).unwrap(), "*\n");
    assert_eq!(project.store.bell(), directory.join("validator.db.bell"));
    let head = u64::from_le_bytes(std::fs::read(project.store.bell()).unwrap().try_into().unwrap());
    assert_eq!(head, project.events().len() as u64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(project.store.bell()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_missing_record_is_said_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let error = Store::open(directory.path()).err().expect("there is none");
    assert!(matches!(error, StoreError::Missing { .. }));
    assert!(error.hint().is_some_and(|hint| hint.contains("--record")));
}

#[test]
fn a_run_goes_from_pending_to_completed_and_tells_it() {
    let project = project();
    let id = project.store.write(Actor::Web, |tx| tx.create_workflow(&batch())).unwrap();
    let state = |expected, done, percent| {
        let workflow = project.store.read(|reader| reader.workflow(id)).unwrap();
        assert_eq!((workflow.state, workflow.done, workflow.percent), (expected, done, percent));
    };
    state(WorkflowState::Pending, 0, 0);
    project.store.write(Actor::cli(), move |tx| tx.begin_workflow(id, 4)).unwrap();
    state(WorkflowState::Running, 0, 0);
    let half = Progress { done: 2, path: Some("a.md".into()), ..Default::default() };
    project.store.write(Actor::cli(), move |tx| tx.progress(id, &half)).unwrap();
    state(WorkflowState::Running, 2, 50);
    let end = Progress { done: 4, ..Default::default() };
    project.store.write(Actor::cli(), move |tx| tx.complete_workflow(id, &end)).unwrap();
    state(WorkflowState::Completed, 4, 100);

    let events = project.events();
    let told: Vec<_> = events
        .iter()
        .map(|event| {
            let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
            (
                event.kind.as_str(),
                data["state"].as_str().unwrap().to_owned(),
                data["percent"].as_u64(),
            )
        })
        .collect();
    let expected = [
        ("workflow_started", "PENDING".to_owned(), Some(0)),
        ("workflow_progress", "RUNNING".to_owned(), Some(0)),
        ("workflow_progress", "RUNNING".to_owned(), Some(50)),
        ("workflow_completed", "COMPLETED".to_owned(), Some(100)),
    ];
    assert_eq!(told, expected);
    assert_eq!(events[0].actor, "web");
    assert_eq!(events[1].actor, format!("cli:{}", std::process::id()));
}

#[test]
fn every_way_from_state_to_state_is_allowed_or_a_conflict_without_a_trace() {
    use WorkflowState::{Cancelled, Completed, Failed, Paused, Pending, Running};
    let reach: [(WorkflowState, &[Change]); 6] = [
        (Pending, &[]),
        (Running, &[|tx, id| tx.begin_workflow(id, 1)]),
        (Paused, &[|tx, id| tx.begin_workflow(id, 1), |tx, id| tx.pause_workflow(id)]),
        (
            Completed,
            &[
                |tx, id| tx.begin_workflow(id, 1),
                |tx, id| tx.complete_workflow(id, &Progress::default()),
            ],
        ),
        (Failed, &[|tx, id| tx.fail_workflow(id, "no")]),
        (Cancelled, &[|tx, id| tx.cancel_workflow(id)]),
    ];
    let tries: [(Change, &[WorkflowState], WorkflowState); 7] = [
        (|tx, id| tx.begin_workflow(id, 1), &[Pending], Running),
        (|tx, id| tx.pause_workflow(id), &[Running], Paused),
        (|tx, id| tx.resume_workflow(id), &[Paused], Running),
        (|tx, id| tx.reopen_workflow(id, 1), &[Failed, Cancelled], Running),
        (|tx, id| tx.complete_workflow(id, &Progress::default()), &[Running, Paused], Completed),
        (|tx, id| tx.fail_workflow(id, "no"), &[Pending, Running, Paused], Failed),
        (|tx, id| tx.cancel_workflow(id), &[Pending, Running, Paused], Cancelled),
    ];
    let project = project();
    for (start, path) in reach {
        for (change, allowed, result) in tries {
            let id = project.store.write(Actor::System, |tx| tx.create_workflow(&batch())).unwrap();
            for &step in path {
                project.store.write(Actor::System, move |tx| step(tx, id)).unwrap();
            }
            let before = project.events().len();
            let outcome = project.store.write(Actor::System, move |tx| change(tx, id));
            let state = project.store.read(|reader| reader.workflow(id)).unwrap().state;
            let told = project.told_since(before).len();
            if allowed.contains(&start) {
                assert_eq!((outcome, state, told), (Ok(()), result, 1), "{start}");
            } else {
                assert!(matches!(outcome, Err(StoreError::Conflict { .. })), "{start} to {result}");
                assert_eq!((state, told), (start, 0));
            }
        }
    }
}

#[test]
fn one_refused_change_does_not_take_its_neighbours_with_it() {
    let project = project();
    let id = project.running(2);
    let queue = project.store.queue(Actor::cli()).unwrap();
    queue
        .post(move |tx| tx.record_validation(&checked(id, "a.md", "a", vec![])).map(drop))
        .unwrap();
    let conflict = project.store.write(Actor::cli(), move |tx| {
        tx.record_validation(&checked(id, "b.md", "b", vec![]))?;
        tx.resume_workflow(id)
    });
    assert!(matches!(conflict, Err(StoreError::Conflict { .. })));
    let found = project.store.read(|reader| reader.recorded(id)).unwrap();
    assert_eq!(found.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["a.md"]);
}

#[test]
fn a_refused_change_leaves_nothing_in_the_sums_of_its_run() {
    let project = project();
    let id = project.running(1);
    let refused = project.store.write(Actor::cli(), move |tx| {
        tx.record_validation(&checked(id, "a.md", "a", vec![finding("MD001", 1, 1)]))?;
        tx.resume_workflow(id)
    });
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    project.record(checked(id, "b.md", "b", vec![finding("MD009", 1, 2)]));
    let end = Progress { done: 1, ..Default::default() };
    project.store.write(Actor::cli(), move |tx| tx.complete_workflow(id, &end)).unwrap();
    drop(project.store);
    check_record(project.directory.path());
}

#[test]
fn a_request_waits_for_the_owner_and_its_event_names_who_asked() {
    let project = project();
    let id = project.running(1);
    let requested = || project.store.read(|reader| reader.requested(id)).unwrap();
    project.store.write(Actor::Web, move |tx| tx.request(id, Control::Pause)).unwrap();
    project.store.write(Actor::Web, move |tx| tx.request(id, Control::Pause)).unwrap();
    assert_eq!(requested(), Some(Control::Pause));
    project.store.write(Actor::cli(), move |tx| tx.pause_workflow(id)).unwrap();
    assert_eq!(requested(), None);
    assert_eq!(project.events().last().unwrap().actor, "web");
    let again = project.store.write(Actor::Web, move |tx| tx.request(id, Control::Pause));
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
    let audit = project.store.read(|reader| reader.audit(ListPage::first(10))).unwrap().items;
    assert_eq!((audit.len(), audit[0].action.as_str()), (1, "pause"));
}

#[test]
fn what_a_dead_process_was_running_has_failed_at_the_next_start() {
    let project = project();
    let ours = project.running(3);
    // Another store of the same record announces itself for itself, as another process would.
    let other = Store::open(project.directory.path()).unwrap();
    let theirs = other.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap();
    assert_eq!(project.store.fail_interrupted().unwrap(), 0);
    drop(other);
    drop(Store::open(project.directory.path()).unwrap());
    let state = |id| project.store.read(|reader| reader.workflow(id)).unwrap();
    assert_eq!(state(ours).state, WorkflowState::Running);
    assert_eq!(state(theirs).state, WorkflowState::Failed);
    assert!(state(theirs).message.unwrap().starts_with("interrupted"));
    assert_eq!(project.told_since(3), ["workflow_failed"]);
}

#[test]
fn ids_that_are_unknown_are_not_found() {
    let project = project();
    let id = "wf_00000000000".parse().unwrap();
    let error = project.store.read(|reader| reader.workflow(id)).unwrap_err();
    assert_eq!(error.to_string(), "there is no workflow wf_00000000000");
    for kind in ["validation", "recommendation"] {
        let error = project.store.read(|reader| match kind {
            "validation" => reader.validation(9).map(drop),
            _ => reader.recommendation(9).map(drop),
        });
        assert_eq!(error.unwrap_err().to_string(), format!("there is no {kind} 9"));
    }
}

#[test]
fn a_run_starts_when_it_is_begun_and_not_when_that_is_written() {
    let project = project();
    let id = project.store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap();
    let queue = project.store.queue(Actor::cli()).unwrap();
    queue.post(move |tx| tx.begin_workflow(id, 1)).unwrap();
    let posted = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    // What nobody waits for is written a little later.
    queue.write(|_| Ok(())).unwrap();
    let started = project.store.read(|reader| reader.workflow(id)).unwrap().started_us.unwrap();
    assert!(i128::from(started) <= posted.as_micros() as i128, "{started} {posted:?}");
}
