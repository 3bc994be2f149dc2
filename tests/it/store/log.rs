//! The event log: in order, without gaps, bounded.

use std::time::Duration;

use validator::store::query::EventFilter;
use validator::store::{Actor, EventType, Progress, Retention, Store};

use super::common::{batch, project};

#[test]
fn the_types_are_those_that_clients_know() {
    let names: Vec<_> = EventType::ALL.iter().map(|kind| kind.name()).collect();
    let known = "validation_created validation_approved validation_rejected validation_enhanced \
        recommendation_created recommendation_approved recommendation_rejected \
        recommendation_applied workflow_started workflow_progress workflow_completed \
        workflow_failed workflow_paused workflow_resumed workflow_cancelled";
    assert_eq!(names.join(" "), known);
}

#[test]
fn many_writers_at_once_leave_no_gap_and_no_repetition() {
    let project = project();
    let root = project.directory.path();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = Store::open(root).unwrap();
                for round in 0..50 {
                    let id = store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap();
                    let refused = store.write(Actor::cli(), move |tx| {
                        tx.begin_workflow(id, 1)?;
                        tx.resume_workflow(id)
                    });
                    assert!(refused.is_err(), "round {round}");
                    store.write(Actor::cli(), move |tx| tx.cancel_workflow(id)).unwrap();
                }
            });
        }
    });
    let seqs: Vec<_> = project.events().iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=400).collect::<Vec<_>>());
}

#[test]
fn a_workflow_has_its_own_part_of_the_log() {
    let project = project();
    let (one, other) = (project.running(1), project.running(1));
    let filter = EventFilter { workflow: Some(other), ..Default::default() };
    let events = project.store.read(|reader| reader.events_since(0, 10, filter)).unwrap();
    assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), [3, 4]);
    assert!(
        events.iter().all(|event| event.workflow == Some(other) && event.workflow != Some(one))
    );
    let page =
        project.store.read(|reader| reader.events_since(1, 2, EventFilter::default())).unwrap();
    assert_eq!(page.iter().map(|event| event.seq).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_reader_of_another_process_sees_that_something_was_committed() {
    let project = project();
    let reader = Store::open(project.directory.path()).unwrap().reader().unwrap();
    let before = reader.data_version().unwrap();
    assert_eq!(reader.data_version().unwrap(), before);
    project.running(1);
    assert_ne!(reader.data_version().unwrap(), before);
}

/// A record with these bounds, a finished workflow of 3,000 events, and then `then`.
fn pruned(retention: Retention, then: impl Fn(&Store)) -> (i64, i64, Vec<i64>) {
    let directory = tempfile::tempdir().unwrap();
    drop(Store::create(directory.path()).unwrap());
    let store = Store::open_with(directory.path(), retention).unwrap();
    then(&store);
    fill(&store);
    drop(store);
    // The next writer forgets what the last one left.
    let store = Store::open_with(directory.path(), retention).unwrap();
    fill(&store);
    drop(store);
    let store = Store::open(directory.path()).unwrap();
    let log = store.read(|reader| reader.log_state()).unwrap();
    let kept =
        store.read(|reader| reader.events_since(0, 100_000, EventFilter::default())).unwrap();
    (log.min_seq, log.head, kept.iter().map(|event| event.seq).collect())
}

fn fill(store: &Store) {
    let fill = |tx: &validator::store::Tx| {
        let id = tx.create_workflow(&batch())?;
        tx.begin_workflow(id, 3_000)?;
        for done in 1..=2_997 {
            tx.progress(id, &Progress { done, ..Default::default() })?;
        }
        tx.complete_workflow(id, &Progress { done: 3_000, ..Default::default() })
    };
    store.write(Actor::cli(), fill).unwrap();
}

#[test]
fn old_events_go_and_what_stays_has_no_gap() {
    let keep = Retention { events: 500, ..Retention::default() };
    let (min_seq, head, kept) = pruned(keep, |_| {});
    assert_eq!(head, 6_000, "numbers are never used again");
    assert!(kept.len() <= 1_500, "{} of the 500 that were to stay", kept.len());
    assert_eq!(kept, (min_seq..=head).collect::<Vec<_>>());
}

#[test]
fn age_prunes_too_but_the_newest_event_stays() {
    let keep = Retention { age: Duration::ZERO, ..Retention::default() };
    let (min_seq, head, kept) = pruned(keep, |_| {});
    assert_eq!((min_seq, kept), (head, vec![head]));
}

#[test]
fn the_events_of_an_open_workflow_stay() {
    let keep = Retention { events: 10, ..Retention::default() };
    let directory = tempfile::tempdir().unwrap();
    drop(Store::create(directory.path()).unwrap());
    let store = Store::open_with(directory.path(), keep).unwrap();
    let open = store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap();
    fill(&store);
    fill(&store);
    let filter = EventFilter { workflow: Some(open), ..Default::default() };
    assert_eq!(store.read(|reader| reader.events_since(0, 10, filter)).unwrap().len(), 1);
    assert_eq!(store.read(|reader| reader.log_state()).unwrap().min_seq, 1);
}
