//! `--stats`, `--group-by` and `--max-warnings`.

use super::site;
use crate::project::Project;

#[test]
fn the_numbers_come_without_findings() {
    let project = site();
    let ran = project.run("batch docs --stats");
    assert!(!ran.stdout.contains("-->"), "{ran:?}");
    for row in ["error    1  LINK001", "warning  1  MD001", "checked 3 files"] {
        assert!(ran.stdout.contains(row), "{row}: {}", ran.stdout);
    }
    assert_eq!(ran.code, 2);
    let quiet = project.run("batch docs --stats --quiet").stdout;
    assert!(quiet.contains("LINK001") && !quiet.contains("checked"), "{quiet}");
    let both = project.run("batch docs --stats --format jsonl=r.jsonl");
    assert_eq!(both.stdout.lines().next(), ran.stdout.lines().next());
    assert!(project.read("r.jsonl").contains("LINK001"));
    let clean = project.run("check docs/clean.md --stats");
    assert!(clean.stdout.starts_with("checked 1 file"), "{clean:?}");
}

#[test]
fn numbers_are_grouped_by_file_rule_or_owner() {
    let project = site();
    project.write(".github/CODEOWNERS", "*  @everybody\n/docs/a.md  @a @b\n");
    let rows = |group: &str| {
        let ran = project.run(&format!("batch docs --group-by {group} --quiet"));
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        ran.stdout.lines().map(words).collect::<Vec<String>>()
    };
    let by_file = rows("file");
    assert_eq!(by_file[0], "errors warnings infos fixable files");
    assert!(by_file[1].ends_with("1 docs/a.md") && by_file[1].starts_with("1 "), "{by_file:?}");
    assert_eq!(by_file.len(), 4, "{by_file:?}");
    let by_owner = rows("owner");
    assert!(by_owner.iter().any(|row| row.ends_with("1 @a @b")), "{by_owner:?}");
    assert!(by_owner.iter().any(|row| row.ends_with("2 @everybody")), "{by_owner:?}");
    assert_eq!(rows("rule"), {
        let stats = project.run("batch docs --stats --quiet").stdout;
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        stats.lines().map(words).collect::<Vec<String>>()
    });
    std::fs::remove_file(project.path(".github/CODEOWNERS")).expect("removed");
    let ran = project.run("batch docs --group-by owner");
    assert!(ran.code == 2 && ran.stderr.contains("there is no CODEOWNERS"), "{ran:?}");
}

#[test]
fn more_warnings_than_are_allowed_fail() {
    let project =
        Project::new(&[("a.md", "# T\n\n### U\n\n##### V\n"), ("e.md", "[a](gone.md)\n")]);
    let run = |line: &str| project.run(&format!("check {line}"));
    assert_eq!(run("a.md").code, 1);
    let ran = run("a.md --max-warnings 2");
    assert!(ran.code == 0 && ran.stderr.contains("exit 0: 2 warnings"), "{ran:?}");
    let ran = run("a.md --max-warnings 1");
    assert!(ran.code == 1 && ran.stderr.contains("--max-warnings allows 1"), "{ran:?}");
    assert_eq!(run("a.md --max-warnings 0").code, 1);
    let errors = run("e.md --types links --max-warnings 100");
    assert_eq!(errors.code, 1, "{errors:?}");
    let ran = run("a.md --max-warnings 1 --fail-on error");
    assert!(ran.code == 2 && ran.stderr.contains("cannot be used with"), "{ran:?}");
    // Readers of JUnit see what fails.
    let junit = run("a.md --max-warnings 5 --format junit").stdout;
    assert!(junit.contains("<skipped>") && !junit.contains("<failure"), "{junit}");
}
