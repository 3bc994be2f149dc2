//! The smallest inputs on which markdownlint and validator once differed, each with what is right.
//! They are shared by several projects and lie beside the checkout; without them nothing is tested
//! here, and `tests/it/config/markdownlint.rs` holds the main forms.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Cases that do not end yet as they should. The list may only shrink: one that passes has to go.
const KNOWN_FAILURES: &str = include_str!("markdownlint_cases.txt");

fn shared() -> Option<PathBuf> {
    let cases = "../shared/cases/markdownlint";
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(cases);
    directory.join("index.json").is_file().then_some(directory)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn write(directory: &Path, name: &str, content: &Value) {
    let path = directory.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    match content {
        Value::String(text) => fs::write(path, text).unwrap(),
        link => symlink(text(link, "link_to"), &path),
    }
}

#[cfg(unix)]
fn symlink(to: &str, path: &Path) {
    std::os::unix::fs::symlink(to, path).unwrap();
}

#[cfg(not(unix))]
fn symlink(to: &str, path: &Path) {
    let beside = path.parent().unwrap().join(to);
    fs::copy(beside, path).unwrap();
}

/// An empty repository with the files of a case.
fn lay_out(cases: &Path, case: &Value) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    let page = fs::read(cases.join(text(case, "file"))).unwrap();
    fs::write(directory.path().join(text(case, "placed_as")), page).unwrap();
    for key in ["config", "other_files"] {
        for (name, content) in case[key].as_object().into_iter().flatten() {
            write(directory.path(), name, content);
        }
    }
    directory
}

/// Runs the program as the case says.
fn run(case: &Value, directory: &Path, more: &[&str]) -> (Value, Option<i32>) {
    let arguments = case["ours_args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
    let output = Command::new(env!("CARGO_BIN_EXE_validator"))
        .args(arguments)
        .args(["--format", "json", "--no-record"])
        .args(more)
        .current_dir(directory)
        .env("XDG_CONFIG_HOME", directory)
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (report, output.status.code())
}

/// Findings as (file, line, rule). Several of one rule on one line count once: what is one finding
/// there may be two here.
fn findings(list: &Value, placed_as: &str) -> BTreeSet<(String, u64, String)> {
    let findings = list.as_array().into_iter().flatten();
    let read = findings.map(|finding| {
        let file = [text(finding, "path"), text(finding, "file"), placed_as];
        let file = file.into_iter().find(|file| !file.is_empty()).unwrap();
        (file.to_owned(), finding["line"].as_u64().unwrap(), text(finding, "rule").to_owned())
    });
    read.collect()
}

fn names(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|file| file.as_str().unwrap_or_else(|| text(file, "path")).to_owned()).collect()
}

/// What is wrong with how a case ends.
fn mistake(cases: &Path, case: &Value) -> Option<String> {
    let is_theirs = text(case, "right") == "reference";
    let side = if is_theirs { "reference" } else { "ours" };
    let placed_as = text(case, "placed_as");
    let directory = lay_out(cases, case);
    let (report, code) = run(case, directory.path(), &[]);
    if is_theirs && case["reference_exit"] == 2 {
        return (code != Some(2)).then(|| format!("exit {code:?}, expected 2"));
    }
    let (found, expected) =
        (findings(&report["findings"], placed_as), findings(&case[side], placed_as));
    if found != expected {
        return Some(format!("found {found:?}\n  expected {expected:?}"));
    }
    let files = &case[format!("{side}_files")];
    if !files.is_null() && names(&report["files"]) != names(files) {
        return Some(format!("checked {:?}, expected {files}", names(&report["files"])));
    }
    mistake_of_fix(case, is_theirs, directory.path())
}

fn mistake_of_fix(case: &Value, is_theirs: bool, directory: &Path) -> Option<String> {
    let expected = case.get("fix")?;
    let expected = text(expected, if is_theirs { "reference_once" } else { "ours_unsafe" });
    run(case, directory, &["--fix", "--unsafe-fixes"]);
    let fixed = fs::read_to_string(directory.join(text(case, "placed_as"))).unwrap();
    (fixed != expected).then(|| format!("fixed to {fixed:?}\n  expected {expected:?}"))
}

#[test]
fn every_case_ends_as_it_should() {
    let Some(directory) = shared() else { return };
    let index = fs::read_to_string(directory.join("index.json")).unwrap();
    let index: Value = serde_json::from_str(&index).unwrap();
    let known: BTreeSet<&str> = KNOWN_FAILURES
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| !word.starts_with('#'))
        .collect();
    let mut wrong = Vec::new();
    for case in index["cases"].as_array().unwrap() {
        let name = text(case, "file").trim_end_matches(".md");
        match mistake(&directory, case) {
            Some(mistake) if !known.contains(name) => wrong.push(format!("{name}: {mistake}")),
            None if known.contains(name) => {
                wrong.push(format!("{name}: passes; take it off tests/it/markdownlint_cases.txt"));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
