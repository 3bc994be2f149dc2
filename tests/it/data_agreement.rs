//! The tree accepts the YAML that `yaml_serde` accepts, with the same values: what a configuration
//! file means does not depend on who reads it.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use validator::data::{self, Format};
use validator::text::Span;

/// The documents as `yaml_serde` reads them; `None` if it refuses one.
fn theirs(text: &str) -> Option<Vec<serde_yaml::Value>> {
    // It takes a byte order mark for a document of its own.
    let text = text.trim_start_matches('\u{feff}');
    let documents = serde_yaml::Deserializer::from_str(text);
    documents.map(|document| serde_yaml::Value::deserialize(document).ok()).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/data")
}

#[test]
fn both_accept_the_fixtures() {
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        if Format::from_path(&path) == Some(Format::Yaml) {
            let text = read(&path);
            assert_eq!(data::parse_text(Format::Yaml, &text).problems, [], "{}", path.display());
            assert!(theirs(&text).is_some(), "{}", path.display());
        }
    }
}

#[test]
fn both_refuse_what_is_broken() {
    // Not YAML by the specification, but libyaml lets it pass.
    let lenient = ["a: 'y'#c\n", "a: [-, b]\n"];
    let cases = read(&fixtures().join("messages.yaml.txt"));
    for case in cases.lines().filter_map(|line| line.strip_prefix("= ")) {
        let text: String = serde_json::from_str(case).unwrap();
        assert_ne!(data::parse_text(Format::Yaml, &text).problems, [], "{text:?}");
        assert_eq!(theirs(&text).is_some(), lenient.contains(&text.as_str()), "{text:?}");
    }
}

/// Public documentation, if there is some: not part of the repository.
fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let path = std::env::var_os("VALIDATOR_CORPUS").map_or(beside, PathBuf::from);
    path.is_dir().then_some(path)
}

/// The text between the `---` lines at the start of a page.
fn front_matter(page: &str) -> Option<Span> {
    let start = page.find('\n')? + 1;
    let first = page[..start].trim_start_matches('\u{feff}').trim_end();
    let mut end = start;
    for line in page[start..].split_inclusive('\n').take_while(|_| first == "---") {
        if line.trim_end() == "---" {
            return Some(Span::new(start, end));
        }
        end += line.len();
    }
    None
}

#[test]
fn both_read_the_same_from_public_documentation() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    for entry in ignore::WalkBuilder::new(corpus).build() {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let Ok(page) = std::fs::read_to_string(entry.path()) else { continue };
        let Some(span) = front_matter(&page) else { continue };
        let name = entry.path().display();
        let parsed = data::parse(Format::Yaml, &page, span);
        let theirs = theirs(span.of(&page));
        assert_eq!(parsed.problems.is_empty(), theirs.is_some(), "{name}: {:?}", parsed.problems);
        let Some(theirs) = theirs else { continue };
        for (&ours, theirs) in parsed.tree.documents().iter().zip(&theirs) {
            // Keys that are collections have no counterpart in JSON.
            if let Ok(theirs) = serde_json::to_value(theirs) {
                assert_eq!(parsed.tree.to_json(ours).unwrap(), theirs, "{name}");
            }
        }
        count += 1;
    }
    println!("{count} pages");
}
