//! `validator baseline`, and what runs make of the file.

use std::fs;

use crate::project::Project;

const TWO: &str = "# Title\n\n### Too deep\n\n## Fine\n\n#### Too deep again\n";
const FLAGS: &str = "--fail-on warning";

fn baseline(project: &Project) -> String {
    fs::read_to_string(project.path("validator-baseline.txt")).expect("there is a baseline")
}

fn rows(project: &Project) -> Vec<String> {
    baseline(project).lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// A project whose findings are known.
fn known() -> Project {
    let project = Project::new(&[("docs/a.md", TWO), ("b.md", "# B\n\n### Deep\n"), (".git", "")]);
    let ran = project.run("baseline");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("wrote validator-baseline.txt: 3 findings"), "{ran:?}");
    project
}

#[test]
fn known_findings_do_not_fail_a_run_and_new_ones_do() {
    let project = known();
    let ran = project.run(&format!("batch {FLAGS}"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("known by the baseline: 3 findings"), "{ran:?}");
    let all = project.run(&format!("batch {FLAGS} --no-baseline"));
    assert_eq!(all.code, 1, "{all:?}");
    assert!(!all.stdout.contains("known"), "{all:?}");

    project.write("docs/a.md", format!("New first line.\n\n{TWO}\n###### New\n"));
    let ran = project.run(&format!("batch {FLAGS} --format jsonl --select MD001"));
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(ran.places(), [("MD001".to_owned(), 11)], "{ran:?}");
}

#[test]
fn the_file_is_readable_and_sorted() {
    let project = known();
    let rows = rows(&project);
    assert!(baseline(&project).starts_with("# validator baseline, version 1\n"));
    assert!(rows.is_sorted(), "{rows:?}");
    let fields: Vec<Vec<&str>> = rows.iter().map(|row| row.split('\t').collect()).collect();
    let first: Vec<&str> = fields.iter().map(|fields| fields[0]).collect();
    assert_eq!(first, ["b.md", "docs/a.md", "docs/a.md"]);
    assert!(fields.iter().all(|fields| fields[1] == "MD001" && fields[2].len() == 16));
    assert_eq!(fields[0][3], "expected h2, found h3");
}

#[test]
fn it_says_the_same_from_any_directory() {
    let project = known();
    let before = baseline(&project);
    for (directory, line) in
        [("docs", "batch"), ("docs", "check a.md ../b.md"), ("docs", "batch ..")]
    {
        let mut command = project.command(&format!("{line} {FLAGS}"));
        let ran = command.current_dir(project.path(directory)).output().expect("it runs");
        let text = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert_eq!(ran.status.code(), Some(0), "{line}: {text}");
        assert!(text.contains("known by the baseline"), "{line}: {text}");
    }
    let mut command = project.command("baseline ..");
    let output = command.current_dir(project.path("docs")).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(baseline(&project), before);
}

#[test]
fn a_configuration_below_does_not_move_the_paths() {
    let project = known();
    project.write("docs/validator.yaml", "profile: default\n");
    let ran = project.run(&format!("batch docs {FLAGS}"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("known by the baseline: 2 findings"), "{ran:?}");
}

#[test]
fn input_counts_under_its_name() {
    let project = known();
    let line = format!("check - --stdin-filename ../docs/a.md {FLAGS}");
    std::fs::create_dir(project.path("else")).expect("made");
    let mut command = project.command(&line);
    let mut child = command
        .current_dir(project.path("else"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("piped");
    std::io::Write::write_all(&mut stdin, TWO.as_bytes()).expect("it reads");
    drop(stdin);
    let ran = child.wait_with_output().expect("it ends");
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stdout));
}

#[test]
fn it_only_shrinks_unless_told() {
    let project = known();
    let before = rows(&project);
    project.write("docs/a.md", "# Title\n\n### Too deep\n\n##### New\n");
    project.write("c.md", "# C\n\n### Deep\n");
    let ran = project.run(&format!("batch {FLAGS}"));
    assert!(ran.stdout.contains("resolved: 1 finding of the baseline"), "{ran:?}");

    let ran = project.run("baseline");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("left out 2 new findings in 2 files"), "{ran:?}");
    assert!(ran.stderr.contains("--update"), "{ran:?}");
    let after = rows(&project);
    assert_eq!(after.len(), 2);
    assert!(after.iter().all(|row| before.contains(row)), "{after:?}");

    assert_eq!(project.run("baseline --update").code, 0);
    assert_eq!(rows(&project).len(), 4);
    assert_eq!(project.run(&format!("batch {FLAGS}")).code, 0);
    let again = project.run("baseline");
    assert!(again.stderr.contains("nothing to change"), "{again:?}");
}

#[test]
fn what_was_not_asked_for_stays() {
    let project = known();
    let before = baseline(&project);
    for line in [
        "baseline docs",
        "baseline b.md",
        "baseline --select MD013 --update",
        "baseline --exclude docs --update",
        "baseline --types yaml",
    ] {
        let ran = project.run(line);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        assert_eq!(baseline(&project), before, "{line}");
    }
    let ran = project.run("batch --select MD013");
    assert!(!ran.stdout.contains("resolved"), "{ran:?}");
}

#[test]
fn files_that_are_gone_are_resolved() {
    let project = known();
    fs::remove_file(project.path("b.md")).expect("removed");
    let ran = project.run("check docs/a.md");
    assert!(ran.stdout.contains("resolved: 1 finding"), "{ran:?}");
    let ran = project.run("baseline");
    assert!(ran.stderr.contains("1 of files that are gone"), "{ran:?}");
    assert_eq!(rows(&project).len(), 2);
    // A file that is no longer looked at is no different.
    project.write("validator.yaml", "exclude: docs\n");
    project.write("b.md", "# B\n");
    assert_eq!(project.run("baseline").code, 0);
    assert_eq!(rows(&project).len(), 0);
}

#[test]
fn a_file_that_cannot_be_read_is_never_known() {
    let project = known();
    project.write("docs/a.md", b"\xff\xfe");
    let ran = project.run("baseline --update");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("error: docs/a.md"), "{ran:?}");
    assert_eq!(rows(&project).len(), 3, "what was known of it stays");
    let ran = project.run("batch");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(!ran.stdout.contains("resolved"), "{ran:?}");
}

#[test]
fn its_place_can_be_chosen() {
    let project = Project::new(&[
        ("a.md", TWO),
        ("validator.yaml", "baseline: ci/known.txt\n"),
        ("ci/keep", ""),
        (".git", ""),
    ]);
    let ran = project.run("batch");
    assert_eq!(ran.code, 2, "a baseline that is named has to be there: {ran:?}");
    assert!(ran.stderr.contains("there is no baseline `ci/known.txt`"), "{ran:?}");
    assert_eq!(project.run("baseline").code, 0);
    let text = fs::read_to_string(project.path("ci/known.txt")).expect("it was written");
    assert!(text.contains("../a.md\tMD001\t"), "{text}");
    assert_eq!(project.run(&format!("batch {FLAGS}")).code, 0);

    let ran = project.run("batch --baseline other.txt");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("`validator baseline` writes it"), "{ran:?}");
    assert_eq!(project.run("baseline --baseline other.txt").code, 0);
    assert_eq!(project.run(&format!("batch --baseline other.txt {FLAGS}")).code, 0);
}

#[test]
fn a_baseline_that_is_none_is_told_with_place_and_cause() {
    let project = known();
    let right = baseline(&project);
    for (text, said) in [
        (right.replace("version 1", "version 9"), "validator-baseline.txt:1: "),
        (format!("{right}<<<<<<< HEAD\n"), "validator-baseline.txt:7: a conflict of a merge"),
        (right.replace('\t', "  "), "validator-baseline.txt:4: no rule"),
        (String::new(), "validator-baseline.txt:1: "),
    ] {
        project.write("validator-baseline.txt", &text);
        for line in ["batch", "check b.md", "baseline", "baseline --update"] {
            let ran = project.run(line);
            assert_eq!(ran.code, 2, "{line}: {ran:?}");
            assert!(ran.stderr.contains(said), "{line}: {ran:?}");
        }
        assert_eq!(baseline(&project), text, "it is left as it was");
    }
    project.write("validator-baseline.txt", right.replace('\n', "\r\n"));
    assert_eq!(project.run(&format!("batch {FLAGS}")).code, 0);
}

#[test]
fn programs_read_the_numbers() {
    let project = known();
    project.write("b.md", "# B\n");
    let ran = project.run("batch --format json");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let summary = &report["summary"];
    assert_eq!(summary["findings"], 0);
    assert_eq!(summary["known"], 2);
    assert_eq!(summary["resolved"], 1);
    assert_eq!(summary["elsewhere"], 0);
}

/// All pages of the fixtures but for those whose front matter is not closed or not seen: a line
/// before such a page makes it another.
fn pages() -> Vec<(String, String)> {
    let files = ignore::WalkBuilder::new("fixtures/rules").sort_by_file_name(Ord::cmp).build();
    files
        .map(|entry| entry.expect("the fixtures can be listed").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter(|path| !path.starts_with("fixtures/rules/front_matter"))
        .filter_map(|path| {
            let name = path.strip_prefix("fixtures/rules").expect("it is below").to_string_lossy();
            Some((name.into_owned(), fs::read_to_string(&path).ok()?))
        })
        .collect()
}

#[test]
fn a_comment_at_the_top_of_every_page_keeps_what_is_known() {
    let pages = pages();
    let project = Project::new(&[(".git", "")]);
    for (name, text) in &pages {
        project.write(name, text);
    }
    let ran = project.run("baseline");
    assert_eq!(ran.code, 0, "{ran:?}");
    for (name, text) in &pages {
        let body = validator::document::Document::parse(text.as_str()).body.start();
        let blank = text[body..].split_inclusive('\n').take_while(|line| line.trim().is_empty());
        let (front, rest) = text.split_at(body + blank.map(str::len).sum::<usize>());
        if !rest.is_empty() {
            project.write(name, format!("{front}<!-- new -->\n\n{rest}"));
        }
    }
    let ran = project.run("batch --format json");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let number = |name: &str| report["summary"][name].as_f64().expect("a number");
    let known = rows(&project).len() as f64;
    assert!(known > 1000.0, "{known} findings in {} pages", pages.len());
    assert!(number("known") >= known * 0.995, "{} of {known} are known", number("known"));
    assert!(number("findings") <= known * 0.005, "{} are new", number("findings"));
}

/// A repository whose findings are known and committed.
fn committed(files: &[(&str, &str)]) -> Project {
    let project = Project::new(files);
    project.git(&["init", "-q", "-b", "main"]);
    assert_eq!(project.run("baseline").code, 0);
    project.commit("first");
    project
}

fn page(title: &str) -> String {
    let text: String =
        (0..20).map(|number| format!("\nParagraph {number} of {title}.\n")).collect();
    format!("# {title}\n\n### Too deep\n{text}")
}

#[test]
fn known_findings_follow_a_page_that_is_renamed() {
    let project = committed(&[("docs/a.md", &page("A")), ("b.md", &page("B"))]);
    project.git(&["mv", "docs", "guide"]);
    project.git(&["mv", "b.md", "guide/b \u{e9}.md"]);
    let ran = project.run("batch");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("known by the baseline: 2 findings"), "{ran:?}");

    // Committed or not, and if the page changed as well: only what is new counts.
    project.commit("moved");
    project.write("guide/a.md", page("A").replace("Paragraph 9", "# Second\n\nParagraph 9"));
    let ran = project.run("batch --format jsonl --select MD001,MD025");
    assert_eq!((ran.code, ran.paths()), (1, vec!["guide/a.md".to_owned()]), "{ran:?}");
    assert_eq!(ran.places().len(), 1, "{ran:?}");
    assert_eq!(ran.places()[0].0, "MD025");

    // The baseline can be brought up to date without taking in what is new.
    project.write("guide/a.md", page("A"));
    let ran = project.run("baseline");
    assert_eq!(ran.code, 0, "{ran:?}");
    let names: Vec<String> =
        rows(&project).iter().map(|row| row.split('\t').next().unwrap_or("").to_owned()).collect();
    assert_eq!(names, ["guide/a.md", "guide/b \u{e9}.md"]);
    project.commit("baseline");
    assert_eq!(project.run("batch").code, 0);
}

#[test]
fn a_page_that_only_looks_like_one_that_is_gone_is_new() {
    let project = committed(&[("a.md", &page("A"))]);
    // The old page is still there: the new one is a copy.
    project.write("copy.md", page("A"));
    project.git(&["add", "copy.md"]);
    let ran = project.run("batch --format jsonl --select MD001");
    assert_eq!((ran.code, ran.paths()), (1, vec!["copy.md".to_owned()]), "{ran:?}");
    // Another page in place of one that was removed.
    project.git(&["rm", "-q", "-f", "a.md", "copy.md"]);
    project.write("c.md", "# C\n\n### Too deep\n\nAnother text.\n");
    project.git(&["add", "c.md"]);
    let ran = project.run("batch --format jsonl --select MD001");
    assert_eq!((ran.code, ran.paths()), (1, vec!["c.md".to_owned()]), "{ran:?}");
}
