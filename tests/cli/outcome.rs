//! The exit code, and what is said when there is no answer.

use crate::project::Project;

const SKIPPED_LEVEL: &str = "# Title\n\n### Too deep\n";

#[test]
fn clean_pages_are_fine() {
    let project = Project::new(&[("a.md", "# Title\n"), ("empty.md", "")]);
    let ran = project.run("batch");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("checked 2 files"), "{ran:?}");
    assert!(ran.stdout.contains("no findings"), "{ran:?}");
    assert_eq!(ran.stderr, "");
}

#[test]
fn the_level_that_fails_can_be_chosen() {
    let project = Project::new(&[("a.md", SKIPPED_LEVEL)]);
    for (line, code) in [
        ("check a.md", 1),
        ("check a.md --fail-on error", 0),
        ("check a.md --fail-on warning", 1),
        ("check a.md --fail-on info", 1),
        ("check a.md --profile strict", 1),
        ("check a.md --profile strict --fail-on never", 0),
    ] {
        assert_eq!(project.run(line).code, code, "{line}");
    }
}

#[test]
fn a_wrong_question_is_answered_with_what_to_do() {
    let project = Project::new(&[("a.md", "# Title\n"), ("notes.txt", "")]);
    for (line, said) in [
        ("check a.md --select MD0133", "did you mean"),
        ("check a.md --ignore line-lenght", "did you mean `line-length`"),
        ("check a.md --types markdwon", "did you mean `markdown`"),
        ("check a.md --profile strickt", "did you mean `strict`"),
        ("check a.md --family words", "words"),
        ("check a.md --config none.yaml", "none.yaml"),
        ("check a.md --format xml", "[possible values: text, concise, json, jsonl, sarif"),
        ("check a.md --fromat json", "--format"),
        ("check --stdin-filename x.md a.md", "add `-`"),
        ("check", "<FILE>"),
        ("batsch", "batch"),
        ("explain MD9999", "there is no rule `MD9999`"),
        ("rules nonsense", "nonsense"),
    ] {
        let ran = project.run(line);
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(ran.stderr.contains(said), "{line}: {ran:?}");
        assert_eq!(ran.stdout, "", "{line}");
    }
}

#[test]
fn nothing_to_check_is_no_success() {
    let project = Project::new(&[
        ("docs/notes.txt", ""),
        ("docs/.hidden.md", "# T\n"),
        ("docs/data.json", "{}\n"),
    ]);
    let ran = project.run("batch docs --types markdown");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("in `docs`") && ran.stderr.contains("1 hidden"), "{ran:?}");
    assert!(ran.stderr.contains("--no-ignore"), "{ran:?}");
}

#[test]
fn a_file_that_is_not_there_is_told_with_a_near_name() {
    let project = Project::new(&[("guide.md", "# Title\n"), ("a.md", SKIPPED_LEVEL)]);
    let ran = project.run("check giude.md a.md --format jsonl");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(ran.places(), [("MD001".to_owned(), 3), ("read-error".to_owned(), 1)]);
    assert!(ran.stdout.contains("did you mean `guide.md`?"), "{ran:?}");
}

#[test]
fn mistakes_in_the_configuration_are_shown_at_their_place() {
    let project = Project::new(&[
        ("a.md", "# Title\n"),
        ("validator.yaml", "rules:\n  line-lenght: off\nprofil: strict\n"),
    ]);
    let ran = project.run("batch");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("validator.yaml:2:3"), "{ran:?}");
    assert!(ran.stderr.contains("^^^^^^^^^^^"), "{ran:?}");
    assert!(ran.stderr.contains("did you mean `line-length`?"), "{ran:?}");
    assert!(ran.stderr.contains("did you mean `profile`?"), "{ran:?}");
}

#[test]
fn a_run_that_does_not_fail_in_spite_of_findings_says_why() {
    let last = |stderr: &str| stderr.lines().last().unwrap_or_default().to_owned();
    let project = Project::new(&[
        ("a.md", SKIPPED_LEVEL),
        ("b/validator.yaml", "fail_on: never\n"),
        ("b/b.md", SKIPPED_LEVEL),
    ]);
    assert_eq!(project.run("check a.md").code, 1, "warnings fail by default");
    let ran = project.run("check b/b.md --format json");
    assert_eq!(ran.code, 0, "{ran:?}");
    let expected = "exit 0: 1 finding is ignored by --fail-on never (set in b/validator.yaml)";
    assert_eq!(last(&ran.stderr), expected);
    assert_eq!(project.run("batch").code, 1, "each file by its own configuration");
    assert_eq!(project.run("check b/b.md --fail-on warning").code, 1, "the command line wins");
    let ran = project.run("batch --fail-on error");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(last(&ran.stderr), "exit 0: 2 findings are below --fail-on error");
    assert_eq!(project.run("batch --fail-on error -q").stderr, "");

    let project = Project::new(&[("a.md", SKIPPED_LEVEL), ("validator.yaml", "fail_on: erorr\n")]);
    let ran = project.run("batch");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("did you mean `error`?"), "{ran:?}");
}
