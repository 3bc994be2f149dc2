//! What people and programs read.

use serde_json::{Value, json};

use crate::project::Project;

const KEYS: [&str; 14] = [
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "type",
    "rule",
    "name",
    "url",
    "severity",
    "message",
    "fixable",
    "fix",
    "fingerprint",
];

#[test]
fn a_finding_says_where_what_and_how_bad() {
    let project = Project::new(&[("docs/a b.md", "# 日本\n\n😀 text  \t \n")]);
    let ran = project.run("batch --format jsonl --select MD009");
    let findings = ran.findings();
    let [finding] = &findings[..] else { panic!("one finding is expected: {ran:?}") };
    let keys: Vec<&String> = finding.as_object().expect("an object").keys().collect();
    let mut expected = KEYS.to_vec();
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(finding["path"], "docs/a b.md");
    assert_eq!((&finding["line"], &finding["column"]), (&3.into(), &7.into()));
    assert_eq!((&finding["end_line"], &finding["end_column"]), (&3.into(), &11.into()));
    assert_eq!((&finding["type"], &finding["rule"]), (&"markdown".into(), &"MD009".into()));
    assert_eq!(
        (&finding["name"], &finding["severity"]),
        (&"no-trailing-spaces".into(), &"warning".into())
    );
    assert_eq!(finding["fixable"], true);
    let edits = json!([{ "line": 3, "column": 7, "end_line": 3, "end_column": 11, "text": "" }]);
    assert_eq!(finding["fix"], json!({ "safety": "safe", "edits": edits }));
    assert_eq!(finding["fingerprint"].as_str().map(str::len), Some(16));
    assert!(ran.stderr.contains("checked 1 file"), "{ran:?}");
}

#[test]
fn a_finding_about_an_address_says_which() {
    let page = "# T\n\n[a](gone%20a.md \"title\")\n\n[b][ref]\n\n[ref]: <other.md#x&amp;y>\n";
    let project = Project::new(&[("a.md", page), ("other.md", "# O\n")]);
    let line = "check a.md --format jsonl --types links --select LINK001,LINK002";
    let found = project.run(line).findings();
    let targets: Vec<_> = found.iter().map(|row| row["target"].as_str().unwrap_or("-")).collect();
    assert_eq!(targets, ["gone%20a.md", "other.md#x&amp;y"], "{found:#?}");
    let without = project.run("check a.md --format jsonl --select MD041,MD047").findings();
    assert!(without.iter().all(|row| row.get("target").is_none()), "{without:?}");
}

#[test]
fn json_is_one_document_with_the_same_findings() {
    let project = Project::new(&[("a.md", "# T\n\n### U\n"), ("b.md", "# T\n"), ("c.md", "x\n")]);
    let document: Value =
        serde_json::from_str(&project.run("batch --format json").stdout).expect("JSON");
    let lines = project.run("batch --format jsonl").findings();
    assert_eq!(document["findings"].as_array(), Some(&lines));
    assert_eq!(document["files"].as_array().map(Vec::len), Some(3));
    assert_eq!(document["files"][1]["path"], "b.md");
    assert_eq!(document["run"]["tool"], "validator");
    assert_eq!(document["summary"]["files"], 3);
    assert_eq!(document["summary"]["severities"]["warning"], lines.len());
    let clean: Value =
        serde_json::from_str(&project.run("check b.md --format json").stdout).expect("JSON");
    assert_eq!(clean["findings"], Value::Array(Vec::new()));
}

#[test]
fn what_json_has_to_escape_is_escaped() {
    for name in [r"back\slash", "\"quoted\"", "bell\u{7}", "tab\tbed"] {
        let page = format!("# T\n\n## {name}\n\n## {name}\n");
        let project = Project::new(&[("a.md", &page)]);
        let lines = project.run("check a.md --format jsonl --select MD024").findings();
        let [finding] = &lines[..] else { panic!("one finding is expected for {name:?}") };
        let message = finding["message"].as_str().expect("a text");
        assert!(message.contains(name), "{name:?} in {message:?}");
        let document = project.run("check a.md --format json --select MD024").stdout;
        let document: Value = serde_json::from_str(&document).expect("JSON");
        assert_eq!(document["findings"].as_array(), Some(&lines));
    }
}

#[test]
fn concise_is_one_line_a_finding() {
    let project = Project::new(&[("docs/a.md", "# T\n\n### U\n")]);
    let ran = project.run("batch --format concise");
    assert_eq!(
        ran.stdout,
        "docs/a.md:3:1: warning MD001 heading-increment: expected h2, found h3\n"
    );
}

#[test]
fn text_shows_the_place_and_the_numbers() {
    let project = Project::new(&[("docs/a.md", "# T\n\n### 日本 and 😀\n")]);
    let ran = project.run("batch");
    let expected = "\
warning[MD001] heading-increment: expected h2, found h3
 --> docs/a.md:3:1
  |
3 | ### 日本 and 😀
  | ^^^^^^^^^^^^^^^

checked 1 file in ";
    assert!(ran.stdout.starts_with(expected), "{}", ran.stdout);
    assert!(ran.stdout.ends_with(": 1 warning\n"), "{}", ran.stdout);
}

#[test]
fn the_report_can_go_to_a_file() {
    let project = Project::new(&[("a.md", "# T\n\n### U\n")]);
    let ran = project.run("batch --output report.txt --color always");
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("checked 1 file"), "{ran:?}");
    let report = std::fs::read_to_string(project.path("report.txt")).expect("written");
    assert!(report.contains("a.md:3:1"), "{report}");
    let ran = project.run("batch --output nowhere/report.txt");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nowhere/report.txt"), "{ran:?}");
}

#[test]
fn colours_are_for_those_who_want_them() {
    let project = Project::new(&[("a.md", "# T\n\n### U\n")]);
    let is_coloured = |line: &str, variables: &[(&str, &str)]| {
        let mut command = project.command(line);
        let output = command.envs(variables.iter().copied()).output().expect("run");
        output.stdout.contains(&0x1b)
    };
    for format in ["text", "concise"] {
        let line = format!("batch --format {format}");
        assert!(!is_coloured(&line, &[]), "{format} in a pipe");
        assert!(is_coloured(&line, &[("CLICOLOR_FORCE", "1")]), "{format} forced");
        assert!(!is_coloured(&line, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), "{format}");
        assert!(is_coloured(&format!("{line} --color always"), &[("NO_COLOR", "1")]), "{format}");
        assert!(!is_coloured(&format!("{line} --color never"), &[("CLICOLOR_FORCE", "1")]));
    }
    assert!(!is_coloured("batch --format jsonl", &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn narrow_terminals_get_short_lines() {
    let long = format!("# T\n\n{}\n", "word ".repeat(60));
    let project = Project::new(&[("a.md", &long)]);
    for width in [40, 60, 100] {
        let output = project.command("check a.md -q").env("COLUMNS", width.to_string()).output();
        let stdout = String::from_utf8(output.expect("run").stdout).expect("UTF-8");
        let source = stdout.lines().find(|line| line.starts_with("3 |")).expect("a source line");
        assert!(source.chars().count() <= width, "{source}");
    }
}

#[test]
fn quiet_leaves_only_findings() {
    let project = Project::new(&[("a.md", "# T\n\n### U\n"), (".markdownlint.json", "{}\n")]);
    let ran = project.run("batch --quiet --format concise");
    assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""));
    assert!(project.run("batch").stderr.contains(".markdownlint.json"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let project = Project::new(&[]);
    for number in 0..120 {
        let text = format!("# T {number}\n\n### U\n{}", "text \n\n\n".repeat(number % 7));
        project.write(&format!("docs/{}/{number}.md", number % 5), text);
    }
    for format in ["jsonl", "concise"] {
        let one = project.run(&format!("batch --format {format} --threads 1")).stdout;
        assert!(one.lines().count() > 200);
        for threads in [2, 3, 16] {
            let many = project.run(&format!("batch --format {format} --threads {threads}")).stdout;
            assert_eq!(one, many, "{threads} threads");
        }
    }
}

#[test]
fn fingerprints_survive_edits_elsewhere() {
    let body = "## One\n\ntext with <b>tags</b>\n\n#### Deep\n\ntext with <b>tags</b>\n\ntext with <b>tags</b>\n";
    let project = Project::new(&[("a.md", &format!("# T\n\n{body}"))]);
    let prints = || -> Vec<String> {
        let ran = project.run("check a.md --format jsonl --select MD001,MD033");
        ran.findings().iter().map(|finding| finding["fingerprint"].to_string()).collect()
    };
    let before = prints();
    let mut distinct = before.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!((before.len(), distinct.len()), (4, 4));
    project.write("a.md", format!("# T\n\nNew.\n\nMore.\n\n{body}\nAnd an end.\n"));
    assert_eq!(prints(), before);
    project.write("a.md", format!("# T\n\n{}", body.replace("text with", "  text   with")));
    assert_eq!(prints(), before, "white space does not count");
}
