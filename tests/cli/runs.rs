//! `validator runs` and `validator history`.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;
use validator::store::WorkflowId;

use crate::project::{Project, Ran};
use crate::recording::{runs, store};

fn project() -> (Project, WorkflowId, WorkflowId) {
    let project =
        Project::new(&[("api/a.md", "# T\n\none \n\ntwo \n"), ("b.md", "# T\n\n### U\n")]);
    project.run("batch --record");
    project.write("api/a.md", "# T\n\nNew.\n\none\n\ntwo \n\n#### Deep\n\n#### Deeper \n");
    project.write("api/c.md", "# T\n\nthree \n");
    project.run("batch");
    let runs = runs(&store(&project));
    let (before, after) = (runs[1].id, runs[0].id);
    (project, before, after)
}

fn json(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.stdout).expect("JSON")
}

#[test]
fn runs_are_listed_the_newest_first() {
    let (project, before, after) = project();
    let ran = project.run("runs");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("RUN") && lines.len() == 3, "{ran:?}");
    assert!(lines[1].contains(&after.to_string()) && lines[1].contains("COMPLETED"), "{ran:?}");
    let listed = json(&project.run("runs --format json --limit 1"));
    assert_eq!(listed["items"][0]["id"], after.to_string());
    assert_eq!(listed["next"], after.to_string());
    let rest = json(&project.run(&format!("runs --format json --after {after}")));
    assert_eq!(rest["items"][0]["id"], before.to_string());
    assert!(project.run("runs --state failed").stdout.contains("no such run"));
    assert_eq!(project.run("runs --state done").code, 2);
}

#[test]
fn lists_are_no_wider_than_the_terminal() {
    let (project, ..) = project();
    for line in ["runs", "history api/a.md", "review", "review list --all"] {
        for width in [40, 60, 80, 200] {
            let output = project.command(line).env("COLUMNS", width.to_string()).output();
            let ran: Ran = output.expect("run").into();
            assert_eq!(ran.code, 0, "{line}: {ran:?}");
            let table = ran.stdout.lines().take_while(|line| !line.is_empty());
            assert!(table.clone().count() > 1, "{ran:?}");
            for line in table {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn a_run_is_shown_with_what_it_found() {
    let (project, _, after) = project();
    let ran = project.run(&format!("runs show {after}"));
    for said in ["COMPLETED", "3 of 3", "5 warnings", "MD009", "no trailing spaces"] {
        assert!(ran.stdout.contains(said), "{said}: {ran:?}");
    }
    let shown = json(&project.run(&format!("runs show {after} --format json")));
    assert_eq!(shown["run"]["counts"]["warnings"], 5);
    assert_eq!(shown["rules"][0]["rule"], "MD009");
    let ran = project.run("runs show wf_00000000000");
    assert!(ran.code == 2 && ran.stderr.contains("`validator runs` lists"), "{ran:?}");
}

#[test]
fn two_runs_are_held_against_each_other() {
    let (project, before, after) = project();
    let ran = project.run(&format!("runs compare {before} {after}"));
    assert!(ran.stdout.starts_with("1 resolved, 2 new, all in api/\n"), "{ran:?}");
    assert!(ran.stdout.contains("1 only in the later run, not counted"), "{ran:?}");
    assert!(ran.stdout.contains("new:\n  api/a.md:9:1: MD001"), "{ran:?}");
    let compared = json(&project.run(&format!("runs compare {before} {after} --format json")));
    assert_eq!((&compared["new"], &compared["resolved"]), (&2.into(), &1.into()));
    project.run("batch --select MD009");
    let third = runs(&store(&project))[0].id;
    let ran = project.run(&format!("runs compare {after} {third}"));
    assert!(ran.stdout.contains("the runs had other settings: select\n"), "{ran:?}");
    let ran = project.run(&format!("runs compare {after} {after}"));
    assert!(ran.stdout.starts_with("nothing new, nothing resolved\n"), "{ran:?}");
}

#[test]
fn the_runs_to_compare_follow_from_what_was_run() {
    let compared = |project: &Project, words: &str| {
        let compared = json(&project.run(&format!("runs compare {words} --format json")));
        [compared["before"].clone(), compared["after"].clone()]
    };
    let last = |project: &Project| runs(&store(project))[0].id;
    let (project, first, second) = project();
    assert_eq!(compared(&project, ""), [first.to_string(), second.to_string()]);
    let ran = project.run("runs compare");
    let mut lines = ran.stdout.lines();
    assert!(
        lines.next().is_some_and(|line| {
            line.starts_with(&format!("batch {second} of 20"))
                && line.contains(&format!("compared with {first} of 20"))
        }),
        "{ran:?}"
    );
    assert_eq!(lines.next(), Some("1 resolved, 2 new, all in api/"));

    // Other kinds, and the same kind elsewhere.
    project.run("check b.md");
    project.run("batch api");
    let api = last(&project);
    assert_eq!(compared(&project, ""), [first.to_string(), second.to_string()]);
    for id in [api, first] {
        let ran = project.run(&format!("runs compare {id}"));
        assert!(
            ran.code == 2 && ran.stderr.contains("no batch over the same directory"),
            "{ran:?}"
        );
        assert!(ran.stderr.contains("help: `validator runs --kind batch`"), "{ran:?}");
    }

    // The same directory, named in other ways and in between something else.
    project.run("batch --select MD009");
    let whole = last(&project);
    for line in ["batch ./api/", "batch api/a.md api/c.md", "batch api/*.md"] {
        let before = last(&project);
        let expected = if before == whole { api } else { before };
        project.run(line);
        let now = last(&project);
        assert_eq!(compared(&project, ""), [expected.to_string(), now.to_string()], "{line}");
    }
    let mut inside = project.command("batch");
    inside.current_dir(project.path("api")).output().expect("run");
    assert_eq!(compared(&project, "")[1], last(&project).to_string());
    assert_eq!(compared(&project, &whole.to_string()), [second.to_string(), whole.to_string()]);
    let ran = project.run("runs compare nonsense");
    assert!(ran.code == 2 && ran.stderr.contains("`validator runs` lists them"), "{ran:?}");
}

#[test]
fn what_was_written_and_what_was_cut_short_is_not_compared_unasked() {
    let (project, first, second) = project();
    for _ in 0..2 {
        project.run("review approve --all");
        assert_eq!(project.run("apply").code, 0);
        assert_eq!(project.run("undo").code, 0);
        project.run("batch --no-record");
    }
    let path = project.path(".validator/validator.db");
    let record = rusqlite::Connection::open(path).expect("the record");
    let kinds = runs(&store(&project)).iter().filter(|run| run.kind == "enhance").count();
    assert_eq!(kinds, 2);
    let after = json(&project.run("runs compare --format json"))["after"].clone();
    assert_eq!(after, second.to_string());
    project.run("batch");
    let third = runs(&store(&project))[0].id.to_string();
    record
        .execute("UPDATE workflows SET state = 'CANCELLED' WHERE created_us = (SELECT max(created_us) FROM workflows)", [])
        .expect("an update");
    let compared = json(&project.run("runs compare --format json"));
    assert_eq!(
        [&compared["before"], &compared["after"]],
        [&first.to_string(), &second.to_string()]
    );
    let compared = json(&project.run(&format!("runs compare {third} --format json")));
    assert_eq!(compared["before"], second.to_string(), "named, it is compared");

    let project = Project::new(&[("a.md", "# T\n")]);
    project.run("batch --record");
    let ran = project.run("runs compare");
    assert!(ran.code == 2 && ran.stderr.contains("no two runs of one kind"), "{ran:?}");
    assert!(ran.stderr.contains("`validator runs compare A B`"), "{ran:?}");
}

#[test]
fn a_file_has_a_history() {
    let (project, ..) = project();
    let versions = json(&project.run("history api/a.md --format json"));
    let first = &versions[0];
    assert_eq!(
        (&first["new"], &first["resolved"], &first["edited"]),
        (&2.into(), &1.into(), &true.into())
    );
    assert_eq!(versions.as_array().map(Vec::len), Some(2));
    let mut command = project.command("history a.md");
    let ran: Ran = command.current_dir(project.path("api")).output().expect("run").into();
    assert!(ran.code == 0 && ran.stdout.contains("edited"), "{ran:?}");
    let ran = project.run("history none.md");
    assert!(ran.code == 2 && ran.stderr.contains("validator check none.md"), "{ran:?}");
}

#[test]
fn runs_that_have_ended_cannot_be_steered() {
    let (project, _, after) = project();
    for word in ["pause", "resume", "cancel"] {
        let ran = project.run(&format!("runs {word} {after}"));
        assert!(ran.code == 2 && ran.stderr.contains("is COMPLETED"), "{ran:?}");
    }
}
