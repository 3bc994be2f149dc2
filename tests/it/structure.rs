//! Structure files: their mistakes have places, their pages are found, and what their rules' pages
//! say is so.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use schemars::SchemaGenerator;
use tempfile::TempDir;
use validator::diagnostic::Severity;
use validator::document::Document;
use validator::rules::{self, Page, RuleSet};
use validator::structure;
use validator::text::LineIndex;

use crate::expected::{assert_all, differs};

#[test]
fn every_mistake_in_a_structure_file_is_named_with_its_place() {
    let mut differing = Vec::new();
    let mut paths: Vec<_> = fs::read_dir("fixtures/structure/mistakes")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| structure::is_structure_file(path))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let lines = LineIndex::new(&text);
        let mistakes = validator::config::check_structure_file(&text, &path);
        assert!(!mistakes.is_empty(), "{} is fine", path.display());
        let mut actual = String::new();
        for mistake in mistakes {
            let place = lines.position(&text, mistake.span.start());
            let help = mistake.help.map(|help| format!("\n    help: {help}")).unwrap_or_default();
            actual += &format!("{}:{} {}{help}\n", place.line, place.column, mistake.message);
        }
        differing.extend(differs(path.with_extension("snap"), &actual));
    }
    assert_all(differing);
}

/// The content of the page's fenced blocks with this info string.
fn blocks(page: &str, info: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let fence = line.len() - line.trim_start_matches('`').len();
        let block: String = match fence {
            0..3 => continue,
            _ => lines.by_ref().take_while(|inner| *inner != &line[..fence]),
        }
        .flat_map(|line| [line, "\n"])
        .collect();
        if &line[fence..] == info {
            blocks.push(block);
        }
    }
    blocks
}

#[test]
fn examples_of_rules_about_templates_behave() {
    let of_templates = rules::builtin().all().filter(|(_, entry)| entry.is_of_template());
    let configured = |(_, entry): (_, &'static rules::Entry)| {
        entry.configure(&serde_json::json!({}), Severity::Error).expect("no option is required")
    };
    let all = RuleSet { rules: of_templates.map(configured).collect() };
    for (_, entry) in rules::builtin().all().filter(|(_, entry)| entry.is_of_template()) {
        let id = entry.meta.id;
        let schema = (entry.schema)(&mut SchemaGenerator::default());
        let page = schema.get("description").and_then(|page| page.as_str()).unwrap();
        let template = blocks(page, "yaml").concat();
        let read = structure::read(&template, Path::new("x.structure.yaml"));
        let structure = read.unwrap_or_else(|mistakes| panic!("{id}: {mistakes:?}")).structure;
        let found = |text: &String| -> Vec<&'static str> {
            let doc = Document::parse(text.clone());
            let templates = [&structure];
            let page = Page::alone(&doc).at(Path::new("page.md")).with_templates(&templates);
            all.check_page(&page).iter().map(|found| found.rule.as_str()).collect()
        };
        for (info, bad) in [("markdown bad", true), ("markdown good", false)] {
            let examples = blocks(page, info);
            assert!(!examples.is_empty(), "{id} lacks an example `{info}`");
            for example in examples {
                let found = found(&example);
                assert_eq!(found.contains(&id), bad, "{id} in\n{example}");
                assert!(bad || found.is_empty(), "{id}: {found:?} in\n{example}");
            }
        }
    }
}

/// A directory with files, and the program run in it.
struct Case(TempDir);

impl Case {
    fn new(files: &[(&str, &str)]) -> Case {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join(".git")).unwrap();
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Case(directory)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_validator"))
            .current_dir(self.0.path())
            .args(arguments)
            .env("NO_COLOR", "1")
            .output()
            .unwrap()
    }

    /// The findings of rules about structure, one a line, and the exit code.
    fn check(&self, arguments: &[&str]) -> (String, i32) {
        let all = [arguments, &["--format", "concise", "--ignore", "MD041"]].concat();
        let output = self.run(&all);
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text.lines().filter(|line| line.contains("ST") || line.contains("structure"));
        (lines.flat_map(|line| [line, "\n"]).collect(), output.status.code().unwrap())
    }

    fn stderr(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.run(arguments).stderr).unwrap()
    }
}

const USAGE: &str = "sections:\n- heading: Usage\n";
const PAGE: &str = "# Page\n\nText.\n";

#[test]
fn templates_count_beside_their_pages_and_below() {
    let case = Case::new(&[
        ("docs/page.structure.yaml", USAGE),
        ("docs/a.md", PAGE),
        ("docs/deep/er/b.md", PAGE),
        ("other/c.md", PAGE),
    ]);
    let (found, code) = case.check(&["batch"]);
    assert_eq!(found.lines().count(), 2, "{found}");
    assert!(found.contains("docs/a.md:1:1") && found.contains("docs/deep/er/b.md:1:1"), "{found}");
    assert_eq!(code, 1);
    // The answer is the same wherever the question starts.
    let (found, _) = case.check(&["check", "docs/deep/er/b.md"]);
    assert!(found.contains("section `Usage` is missing"), "{found}");
}

#[test]
fn globs_say_which_pages_a_template_is_for() {
    let template = "files: [howto-*.md, '!howto-old.md']\nsections:\n- heading: Usage\n";
    let case = Case::new(&[
        ("p.structure.yaml", template),
        ("howto-a.md", PAGE),
        ("howto-old.md", PAGE),
        ("b.md", PAGE),
    ]);
    let (found, _) = case.check(&["batch"]);
    assert_eq!(found.lines().count(), 1, "{found}");
    assert!(found.starts_with("howto-a.md"), "{found}");
}

#[test]
fn the_front_matter_says_which_pages_a_template_is_for() {
    let template = "when: { kind: [howto, guide], params.draft: false }\nsections:\n- heading: U\n";
    let page = |matter: &str| format!("---\n{matter}---\n\n# Page\n\nText.\n");
    let case = Case::new(&[
        ("p.structure.yaml", template),
        ("a.md", &page("kind: howto\nparams:\n  draft: false\n")),
        ("b.md", &page("kind: howto\nparams:\n  draft: true\n")),
        ("c.md", &page("kind: concept\nparams:\n  draft: false\n")),
        ("d.md", &page("kind: [old, guide]\nparams: { draft: false }\n")),
        ("e.md", PAGE),
    ]);
    let (found, _) = case.check(&["batch"]);
    let files: Vec<&str> = found.lines().map(|line| &line[..4]).collect();
    assert_eq!(files, ["a.md", "d.md"], "{found}");
}

#[test]
fn the_configuration_names_templates_elsewhere() {
    let case = Case::new(&[
        ("validator.yaml", "templates: [kinds/*.structure.yaml]\n"),
        ("kinds/usage.structure.yaml", "files: docs/**\nsections:\n- heading: Usage\n"),
        ("docs/a.md", PAGE),
        ("b.md", PAGE),
    ]);
    let (found, _) = case.check(&["batch"]);
    assert_eq!(found.lines().count(), 1, "{found}");
    assert!(found.starts_with("docs/a.md"), "{found}");

    for (written, expected) in [
        ("kinds/none.structure.yaml", "`kinds/none.structure.yaml` cannot be read"),
        ("x/*.yaml", "`x/*.yaml` matches no structure file"),
        ("kinds", "`kinds` is a directory, expected files"),
    ] {
        let text = format!("templates: {written}\n");
        fs::write(case.0.path().join("validator.yaml"), text).unwrap();
        assert!(case.stderr(&["batch"]).contains(expected), "{}", case.stderr(&["batch"]));
    }
}

#[test]
fn a_template_for_no_page_is_an_error() {
    let case = Case::new(&[
        ("docs/p.structure.yaml", "files: howto/**\nsections:\n- heading: Usage\n"),
        ("docs/a.md", PAGE),
        ("more/b.md", PAGE),
        ("alone/q.structure.yaml", USAGE),
    ]);
    let output = case.run(&["batch"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("docs/p.structure.yaml:1:8"), "{text}");
    assert!(text.contains("alone/q.structure.yaml"), "{text}");
    assert!(text.contains("is for none of the pages that were checked"), "{text}");
    // Elsewhere, and for single files, nobody has asked.
    assert_eq!(case.run(&["batch", "more"]).status.code(), Some(0));
    assert_eq!(case.run(&["check", "docs/a.md"]).status.code(), Some(0));
    // Nor has anybody who leaves templates out.
    for words in ["--types=markdown", "--select=MD013,front_matter", "--ignore=templates"] {
        assert_eq!(case.run(&["batch", words]).status.code(), Some(0), "{words}");
    }
    for words in ["--types=structure", "--select=ST101", "--ignore=ST101"] {
        assert_eq!(case.run(&["batch", words]).status.code(), Some(2), "{words}");
    }
    // Values that no page has are as wrong as globs that match none.
    let template = "when: { kind: howto }\nsections:\n- heading: Usage\n";
    let case = Case::new(&[("p.structure.yaml", template), ("a.md", PAGE)]);
    assert_eq!(case.run(&["batch"]).status.code(), Some(2));
}

#[test]
fn structure_files_are_checked_themselves() {
    let wrong = "sections:\n- heading: Usage\n  requird: false\n";
    let case = Case::new(&[("p.structure.yaml", wrong), ("a.md", PAGE)]);
    let (found, code) = case.check(&["check", "p.structure.yaml"]);
    assert_eq!(code, 1);
    assert!(found.starts_with("p.structure.yaml:3:3"), "{found}");
    assert!(found.contains("did you mean `required`?"), "{found}");
    // With pages it is an error of the configuration.
    let output = case.run(&["batch"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("p.structure.yaml:3:3"));

    let case = Case::new(&[("p.structure.yaml", USAGE)]);
    assert_eq!(case.run(&["check", "p.structure.yaml"]).status.code(), Some(0));
    // No rule for Markdown touches it.
    assert_eq!(case.run(&["check", "--fix", "p.structure.yaml"]).status.code(), Some(0));
    let text = fs::read_to_string(case.0.path().join("p.structure.yaml")).unwrap();
    assert_eq!(text, USAGE);
}

#[test]
fn levels_types_and_comments_count_for_templates_too() {
    let case = Case::new(&[("p.structure.yaml", USAGE), ("a.md", PAGE)]);
    let (found, code) = case.check(&["check", "a.md"]);
    assert!(found.contains("error") && code == 1, "{found}");
    let (found, code) = case.check(&["check", "a.md", "--types", "markdown"]);
    assert_eq!((found.as_str(), code), ("", 0));
    fs::write(case.0.path().join("validator.yaml"), "rules: { ST101: info }").unwrap();
    let (found, code) = case.check(&["check", "a.md"]);
    assert!(found.contains("info") && code == 0, "{found}");
    let text = "<!-- validator-disable ST101 -->\n\n# Page\n\nText.\n";
    let other = "<!-- markdownlint-disable ST101 -->\n\n# Page\n\nText.\n";
    for text in
        [text, other].into_iter().filter(|text| !Document::parse(*text).directives.is_empty())
    {
        fs::write(case.0.path().join("a.md"), text).unwrap();
        assert_eq!(case.check(&["check", "a.md"]).0, "");
    }
}

#[test]
fn a_template_and_a_family_can_demand_front_matter() {
    let page = ("a.md", "\n# Page\n\nText.\n");
    let found = |template: &str, page| {
        let case = Case::new(&[("p.structure.yaml", template), page]);
        case.check(&["check", "a.md"]).0
    };
    let expected = "a.md:1:1: error ST107";
    let text = found("front_matter: required\n", page);
    assert!(text.starts_with(expected) && text.contains("the page has no front matter"), "{text}");
    let text = found("front_matter: required\n", ("a.md", "---\n---\n\n# Page\n"));
    assert!(text.starts_with(expected) && text.contains("the front matter is empty"), "{text}");
    let text = found("front_matter: { required: [title, owner] }\n", page);
    assert!(text.starts_with(expected) && text.contains("`title`") && text.contains("`owner`"));
    assert_eq!(text.lines().count(), 1, "{text}");
    for page in ["---\ntitle: a\n---\n", "---\n- [\n---\n"] {
        assert_eq!(found("front_matter: required\n", ("a.md", page)), "", "{page}");
    }

    let families = "families: { words: { include: [words/**], rules: { YAML005: { every_page: \
                    true } } } }\n";
    let case = Case::new(&[("validator.yaml", families), page, ("words/a.md", PAGE)]);
    let text = case.run(&["batch", "--format", "concise", "--ignore", "MD041"]).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(text.starts_with("words/a.md:1:1: error YAML005"), "{text}");
    assert!(text.contains("the page has no front matter, expected one with `title`"), "{text}");
}

#[test]
fn a_missing_section_is_inserted_where_it_belongs() {
    let template =
        "sections:\n- heading: A\n- heading: B\n  sections: [{ heading: C }]\n- heading: D\n";
    let case = Case::new(&[
        ("p.structure.yaml", template),
        ("a.md", "# Page\n\n## A\n\nText.\n\n## D\n\nText.\n"),
    ]);
    let output = case.run(&["check", "--fix", "--unsafe-fixes", "a.md"]);
    let text = fs::read_to_string(case.0.path().join("a.md")).unwrap();
    assert_eq!(text, "# Page\n\n## A\n\nText.\n\n## B\n\n### C\n\n## D\n\nText.\n", "{output:?}");
}

#[test]
fn many_missing_sections_at_one_place_are_inserted_in_order() {
    let names: Vec<String> = (0..60).map(|number| format!("Part {number}")).collect();
    let sections: String = names.iter().map(|name| format!("- heading: {name}\n")).collect();
    let case =
        Case::new(&[("p.structure.yaml", &format!("sections:\n{sections}")), ("a.md", PAGE)]);
    let output = case.run(&["check", "--unsafe-fixes", "a.md"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = fs::read_to_string(case.0.path().join("a.md")).unwrap();
    let found: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(found, names);
}

const RICH: &str = "
when: { a: [1, b] }
title: { field: title, file_name: true, pattern: ^A }
front_matter: { required: [title], properties: { a: { type: string } } }
intro: { paragraphs: { min: 1, max: 2 }, words: 3, links: 1 }
others: false
sections:
- heading: [a, b]
  content: { lists: {}, code: { languages: [sh] }, tables: { columns: [a] }, images: {} }
  sections: [{ heading: c }, { heading: d, level: 5 }]
- pattern: '[0-9]'
  repeat: true
- heading: long heading
forbidden: [{ pattern: x }]
";

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn any_page_can_be_checked(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "---\n", "title: é\n", "# a\n", "## b\n", "### c\n", "#### 1 #\n", "a\n===\n", "b 2\n--\n",
            "## logn heading", "\n", "\r\n", "- a\n", "1. b\n", "```sh\n", "```\n", "| a | b |\n|--|--|\n",
            "![](x)", "[é](y)", "> ## a\n", "<!--", "-->\n", "<div>\n", "x", "é", "\t", "## **a** `b` {#c}\n",
        ]), 0..40)
    ) {
        let structure = structure::read(RICH, Path::new("x.structure.yaml")).ok().unwrap().structure;
        let doc = Document::parse(parts.concat());
        structure.applies(&doc);
        for breach in structure.check(&doc, Path::new("a.md")) {
            proptest::prop_assert!(doc.text.get(breach.span.range()).is_some(), "{:?}", breach);
            for edit in breach.fix.iter().flat_map(|fix| &fix.edits) {
                proptest::prop_assert!(doc.text.get(edit.span.range()).is_some(), "{:?}", breach);
            }
        }
    }

    #[test]
    fn any_text_is_a_structure_file_or_has_mistakes_with_places(
        parts in proptest::collection::vec(proptest::sample::select(vec![
            "sections:\n", "- heading: a\n", "  sections:\n", "  - heading: b\n", "    level: 9\n",
            "  pattern: '('\n", "title: x\n", "title: { field: é }\n", "front_matter: { type: x }\n",
            "when: { a: b }\n", "files: ['[']\n", "&a [*a]\n", "? {}\n", "é\n", "intro: { words: -1 }\n",
        ]), 0..12)
    ) {
        let text = parts.concat();
        for mistake in validator::config::check_structure_file(&text, Path::new("x.structure.yaml")) {
            proptest::prop_assert!(text.get(mistake.span.range()).is_some(), "{:?}", mistake);
        }
    }
}

#[test]
fn a_page_of_many_headings_is_checked_in_no_time() {
    let structure = structure::read(RICH, Path::new("x.structure.yaml")).ok().unwrap().structure;
    for repeated in ["## 1\n\n## a\n\n", "## a\n\n## longest\n\n", "### a\n\n## 1\n\n- x\n\n"] {
        let doc = Document::parse(repeated.repeat(20_000));
        let start = std::time::Instant::now();
        assert!(!structure.check(&doc, Path::new("a.md")).is_empty());
        assert!(start.elapsed().as_secs() < 5, "{repeated:?} took {:?}", start.elapsed());
    }
}
