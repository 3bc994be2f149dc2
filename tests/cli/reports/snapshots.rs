//! What each format writes of a small site.

use std::fs;
use std::path::Path;

use regex::Regex;

use super::{formats, site};
use crate::expected::{assert_all, differs};
use crate::project::Project;

/// Without what differs from run to run.
fn steady(report: &str) -> String {
    let mut report = report.to_owned();
    for (pattern, with) in [
        (r#"time="[0-9.]+""#, r#"time="T""#),
        (r#"timestamp="[^"]+""#, r#"timestamp="T""#),
        (r#""elapsed_ms":[0-9.e-]+"#, r#""elapsed_ms":0"#),
        (r"in [0-9.]+ m?s:", "in T:"),
        (r" --threads [0-9]+", ""),
    ] {
        report = Regex::new(pattern).expect("a pattern").replace_all(&report, with).into_owned();
    }
    report
}

#[test]
fn every_format_writes_what_it_wrote() {
    let project = site();
    let mut wrong = Vec::new();
    for format in formats() {
        let ran = project.run(&format!("batch --format {format}"));
        assert_eq!(ran.code, 2, "a file cannot be read: {ran:?}");
        let report = steady(&ran.stdout);
        let path = Path::new("tests/cli/reports/snapshots").join(format!("{format}.txt"));
        wrong.extend(differs(path, &report));
    }
    assert_all(wrong);
}

#[test]
fn a_report_is_the_same_from_every_directory_and_with_any_number_of_threads() {
    let project = site();
    for format in formats() {
        let one = project.run(&format!("batch --threads 1 --format {format}"));
        let many = project.run(&format!("batch --threads 4 --format {format}"));
        assert_eq!(steady(&one.stdout), steady(&many.stdout), "{format}");
        // What people click on counts from where they are.
        if !["text", "concise", "agent"].contains(&format) {
            let mut command = project.command(&format!("batch .. --format {format}"));
            let below = command.current_dir(project.path("docs")).output().expect("it runs");
            assert_eq!(steady(&String::from_utf8_lossy(&below.stdout)), steady(&one.stdout));
        }
    }
}

#[test]
fn paths_are_those_of_the_repository_for_who_reads_it_there() {
    let project = Project::new(&[
        ("site/validator.yaml", "types: [markdown]\n"),
        ("site/a.md", "# T\n\n### U\n"),
    ]);
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    let run = |format: &str| project.run(&format!("batch site --format {format}")).stdout;
    assert!(run("jsonl").contains(r#""path":"a.md""#));
    assert!(run("github").contains("file=site/a.md,"));
    assert!(run("gitlab").contains(r#""path":"site/a.md""#));
    assert!(run("sarif").contains(r#""uri":"site/a.md""#));
    assert!(run("checkstyle").contains(r#"name="site/a.md""#));
}

#[test]
fn reports_of_a_clean_site_are_whole() {
    let project = Project::new(&[("a.md", "# T\n")]);
    let run = |format: &str| project.run(&format!("batch --format {format}"));
    for format in formats() {
        assert_eq!(run(format).code, 0, "{format}");
    }
    assert_eq!(run("gitlab").stdout, "[]\n");
    for format in ["json", "sarif", "rdjson"] {
        serde_json::from_str::<serde_json::Value>(&run(format).stdout).expect("JSON");
    }
    assert!(run("junit").stdout.contains("<testcase"));
    assert_eq!(run("agent").stdout, "no findings in 1 file\n");
    assert!(run("html").stdout.contains("<p>No findings.</p>"));
}

#[test]
fn json_is_what_its_schema_says() {
    let schema: serde_json::Value =
        serde_json::from_str(&fs::read_to_string("report.schema.json").expect("the schema"))
            .expect("JSON");
    let project = site();
    let report = project.run("batch --format json").stdout;
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    let found = |name: &str| {
        let rows = report["findings"].as_array().expect("a list");
        rows.iter().filter(|row| row.get(name).is_some()).count()
    };
    assert!(found("target") > 0 && found("fix") > 0 && found("url") > 0);
    assert!(!validator.is_valid(&serde_json::json!({ "findings": [] })));
}
