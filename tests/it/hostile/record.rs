//! What lies in `.validator/` may have come with the repository.

use std::fs;
use std::os::unix::fs::symlink;

use rusqlite::Connection;
use validator::store::Store;

use super::trap::{Ran, THESIS, Trap};

const PAGE: &str = "# A\n\n\n\ntext\n";

/// Command lines that open a record.
const ALL: &[&str] =
    &["check a.md", "batch", "runs", "review list", "history a.md", "check --record a.md"];

fn project() -> Trap {
    let trap = Trap::new(&[("a.md", PAGE)]);
    drop(Store::create(&trap.path("")).expect("a record"));
    trap
}

fn database(trap: &Trap) -> Connection {
    Connection::open(Store::path(&trap.path(""))).expect("it opens")
}

/// A run of a process that is gone, owned by this name.
fn owned(trap: &Trap, owner: &str) {
    let sql = "INSERT INTO workflows (id, kind, state, created_us, actor, owner, what, first_event,
            first_validation) VALUES (1, 'check', 'RUNNING', 1, 'cli:1', ?1, '{}', 1, 1)";
    database(trap).execute(sql, [owner]).expect("inserted");
}

/// That commands which need the record end with 2 and say this.
fn refuses(trap: &Trap, words: &str) {
    for ran in trap.holds(ALL) {
        assert!(ran.said.contains(words), "{words}: {ran:?}");
    }
    let ran = trap.run("runs");
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.said.contains("help"), "{ran:?}");
}

/// Another program's database.
fn foreign(trap: &Trap, name: &str) -> Vec<u8> {
    let path = trap.outside(name);
    let other = Connection::open(&path).expect("it opens");
    other.execute_batch("CREATE TABLE notes (t); INSERT INTO notes VALUES (1)").expect("made");
    drop(other);
    fs::read(path).expect("there")
}

#[test]
fn an_owner_that_is_a_path_removes_nothing() {
    for owner in ["thesis.txt", "../../../thesis.txt", "../../a.md", "..", "", "1-0123456"] {
        let trap = project();
        let thesis = trap.outside("thesis.txt").display().to_string();
        owned(&trap, if owner == "thesis.txt" { &thesis } else { owner });
        trap.holds(ALL);
        assert_eq!(fs::read_to_string(trap.path("a.md")).expect("there"), PAGE, "{owner}");
        assert!(trap.run("runs").said.contains("FAILED"), "{owner}");
    }
}

#[test]
fn a_mark_that_is_a_link_or_a_pipe_is_no_sign_of_life() {
    let trap = project();
    fs::create_dir_all(trap.path(".validator/live")).expect("made");
    symlink(trap.outside("thesis.txt"), trap.path(".validator/live/7-01234567")).expect("linked");
    owned(&trap, "7-01234567");
    let ran = trap.holds(&["runs"]);
    assert!(ran[0].said.contains("FAILED"), "{ran:?}");
    let trap = project();
    fs::create_dir_all(trap.path(".validator/live")).expect("made");
    trap.pipe(".validator/live/7-01234567");
    owned(&trap, "7-01234567");
    trap.holds(&["runs"]);
}

#[test]
fn a_directory_of_marks_that_is_a_link_is_not_used() {
    let trap = project();
    let _ = fs::remove_dir_all(trap.path(".validator/live"));
    fs::create_dir(trap.outside("other")).expect("made");
    fs::write(trap.outside("other/7-01234567"), THESIS).expect("written");
    symlink(trap.outside("other"), trap.path(".validator/live")).expect("linked");
    owned(&trap, "7-01234567");
    let ran = trap.holds(&["check a.md", "runs"]);
    assert!(ran[0].said.contains("symbolic link"), "{ran:?}");
    assert_eq!(fs::read_dir(trap.outside("other")).expect("there").count(), 1);
}

#[test]
fn a_bell_that_is_a_link_is_not_rung() {
    let trap = project();
    let bell = trap.path(".validator/validator.db.bell");
    let _ = fs::remove_file(&bell);
    symlink(trap.outside("thesis.txt"), &bell).expect("linked");
    let ran = trap.holds(&["check a.md", "check --record a.md"]);
    assert!(
        ran[0].said.contains("validator.db.bell` is a symbolic link")
            || ran[0].said.contains("symbolic link"),
        "{ran:?}"
    );
}

#[test]
fn a_bell_that_is_a_second_name_or_a_pipe_is_not_rung() {
    let trap = project();
    let bell = trap.path(".validator/validator.db.bell");
    let _ = fs::remove_file(&bell);
    fs::hard_link(trap.outside("thesis.txt"), &bell).expect("linked");
    let ran = trap.holds(&["check a.md"]);
    assert!(ran[0].said.contains("hard links"), "{ran:?}");
    fs::remove_file(&bell).expect("removed");
    trap.pipe(".validator/validator.db.bell");
    let ran = trap.holds(&["check a.md"]);
    assert!(ran[0].said.contains("a device or a pipe"), "{ran:?}");
}

#[test]
fn a_record_that_is_a_link_is_refused() {
    let trap = project();
    let real = Store::path(&trap.path(""));
    fs::rename(&real, trap.outside("real.db")).expect("moved");
    let before = fs::read(trap.outside("real.db")).expect("there");
    symlink(trap.outside("real.db"), &real).expect("linked");
    refuses(&trap, "symbolic link");
    assert_eq!(fs::read(trap.outside("real.db")).expect("there"), before);
}

#[test]
fn a_record_that_is_a_dangling_link_creates_nothing() {
    let trap = Trap::new(&[("a.md", PAGE)]);
    fs::create_dir(trap.path(".validator")).expect("made");
    symlink(trap.outside("new.db"), Store::path(&trap.path(""))).expect("linked");
    refuses(&trap, "symbolic link");
    trap.holds(&["init"]);
    assert!(!trap.outside("new.db").exists());
}

#[test]
fn a_directory_that_is_a_link_is_refused() {
    let trap = project();
    fs::rename(trap.path(".validator"), trap.outside("real")).expect("moved");
    symlink(trap.outside("real"), trap.path(".validator")).expect("linked");
    refuses(&trap, "symbolic link");
    let ran = trap.holds(&["check --fix a.md", "init"]);
    assert!(ran[0].said.contains("symbolic link"), "{ran:?}");
    assert!(!trap.outside("real/undo").exists(), "{ran:?}");
    assert_eq!(ran[1].code, Some(2), "{ran:?}");
}

#[test]
fn an_ignore_file_that_is_a_link_creates_nothing() {
    let trap = Trap::new(&[("a.md", PAGE)]);
    fs::create_dir(trap.path(".validator")).expect("made");
    symlink(trap.outside("new"), trap.path(".validator/.gitignore")).expect("linked");
    let ran = trap.holds(&["init", "check --fix a.md", "check --record a.md"]);
    assert_eq!(ran[0].code, Some(2), "{ran:?}");
    assert!(ran.iter().all(|ran| ran.said.contains("symbolic link")), "{ran:?}");
    assert!(!trap.outside("new").exists());
}

#[test]
fn logs_and_shared_memory_that_are_links_or_pipes_are_refused() {
    for name in ["validator.db-wal", "validator.db-shm", "validator.db-journal"] {
        let trap = project();
        let path = trap.path(&format!(".validator/{name}"));
        let _ = fs::remove_file(&path);
        symlink(trap.outside("thesis.txt"), &path).expect("linked");
        refuses(&trap, "symbolic link");
        fs::remove_file(&path).expect("removed");
        trap.pipe(&format!(".validator/{name}"));
        refuses(&trap, "a device or a pipe");
    }
}

#[test]
fn a_journal_that_names_another_file_removes_nothing() {
    let trap = project();
    drop(database(&trap));
    for log in ["validator.db-wal", "validator.db-shm"] {
        let _ = fs::remove_file(trap.path(&format!(".validator/{log}")));
    }
    let name = trap.outside("thesis.txt").display().to_string();
    let sum = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_add(u32::from(byte)));
    let magic = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    // A header of no pages, a sector long, then the name as SQLite writes it.
    let mut journal = Vec::from(magic);
    for number in [0_u32, 7, 1, 512, 8192] {
        journal.extend(number.to_be_bytes());
    }
    journal.resize(512, 0);
    journal.extend(262_145_u32.to_be_bytes());
    journal.extend(name.as_bytes());
    journal.extend((name.len() as u32).to_be_bytes());
    journal.extend(sum.to_be_bytes());
    journal.extend(magic);
    trap.write(".validator/validator.db-journal", journal);
    refuses(&trap, "journal");
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let trap = Trap::new(&[("a.md", PAGE)]);
    let before = foreign(&trap, "other.db");
    fs::create_dir(trap.path(".validator")).expect("made");
    let place = Store::path(&trap.path(""));
    fs::copy(trap.outside("other.db"), &place).expect("copied");
    refuses(&trap, "a database of another program");
    assert_eq!(trap.run("init").code, Some(2));
    assert_eq!(fs::read(&place).expect("there"), before);
    assert!(!trap.path(".validator/validator.db-wal").exists());
}

#[test]
fn triggers_views_and_further_tables_are_refused() {
    for (sql, name) in [
        ("CREATE TRIGGER spy AFTER INSERT ON events BEGIN DELETE FROM files; END", "spy"),
        ("CREATE VIEW spy AS SELECT * FROM files", "spy"),
        ("CREATE TABLE spy (x)", "spy"),
        ("CREATE INDEX spy ON events (type)", "spy"),
        ("DROP TABLE decisions", "decisions"),
        ("ALTER TABLE files ADD COLUMN spy DEFAULT (1)", "files"),
    ] {
        let trap = project();
        database(&trap).execute_batch(sql).expect("made");
        refuses(&trap, &format!("`{name}`"));
    }
}

#[test]
fn rows_that_no_version_writes_are_errors() {
    for sql in [
        "UPDATE workflows SET state = 'HACKED'",
        "UPDATE workflows SET done = -1",
        "UPDATE workflows SET errors = 9223372036854775807, warnings = 9223372036854775807,
            infos = 9223372036854775807, done = 9223372036854775807, total = 9223372036854775807",
        "UPDATE workflows SET created_us = 9223372036854775807, started_us = -9223372036854775808",
        "UPDATE events SET seq = 9223372036854775807 WHERE seq = (SELECT max(seq) FROM events)",
        "UPDATE meta SET v = '9223372036854775807' WHERE k = 'min_seq'",
        "UPDATE findings SET body = x'0201ffffffffffffffffff01'",
        "UPDATE findings SET body = x'02ffffffffffffffff7f'",
        "UPDATE findings SET body = x'0201014102ffffffffffffffffff0100'",
        "UPDATE validations SET found = 77, status = x'00'",
    ] {
        let trap = project();
        assert_eq!(trap.run("check --record a.md").code, Some(1));
        let other = database(&trap);
        other.execute_batch("PRAGMA ignore_check_constraints = ON").expect("set");
        other.execute_batch(sql).expect("changed");
        drop(other);
        trap.holds(&["runs", "history a.md", "review list", "check a.md", "runs show 1"]);
    }
}

/// A journal of one run that changes this page back from what it is now.
fn journal(trap: &Trap, path: &str, now: &[u8], image: &[u8]) {
    let hash = |bytes: &[u8]| validator::engine::write::ContentHash::of(bytes).to_string();
    let line = serde_json::json!({ "path": path, "before": hash(image), "after": hash(now) });
    trap.write(".validator/undo/000001/journal.jsonl", format!("{line}\n"));
    trap.write(".validator/undo/000001/0.before", image);
}

fn undo(trap: &Trap) -> Ran {
    let ran = trap.run("undo");
    trap.has_not_sprung(&ran);
    ran
}

#[test]
fn undo_writes_nothing_outside() {
    let thesis = |trap: &Trap| trap.outside("thesis.txt").display().to_string();
    for path in ["../thesis.txt", "/", "docs/../../thesis.txt"] {
        let trap = Trap::new(&[("a.md", PAGE), ("docs/a.md", PAGE)]);
        let path = if path == "/" { thesis(&trap) } else { path.to_owned() };
        journal(&trap, &path, THESIS.as_bytes(), b"gone");
        let ran = undo(&trap);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.said.contains("not a page of the project"), "{ran:?}");
    }
}

#[test]
fn undo_does_not_follow_a_page_that_leads_outside() {
    let trap = Trap::new(&[]);
    symlink(trap.outside("thesis.txt"), trap.path("a.md")).expect("linked");
    journal(&trap, "a.md", THESIS.as_bytes(), b"gone");
    assert_eq!(undo(&trap).code, Some(2));
}

#[test]
fn undo_does_not_write_into_git() {
    let trap = Trap::repository(&[("a.md", PAGE)]);
    for path in [".git/config", ".GIT/config", "./.git/config"] {
        let now = fs::read(trap.path(".git/config")).expect("there");
        journal(&trap, path, &now, b"[core]\n\tfsmonitor = evil\n");
        let ran = undo(&trap);
        assert_eq!(ran.code, Some(2), "{path}: {ran:?}");
        assert_eq!(fs::read(trap.path(".git/config")).expect("there"), now, "{path}");
    }
}

#[test]
fn undo_reveals_no_file_from_outside() {
    let trap = Trap::new(&[("a.md", PAGE)]);
    journal(&trap, "a.md", PAGE.as_bytes(), THESIS.as_bytes());
    let image = trap.path(".validator/undo/000001/0.before");
    fs::remove_file(&image).expect("removed");
    symlink(trap.outside("thesis.txt"), &image).expect("linked");
    let ran = undo(&trap);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.said.contains("symbolic link"), "{ran:?}");
    assert_eq!(fs::read_to_string(trap.path("a.md")).expect("there"), PAGE);
}

#[test]
fn undo_takes_no_image_that_the_journal_does_not_speak_of() {
    let trap = Trap::new(&[("a.md", PAGE)]);
    journal(&trap, "a.md", PAGE.as_bytes(), b"# Before\n");
    trap.write(".validator/undo/000001/0.before", "something else");
    assert_eq!(undo(&trap).code, Some(2));
    assert_eq!(fs::read_to_string(trap.path("a.md")).expect("there"), PAGE);
}

#[test]
fn journals_that_are_links_or_pipes_are_refused_and_what_they_lead_to_stays() {
    let trap = Trap::new(&[("a.md", PAGE)]);
    journal(&trap, "a.md", PAGE.as_bytes(), b"# Before\n");
    fs::rename(trap.path(".validator/undo"), trap.outside("undo")).expect("moved");
    symlink(trap.outside("undo"), trap.path(".validator/undo")).expect("linked");
    let ran = undo(&trap);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(trap.outside("undo/000001").is_dir());
    fs::remove_file(trap.path(".validator/undo")).expect("removed");
    fs::create_dir_all(trap.path(".validator/undo/000001")).expect("made");
    trap.pipe(".validator/undo/000001/journal.jsonl");
    let ran = trap.holds(&["undo", "undo --list"]);
    assert!(ran.iter().all(|ran| ran.code == Some(2)), "{ran:?}");
}

#[test]
fn numbers_of_journals_do_not_run_over() {
    let trap = Trap::new(&[("a.md", PAGE)]);
    fs::create_dir_all(trap.path(".validator/undo/4294967295")).expect("made");
    let ran = trap.holds(&["check --fix a.md"]);
    assert_eq!(fs::read_to_string(trap.path("a.md")).expect("there"), PAGE, "{ran:?}");
}
