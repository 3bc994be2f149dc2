//! What holds of every rule: its page's examples behave, its names are its own, its file is
//! where the table says, and its options can be left out.

use std::collections::HashMap;
use std::path::Path;

use schemars::SchemaGenerator;
use serde_json::{Value, json};

use validator::data::Format;
use validator::diagnostic::Severity;
use validator::document::Document;
use validator::rules::FileProblem;
use validator::rules::{
    self, Entry, Fixable, Group, NO_OPTIONS, Needs, RuleDocs, RuleSet, ValidationType,
};

/// A fenced block of a rule's page, marked `bad` or `good`.
struct Example {
    bad: bool,
    options: Value,
    text: String,
    /// Of a data file; a page has none.
    format: Option<Format>,
}

fn page(entry: &Entry) -> String {
    let schema = (entry.schema)(&mut SchemaGenerator::default());
    let description = schema.get("description").and_then(Value::as_str);
    description.unwrap_or_else(|| panic!("{} has no page", entry.meta.id)).to_owned()
}

fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let fence = line.len() - line.trim_start_matches('`').len();
        let Some((language, info)) = line[fence..].split_once(' ').filter(|_| fence >= 3) else {
            continue;
        };
        let format = Format::from_path(&Path::new("example").with_extension(language));
        if language != "markdown" && format.is_none() {
            continue;
        }
        let (word, options) = info.split_once(' ').unwrap_or((info, "{}"));
        let close = &line[..fence];
        let text: String = lines
            .by_ref()
            .take_while(|line| *line != close)
            .flat_map(|line| [line, "\n"])
            .collect();
        let options = serde_json::from_str(options).expect("options on a fence are JSON");
        examples.push(Example { bad: word == "bad", options, text, format });
    }
    examples
}

#[test]
fn examples_on_every_page_behave() {
    for (_, entry) in rules::builtin().all() {
        let id = entry.meta.id;
        let examples = examples(&page(entry));
        let mut seen = [false; 2];
        if entry.is_of_template() {
            // `tests/it/structure.rs` tries these with their template.
            continue;
        }
        for example in examples {
            seen[usize::from(example.bad)] = true;
            let rule = entry
                .configure(&example.options, Severity::Warning)
                .unwrap_or_else(|error| panic!("{id}: {error}"));
            let doc = match example.format {
                Some(format) => Document::parse_data(format, example.text.clone()),
                None => Document::parse(example.text.clone()),
            };
            let found = RuleSet { rules: vec![rule] }.check(&doc);
            assert_eq!(!found.is_empty(), example.bad, "{id} finds {found:?} in\n{}", example.text);
        }
        // White space cannot be shown safely: such a page may do without a bad example.
        let about_spaces = entry.meta.tags.iter().any(|tag| {
            ["whitespace", "blank_lines", "hard_tab", "spaces", "line_length"].contains(tag)
        });
        // Nor can a page show other files: schemas, and pages to compare with.
        let about_files = entry.meta.tags.iter().any(|tag| ["schema", "project"].contains(tag));
        assert!(
            about_spaces || about_files || seen == [true; 2],
            "{id} lacks a good or a bad example"
        );
    }
}

#[test]
fn names_are_unique_and_well_formed() {
    let mut owners: HashMap<String, &str> = HashMap::new();
    for (_, entry) in rules::builtin().all() {
        for name in entry.meta.names() {
            let owner = owners.insert(name.to_ascii_lowercase(), entry.meta.id);
            assert!(owner.is_none(), "{name} names {owner:?} and {}", entry.meta.id);
        }
    }
}

#[test]
fn summaries_say_what_should_hold_in_a_few_words() {
    let rules = rules::builtin().all().map(|(_, entry)| (entry.meta.id, entry.meta.summary));
    let problems = FileProblem::ALL.iter().map(|problem| (problem.id(), problem.summary()));
    for (id, summary) in rules.chain(problems) {
        let length = summary.chars().count();
        assert!(length <= 60, "{id}: {length} characters: {summary}");
        assert!(!summary.ends_with('.'), "{id}: a summary has no full stop: {summary}");
        assert!(summary.starts_with(char::is_lowercase), "{id}: starts in lower case: {summary}");
        let says_what_should_hold =
            summary.starts_with("no ") || summary.split(' ').any(|word| word == "should");
        assert!(says_what_should_hold, "{id}: \"should\" or \"no\": {summary}");
        let private = ["stand", "stands", "told", "tell"];
        assert!(!summary.split(' ').any(|word| private.contains(&word)), "{id}: {summary}");
    }
}

#[test]
fn pages_have_all_sections_and_say_how_safe_fixes_are() {
    for (group, entry) in rules::builtin().all() {
        let id = entry.meta.id;
        let docs = RuleDocs::of(group, entry);
        let titles =
            ["What it checks", "Why it matters", "Examples", "Options", "Fixes", "References"];
        assert_eq!(docs.sections().map(|(title, _)| title), titles);
        for (title, text) in docs.sections() {
            assert!(!text.trim().is_empty(), "{id}: {title} is empty");
            let is_prose = title != "Examples";
            assert!(
                !is_prose || !text.contains('#') || !text.contains("\n# "),
                "{id}: {title}: {text}"
            );
        }
        assert!(!docs.why.contains("```"), "{id}: no paragraph says why: {}", docs.why);
        assert!(docs.examples.contains("```"), "{id}: no example: {}", docs.examples);
        let page = docs.to_markdown();
        assert_eq!(page.contains(NO_OPTIONS), docs.options.is_empty(), "{id}");
        let (trust, paragraphs) = match entry.meta.fixable {
            Fixable::No => ("has no fix", 1),
            Fixable::Safe => ("The fix is safe, and", 2),
            Fixable::Review => ("The fix needs review", 2),
            Fixable::Mixed => ("elsewhere it needs review", 2),
        };
        assert!(docs.fixes.contains(trust), "{id}: {}", docs.fixes);
        let found = docs.fixes.split("\n\n").count();
        assert_eq!(found, paragraphs, "{id}: `# Fixes` says what the fix does: {}", docs.fixes);
        let is_markdownlint = docs.references[0].starts_with(&format!("markdownlint {id}"));
        assert_eq!(is_markdownlint, id.starts_with("MD"), "{id}");
    }
}

#[test]
fn the_directory_of_rules_is_the_table() {
    for group in rules::builtin().groups() {
        let directory = format!("src/rules/{}/{}", group.validation.name(), group.name);
        let directory = Path::new(&directory);
        let files = std::fs::read_dir(directory)
            .unwrap_or_else(|error| panic!("{}: {error}", directory.display()))
            .map(|entry| std::fs::read_to_string(entry.expect("it can be listed").path()))
            .filter_map(Result::ok)
            .collect::<String>();
        for entry in group.rules {
            let row = format!("id: \"{}\"", entry.meta.id);
            assert_eq!(files.matches(&row).count(), 1, "{row} in {}", directory.display());
        }
        let rows = files.matches("const META: Meta = Meta {").count();
        assert_eq!(rows, group.rules.len(), "rules in {} and in its table", directory.display());
    }
}

#[test]
fn every_option_can_be_left_out_and_none_can_be_made_up() {
    for (_, entry) in rules::builtin().all() {
        assert!(entry.configure(&json!({}), Severity::Error).is_ok(), "{}", entry.meta.id);
        let unknown = entry.configure(&json!({ "no_such_option": 1 }), Severity::Error);
        assert!(unknown.is_err(), "{} takes any option", entry.meta.id);
    }
}

#[test]
fn options_have_descriptions_and_defaults_that_are_taken() {
    for (_, entry) in rules::builtin().all() {
        let schema = (entry.schema)(&mut SchemaGenerator::default());
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            continue;
        };
        for (name, property) in properties {
            let id = entry.meta.id;
            assert!(property.get("description").is_some(), "{id}: {name} is not described");
            if let Some(default) = property.get("default") {
                let options = json!({ name: default });
                let configured = entry.configure(&options, Severity::Error);
                assert!(configured.is_ok(), "{id}: {name} does not take its default {default}");
            }
        }
    }
}

#[test]
fn rules_that_mend_have_a_fixture_that_shows_it() {
    // What rules find that look at other files is shown in tests/cli/links.rs and tests/cli/site.rs.
    let looks_around = |(group, entry): &(&Group, &Entry)| {
        group.validation == ValidationType::Links && entry.meta.needs != Needs::Nothing
    };
    let alone = rules::builtin().all().filter(|rule| !looks_around(rule));
    for (group, entry) in alone {
        let directory = format!("fixtures/rules/{}/{}", group.name, entry.meta.name);
        let snapshots: String = std::fs::read_dir(&directory)
            .unwrap_or_else(|_| panic!("{} has no fixture in {directory}", entry.meta.id))
            .map(|entry| entry.expect("it can be listed").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "snap"))
            .map(|path| std::fs::read_to_string(path).expect("snapshots are UTF-8"))
            .collect();
        let safe = snapshots.contains("[safe fix]");
        let review = snapshots.contains("[fix to review]");
        let expected = match entry.meta.fixable {
            Fixable::No => (false, false),
            Fixable::Safe => (true, false),
            Fixable::Review => (false, true),
            Fixable::Mixed => (true, true),
        };
        assert_eq!((safe, review), expected, "{}: safe and review fixes shown", entry.meta.id);
    }
}
