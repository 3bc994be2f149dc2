//! Cases made from public reports about tools of this kind, which lie beside the checkout where
//! they are shared, with the program that runs them; without them nothing is tested here.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Cases that do not end yet as they should. The list may only shrink: one that passes has to go.
const KNOWN_FAILURES: &str = include_str!("reports.txt");

#[test]
fn every_report_is_answered() {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/run");
    if !runner.is_file() {
        return;
    }
    let output = Command::new("python3")
        .arg(&runner)
        .args([env!("CARGO_BIN_EXE_validator"), "-v"])
        .output()
        .expect("Python runs the cases");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains(" cases: "), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let failed: BTreeSet<&str> = told
        .lines()
        .filter_map(|line| line.strip_prefix("FAIL ")?.split_whitespace().next())
        .collect();
    let known: BTreeSet<&str> = KNOWN_FAILURES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let new: Vec<_> = failed.difference(&known).collect();
    let gone: Vec<_> = known.difference(&failed).collect();
    assert!(new.is_empty(), "these fail: {new:?}\n{told}");
    assert!(gone.is_empty(), "these pass; take them off tests/it/reports.txt: {gone:?}");
}
