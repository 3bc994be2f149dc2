//! Cases made from public reports about tools of this kind, which lie beside the checkout where
//! they are shared, with the program that runs them; without them nothing is tested here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Cases that do not end yet as they should. The list may only shrink: one that passes has to go.
const KNOWN_FAILURES: &str = include_str!("reports.txt");

/// What the runner says of the cases whose ids contain this text.
fn told(runner: &Path, id: &str) -> String {
    let output = Command::new("python3")
        .arg(runner)
        .args([env!("CARGO_BIN_EXE_validator"), "-v", "--id", id])
        .output()
        .expect("Python runs the cases");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains(" cases: "), "{told}{}", String::from_utf8_lossy(&output.stderr));
    told
}

/// The cases that failed, and whether that was for time alone.
fn failed(told: &str) -> BTreeMap<String, bool> {
    let mut failed = BTreeMap::new();
    let mut id = None;
    for line in told.lines() {
        match line.strip_prefix("FAIL ").and_then(|line| line.split_whitespace().next()) {
            Some(case) => id = Some(failed.entry(case.to_owned()).or_insert(false)),
            None if line.starts_with(' ') => {
                if let Some(id) = &mut id {
                    **id |= line.trim_start().starts_with("took more than ");
                }
            }
            None => id = None,
        }
    }
    failed
}

#[test]
fn every_report_is_answered() {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/run");
    if !runner.is_file() {
        return;
    }
    let told_of_all = told(&runner, "");
    let known: BTreeSet<String> = KNOWN_FAILURES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .collect();
    let failed_first = failed(&told_of_all);
    // Some have a limit in seconds, and other tests run beside them: those once more, alone.
    let is_new = |id: &String, was_late: bool| {
        !known.contains(id) && (!was_late || failed(&told(&runner, id)).contains_key(id))
    };
    let new: Vec<&String> =
        failed_first.iter().filter(|(id, late)| is_new(id, **late)).map(|(id, _)| id).collect();
    let gone: Vec<_> = known.iter().filter(|id| !failed_first.contains_key(*id)).collect();
    assert!(new.is_empty(), "these fail: {new:?}\n{told_of_all}");
    assert!(gone.is_empty(), "these pass; take them off tests/it/reports.txt: {gone:?}");
}
