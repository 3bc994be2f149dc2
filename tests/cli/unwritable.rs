//! Fixes that cannot be written, since the directory takes no new file or the disk is full: it is told,
//! nothing is lost, and nothing is said to be fixed that is not.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::process::Command;

use serde_json::Value;

use crate::project::{Project, Ran};

const TAILS: &str = "# Title\n\nText with a tail. \n";
const CLEAN: &str = "# Title\n\nText with a tail.\n";

/// Somebody for whom permissions count.
const NOBODY: u32 = 65_534;

fn mode(project: &Project, name: &str, mode: u32) {
    fs::set_permissions(project.path(name), fs::Permissions::from_mode(mode)).expect("it is ours");
}

/// The names in a directory: what is there, and nothing half written beside it.
fn names(project: &Project, directory: &str) -> Vec<String> {
    let entries = fs::read_dir(project.path(directory)).expect("a directory");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<String> = entries.map(|entry| name(entry.expect("an entry"))).collect();
    names.sort();
    names
}

fn run_unprivileged(project: &Project, line: &str, by_nobody: bool) -> Ran {
    let mut command = project.command(line);
    if by_nobody {
        std::os::unix::process::CommandExt::uid(&mut command, NOBODY);
    }
    command.output().expect("validator can be run").into()
}

/// Gives all of it away where the tests are the superuser's. Whether it did.
fn give_away(project: &Project, names: &[&str]) -> bool {
    let by_nobody = fs::metadata(project.root()).expect("it is there").uid() == 0;
    for name in names.iter().filter(|_| by_nobody) {
        chown(project.path(name), Some(NOBODY), None).expect("the superuser may");
    }
    by_nobody
}

/// Runs a command whose files may have `blocks` blocks, whether of 512 or of 1024 bytes: further
/// writes fail as they do on a full disk.
fn run_on_full_disk(project: &Project, line: &str, blocks: u32) -> Ran {
    let inner = project.command(line);
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.args(["-c", &script]).arg(inner.get_program()).args(inner.get_args());
    command.current_dir(project.root()).stdin(std::process::Stdio::null());
    command.output().expect("sh is there").into()
}

/// The files of a JSON report that were not written, and what is said to be fixed.
fn told(ran: &Ran) -> (Vec<String>, &str) {
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let files = report["files"].as_array().expect("files").iter();
    let unwritten = files.filter(|file| file["status"] == "unwritten");
    let paths: Vec<String> =
        unwritten.map(|file| file["path"].as_str().expect("a path").to_owned()).collect();
    assert_eq!(report["summary"]["failed"], paths.len());
    let said = ran.stderr.lines().find(|line| line.starts_with("fixed ")).unwrap_or_default();
    (paths, said)
}

#[test]
fn a_directory_that_takes_no_new_file_is_told_and_the_rest_is_fixed() {
    let project = Project::new(&[("docs/a.md", TAILS), ("free/b.md", TAILS)]);
    let by_nobody = give_away(&project, &["", "free", "docs", "docs/a.md", "free/b.md"]);
    // The page itself may be written; only its directory may not.
    mode(&project, "docs", 0o555);
    let ran = run_unprivileged(&project, "batch --fix --format json", by_nobody);
    let text = run_unprivileged(&project, "check docs/a.md --fix", by_nobody);
    mode(&project, "docs", 0o755);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(told(&ran), (vec!["docs/a.md".to_owned()], "fixed 1 finding in 1 file"), "{ran:?}");
    assert!(ran.stdout.contains("write-error") && ran.stdout.contains("MD009"), "{ran:?}");
    assert_eq!(project.read("docs/a.md"), TAILS);
    assert_eq!(project.read("free/b.md"), CLEAN);
    assert_eq!(names(&project, "docs"), ["a.md"]);
    assert_eq!(text.code, 2, "{text:?}");
    for said in ["not written: 1 file", "docs/a.md", "ermission denied", "MD009"] {
        assert!(format!("{text:?}").contains(said), "{said}: {text:?}");
    }
    assert!(!format!("{text:?}").contains("fixed 1"), "{text:?}");
}

#[test]
fn a_full_disk_is_told_and_no_page_is_cut_short() {
    let long = format!("{TAILS}\n{}\n", "word ".repeat(2_000).trim_end());
    let project = Project::new(&[("docs/long.md", &long), ("docs/short.md", TAILS)]);
    let line = "batch --fix --select MD009 --format json";
    let ran = run_on_full_disk(&project, line, 4);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(
        told(&ran),
        (vec!["docs/long.md".to_owned()], "fixed 1 finding in 1 file"),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("write-error") && ran.stdout.contains("too large"), "{ran:?}");
    assert_eq!(project.read("docs/long.md"), long, "whole, and as it was");
    assert_eq!(project.read("docs/short.md"), CLEAN);
    assert_eq!(names(&project, "docs"), ["long.md", "short.md"]);
    assert_eq!(project.run("undo").code, 0, "what was written can be taken back");
    assert_eq!([project.read("docs/short.md"), project.read("docs/long.md")], [TAILS, &long]);

    // Not a byte can be written.
    let ran = run_on_full_disk(&project, line, 0);
    assert_eq!(ran.code, 2, "{ran:?}");
    let all = vec!["docs/long.md".to_owned(), "docs/short.md".to_owned()];
    assert_eq!(told(&ran), (all, "fixed 0 findings in 0 files"), "{ran:?}");
    assert_eq!([project.read("docs/short.md"), project.read("docs/long.md")], [TAILS, &long]);
    assert_eq!(names(&project, "docs"), ["long.md", "short.md"]);
    // With room again, the same command does it.
    let ran = project.run("batch --fix --select MD009");
    assert_eq!((ran.code, project.read("docs/short.md").as_str()), (0, CLEAN), "{ran:?}");
}

#[test]
fn what_cannot_be_written_is_foretold() {
    let project =
        Project::new(&[("docs/a.md", TAILS), ("free/b.md", TAILS), ("free/gone.md", TAILS)]);
    let names = ["", "free", "docs", "docs/a.md", "free/b.md", "free/gone.md"];
    let by_nobody = give_away(&project, &names);
    let run = |line: &str| run_unprivileged(&project, line, by_nobody);
    assert_eq!(run("batch --record").code, 1);
    assert_eq!(run("review approve --all").code, 0);
    mode(&project, "docs", 0o555);
    fs::remove_file(project.path("free/gone.md")).expect("it goes");
    let foretold = run("apply --diff --format json");
    let text = run("apply --diff");
    let done = run("apply --format json");
    mode(&project, "docs", 0o755);
    assert_eq!([foretold.code, text.code, done.code], [2, 2, 2], "{foretold:?} {done:?}");
    let parse = |ran: &Ran| serde_json::from_str::<Value>(&ran.stdout).expect("JSON");
    let (plans, report) = (parse(&foretold), parse(&done));
    assert_eq!(plans.as_array().map(Vec::len), Some(3));
    for (at, said) in [(0, Some("ermission denied")), (1, None), (2, Some("o such file"))] {
        let (plan, file) = (&plans[at], &report["files"][at]);
        for key in ["path", "applied", "changes", "applied_changes", "error"] {
            assert_eq!(plan[key], file[key], "{key}: {plan} {file}");
        }
        let error = plan["error"].as_str();
        assert!(said.is_none_or(|said| error.is_some_and(|error| error.contains(said))), "{plan}");
        assert_eq!(plan["diff"] == "", error.is_some(), "{plan}");
    }
    assert!(text.stderr.contains("docs/a.md: would not be written: "), "{text:?}");
    assert_eq!([project.read("docs/a.md"), project.read("free/b.md")], [TAILS, CLEAN]);
}
