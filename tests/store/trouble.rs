//! Damaged, newer, read-only and full: a clear error, and nothing lost.

use rusqlite::Connection;
use validator::store::{Actor, Store, StoreError};

use crate::common::{batch, project};

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let project = project();
    let path = Store::path(project.folder.path());
    drop(project.store);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Store::open(project.folder.path()).err().expect("it is newer");
    assert!(matches!(error, StoreError::NewerSchema { found: 99, .. }), "{error}");
    assert!(matches!(Store::create(project.folder.path()), Err(StoreError::NewerSchema { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn what_is_no_database_is_called_damaged() {
    let project = project();
    let path = Store::path(project.folder.path());
    drop(project.store);
    std::fs::write(
        &path,
        "this is no database, and it is long enough to be looked at\n".repeat(99),
    )
    .unwrap();
    let error = Store::open(project.folder.path()).err().expect("it is no database");
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("move"));
}

#[test]
fn a_record_whose_making_was_cut_short_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".validator")).unwrap();
    std::fs::write(Store::path(folder.path()), "").unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap();
}

#[test]
fn a_writer_that_is_locked_out_says_so() {
    let project = project();
    let other = Connection::open(Store::path(project.folder.path())).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = project.store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap_err();
    assert_eq!(error, StoreError::Locked);
    other.execute_batch("ROLLBACK").unwrap();
    project.store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap();
    assert_eq!(project.events().len(), 1);
}
