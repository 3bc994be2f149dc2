use std::fs;

use super::super::write::ContentHash;
use super::*;

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn read(dir: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(dir.path().join(name)).unwrap()
}

#[test]
fn a_run_is_taken_back() {
    let dir = project(&[("a.md", "a1"), ("b.md", "b1")]);
    let mut journal = Journal::new(dir.path());
    journal.change(&dir.path().join("a.md"), b"a1", b"a2").unwrap();
    journal.change(&dir.path().join("b.md"), b"b1", b"b2").unwrap();
    journal.change(&dir.path().join("a.md"), b"a2", b"a3").unwrap();
    assert_eq!((read(&dir, "a.md"), read(&dir, "b.md")), ("a3".into(), "b2".into()));
    assert_eq!(undo(dir.path(), &UndoRequest::default()).unwrap().paths.len(), 2);
    assert_eq!((read(&dir, "a.md"), read(&dir, "b.md")), ("a1".into(), "b1".into()));
    assert!(matches!(undo(dir.path(), &UndoRequest::default()), Err(UndoError::Nothing(_))));
}

#[test]
fn nothing_is_taken_back_over_a_later_change() {
    let dir = project(&[("a.md", "a1"), ("b.md", "b1")]);
    let mut journal = Journal::new(dir.path());
    journal.change(&dir.path().join("a.md"), b"a1", b"a2").unwrap();
    journal.change(&dir.path().join("b.md"), b"b1", b"b2").unwrap();
    fs::write(dir.path().join("a.md"), "mine").unwrap();
    assert!(matches!(undo(dir.path(), &UndoRequest::default()), Err(UndoError::Changed { .. })));
    assert_eq!((read(&dir, "a.md"), read(&dir, "b.md")), ("mine".into(), "b2".into()));
}

#[test]
fn a_change_that_was_refused_is_not_undone() {
    let dir = project(&[("a.md", "a1"), ("b.md", "mine")]);
    let mut journal = Journal::new(dir.path());
    assert!(journal.change(&dir.path().join("b.md"), b"b1", b"b2").is_err());
    journal.change(&dir.path().join("a.md"), b"a1", b"a2").unwrap();
    undo(dir.path(), &UndoRequest::default()).unwrap();
    assert_eq!((read(&dir, "a.md"), read(&dir, "b.md")), ("a1".into(), "mine".into()));
}

#[test]
fn a_change_that_was_noted_and_not_made_is_skipped() {
    let dir = project(&[("a.md", "a1"), ("b.md", "changed meanwhile")]);
    let mut journal = Journal::new(dir.path());
    journal.change(&dir.path().join("a.md"), b"a1", b"a2").unwrap();
    fs::write(dir.path().join("b.md"), "b1").unwrap();
    journal
        .note(
            &Change {
                path: "b.md".into(),
                before: ContentHash::of(b"b1").to_string(),
                after: ContentHash::of(b"b2").to_string(),
            },
            b"b1",
            b"b2",
        )
        .unwrap();
    undo(dir.path(), &UndoRequest::default()).unwrap();
    assert_eq!((read(&dir, "a.md"), read(&dir, "b.md")), ("a1".into(), "b1".into()));
}

/// A run that changed line 2 of each file, as `.after` says; line 4 is a person's.
fn fixed(names: &[&str]) -> tempfile::TempDir {
    let dir = project(&[]);
    let mut journal = Journal::new(dir.path());
    for name in names {
        fs::write(dir.path().join(name), "1\nold\n3\n4\n").unwrap();
        let path = dir.path().join(name);
        journal.change(&path, b"1\nold\n3\n4\n", b"1\nnew\n3\n4\n").unwrap();
    }
    dir
}

fn write(dir: &tempfile::TempDir, name: &str, text: &str) {
    fs::write(dir.path().join(name), text).unwrap();
}

fn at(paths: &[&str]) -> UndoRequest {
    UndoRequest { paths: paths.iter().map(PathBuf::from).collect(), ..UndoRequest::default() }
}

#[test]
fn files_are_taken_back_by_name() {
    let dir = fixed(&["a.md", "b.md", "c.md"]);
    let undone = undo(dir.path(), &at(&["b.md"])).unwrap();
    assert_eq!((undone.run, undone.paths), (1, vec![PathBuf::from("b.md")]));
    assert_eq!(
        (read(&dir, "b.md"), read(&dir, "a.md")),
        ("1\nold\n3\n4\n".into(), "1\nnew\n3\n4\n".into())
    );
    // What was taken back is not of the run any more, whatever becomes of the file.
    write(&dir, "b.md", "mine\n");
    assert!(matches!(undo(dir.path(), &at(&["b.md"])), Err(UndoError::NotChanged { run: 1, .. })));
    let rest = undo(dir.path(), &UndoRequest::default()).unwrap();
    assert_eq!(rest.paths, [PathBuf::from("a.md"), PathBuf::from("c.md")]);
    assert_eq!(read(&dir, "b.md"), "mine\n");
    assert!(runs(dir.path()).unwrap().is_empty());
}

#[test]
fn edits_elsewhere_in_the_file_are_kept() {
    let dir = fixed(&["a.md", "b.md"]);
    write(&dir, "a.md", "1\nnew\n3\nmine\n5\n");
    let undone = undo(dir.path(), &UndoRequest::default()).unwrap();
    assert_eq!((undone.paths.len(), undone.merged), (2, vec![PathBuf::from("a.md")]));
    assert_eq!(read(&dir, "a.md"), "1\nold\n3\nmine\n5\n");
}

#[test]
fn all_files_in_the_way_are_named_and_nothing_is_written() {
    let dir = fixed(&["a.md", "b.md", "c.md"]);
    write(&dir, "a.md", "1\nmine\n3\n4\n");
    fs::remove_file(dir.path().join("c.md")).unwrap();
    let Err(UndoError::Changed { run: 1, files }) = undo(dir.path(), &UndoRequest::default())
    else {
        panic!("two files are in the way");
    };
    assert_eq!(files, [("a.md".into(), Why::Overlaps), ("c.md".into(), Why::Gone)]);
    assert_eq!(read(&dir, "b.md"), "1\nnew\n3\n4\n");
}

#[test]
fn changed_files_can_be_left() {
    let dir = fixed(&["a.md", "b.md", "c.md"]);
    write(&dir, "a.md", "1\nnew\n3\nmine\n");
    fs::remove_file(dir.path().join("c.md")).unwrap();
    let keep = UndoRequest { keep_changed: true, ..UndoRequest::default() };
    let undone = undo(dir.path(), &keep).unwrap();
    assert_eq!(undone.paths, [PathBuf::from("b.md")]);
    assert_eq!(undone.left, [("a.md".into(), Why::Edited), ("c.md".into(), Why::Gone)]);
    assert_eq!(read(&dir, "a.md"), "1\nnew\n3\nmine\n");
    // They stay in the journal until they are forgotten.
    assert!(matches!(undo(dir.path(), &keep), Err(UndoError::Changed { .. })));
    forget(dir.path(), &at(&["c.md"])).unwrap();
    undo(dir.path(), &UndoRequest::default()).unwrap();
    assert_eq!(read(&dir, "a.md"), "1\nold\n3\nmine\n");
}

#[test]
fn a_run_that_is_forgotten_uncovers_the_one_before() {
    let dir = fixed(&["a.md"]);
    let path = dir.path().join("b.md");
    write(&dir, "b.md", "b1");
    Journal::new(dir.path()).change(&path, b"b1", b"b2").unwrap();
    let other = undo(dir.path(), &at(&["a.md"]));
    assert!(matches!(other, Err(UndoError::NotChanged { run: 2, other: Some(1), .. })));
    assert_eq!(forget(dir.path(), &UndoRequest::default()).unwrap().run, 2);
    assert_eq!(read(&dir, "b.md"), "b2");
    assert_eq!(undo(dir.path(), &UndoRequest::default()).unwrap().run, 1);
    let no_run = UndoRequest { run: Some(2), ..UndoRequest::default() };
    assert!(matches!(undo(dir.path(), &no_run), Err(UndoError::NoRun(2))));
}

#[test]
fn an_earlier_run_is_taken_back_around_a_later_one() {
    let dir = fixed(&["a.md"]);
    let path = dir.path().join("a.md");
    let mut later = Journal::new(dir.path());
    later.change(&path, b"1\nnew\n3\n4\n", b"1\nnew\n3\nfour\n").unwrap();
    undo(dir.path(), &UndoRequest { run: Some(1), ..UndoRequest::default() }).unwrap();
    assert_eq!(read(&dir, "a.md"), "1\nold\n3\nfour\n");
    undo(dir.path(), &UndoRequest::default()).unwrap();
    assert_eq!(read(&dir, "a.md"), "1\nold\n3\n4\n");
}

#[test]
fn a_line_that_was_cut_off_hides_nothing() {
    let dir = fixed(&["a.md", "b.md"]);
    let journal = dir.path().join(".validator/undo/000001/journal.jsonl");
    let mut text = fs::read_to_string(&journal).unwrap();
    text.push_str("{\"path\":\"c.");
    fs::write(&journal, text).unwrap();
    undo(dir.path(), &at(&["a.md"])).unwrap();
    let left = runs(dir.path()).unwrap();
    assert_eq!(left[0].changes.len(), 1);
    assert_eq!(left[0].changes[0].path, PathBuf::from("b.md"));
}

#[test]
fn a_journal_without_what_was_written_refuses_to_merge() {
    let dir = fixed(&["a.md"]);
    fs::remove_file(dir.path().join(".validator/undo/000001/0.after")).unwrap();
    write(&dir, "a.md", "1\nnew\n3\nmine\n");
    let Err(UndoError::Changed { files, .. }) = undo(dir.path(), &UndoRequest::default()) else {
        panic!("it cannot be merged");
    };
    assert_eq!(files, [("a.md".into(), Why::NoImage)]);
    write(&dir, "a.md", "1\nnew\n3\n4\n");
    undo(dir.path(), &UndoRequest::default()).unwrap();
}
