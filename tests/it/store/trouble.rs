//! Damaged, newer, read-only and full: a clear error, and nothing lost.

#[cfg(unix)]
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use validator::store::query::{ListPage, WorkflowFilter};
use validator::store::{Actor, Store, StoreError};

use super::common::{batch, project};
use super::crash::{CHILD_TEST, tell};
use super::runs;
use crate::sound::check_record;

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let project = project();
    let path = Store::path(project.directory.path());
    drop(project.store);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Store::open(project.directory.path()).err().expect("it is newer");
    assert!(matches!(error, StoreError::NewerSchema { found: 99, .. }), "{error}");
    assert!(matches!(Store::create(project.directory.path()), Err(StoreError::NewerSchema { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn an_older_record_is_brought_up_to_date_with_all_that_is_in_it() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join(".validator")).unwrap();
    let first = Connection::open(Store::path(directory.path())).unwrap();
    first.execute_batch(include_str!("../../../src/store/schema.sql")).unwrap();
    first.pragma_update(None, "user_version", 1).unwrap();
    first
        .execute_batch(
            "INSERT INTO files VALUES (1, 'a.md', 1);
             INSERT INTO validations VALUES (1, 1, 1, NULL, 7, 'passed', 0, 0, 0, NULL, 'markdown',
                NULL, 1, 1, NULL, NULL);",
        )
        .unwrap();
    drop(first);
    let store = Store::open(directory.path()).unwrap();
    assert_eq!(store.read(|reader| reader.latest("a.md")).unwrap().unwrap().id, 1);
    store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap();
}

#[test]
fn what_is_no_database_is_called_damaged() {
    let project = project();
    let path = Store::path(project.directory.path());
    drop(project.store);
    std::fs::remove_file(path.with_extension("db-wal")).unwrap();
    std::fs::write(
        &path,
        "this is no database, and it is long enough to be looked at\n".repeat(99),
    )
    .unwrap();
    let error = Store::open(project.directory.path()).err().expect("it is no database");
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("move"));
}

#[test]
fn a_record_whose_making_was_cut_short_is_made_anew() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join(".validator")).unwrap();
    std::fs::write(Store::path(directory.path()), "").unwrap();
    let store = Store::open(directory.path()).unwrap();
    store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap();
}

#[test]
fn a_writer_that_is_locked_out_says_so() {
    let project = project();
    let other = Connection::open(Store::path(project.directory.path())).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = project.store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap_err();
    assert_eq!(error, StoreError::Locked);
    other.execute_batch("ROLLBACK").unwrap();
    project.store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap();
    assert_eq!(project.events().len(), 1);
}

/// A child's work: a run whose record cannot grow any more is told so, and goes on.
pub fn fill(root: &Path) {
    let store = Store::create(root).unwrap();
    let mut files = 0;
    let ended = runs::watched_batch(root, &store, &mut |event| {
        files += usize::from(matches!(event, validator::engine::Event::Checked { .. }));
    });
    let error = ended.failure.expect("the record cannot grow");
    println!("files {files}, {}, {error}, {}", error.code(), error.hint().unwrap_or_default());
}

#[cfg(unix)]
#[test]
fn a_record_that_cannot_grow_is_told_and_stays_sound() {
    let directory = super::crash::project(500);
    // Files of this process may have 600 blocks of 512 bytes; further writes fail.
    let script = "trap '' XFSZ; ulimit -f 600; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(std::env::current_exe().unwrap()).args(CHILD_TEST);
    let output = tell(&mut command, directory.path(), "full").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("files 500, record_io") && said.contains("check the disk"), "{said}");
    drop(Store::open(directory.path()).unwrap());
    check_record(directory.path());
}

/// Needs a file system of its own, and so the right to mount one; where that is missing, the test
/// above shows most of it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let script = r##"cd "$VALIDATOR_TEST_PROJECT" && mount -t tmpfs -o size=4m tmpfs . && cd "$PWD" || exit 77
        for page in $(seq 400); do printf '# A\n\n\ntext \n' > $page.md; done
        head -c 2000000 /dev/zero > filler
        exec "$0" "$@""##;
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", script]);
    command.arg(std::env::current_exe().unwrap()).args(CHILD_TEST);
    let output = match tell(&mut command, directory.path(), "full").output() {
        Ok(output) if output.status.code() != Some(77) && output.status.code() != Some(1) => output,
        _ => return,
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("files 400, disk_full") && said.contains("free some space"), "{said}");
}

/// A child's work: what may only be read answers questions and says why it takes nothing.
pub fn read_only(root: &Path) {
    let store = Store::open(root).unwrap();
    assert!(store.is_read_only());
    let runs =
        store.read(|reader| reader.workflows(&WorkflowFilter::default(), ListPage::default()));
    let refused = store.write(Actor::cli(), |tx| tx.create_workflow(&batch())).unwrap_err();
    println!("runs {}, {}, {}", runs.unwrap().items.len(), refused.code(), refused);
}

#[cfg(unix)]
#[test]
fn a_read_only_record_answers_questions_and_takes_nothing() {
    let directory = super::crash::project(3);
    drop(runs::batch(directory.path(), &Store::open(directory.path()).unwrap()));
    let record = directory.path().join(".validator");
    let mode = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for entry in std::fs::read_dir(&record).unwrap() {
        mode(&entry.unwrap().path(), 0o444);
    }
    mode(&record, 0o555);
    mode(directory.path(), 0o755);
    let before = std::fs::read(Store::path(directory.path())).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(CHILD_TEST);
    if std::fs::metadata(directory.path()).unwrap().uid() == 0 {
        // To the superuser nothing is read-only.
        std::os::unix::process::CommandExt::uid(&mut command, 65_534);
    }
    let output = tell(&mut command, directory.path(), "read").output().unwrap();
    mode(&record, 0o755);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("runs 1, record_read_only, the run history is read-only"), "{said}");
    assert_eq!(std::fs::read(Store::path(directory.path())).unwrap(), before);
}
