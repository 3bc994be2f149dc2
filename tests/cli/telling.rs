//! What a run says about comments, names and globs that do nothing, and about files it cannot check.

use crate::project::Project;

fn comment_findings(page: &str, more: &str) -> Vec<(String, usize)> {
    let project = Project::new(&[("a.md", page)]);
    let ran = project.run(&format!("check a.md --format jsonl --select MD013 {more}"));
    let places = ran.places().into_iter();
    places.map(|(rule, line)| (rule, usize::try_from(line).unwrap())).collect()
}

#[test]
fn mistaken_comments_are_findings_with_the_nearest_name() {
    for (comment, expected) in [
        ("<!-- markdownlint-disable MD999 -->", "unknown rule `MD999`"),
        ("<!-- validator-disable no-such -->", "unknown rule `no-such`"),
        ("<!-- markdownlint-disable line-lenght -->", "did you mean `line-length`?"),
        ("<!-- markdownlint-enable MD013, MD033 -->", "separate rules with spaces"),
        ("<!-- validator-disble MD013 -->", "did you mean `validator-disable`?"),
        ("<!-- markdownlint-dissable -->", "did you mean `markdownlint-disable`?"),
        ("<!-- markdownlint disable MD013 -->", "did you mean `markdownlint-disable`?"),
        ("<!-- markdown-lint-disable-line MD013 -->", "did you mean `markdownlint-disable-line`?"),
        ("<!-- validator-frobnicate -->", "known: `validator-disable-file`"),
        ("<!--\nmarkdownlint-disable MD013\n-->", "write it on one line"),
    ] {
        let project = Project::new(&[("a.md", &format!("# T\n\n{comment}\n"))]);
        let ran = project.run("check a.md --format jsonl");
        assert_eq!(ran.code, 1, "{comment}: {ran:?}");
        assert!(ran.stdout.contains("comment-error"), "{comment}: {ran:?}");
        assert!(ran.stdout.contains(expected), "{comment}: {ran:?}");
    }
}

#[test]
fn comments_that_are_right_or_examples_are_no_findings() {
    for comment in [
        "<!-- markdownlint-disable MD013 -- long addresses -->",
        "<!-- Markdownlint-Disable line-length -->",
        "<!-- a note about the validator and how to disable it -->",
        "<!-- eslint-disable no-console -->",
        "```html\n<!-- markdownlint-dissable -->\n<!-- validator-disable no-such -->\n```",
        "Write `<!-- markdownlint-disable MD999 -->` above.",
    ] {
        let found = comment_findings(&format!("# T\n\n{comment}\n"), "");
        assert_eq!(found, [], "{comment}");
    }
}

#[test]
fn comments_that_disable_nothing_are_reported_on_request() {
    let long = "word ".repeat(20);
    let page = format!(
        "# T\n\n<!-- markdownlint-disable-next-line MD013 -->\n{}\n\n\
         <!-- markdownlint-disable-next-line MD013 -->\nshort\n",
        long.trim()
    );
    assert_eq!(comment_findings(&page, ""), []);
    let unused = [("unused-disable".to_owned(), 6)];
    assert_eq!(comment_findings(&page, "--report-unused-disables"), unused);
    // Rules that were not asked for may have their use.
    let other = "# T\n\n<!-- markdownlint-disable-line MD033 -->\n";
    assert_eq!(comment_findings(other, "--report-unused-disables"), []);
    let project = Project::new(&[("a.md", &page)]);
    project.write("validator.yaml", "report_unused_disables: true\n");
    let ran = project.run("check a.md --format jsonl");
    assert_eq!(ran.places(), unused.map(|(rule, line)| (rule, line as u64)), "{ran:?}");
}

#[test]
fn a_run_without_any_rule_left_is_refused() {
    let project = Project::new(&[("a.md", "# T\n")]);
    for line in
        ["--select MD009 --ignore MD009", "--select MD009,MD010 --ignore all", "--ignore all"]
    {
        let ran = project.run(&format!("check a.md {line}"));
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(ran.stderr.contains("no rule is left") && ran.stderr.contains("help:"), "{ran:?}");
    }
    assert_eq!(project.run("check a.md --select MD009,MD010 --ignore MD009").code, 0);
}

#[test]
fn what_matches_nothing_is_noted() {
    let project = Project::new(&[("a.md", "# T\n"), ("old/b.md", "# T\n")]);
    let ran = project.run("batch --exclude nomatch --exclude old");
    assert!(ran.stderr.contains("`--exclude nomatch` excludes nothing"), "{ran:?}");
    assert!(!ran.stderr.contains("`--exclude old`"), "{ran:?}");
    let config = "\
overrides:
  - files: [nomatch, old]
    rules: { MD013: off }
families:
  words: { include: [words] }
rules:
  MD013: { line_length: 100 }
  line-length: { line_length: 90 }
";
    project.write("validator.yaml", config);
    let ran = project.run("batch");
    assert!(ran.stderr.contains("`nomatch` in `overrides` matches no file"), "{ran:?}");
    assert!(!ran.stderr.contains("`old` in"), "{ran:?}");
    assert!(ran.stderr.contains("belongs to the family `words`"), "{ran:?}");
    assert!(ran.stderr.contains("`line-length` is the same rule as `MD013`"), "{ran:?}");
    let part = project.run("batch old");
    assert!(!part.stderr.contains("`nomatch` in"), "only a run over all can tell: {part:?}");
}

#[test]
fn a_structure_file_with_mistakes_stops_only_its_pages() {
    let project = Project::new(&[
        ("posts/p.structure.yaml", "files: [\"new-*.md\"]\nsectoins: []\n"),
        ("posts/new-a.md", "# T\n"),
        ("posts/old.md", "# T\n\n<b>x</b>\n"),
        ("b.md", "# T\n\n<b>x</b>\n"),
    ]);
    let ran = project.run("batch --format jsonl");
    assert_eq!(ran.code, 2, "{ran:?}");
    let rules: Vec<String> = ran.places().into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["MD033", "configuration-error", "MD033"], "{ran:?}");
    assert_eq!(ran.stderr.matches("sectoins").count(), 1, "{ran:?}");
    assert!(ran.stderr.contains("p.structure.yaml:2"), "{ran:?}");
}

#[test]
fn files_are_what_the_configuration_says() {
    let project = Project::new(&[
        ("notes.txt", "# T\n\n<b>x</b>\n"),
        ("app.conf", "a = 1\na = 2\n"),
        ("Makefile", "all:\n\techo\n"),
    ]);
    let ran = project.run("check Makefile");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("not a page: `Makefile`"), "{ran:?}");
    assert!(ran.stderr.contains("files: {\"Makefile\": markdown}"), "{ran:?}");
    project.write("validator.yaml", "files: {\"*.txt\": markdown, \"*.conf\": toml}\n");
    let ran = project.run("batch --format jsonl");
    assert!(ran.stdout.contains("notes.txt") && ran.stdout.contains("MD033"), "{ran:?}");
    assert!(ran.stdout.contains("app.conf"), "{ran:?}");
    let listed = project.run("batch --list-files").stdout;
    assert!(listed.contains("notes.txt: Markdown, validator.yaml"), "{listed}");
    assert!(listed.contains("app.conf: TOML, validator.yaml"), "{listed}");
    project.write("validator.yaml", "files: {\"*.txt\": markdwon}\n");
    let ran = project.run("batch");
    assert!(ran.code == 2 && ran.stderr.contains("did you mean `markdown`?"), "{ran:?}");
}

#[test]
fn globs_of_markdownlint_that_cannot_be_read_are_refused() {
    for glob in ["../docs/*.md", "+(a|b).md"] {
        let project = Project::new(&[("a.md", "# T\n")]);
        project.write(".markdownlint-cli2.yaml", format!("ignores: [\"{glob}\"]\n"));
        let ran = project.run("batch");
        assert_eq!(ran.code, 2, "{glob}: {ran:?}");
        assert!(ran.stderr.contains(".markdownlint-cli2.yaml:1"), "{ran:?}");
        assert!(ran.stderr.contains("help:"), "{ran:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_suggested_for_itself() {
    let project = Project::new(&[]);
    std::os::unix::fs::symlink("gone", project.path("page.md")).unwrap();
    let ran = project.run("check page.md");
    assert!(!format!("{ran:?}").contains("did you mean `page.md`"), "{ran:?}");
}

#[test]
fn ignored_files_are_suggested_only_where_there_are_some() {
    let project = Project::new(&[("a.txt", "x\n")]);
    let ran = project.run("batch");
    assert!(ran.code == 2 && !ran.stderr.contains("--no-ignore"), "{ran:?}");
    project.write(".gitignore", "*.md\n");
    project.write("a.md", "# T\n");
    assert!(project.run("batch").stderr.contains("--no-ignore"));
}

#[test]
fn the_pages_of_this_repository_pass() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_validator"));
    command.args(["batch", "--no-record"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
