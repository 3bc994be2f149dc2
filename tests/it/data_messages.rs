//! What people read about data that does not parse. A case in `fixtures/data/messages.*.txt` is a
//! text as a JSON string after `=`, then each problem: place, kind, sentence, and what to do about
//! it.

use std::path::Path;

use validator::data::{self, Format};
use validator::text::LineIndex;

use crate::expected::assert_expected;

fn problems(format: Format, text: &str) -> String {
    let index = LineIndex::new(text);
    let mut lines = String::new();
    for problem in data::parse_text(format, text).problems {
        let at = index.position(text, problem.span.start());
        let help = problem.help.map(|help| format!(" | {help}")).unwrap_or_default();
        let (kind, message) = (problem.kind, problem.message);
        lines += &format!("{}:{} {kind:?}: {message}{help}\n", at.line, at.column);
    }
    lines
}

fn check(format: Format, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/data").join(name);
    let expected = std::fs::read_to_string(&path).unwrap();
    let mut found = String::new();
    for case in expected.lines().filter_map(|line| line.strip_prefix("= ")) {
        let text: String = serde_json::from_str(case).unwrap();
        found += &format!("= {case}\n{}\n", problems(format, &text));
    }
    assert_expected(&path, &found);
}

#[test]
fn yaml() {
    check(Format::Yaml, "messages.yaml.txt");
}

#[test]
fn toml() {
    check(Format::Toml, "messages.toml.txt");
}

#[test]
fn json() {
    check(Format::Json, "messages.json.txt");
}

#[test]
fn jsonc() {
    check(Format::Jsonc, "messages.jsonc.txt");
}
