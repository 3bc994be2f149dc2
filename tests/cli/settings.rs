//! Layers: the configuration, families, overrides, and the command line over all.

use crate::project::Project;

const CONFIG: &str = "\
rules:
  MD013: { level: warning, line_length: 30 }
families:
  words: { include: [\"words/**\"], profile: strict }
overrides:
  - files: [CHANGELOG.md]
    rules: { MD013: off }
";

fn project() -> Project {
    let page = format!("# T\n\n{}\n", "12345678 ".repeat(5).trim());
    Project::new(&[
        ("validator.yaml", CONFIG),
        ("a.md", &page),
        ("CHANGELOG.md", &page),
        ("words/b.md", &page),
    ])
}

fn severities(project: &Project, line: &str) -> Vec<String> {
    let ran = project.run(&format!("{line} --format jsonl"));
    let findings = ran.findings();
    let severity = |finding: &serde_json::Value| {
        format!(
            "{} {}",
            finding["path"].as_str().unwrap_or("-"),
            finding["severity"].as_str().unwrap_or("-")
        )
    };
    findings.iter().map(severity).collect()
}

#[test]
fn files_overrides_and_families_count() {
    assert_eq!(severities(&project(), "batch"), ["a.md warning", "words/b.md warning"]);
    let project = project();
    project.write("validator.yaml", CONFIG.replace("level: warning, ", ""));
    assert_eq!(severities(&project, "batch"), ["a.md warning", "words/b.md error"]);
}

#[test]
fn the_command_line_comes_over_everything() {
    let project = project();
    let lines = |line: &str| severities(&project, line).len();
    assert_eq!(lines("batch --ignore MD013"), 0);
    assert_eq!(lines("batch --select MD001"), 0);
    assert_eq!(lines("batch --no-config"), 0, "the default is 80 characters");
    assert_eq!(lines("batch --exclude words --exclude /a.md"), 0);
    project.write("other.yaml", "rules: { MD013: { level: error, line_length: 10 } }\n");
    assert_eq!(lines("batch --config other.yaml"), 3);
}

#[test]
fn comments_in_pages_count() {
    let page = "\
# T

<!-- markdownlint-disable MD033 -->

<b>off</b>

<!-- markdownlint-capture -->
<!-- validator-enable no-inline-html -->

<i>on</i>

<!-- markdownlint-restore -->

<b>off</b>

<!-- markdownlint-enable MD033 -->

<!-- markdownlint-disable-next-line no-inline-html -->
<b>off</b>
<i>on</i>

<b>off</b> <!-- markdownlint-disable-line html -->

<!-- markdownlint-configure-file { \"MD001\": false } -->

#### Not told
";
    let project = Project::new(&[("a.md", page)]);
    let ran = project.run("check a.md --format jsonl");
    let html = |line| ("MD033".to_owned(), line);
    assert_eq!(ran.places(), [html(10), html(20)]);
    assert!(ran.stderr.contains("switched off by comments: 4 findings"), "{ran:?}");
}

#[test]
fn a_comment_that_cannot_be_understood_is_told() {
    let project = Project::new(&[(
        "a.md",
        "# T\n\n<!-- validator-configure-file { \"MD013\": { \"lenght\": 1 } } -->\n",
    )]);
    let ran = project.run("check a.md --format jsonl --types markdown");
    assert_eq!(ran.places(), [("comment-error".to_owned(), 3)]);
    assert!(ran.stdout.contains("lenght"), "{ran:?}");
}

#[test]
fn config_says_where_values_come_from() {
    let project = project();
    let ran = project.run("config words/b.md");
    assert_eq!(ran.code, 0);
    let line = |name: &str| {
        let found = ran.stdout.lines().find(|line| line.trim_start().starts_with(name));
        found.unwrap_or_else(|| panic!("{name} is in {}", ran.stdout)).to_owned()
    };
    assert!(line("profile").contains("strict") && line("profile").contains("family words"));
    assert!(line("line_length").contains("30") && line("line_length").contains("validator.yaml:2"));
    let schema = project.run("config --schema").stdout;
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    assert!(schema["properties"]["rules"].is_object());
}

#[test]
fn who_wants_to_know_is_told_what_is_read() {
    let project = project();
    let told = project.run("batch --verbose").stderr;
    assert!(told.contains("4 files to check") && told.contains("validator.yaml`"), "{told}");
    assert!(!project.run("batch").stderr.contains("to check"));
}
