//! What is exported of a recorded run is what the run reported.

use std::process::Command;

use serde_json::Value;

use crate::raw;
use crate::site::{self, Site};

const PAGES: [(&str, &str); 6] = [
    ("mkdocs.yml", "site_name: x\n"),
    ("validator.yaml", "rules: { MD013: { line_length: 40 }, LINK014: true }\n"),
    (
        "docs/index.md",
        "# A\n\n[a](c.md) [a](./c.md#x) [a](b.md#none) [a](b.md#none) ![a](i.png) [a][r] [b][r]\n\n\
         # A\n\nx <a id=\"q\"></a> <a id=\"q\"></a>\n\n[r]: sub/../c.md\n",
    ),
    (
        "docs/b.md",
        "# B  \n\nA line that is longer than forty characters are.\n\n[a](../docs/c.md)\n",
    ),
    ("docs/sub-b.md", "# B\n\n\n\nText.\n"),
    ("docs/sub/deep.md", "---\nimage: none.png\n---\n\n# Deep\n\n[x](../c.md) [x](../b.md#none)\n"),
];

/// A site with a run of the command line over these pages, and what that reports.
fn reported(format: &str) -> (Site, Vec<u8>) {
    let site = site::serve();
    for (path, text) in PAGES {
        site.write(path, text);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_validator"));
    command.args(["batch", ".", "--format", format]).current_dir(site.root());
    let output = command.output().expect("it runs");
    assert!(!output.stdout.is_empty(), "{output:?}");
    (site, output.stdout)
}

fn exported(site: &Site, format: &str) -> Vec<u8> {
    let runs = raw::get(site.address, "/api/workflows").json();
    let id = runs["items"][0]["id"].as_str().expect("a run").to_owned();
    let path = format!("/api/workflows/{id}/export?format={format}");
    raw::get(site.address, &path).body
}

/// Takes out what is not recorded with a run: the edits of fixes, and hashes of lines.
fn without_text(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_text),
        Value::Object(members) => {
            for name in ["edits", "fixes", "primaryLocationLineHash"] {
                members.remove(name);
            }
            members.values_mut().for_each(without_text);
        }
        _ => {}
    }
}

fn rows(text: &[u8]) -> Vec<Value> {
    let rows = serde_json::Deserializer::from_slice(text).into_iter();
    let mut rows: Vec<Value> = rows.map(|row| row.expect("JSON")).collect();
    rows.iter_mut().for_each(without_text);
    rows
}

#[test]
fn an_export_has_the_rows_of_the_run() {
    let (site, report) = reported("jsonl");
    let (exported, rows) = (rows(&exported(&site, "jsonl")), rows(&report));
    assert_eq!(exported, rows);
    let count = |name: &str| rows.iter().filter(|row| row.get(name).is_some()).count();
    assert!(count("target") >= 7 && count("related") >= 2, "{rows:#?}");
}

#[test]
fn an_export_as_sarif_has_the_results_of_the_run() {
    let (site, report) = reported("sarif");
    let [exported, report] = [&exported(&site, "sarif"), &report]
        .map(|text| rows(text)[0]["runs"][0]["results"].clone());
    assert!(
        report[0]["relatedLocations"].is_array()
            || report.as_array().is_some_and(|all| {
                all.iter().any(|result| result["relatedLocations"].is_array())
            })
    );
    assert_eq!(exported, report);
}

#[test]
fn a_dead_target_is_one_however_links_to_it_are_written() {
    let (site, _) = reported("jsonl");
    let targets = raw::get(site.address, "/api/findings/targets").json();
    let expected = serde_json::json!([
        {"target": "docs/c.md", "pages": 3, "count": 5},
        {"target": "docs/b.md#none", "pages": 2, "count": 3},
        {"target": "i.png", "pages": 1, "count": 1},
        {"target": "none.png", "pages": 1, "count": 1},
    ]);
    assert_eq!(targets, expected);
    for row in expected.as_array().expect("rows") {
        let target = row["target"].as_str().expect("a target").replace('#', "%23");
        let path = format!("/api/findings/search?target={target}");
        assert_eq!(raw::get(site.address, &path).json()["total"], row["count"], "{row}");
    }
}
