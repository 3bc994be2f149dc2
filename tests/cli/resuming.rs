//! `validator batch --resume`: the same report, status and record as a run that nobody disturbed.

use rusqlite::Connection;
use validator::store::{Store, WorkflowId, WorkflowState};

use crate::other_version::rename_rule;
use crate::project::Project;
use crate::recording::{runs, store};

/// A project of pages with findings of all sorts, with a record.
fn project() -> Project {
    let project = Project::new(&[(
        "validator.yaml",
        "rules: { MD013: { line_length: 60 }, LINK014: true }\n",
    )]);
    for number in 0..40 {
        // The second of two equal ids names the place of the first.
        let page = format!(
            "\u{feff}# T {number}\n\n### 日本 {number} \n\n<!-- validator-disable MD010 -->\n\n\tcode\t{number}\n\n\n\n{}\n\nx <a id=\"a\"></a> <a id=\"a\"></a>\n",
            "word ".repeat(number)
        );
        project.write(&format!("docs/{number}.md"), page);
    }
    project.run("init");
    project
}

/// Makes a run one whose process died when it had done this many files.
fn cut(project: &Project, run: WorkflowId, done: usize) {
    let path = Store::path(project.root());
    let database = Connection::open(path).expect("a database");
    let values = (run, done);
    database
        .execute(
            "UPDATE workflows SET state = 'FAILED', done = ?2, last_validation = NULL WHERE id = ?1",
            values,
        )
        .expect("it is changed");
    database
        .execute(
            "DELETE FROM validations WHERE workflow = ?1
             AND id >= (SELECT first_validation FROM workflows WHERE id = ?1) + ?2",
            values,
        )
        .expect("they are gone");
    database
        .execute(
            "UPDATE files SET latest = NULL WHERE latest NOT IN (SELECT id FROM validations)",
            [],
        )
        .expect("files");
    database
        .execute(
            "DELETE FROM recommendations WHERE validation NOT IN (SELECT id FROM validations)",
            [],
        )
        .expect("recommendations");
}

/// The report but for the time that it took.
fn report(text: &str) -> String {
    let is_time = |line: &&str| !line.contains("elapsed_ms");
    text.lines()
        .filter(is_time)
        .map(|line| line.split(" in ").next().unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_run_goes_on_and_reports_as_if_nobody_had_disturbed_it() {
    for format in ["text", "json", "concise", "jsonl --show-suppressed"] {
        let project = project();
        let line = format!("batch docs --format {format} --fail-on warning");
        let whole = project.run(&line);
        assert_eq!(whole.code, 1, "{whole:?}");
        let has_related = whole.stdout.contains("\"related\"");
        assert_eq!(has_related, format.starts_with("json"), "{whole:?}");
        let store = store(&project);
        let run = runs(&store).swap_remove(0);
        let counts = run.counts;
        cut(&project, run.id, 25);
        let again =
            project.run(&format!("batch --resume {} --format {format} --fail-on warning", run.id));
        assert_eq!((again.code, report(&again.stdout)), (1, report(&whole.stdout)), "{again:?}");
        let now = store.read(|reader| reader.workflow(run.id)).expect("the run");
        assert_eq!(
            (now.state, now.done, now.total, now.counts),
            (WorkflowState::Completed, 40, 40, counts)
        );
        let recorded = store.read(|reader| reader.recorded(run.id)).expect("validations");
        assert_eq!(recorded.len(), 40);
    }
}

fn checked_since(project: &Project, seq: i64) -> Vec<String> {
    let store = store(project);
    let events = store.read(|reader| reader.events_since(seq, 10_000, Default::default()));
    let created =
        events.expect("events").into_iter().filter(|event| event.kind == "validation_created");
    let path = |data: String| {
        let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
        data["path"].as_str().expect("a path").to_owned()
    };
    created.map(|event| path(event.data)).collect()
}

#[test]
fn only_what_is_new_or_changed_is_checked() {
    let project = project();
    project.run("batch docs");
    let store = store(&project);
    let run = runs(&store)[0].id;
    cut(&project, run, 38);
    let head = || store.read(|reader| reader.log_state()).expect("the log").head;
    let before = head();
    project.write("docs/12.md", "# Another\n");
    assert_eq!(project.run(&format!("batch --resume {run}")).code, 1);
    assert_eq!(checked_since(&project, before), ["docs/12.md", "docs/8.md", "docs/9.md"]);

    // Other settings: all files have to be checked, but for those whose settings stayed.
    cut(&project, run, 38);
    let before = head();
    project.write("validator.yaml", "rules: { MD013: { line_length: 60 }, LINK014: true }\noverrides:\n  - files: [docs/3*.md]\n    rules: { MD012: off }\n");
    assert_eq!(project.run(&format!("batch --resume {run}")).code, 1);
    let again = checked_since(&project, before);
    assert!(again.contains(&"docs/30.md".to_owned()) && again.len() < 16, "{again:?}");
}

#[test]
fn what_schemas_and_templates_say_belongs_to_the_settings() {
    let project = Project::new(&[
        ("validator.yaml", "schemas:\n  - { files: ['a/*.md'], schema: schema.json }\n"),
        ("schema.json", r#"{ "required": ["slug"] }"#),
        ("b/page.structure.yaml", "sections:\n  - heading: One\n"),
    ]);
    for directory in ["a", "b", "c"] {
        for number in 0..3 {
            project
                .write(&format!("{directory}/{number}.md"), "---\nslug: x\n---\n\n# T\n\n## One\n");
        }
    }
    let store = Store::create(project.root()).expect("a record");
    let again = |name: &str, text: &str| {
        assert_eq!(project.run("batch --fail-on never").code, 0);
        let run = runs(&store)[0].id;
        cut(&project, run, 11);
        project.write(name, text);
        let before = store.read(|reader| reader.log_state()).expect("the log").head;
        let ran = project.run(&format!("batch --resume {run}"));
        assert!(ran.code < 2, "{ran:?}");
        checked_since(&project, before)
    };
    assert_eq!(again("c/new.txt", "no page"), Vec::<String>::new());
    assert_eq!(
        again("schema.json", r#"{ "required": ["title"] }"#),
        ["a/0.md", "a/1.md", "a/2.md", "schema.json"]
    );
    assert_eq!(
        again("b/page.structure.yaml", "sections:\n  - heading: Two\n"),
        ["b/0.md", "b/1.md", "b/2.md"]
    );
}

#[test]
fn pages_that_are_held_against_each_other_are_read_again() {
    let project = Project::new(&[]);
    for number in 0..20 {
        project.write(&format!("{number}.md"), "---\nslug: same\n---\n\n# T\n");
    }
    let line = "batch --record --types yaml --select YAML011 --format jsonl";
    let whole = project.run(line).stdout;
    assert_eq!(whole.lines().count(), 19);
    let run = runs(&store(&project))[0].id;
    cut(&project, run, 10);
    assert_eq!(project.run(&format!("batch --resume {run} --format jsonl")).stdout, whole);
}

#[test]
fn the_run_goes_on_in_its_own_directory_with_its_own_settings() {
    let project = project();
    let mut command = project.command("batch . --select MD012 --exclude 1*.md --format jsonl");
    command.current_dir(project.path("docs"));
    let whole: crate::project::Ran = command.output().expect("run").into();
    let run = runs(&store(&project))[0].id;
    cut(&project, run, 3);
    let again = project.run(&format!("batch --resume {run} --format jsonl --output out.jsonl"));
    assert_eq!((again.code, project.read("out.jsonl")), (1, whole.stdout));
}

#[test]
fn what_cannot_go_on_says_why() {
    let project = project();
    project.run("batch docs");
    project.run("check docs/1.md");
    let runs = runs(&store(&project));
    let (check, batch) = (runs[0].id, runs[1].id);
    let refused = |line: &str, said: &str| {
        let ran = project.run(line);
        assert!(ran.code == 2 && ran.stderr.contains(said), "{line}: {ran:?}");
    };
    refused(&format!("batch --resume {batch}"), "came to its end");
    cut(&project, check, 0);
    refused(&format!("batch --resume {check}"), "not started by `validator batch`");
    refused(&format!("batch docs --resume {batch}"), "leave out directories");
    refused(&format!("batch --select MD001 --resume {batch}"), "leave out directories");
    refused("batch --resume 17", "run `17` not found");
    refused("batch --resume wf_00000000000", "there is no workflow");
    let nowhere = Project::new(&[("a.md", "# T\n")]);
    let ran = nowhere.run(&format!("batch --resume {batch}"));
    assert!(ran.code == 2 && ran.stderr.contains("validator init"), "{ran:?}");
}

#[test]
fn what_a_version_with_other_rules_found_is_looked_for_again() {
    let project = project();
    let whole = project.run("batch docs --format concise");
    assert!(whole.stdout.contains("MD012"), "{whole:?}");
    let run = runs(&store(&project))[0].id;
    cut(&project, run, 38);
    assert!(rename_rule(project.root(), "MD012", "XX012") > 1);
    let again = project.run(&format!("batch --resume {run} --format concise"));
    assert_eq!((again.code, report(&again.stdout)), (whole.code, report(&whole.stdout)));
}
