//! The readers of each format take its reports: of a small site, and of public documentation where
//! that lies beside the checkout.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{site, tools};
use crate::project::{Project, Ran};

/// Formats that are held against their readers.
const READ: [&str; 5] = ["sarif", "gitlab", "rdjson", "junit", "checkstyle"];

/// Directories of pages: this repository's own, and public documentation where it lies beside the
/// checkout. `CORPORA=all` takes the large ones, too.
fn corpora() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = root.join("../shared/corpus");
    let mut all = vec![root.join("docs")];
    let is_all = std::env::var("CORPORA").is_ok_and(|value| value == "all");
    if let Ok(entries) = fs::read_dir(shared) {
        let directories = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let is_wanted = |path: &PathBuf| path.is_dir() && (is_all || path.ends_with("book"));
        all.extend(directories.filter(is_wanted));
    }
    all
}

/// Reports of every corpus in all formats, made once.
static REPORTS: LazyLock<usize> = LazyLock::new(|| {
    let project = site();
    let corpora = corpora();
    let number = corpora.len() + 1;
    for (index, directory) in [project.path("docs")].into_iter().chain(corpora).enumerate() {
        let mut command =
            project.command("batch --no-baseline --types markdown,yaml,links --quiet");
        command.arg(&directory);
        for format in READ {
            let path = tools::directory("reports").join(format!("{format}-{index}"));
            command.arg("--format").arg(format!("{format}={}", path.display()));
        }
        let ran = Ran::from(command.output().expect("it runs"));
        assert!(matches!(ran.code, 0..=2), "{}: {ran:?}", directory.display());
    }
    number
});

/// The reports in one format; the first is that of the small site.
fn reports(format: &str) -> Vec<PathBuf> {
    let path = |index| tools::directory("reports").join(format!("{format}-{index}"));
    (0..*REPORTS).map(path).collect()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a report")).expect("JSON")
}

fn held_against(schema: &Value, paths: &[PathBuf]) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    for path in paths {
        let report = json(path);
        let errors = validator.iter_errors(&report).take(5);
        let errors: Vec<String> =
            errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, [""; 0], "{}", path.display());
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn sarif_is_what_its_schema_and_github_want() {
    for path in reports("sarif") {
        let log = path.with_extension("sarif");
        fs::copy(&path, &log).expect("a copy");
        sarif_is_taken(&log);
    }
}

/// Holds a log against the official schema and what GitHub asks for.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub fn sarif_is_taken(log: &Path) {
    let package = tools::sarif_multitool();
    held_against(&json(&package.join("sarif-2.1.0.json")), &[log.to_owned()]);
    let mut tool = Command::new(package.join("Sarif.Multitool"));
    tool.arg("validate").arg(log);
    tool.args(["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]);
    let output = tool.output().expect("the tool runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("Analysis completed successfully"), "{told}");
    let is_bad = |line: &&str| line.contains(": error ") || line.contains(": warning ");
    let bad: Vec<&str> = told.lines().filter(is_bad).collect();
    assert!(bad.is_empty(), "{}: {:#?}", log.display(), &bad[..bad.len().min(5)]);
}

/// What GitLab asks of each entry; it stops at the first that is otherwise.
#[test]
fn gitlab_takes_every_entry_and_keeps_all_of_them() {
    let paths = reports("gitlab");
    held_against(
        &json!({
            "type": "array",
            "items": {
                "type": "object",
                "required": ["description", "fingerprint", "severity", "location"],
                "properties": {
                    "description": { "type": "string", "minLength": 1 },
                    "check_name": { "type": "string" },
                    "fingerprint": { "type": "string", "minLength": 1 },
                    "severity": { "enum": ["blocker", "critical", "major", "minor", "info"] },
                    "location": {
                        "type": "object",
                        "required": ["path", "lines"],
                        "properties": {
                            "path": { "type": "string", "pattern": "^[^/.]" },
                            "lines": {
                                "type": "object",
                                "required": ["begin"],
                                "properties": { "begin": { "type": "integer", "minimum": 1 } },
                            },
                        },
                    },
                },
            },
        }),
        &paths[..1],
    );
    for path in &paths {
        let report = json(path);
        let entries = report.as_array().expect("an array");
        let prints: BTreeSet<&str> =
            entries.iter().filter_map(|entry| entry["fingerprint"].as_str()).collect();
        assert_eq!(prints.len(), entries.len(), "{}", path.display());
    }
}

#[test]
fn reviewdog_takes_every_diagnostic() {
    let place = json!({
        "type": "object",
        "required": ["line"],
        "properties": {
            "line": { "type": "integer", "minimum": 1 },
            "column": { "type": "integer", "minimum": 1 },
        },
        "additionalProperties": false,
    });
    let range = json!({
        "type": "object",
        "required": ["start", "end"],
        "properties": { "start": place, "end": place },
        "additionalProperties": false,
    });
    let schema = json!({
        "type": "object",
        "required": ["source", "diagnostics"],
        "properties": {
            "source": { "type": "object", "required": ["name"] },
            "diagnostics": { "type": "array", "items": {
                "type": "object",
                "required": ["message", "location", "severity"],
                "properties": {
                    "message": { "type": "string" },
                    "severity": { "enum": ["ERROR", "WARNING", "INFO"] },
                    "code": { "type": "object", "required": ["value"] },
                    "location": {
                        "type": "object",
                        "required": ["path", "range"],
                        "properties": { "path": { "type": "string" }, "range": range },
                    },
                    "suggestions": { "type": "array", "items": {
                        "type": "object",
                        "required": ["range", "text"],
                        "properties": { "range": range, "text": { "type": "string" } },
                    } },
                },
                "additionalProperties": false,
            } },
        },
    });
    let paths = reports("rdjson");
    held_against(&schema, &paths);
}

/// Columns of reviewdog count bytes, and the end is exclusive.
#[test]
fn reviewdog_can_apply_what_is_suggested() {
    let text = "# T\n\n日本 😀 text \u{e4}\t x\n";
    let project = Project::new(&[("a.md", text)]);
    let report = project.run("batch --select MD010 --format rdjson").stdout;
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let suggestion = &report["diagnostics"][0]["suggestions"][0];
    let column = |end: &str| {
        let at = suggestion["range"][end]["column"].as_u64().expect("a column");
        usize::try_from(at).expect("small") - 1
    };
    let line = text.lines().nth(2).expect("a third line");
    let with = suggestion["text"].as_str().expect("a text");
    let fixed = format!("{}{with}{}", &line[..column("start")], &line[column("end")..]);
    assert!(!fixed.contains('\t') && fixed.starts_with("日本 😀 text \u{e4} "), "{fixed}");
}

#[test]
fn both_dialects_of_junit_take_the_report() {
    let paths = reports("junit");
    let python = tools::python(&["lxml==6.1.3", "junitparser==5.0.3"]);
    let script = "
import sys, junitparser
from lxml import etree
for name in sys.argv[2:]:
    report = etree.parse(name, etree.XMLParser(huge_tree=True))
    for schema in ('jenkins-junit.xsd', 'JUnit.xsd'):
        found = etree.XMLSchema(file=sys.argv[1] + '/' + schema)
        # One of the two knows no cases that are skipped.
        is_known = schema == 'JUnit.xsd' and report.find('.//skipped') is not None
        assert found.validate(report) or is_known, (name, schema, found.error_log.last_error)
    cases = sum(len(list(suite)) for suite in junitparser.JUnitXml.fromfile(name))
    assert cases > 0, name
";
    let mut command = Command::new(python);
    command.args(["-c", script]).arg(tools::junit_schemas()).args(&paths);
    let output = command.output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn checkstyle_is_xml_with_what_readers_ask_for() {
    let paths = reports("checkstyle");
    let python = tools::python(&["lxml==6.1.3", "junitparser==5.0.3"]);
    let script = "
import sys, xml.etree.ElementTree as tree
for name in sys.argv[1:]:
    root = tree.parse(name).getroot()
    assert root.tag == 'checkstyle' and root.get('version'), name
    for file in root:
        assert file.tag == 'file' and file.get('name') and len(file), name
        for error in file:
            assert error.tag == 'error' and error.get('message') and error.get('source'), name
            assert int(error.get('line')) > 0 and int(error.get('column')) > 0, name
            assert error.get('severity') in ('error', 'warning', 'info'), name
";
    let output = Command::new(python).args(["-c", script]).args(&paths).output();
    let output = output.expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A line at the top moves everything; it stays the same for who compares reports.
#[test]
fn findings_are_recognised_after_lines_were_added() {
    let page = |start: &str| {
        let part = "## A\n\n#### Deep\n\ntext\there\n\n* a\n+ b\n\n";
        format!("# T\n\n{start}{}", part.repeat(40))
    };
    let project = Project::new(&[("docs/a.md", &page(""))]);
    let prints = |format: &str, name: &str| {
        let report = project.run(&format!("batch --format {format}")).stdout;
        let parts: Vec<&str> = report.split(name).skip(1).collect();
        let print = |part: &&str| part.split('"').next().map(str::to_owned);
        let all: Vec<String> = parts.iter().filter_map(print).collect();
        let set: BTreeSet<String> = all.iter().cloned().collect();
        assert_eq!(set.len(), all.len(), "{format}: none twice");
        set
    };
    let (gitlab, sarif) = (r#""fingerprint":""#, r#""validator/v1":""#);
    let before = (prints("gitlab", gitlab), prints("sarif", sarif));
    assert!(before.0.len() > 100, "{}", before.0.len());
    project.write("docs/a.md", page("A line.\n\n"));
    assert_eq!((prints("gitlab", gitlab), prints("sarif", sarif)), before);
}
