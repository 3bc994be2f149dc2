//! `--show-suppressed`: what a baseline, a rejection and comments take out of a run, in the reports.

use std::collections::BTreeSet;

use serde_json::{Value, json};

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use super::{readers, tools};
use crate::project::{Project, Ran};

/// The same bare address four times: known, rejected, disabled by a comment, and open.
const PAGE: &str = "# T\n\n\
    known http://example.com/1\n\n\
    rejected http://example.com/2\n\n\
    <!-- validator-disable-next-line MD034 -- the address is an <example> -->\n\
    disabled http://example.com/3\n\n\
    open http://example.com/4\n";

/// A project in which each way to suppress has taken out one finding, and one is left.
fn project() -> Project {
    let project = Project::new(&[("a.md", PAGE), (".git/HEAD", "ref: refs/heads/main\n")]);
    let all = project.run("batch --format jsonl").findings();
    let lines: Vec<&Value> = all.iter().map(|row| &row["line"]).collect();
    assert_eq!(lines, [3, 5, 10], "{all:?}");
    let print = all[1]["fingerprint"].as_str().expect("a fingerprint");
    project.run("batch --record");
    let reject = project.run(&format!("review reject {print} --reason of-a-generator"));
    assert_eq!(reject.code, 0, "{reject:?}");
    assert_eq!(project.run("baseline").code, 0);
    let baseline = project.read("validator-baseline.txt");
    let open = all[2]["fingerprint"].as_str().expect("a fingerprint");
    let kept = baseline.lines().filter(|line| !line.contains(open) && !line.contains(print));
    project.write("validator-baseline.txt", kept.collect::<Vec<_>>().join("\n") + "\n");
    project
}

fn rows(ran: &Ran) -> Vec<(u64, Value)> {
    let row = |row: Value| (row["line"].as_u64().expect("a line"), row["suppressed"].clone());
    ran.findings().into_iter().map(row).collect()
}

#[test]
fn rows_say_why_they_do_not_count() {
    let project = project();
    let ran = project.run("batch --format jsonl --show-suppressed --fail-on warning");
    assert_eq!(ran.code, 1, "{ran:?}");
    let expected = [
        (3, json!({ "kind": "baseline" })),
        (5, json!({ "kind": "rejection", "reason": "of-a-generator" })),
        (8, json!({ "kind": "comment", "reason": "the address is an <example>", "line": 7 })),
        (10, Value::Null),
    ];
    assert_eq!(rows(&ran), expected, "{ran:?}");
    // What is shown without the option stays as it is.
    let without = project.run("batch --format jsonl").findings();
    let with: Vec<Value> = ran.findings().into_iter().skip(1).step_by(2).collect();
    assert_eq!(without[1], ran.findings()[3]);
    assert_eq!((&without[0], without.len()), (&with[0], 2));
    assert_eq!(without[0]["rejected"]["reason"], "of-a-generator");
    let prints: BTreeSet<String> =
        ran.findings().iter().map(|row| row["fingerprint"].to_string()).collect();
    assert_eq!(prints.len(), 4, "none twice");
}

#[test]
fn they_fit_the_schema_and_change_neither_numbers_nor_exit_status() {
    let project = project();
    let schema = serde_json::to_value(validator::report::schema()).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let report = |options: &str| {
        let ran = project.run(&format!("batch --format json {options}"));
        let mut report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        assert!(schema.is_valid(&report), "{:?}", schema.iter_errors(&report).next());
        report["summary"]["elapsed_ms"] = Value::Null;
        (report["findings"].as_array().expect("findings").len(), report["summary"].take(), ran.code)
    };
    let (without, with) = (report(""), report("--show-suppressed"));
    assert_eq!((without.0, with.0), (2, 4));
    assert_eq!((&without.1, without.2), (&with.1, with.2));
    // The open one is all that could fail.
    project.write("a.md", PAGE.replace("open http://", "open "));
    for options in ["", "--show-suppressed"] {
        let ran = project.run(&format!("batch --fail-on info --format jsonl {options}"));
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}

/// Results of the log: line, suppressions.
fn results(log: &Value) -> Vec<(u64, Value)> {
    let results = log["runs"][0]["results"].as_array().expect("results");
    let line = |it: &Value| it["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64();
    results.iter().map(|it| (line(it).expect("a line"), it["suppressions"].clone())).collect()
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn sarif_has_suppressions_that_its_schema_and_readers_take() {
    let project = project();
    let path = project.path("log.sarif");
    let line = format!("batch --show-suppressed --format sarif={}", path.display());
    assert_eq!(project.run(&line).code, 1);
    let log: Value = serde_json::from_str(&project.read("log.sarif")).expect("JSON");
    let external =
        |why: &str| json!([{ "kind": "external", "status": "accepted", "justification": why }]);
    let comment = json!([{
        "kind": "inSource",
        "status": "accepted",
        "justification": "the address is an <example>",
        "location": { "physicalLocation": {
            "artifactLocation": { "uri": "a.md" },
            "region": { "startLine": 7, "startColumn": 1, "endLine": 7, "endColumn": 74 },
        } },
    }]);
    let expected = [
        (3, external("In the baseline.")),
        (5, external("of-a-generator")),
        (8, comment),
        // SARIF wants suppressions on all results of a run or on none.
        (10, json!([])),
    ];
    assert_eq!(results(&log), expected);
    readers::sarif_is_taken(&path);
    // A second reader, which leaves them out of its counts.
    let python = tools::python(&["sarif-tools==3.0.5"]);
    let script = "
import sys
from sarif import loader
files = loader.load_sarif_files(sys.argv[1])
files.init_default_line_number_1()
lines = sorted(record['Line'] for record in files.get_records())
open_ones = [result for result in files.get_results() if not result['suppressions']]
assert lines == [3, 5, 8, 10] and len(open_ones) == 1, (lines, open_ones)
";
    let output = std::process::Command::new(python).args(["-c", script]).arg(&path).output();
    let output = output.expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Unless asked for, GitHub would show them as open.
    let log: Value =
        serde_json::from_str(&project.run("batch --format sarif").stdout).expect("JSON");
    assert_eq!(results(&log), [(10, Value::Null)]);
}

#[test]
fn people_read_it_in_a_line_each() {
    let project = project();
    let ran = project.run("batch --format concise --show-suppressed --quiet");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    for (line, (start, end)) in lines.iter().zip([
        ("a.md:3:7: suppressed MD034", "(baseline)"),
        ("a.md:5:10: rejected MD034", "(of-a-generator)"),
        ("a.md:8:10: suppressed MD034", "(comment on line 7: the address is an <example>)"),
        ("a.md:10:6: warning MD034", "expected angle brackets or a link"),
    ]) {
        assert!(line.starts_with(start) && line.ends_with(end), "{line}");
    }
    assert_eq!(lines.len(), 4, "{ran:?}");
    let text = project.run("batch --show-suppressed --quiet").stdout;
    assert!(text.contains("suppressed[MD034]: a.md:3:7: "), "{text}");
    assert!(text.contains("rejected[MD034]: a.md:5:10: "), "{text}");
    assert!(!project.run("batch --quiet").stdout.contains("suppressed["));
}

#[test]
fn formats_that_cannot_show_it_say_so() {
    let project = project();
    for (options, name) in [
        ("--format github", "`github`"),
        ("--format html=x.html", "`html`"),
        ("--format junit=x.xml --format gitlab=x.json", "`junit` and `gitlab`"),
        ("--stats", "`--stats`"),
        ("--diff", "`--diff`"),
    ] {
        let ran = project.run(&format!("batch --show-suppressed {options}"));
        assert_eq!((ran.code, &*ran.stdout), (2, ""), "{ran:?}");
        assert!(ran.stderr.contains(&format!("not shown by {name}\n")), "{ran:?}");
        assert!(ran.stderr.contains("help: ") && ran.stderr.contains("sarif"), "{ran:?}");
    }
    let ran = project.run("batch --show-suppressed --format jsonl=rows.jsonl --format github");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("note: suppressed findings are not shown by `github`"), "{ran:?}");
    assert_eq!(project.read("rows.jsonl").lines().count(), 4);
}

#[test]
fn parts_of_a_run_keep_it_for_the_whole() {
    let project = project();
    let whole = project.run("batch --format jsonl --show-suppressed").stdout;
    let part = project.run("batch --shard 1/1 --shard-file .git/1.jsonl --show-suppressed");
    assert_eq!(part.code, 1, "{part:?}");
    let merged = project.run("merge .git/1.jsonl --format jsonl --show-suppressed");
    assert_eq!(merged.stdout, whole, "{merged:?}");
    assert!(!merged.stderr.contains("cannot be shown"), "{merged:?}");
    let without = project.run("merge .git/1.jsonl --format jsonl");
    assert_eq!(without.stdout, project.run("batch --format jsonl").stdout);
    // Who did not ask for it has not kept what comments disable.
    project.run("batch --shard 1/1 --shard-file .git/1.jsonl");
    let merged = project.run("merge .git/1.jsonl --format jsonl --show-suppressed");
    assert_eq!(merged.stdout.lines().count(), 3, "{merged:?}");
    assert!(
        merged.stderr.contains("1 finding that comments disable cannot be shown"),
        "{merged:?}"
    );
    let ran = project.run("merge .git/1.jsonl --format html --show-suppressed");
    assert!(ran.code == 2 && ran.stderr.contains("not shown by `html`"), "{ran:?}");
}

#[test]
fn every_way_to_disable_is_known_by_its_comment() {
    let text = "# T\n\n\
        <!-- markdownlint-disable-file MD010 -->\n\
        <!-- markdownlint-disable MD034 -->\n\n\
        http://example.com/1\n\n\
        <!-- markdownlint-enable MD034 -->\n\
        http://example.com/2 <!-- markdownlint-disable-line MD034 -->\n\n\
        a\tb\n\n\
        http://example.com/3\n\n\
        http://example.com/3 <!-- validator-disable-line -->\n";
    let project = Project::new(&[("a.md", text)]);
    let ran = project.run("batch --format jsonl --show-suppressed --select MD034,MD010");
    let comments: Vec<(u64, Value)> =
        rows(&ran).into_iter().map(|(line, why)| (line, why["line"].clone())).collect();
    let expected =
        [(6, json!(4)), (9, json!(9)), (11, json!(3)), (13, Value::Null), (15, json!(15))];
    assert_eq!(comments, expected, "{ran:?}");
    // Nobody is to change what a comment protects.
    let fixable: Vec<Value> = ran.findings().iter().map(|row| row["fixable"].clone()).collect();
    assert_eq!(fixable.iter().filter(|it| **it == json!(true)).count(), 1, "{ran:?}");
}

/// Equal findings on equal lines differ in their number only; those that count come first.
#[test]
fn what_counts_has_the_same_fingerprint_whatever_is_shown() {
    let line = "see http://example.com/x\n\n";
    let off = "<!-- validator-disable-next-line MD034 -->\n";
    let text = format!("# T\n\n{off}{line}{line}{off}{line}{line}");
    let project = Project::new(&[("a.md", &text)]);
    let prints = |options: &str| -> Vec<(bool, String)> {
        let ran = project.run(&format!("batch --format jsonl --select MD034 {options}"));
        let print = |row: &Value| (row["suppressed"].is_null(), row["fingerprint"].to_string());
        ran.findings().iter().map(print).collect()
    };
    let (without, with) = (prints(""), prints("--show-suppressed"));
    let open: Vec<_> = with.iter().filter(|(is_open, _)| *is_open).cloned().collect();
    assert_eq!(open, without);
    assert_eq!((with.len(), with.iter().collect::<BTreeSet<_>>().len()), (4, 4), "{with:?}");
}

#[test]
fn reasons_in_comments_steer_no_terminal() {
    let comment = "<!-- validator-disable-next-line MD034 -- \u{1b}[2J\u{202e}::error::x -->";
    let project = Project::new(&[("a.md", &format!("# T\n\n{comment}\nhttp://example.com/\n"))]);
    for format in ["text", "concise", "json", "jsonl", "sarif"] {
        let ran = project.run(&format!("batch --show-suppressed --format {format}"));
        assert!(ran.code == 0 && ran.stdout.contains("MD034"), "{ran:?}");
        assert!(!ran.stdout.contains('\u{1b}'), "{format}: {ran:?}");
        assert!(!ran.stdout.lines().any(|line| line.starts_with("::")), "{format}: {ran:?}");
        if ["text", "concise", "sarif"].contains(&format) {
            assert!(!ran.stdout.contains('\u{202e}'), "{format}: {ran:?}");
        }
    }
}
