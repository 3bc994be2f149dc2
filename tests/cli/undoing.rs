//! `validator undo`: all of a run, some of its files, and around later edits.

use std::fs;

use validator::store::{RecommendationState, Store, query::RecommendationFilter};

use crate::project::{Project, Ran};

const BEFORE: &str = "# Title\n\nFirst \n\nSecond.\n\nThird.\n";
const AFTER: &str = "# Title\n\nFirst\n\nSecond.\n\nThird.\n";

/// Three pages that `batch --fix` has fixed.
fn fixed() -> Project {
    let project = Project::new(&[
        ("a.md", BEFORE),
        ("docs/b.md", BEFORE),
        ("docs/c.md", BEFORE),
        (".git", ""),
    ]);
    let ran = project.run("batch --fix --select MD009");
    assert_eq!((ran.code, project.read("a.md")), (0, AFTER.to_owned()), "{ran:?}");
    project
}

fn reads(project: &Project, pages: [&str; 3]) {
    let now = ["a.md", "docs/b.md", "docs/c.md"].map(|name| project.read(name));
    assert_eq!(now, pages);
}

fn refused(ran: &Ran, words: &[&str]) {
    assert_eq!(ran.code, 2, "{ran:?}");
    for word in words {
        assert!(ran.stderr.contains(word), "`{word}` is expected: {}", ran.stderr);
    }
}

#[test]
fn files_and_directories_can_be_named() {
    let project = fixed();
    let ran = project.run("undo docs/c.md");
    assert_eq!((ran.code, &*ran.stdout), (0, "undid run 1: 1 file\n"), "{ran:?}");
    reads(&project, [AFTER, AFTER, BEFORE]);
    let list = project.run("undo --list");
    assert_eq!(list.stdout, "run 1: 2 files\n  a.md\n  docs/b.md\n");
    refused(&project.run("undo docs/c.md"), &["run 1 changed nothing at docs/c.md", "--list"]);
    assert_eq!(project.run("undo docs").code, 0);
    reads(&project, [AFTER, BEFORE, BEFORE]);
    assert_eq!(project.run("undo .").code, 0);
    reads(&project, [BEFORE, BEFORE, BEFORE]);
    refused(&project.run("undo"), &["nothing to undo"]);
}

#[test]
fn edits_elsewhere_are_kept() {
    let project = fixed();
    project.write("a.md", AFTER.replace("Third", "Mine"));
    let ran = project.run("undo");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("3 files\n  a.md: edits made since are kept\n"), "{ran:?}");
    reads(&project, [&BEFORE.replace("Third", "Mine"), BEFORE, BEFORE]);
}

#[test]
fn nothing_is_written_where_a_file_is_in_the_way_unless_it_is_to_be_left() {
    let project = fixed();
    project.write("a.md", AFTER.replace("First", "Mine"));
    fs::remove_file(project.path("docs/b.md")).expect("removed");
    refused(
        &project.run("undo"),
        &[
            "nothing was undone",
            "a.md: it was changed since the run, in lines that the run had changed",
            "docs/b.md: it was removed or renamed since the run",
            "--keep-changed",
            "--forget a.md",
        ],
    );
    assert_eq!(project.read("docs/c.md"), AFTER);
    let ran = project.run("undo --keep-changed");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.starts_with("undid run 1: 1 file\n2 files left as is:\n"), "{ran:?}");
    assert_eq!(project.read("docs/c.md"), BEFORE);
    assert_eq!(project.read("a.md"), AFTER.replace("First", "Mine"));
    refused(&project.run("undo --keep-changed"), &["nothing was undone", "--forget"]);
    let ran = project.run("undo --forget");
    assert_eq!((ran.code, &*ran.stdout), (0, "forgot run 1: 2 files left as is\n"), "{ran:?}");
    refused(&project.run("undo"), &["nothing to undo"]);
}

#[test]
fn an_earlier_run_can_be_named() {
    let project = fixed();
    project.write("d.md", BEFORE);
    assert_eq!(project.run("check --fix --select MD009 d.md").code, 0);
    refused(
        &project.run("undo a.md"),
        &["run 2 changed nothing at a.md", "validator undo --run 1 a.md"],
    );
    assert_eq!(project.run("undo --run 1 a.md").code, 0);
    reads(&project, [BEFORE, AFTER, AFTER]);
    assert_eq!(project.read("d.md"), AFTER);
    refused(&project.run("undo --run 7"), &["no run 7", "--list"]);
    refused(&project.run("undo ../elsewhere/a.md"), &["is not in the project"]);
}

#[cfg(unix)]
#[test]
fn what_could_not_be_written_is_told_with_what_was() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = fixed();
    let read_only = fs::Permissions::from_mode(0o444);
    fs::set_permissions(project.path("docs/b.md"), read_only).expect("set");
    refused(&project.run("undo"), &["read-only", "1 file of run 1", "validator undo"]);
    reads(&project, [BEFORE, AFTER, AFTER]);
    fs::set_permissions(project.path("docs/b.md"), fs::Permissions::from_mode(0o644)).expect("set");
    assert_eq!(project.run("undo").stdout, "undid run 1: 2 files\n");
    reads(&project, [BEFORE, BEFORE, BEFORE]);
}

#[test]
fn the_record_knows_which_files_were_taken_back() {
    let project = Project::new(&[("a.md", BEFORE), ("b.md", BEFORE), (".git", "")]);
    assert_eq!(project.run("batch --record --select MD009").code, 1);
    assert_eq!(project.run("review approve --rule MD009").code, 0);
    assert_eq!(project.run("apply").code, 0);
    let applied = || {
        let store = Store::open(project.root()).expect("a record");
        let filter = RecommendationFilter {
            state: Some(RecommendationState::Applied),
            ..RecommendationFilter::default()
        };
        store.read(|reader| reader.recommendation_ids(&filter)).expect("ids").len()
    };
    assert_eq!(applied(), 2);
    assert_eq!(project.run("undo b.md").code, 0);
    assert_eq!(applied(), 1);
    assert_eq!((project.read("a.md"), project.read("b.md")), (AFTER.to_owned(), BEFORE.to_owned()));
    assert_eq!(project.run("undo").code, 0);
    assert_eq!(applied(), 0);
    crate::sound::check_record(project.root());
}
