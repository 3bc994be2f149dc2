//! Facts of pages, and what `join` finds in them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::project::{Project, Ran};
use crate::random::number;
use crate::shards::random_project;

/// All files of a project, from its root.
fn files(project: &Project) -> Vec<String> {
    fn walk(directory: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(directory).expect("it is there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() && !path.ends_with(".git") {
                walk(&path, root, found);
            } else if path.is_file() {
                let below = path.strip_prefix(root).expect("it lies there");
                found.push(below.to_str().expect("text").replace('\\', "/"));
            }
        }
    }
    let mut found = Vec::new();
    walk(project.root(), project.root(), &mut found);
    found
}

/// What a worker answers to all files that are text, in an order that no walk has.
fn answers(project: &Project, options: &str) -> Ran {
    let mut input = String::new();
    for path in files(project).iter().rev() {
        if let Ok(text) = fs::read_to_string(project.path(path))
            && (path.ends_with(".md") || path.ends_with(".json"))
        {
            let want = ["findings", "facts"];
            input += &(json!({ "path": path, "text": text, "want": want }).to_string() + "\n");
        }
    }
    let ran = project.run_with_input(&format!("pipe {options}"), input.as_bytes());
    assert_eq!(ran.code, 0, "{ran:?}");
    ran
}

fn sorted<'r>(rows: impl Iterator<Item = &'r str>) -> Vec<&'r str> {
    let mut rows: Vec<&str> = rows.collect();
    rows.sort_unstable();
    rows
}

/// The rows that the worker found alone.
fn local_rows(answered: &Ran) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Rows {
        #[serde(default)]
        findings: Vec<Box<serde_json::value::RawValue>>,
    }
    let rows = answered.stdout.lines().flat_map(|line| {
        let answer: Rows = serde_json::from_str(line).expect("an answer");
        answer.findings
    });
    rows.map(|row| row.get().to_owned()).collect()
}

#[test]
fn workers_and_join_find_what_one_run_finds() {
    for seed in [3, 1_234, 777_777, number("SEED", 42)] {
        let project = random_project(seed);
        let listed = files(&project).join("\n");
        let batch = project.run("batch --format jsonl");
        let answered = answers(&project, "--config validator.yaml");
        project.write(".git/answers.jsonl", &answered.stdout);
        project.write(".git/files.txt", listed);
        for memory in ["", "--memory 1"] {
            let joined = project.run(&format!(
                "join .git/answers.jsonl --files .git/files.txt --format jsonl {memory}"
            ));
            assert_eq!(joined.code, 1, "{joined:?}");
            let local = local_rows(&answered);
            let both = local.iter().map(String::as_str).chain(joined.stdout.lines());
            let both: Vec<String> = both.map(without_edits).collect();
            let both = both.iter().map(String::as_str);
            // What is no text cannot be sent to a worker.
            let expected = batch.stdout.lines().filter(|row| !row.contains("\"invalid-utf8\""));
            let expected: Vec<String> = expected.map(without_edits).collect();
            let expected = expected.iter().map(String::as_str);
            let (both, expected) = (sorted(both), sorted(expected));
            for (found, expected) in both.iter().zip(&expected) {
                assert_eq!(found, expected, "seed {seed}");
            }
            assert_eq!(both.len(), expected.len(), "seed {seed}");
            // In the order of a run, page by page.
            let order = expected_order(&batch, &joined);
            let order: Vec<String> = order.into_iter().map(without_edits).collect();
            let joined: Vec<String> = joined.stdout.lines().map(without_edits).collect();
            assert_eq!(order, joined, "seed {seed}");
        }
    }
}

/// The rows of a run that `join` has found too, in the order of the run.
fn expected_order<'r>(batch: &'r Ran, joined: &Ran) -> Vec<&'r str> {
    let joined: Vec<String> = joined.stdout.lines().map(without_edits).collect();
    batch.stdout.lines().filter(|row| joined.contains(&without_edits(row))).collect()
}

/// A row of a link without the edits of its fix: `join` has no text in which their lines and columns
/// could be told.
fn without_edits(row: &str) -> String {
    let is_link = row.contains("\"rule\":\"LINK");
    if is_link { without_any_edits(row) } else { row.to_owned() }
}

/// A row without the edits of its fix.
pub fn without_any_edits(row: &str) -> String {
    let mut row: Value = serde_json::from_str(row).expect("a row is JSON");
    if let Some(fix) = row.get_mut("fix").and_then(Value::as_object_mut) {
        fix.remove("edits");
    }
    row.to_string()
}

#[test]
fn facts_are_rows_of_the_published_schema() {
    let project = random_project(9);
    let answered = answers(&project, "--config validator.yaml");
    let schema =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("facts.schema.json"));
    let schema: Value = serde_json::from_str(&schema.expect("it is there")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let mut kinds: Vec<String> = Vec::new();
    let mut rows = String::new();
    for answer in answered.findings() {
        for fact in answer["facts"].as_array().expect("facts") {
            assert!(validator.is_valid(fact), "{fact}");
            kinds.push(fact["kind"].as_str().expect("a kind").to_owned());
            rows += &(fact.to_string() + "\n");
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, ["anchor", "field", "file", "link", "page"]);
    assert!(!validator.is_valid(&json!({ "kind": "page" })));

    // Rows alone, in whatever order their engine gives them back, say the same as answers.
    project.write(".git/answers.jsonl", &answered.stdout);
    let mut shuffled: Vec<&str> = rows.lines().collect();
    shuffled.sort_by_key(|row| row.len() * 31 % 101);
    let half = shuffled.len() / 2;
    project.write(".git/one.jsonl", shuffled[..half].join("\n"));
    project.write(".git/two.jsonl", shuffled[half..].join("\n"));
    let whole = project.run("join .git/answers.jsonl --format jsonl");
    let parts = project.run("join .git/two.jsonl .git/one.jsonl --format jsonl");
    assert!(whole.stdout.lines().count() > 3, "{whole:?}");
    assert_eq!(whole.stdout, parts.stdout);
}

#[test]
fn facts_that_do_not_belong_together_are_refused_with_a_sentence() {
    let project = random_project(13);
    let one = answers(&project, "--config validator.yaml").stdout;
    let other = answers(&project, "--config validator.yaml --ignore MD009").stdout;
    let refused = |text: &str, expected: &str| {
        project.write(".git/facts.jsonl", text);
        let ran = project.run("join .git/facts.jsonl");
        assert_eq!((ran.code, &*ran.stdout), (2, ""), "{ran:?}");
        assert!(ran.stderr.contains(expected) && ran.stderr.contains("help: "), "{}", ran.stderr);
    };
    let lines: Vec<&str> = one.lines().collect();
    let others: Vec<&str> = other.lines().collect();
    refused(&[lines[0], others[1]].join("\n"), "different settings or versions");
    refused(&[lines[0], lines[1], lines[0]].join("\n"), "there are two pages");
    refused(
        "{\"kind\":\"anchor\",\"page\":\"a.md\",\"at\":0,\"name\":\"x\"}",
        "its row of the kind page",
    );
    refused("{\"kind\":\"nothing\"}", "facts.jsonl:1: unknown variant `nothing`");
    refused("no json", "facts.jsonl:1:");
    refused(&one[..one.len() / 2], "facts.jsonl:");
    refused("", "no facts");
    let ran = project.run("join nowhere.jsonl");
    assert!(ran.code == 2 && ran.stderr.contains("`nowhere.jsonl` cannot be read"), "{ran:?}");
}

#[test]
fn what_cannot_be_told_is_not_dead_and_said() {
    let project = Project::new(&[]);
    let page =
        json!({ "path": "a.md", "text": "# A\n\n[b](b.md#x) [c](c.md)\n", "want": ["facts"] });
    let poisoned = json!({ "path": "b.md", "text": "a\u{0}b", "want": ["facts"] });
    let input = format!("{page}\n{poisoned}\n");
    let answered = project.run_with_input("pipe --types links", input.as_bytes());
    assert_eq!(answered.code, 1);
    project.write("facts.jsonl", &answered.stdout);
    project.write("list.txt", "./mkdocs.yml\n");
    let joined = project.run("join facts.jsonl --files list.txt --format concise");
    assert_eq!(joined.stdout.lines().count(), 1, "{joined:?}");
    assert!(joined.stdout.contains("c.md"), "{joined:?}");
    assert!(joined.stderr.contains("1 page could not be checked"), "{joined:?}");
    assert!(joined.stderr.contains("`mkdocs.yml` is not looked at"), "{joined:?}");
    assert_eq!(project.run("join facts.jsonl --fail-on never").code, 0);
}
