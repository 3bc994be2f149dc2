//! Front matter and data files in a run: which files are checked with what, schemas by
//! configuration and by name, and what no two pages may share.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use validator::config::{CommandLine, Project, Request};
use validator::diagnostic::Safety;
use validator::engine::{self, Base, Event, Job, Skipped, Walk, Workspace};

/// A directory, and how it is checked.
struct Case {
    directory: TempDir,
    types: Option<&'static str>,
    threads: usize,
    fix: Option<Safety>,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Case {
        let directory = tempfile::tempdir().expect("a directory for the case");
        fs::create_dir(directory.path().join(".git")).expect("an empty directory");
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().expect("it is below the directory"))
                .expect("a directory");
            fs::write(path, text).expect("a file");
        }
        Case { directory, types: None, threads: 2, fix: None }
    }

    fn types(mut self, types: &'static str) -> Case {
        self.types = Some(types);
        self
    }

    fn project(&self) -> Project {
        let types = self.types.map(|types| types.split(',').map(str::to_owned).collect());
        let overrides = CommandLine { types: types.unwrap_or_default(), ..CommandLine::default() };
        let start = self.directory.path().to_owned();
        let request = Request { start, overrides, ..Request::default() };
        Project::load(request).unwrap_or_else(|error| panic!("{error}"))
    }

    /// All findings of rules of these types, a line each, as they are reported.
    fn found(&self) -> Vec<String> {
        self.run().0
    }

    fn run(&self) -> (Vec<String>, Skipped, String) {
        let project = Arc::new(self.project());
        let base = Base::new(self.directory.path());
        let walk = Walk { base: &base, project: &project, no_ignore: false };
        let walked = engine::walk(&[self.directory.path().to_owned()], &walk);
        let workspace = Workspace::new(project.clone());
        let job = Job {
            threads: self.threads,
            fix: self.fix,
            render: &|file, _, out| {
                for finding in &file.findings {
                    out.extend_from_slice(format!("{} {}\n", file.shown, finding.rule).as_bytes());
                }
            },
            ..Job::new(&workspace, &walked.files)
        };
        let (mut found, mut all) = (Vec::new(), String::new());
        engine::run(&job, &mut |event| {
            if let Event::Checked { file, rendered, .. } = event {
                all.push_str(std::str::from_utf8(rendered).expect("it was written as text"));
                for finding in file.findings.iter().filter(|found| !found.rule.starts_with("MD")) {
                    found.push(format!(
                        "{}:{}:{} {} {} {}",
                        file.shown,
                        finding.start.line,
                        finding.start.column,
                        finding.severity.name(),
                        finding.rule,
                        finding.message
                    ));
                }
            }
            ControlFlow::Continue(())
        });
        (found, walked.skipped, all)
    }
}

fn page(title: &str) -> String {
    format!("---\ntitle: {title}\n---\n\n# {title}\n")
}

#[test]
fn without_a_word_front_matter_and_data_files_have_to_parse_and_no_more() {
    let case = Case::new(&[
        ("a.md", "---\ntitle: a: b\n---\n"),
        ("b.md", "---\ntitle: B\ntitle: B\n---\n\n# B\n"),
        ("c.yml", "a: [1\n"),
        ("d.json", "{\"a\": 1, \"a\": 2}\n"),
        ("e.toml", "a = \n"),
        ("f.jsonc", "// fine\n{}\n"),
    ]);
    let found = case.found();
    let places: Vec<&str> = found.iter().filter_map(|found| found.split(' ').nth(2)).collect();
    assert_eq!(places, ["YAML001", "YAML004", "DATA001", "DATA002", "DATA001"], "{found:#?}");
    assert!(found.iter().all(|found| found.contains(" error ")), "{found:#?}");
}

#[test]
fn the_type_yaml_brings_the_rules_about_fields() {
    let case = Case::new(&[
        ("a.md", "---\ntitle: Short\ndate: 2024-02-30\ntags: a\n---\n"),
        ("README.md", "# No front matter\n"),
        ("c.yml", "a: [1\n"),
    ])
    .types("yaml");
    let (found, skipped, _) = case.run();
    assert_eq!(
        found,
        [
            "a.md:1:1 warning YAML006 front matter has no `description`, which every page should have",
            "a.md:2:8 warning YAML009 `title` has 5 characters, expected at least 10",
            "a.md:3:7 error YAML008 `date` is `2024-02-30`, which does not exist: month 2 of 2024 \
             has 29 days",
            "a.md:4:7 error YAML007 `tags` is a string, expected a list such as `[one, two]`",
        ]
    );
    assert_eq!(skipped.data, 1);
}

#[test]
fn a_rule_about_fields_can_be_switched_on_alone() {
    let config = "rules: { required-fields: { fields: [owner] } }\n";
    let case = Case::new(&[("validator.yaml", config), ("a.md", "---\ntitle: a\n---\n")]);
    assert_eq!(
        case.found(),
        ["a.md:1:1 error YAML005 front matter has no `owner`, which is required"]
    );
}

const SCHEMAS: &str = "\
schemas:
  - files: people/*
    schema: schemas/person.json
  - files: docs/**/*.md
    schema:
      required: [title]
      properties: { title: { type: string } }
";

#[test]
fn schemas_of_the_configuration_are_for_data_files_and_front_matter() {
    let case = Case::new(&[
        ("validator.yaml", SCHEMAS),
        ("schemas/person.json", "{\"properties\": {\"age\": {\"type\": \"integer\"}}}"),
        ("people/a.yaml", "name: a\nage: \"7\"\n"),
        ("people/b.toml", "age = 7\n"),
        ("people/README.md", "# People\n"),
        ("docs/a.md", "---\ntitle: 5\n---\n"),
        ("docs/b/c.md", "---\nx: y\n---\n"),
        ("other.md", "---\ntitle: 5\n---\n"),
    ]);
    assert_eq!(
        case.found(),
        [
            "docs/a.md:2:8 error YAML012 expected a string, found an integer `5`; put it in quotes \
             if it is text",
            "docs/b/c.md:2:1 error YAML012 key `title` is missing",
            "people/a.yaml:2:6 error DATA003 expected an integer, found a string `7`; remove the \
             quotes",
        ]
    );
}

#[test]
fn a_schema_that_is_for_no_file_is_noticed_where_all_files_are_checked() {
    let case = Case::new(&[("validator.yaml", SCHEMAS), ("schemas/person.json", "{}")]);
    let project = case.project();
    let root = case.directory.path();
    let unused = |directory: &Path, files: &[&str]| {
        let files: Vec<_> = files.iter().map(|file| root.join(file)).collect();
        let files: Vec<&Path> = files.iter().map(|file| &**file).collect();
        let places = project.unused_schemas(directory, &files);
        places.iter().map(|place| place.line).collect::<Vec<_>>()
    };
    assert_eq!(unused(root, &["people/a.yaml"]), [4]);
    assert_eq!(unused(root, &["people/a.yaml", "docs/x.md"]), [0; 0]);
    assert_eq!(unused(&root.join("people"), &["people/a.yaml"]), [0; 0]);
}

#[test]
fn mistakes_in_schemas_have_their_place_in_the_configuration() {
    let mistake = |text: &str| {
        let case = Case::new(&[("validator.yaml", text), ("bad.json", "{\"type\": 1}")]);
        let request = Request { start: case.directory.path().to_owned(), ..Request::default() };
        let error = Project::load(request).err().expect("a mistake").to_string();
        let directory = case.directory.path().display().to_string();
        error.replace(&format!("{directory}/"), "").replace(&directory, ".")
    };
    for (text, expected) in [
        ("schemas: [{ files: a, schema: none.json }]", "no schema `none.json` in ."),
        ("schemas: [{ files: a, schema: bad.json }]", "the schema `bad.json` is wrong at /type"),
        ("schemas: [{ files: a, schema: { type: objekt } }]", "validator.yaml:1:39"),
        ("schemas: [{ files: a, schema: https://a.b/c.json }]", "nothing is fetched"),
        ("schemas: [{ files: a }]", "schema without `schema`"),
        ("schemas: [{ schema: true }]", "schema without `files`"),
        (
            "schemas: [{ files: a, schema: 1 }]",
            "`schema` is an integer, expected a path or a mapping",
        ),
        ("schemas: [{ files: '..', schema: true }]", "leaves the directory"),
        ("schemas: [{ file: a, schema: true }]", "unknown key `file`"),
    ] {
        let found = mistake(text);
        assert!(found.contains(expected), "{text}\n{found}");
    }
}

#[test]
fn files_name_their_schema_and_addresses_are_not_followed() {
    let case = Case::new(&[
        ("s/a.json", "{\"$defs\": {\"p\": {\"type\": \"integer\"}}, \"required\": [\"x\"]}"),
        ("a.json", "{\"$schema\": \"s/a.json\"}"),
        ("b.yaml", "# yaml-language-server: $schema=./s/a.json#/$defs/p\nx: 1\n"),
        ("c.json", "{\"$schema\": \"https://example.com/c.json\"}"),
        ("d.json", "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"set\"}"),
    ]);
    let found = case.found();
    assert_eq!(found.len(), 4, "{found:#?}");
    assert_eq!(found[0], "a.json:1:1 error DATA003 key `x` is missing");
    assert!(found[1].starts_with("b.yaml:2:1 error DATA003 expected an integer"), "{found:#?}");
    assert!(found[2].starts_with("c.json:1:14 info DATA004 "), "{found:#?}");
    assert!(found[3].starts_with("d.json:1:"), "{found:#?}");
}

/// Many pages, so that threads finish in any order.
fn pages() -> Vec<(String, String)> {
    (0..200)
        .map(|number| (format!("p{number:03}.md"), page(&format!("Page {}", number % 150))))
        .collect()
}

#[test]
fn a_value_that_pages_share_is_reported_on_the_later_page() {
    let config = "rules: { unique-fields: true }\n";
    let (install, off) =
        (page("Install"), page("Install") + "\n<!-- markdownlint-disable-file YAML011 -->\n");
    let case = Case::new(&[
        ("validator.yaml", config),
        ("a.md", &install),
        ("b/a.md", &install),
        ("b/b.md", &install),
        ("c.md", &off),
        ("d.md", "---\ntitle: install\n---\n"),
    ]);
    let message = "`title` is `Install`, which a.md:2 already has; expected a unique value";
    assert_eq!(
        case.found(),
        [
            format!("b/a.md:2:8 warning YAML011 {message}"),
            format!("b/b.md:2:8 warning YAML011 {message}")
        ]
    );
}

#[test]
fn what_pages_share_does_not_depend_on_threads_and_is_in_the_report() {
    let mut files = pages();
    files.push(("validator.yaml".to_owned(), "rules: { unique-fields: true }".to_owned()));
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut case = Case::new(&files);
    case.threads = 1;
    let one = case.run();
    assert_eq!(one.0.len(), 50);
    assert_eq!(one.2.matches("YAML011").count(), 50, "rendered with the page");
    case.threads = 8;
    assert_eq!(case.run(), one);
    case.fix = Some(Safety::Safe);
    assert_eq!(case.run().0, one.0);
}
