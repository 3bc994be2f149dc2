//! The official JSON Schema test suite: our verdict on every keyword and format of the drafts
//! 2020-12 and 7. Data goes through the positioned tree, as in a run. Where the cases come from
//! stands in `fixtures/schema-suite/README.md`.

use std::path::{Path, PathBuf};

use serde_json::Value;
use validator::data::{self, Format, Schema};

/// Cases that are not ours to pass, and why.
fn is_skipped(schema: &Value, test: &Value) -> bool {
    // Nothing is fetched: schemas at these addresses are refused, which `tests/it/schema.rs` shows.
    let is_remote = schema.to_string().contains("http://localhost:1234/");
    // Formats count, where the drafts leave that open.
    let about = test["description"].as_str().unwrap_or_default();
    let is_annotation = about.ends_with("is only an annotation by default");
    is_remote || is_annotation
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).expect("the suite is in the tree");
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

/// Runs a directory of the suite; says how many verdicts were right, and which were not.
fn run(directory: &str, dialect: &str) -> (usize, Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema-suite").join(directory);
    let (mut right, mut wrong) = (0, Vec::new());
    for path in files(&root) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let groups: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for group in groups.as_array().unwrap() {
            let about = group["description"].as_str().unwrap();
            let mut schema = group["schema"].clone();
            let tests = group["tests"].as_array().unwrap();
            let tests = tests.iter().filter(|test| !is_skipped(&group["schema"], test));
            let mut tests = tests.peekable();
            if tests.peek().is_none() {
                continue;
            }
            if let Some(schema) = schema.as_object_mut() {
                schema.entry("$schema").or_insert(dialect.into());
            }
            let schema = match Schema::compile(&schema, &path) {
                Ok(schema) => schema,
                Err(error) => {
                    wrong.push(format!("{directory}/{name}: {about}: {error}"));
                    continue;
                }
            };
            for test in tests {
                let text = test["data"].to_string();
                let parsed = data::parse_text(Format::Json, &text);
                assert_eq!(parsed.problems, [], "{text}");
                let found = schema.check(&parsed.tree, parsed.tree.root());
                if found.is_empty() == test["valid"].as_bool().unwrap() {
                    right += 1;
                } else {
                    wrong.push(format!(
                        "{directory}/{name}: {about}: {}: {found:?}",
                        test["description"]
                    ));
                }
            }
        }
    }
    (right, wrong)
}

/// Counts are those of the suite in the tree, so that no case is lost unseen.
fn expect(directory: &str, dialect: &str, count: usize) {
    let (right, wrong) = run(directory, dialect);
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(right, count, "{directory}");
}

const DRAFT_2020_12: &str = "https://json-schema.org/draft/2020-12/schema";
const DRAFT_7: &str = "http://json-schema.org/draft-07/schema#";

#[test]
fn keywords_of_draft_2020_12() {
    expect("draft2020-12", DRAFT_2020_12, 1181);
}

#[test]
fn keywords_of_draft_7() {
    expect("draft7", DRAFT_7, 884);
}

#[test]
fn formats_of_draft_2020_12() {
    expect("draft2020-12/format", DRAFT_2020_12, 416);
}

#[test]
fn formats_of_draft_7() {
    expect("draft7/format", DRAFT_7, 360);
}
