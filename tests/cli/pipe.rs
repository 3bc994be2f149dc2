//! `validator pipe`: records in, answers out.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::project::{Project, Ran, end};

/// The rows of an answer, byte for byte.
#[derive(Deserialize)]
struct Rows {
    path: String,
    findings: Vec<Box<RawValue>>,
    #[serde(default)]
    deferred: Vec<String>,
}

fn record(path: &str, text: &str) -> String {
    json!({ "path": path, "text": text }).to_string() + "\n"
}

fn answers(ran: &Ran) -> Vec<Value> {
    ran.findings()
}

/// Starts `validator pipe`, with both ends in hand.
fn start(project: &Project, line: &str) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    let mut child = project
        .command(line)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("validator can be run");
    let input = child.stdin.take().expect("piped");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    (child, input, output)
}

/// Gives a running worker its whole input from another thread, as a coordinator has to.
fn feed(mut command: Command, input: Vec<u8>) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("validator can be run");
    let mut stdin = child.stdin.take().expect("piped");
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(&input).expect("it reads its input"));
        child.wait_with_output().expect("it ends").into()
    })
}

#[test]
fn answers_have_what_is_wanted_and_say_whose_they_are() {
    let project = Project::new(&[]);
    let input = [
        json!({ "hello": 1 }).to_string(),
        json!({ "id": 7, "path": "docs/a.md", "text": "# A\n\n### B \n" }).to_string(),
        json!({ "id": "x", "path": "b.md", "text": "# B\n\n* a\n+ b  \t\n",
                "want": ["fixed", "metrics"] })
        .to_string(),
        json!({ "id": { "k": [1] }, "path": "c.md", "text": "# C\n", "want": [] }).to_string(),
    ];
    let ran = project.run_with_input("pipe", (input.join("\n") + "\n").as_bytes());
    let found = answers(&ran);
    assert_eq!((ran.code, found.len()), (0, 4), "{ran:?}");
    assert_eq!(found[0]["protocol"], 1);
    assert_eq!(found[0]["version"], env!("CARGO_PKG_VERSION"));
    assert!(found[0]["rules"].as_array().expect("a list").contains(&json!("MD001")));
    assert_eq!((&found[1]["id"], &found[1]["path"]), (&json!(7), &json!("docs/a.md")));
    let rules = |answer: &Value| -> Vec<Value> {
        answer["findings"].as_array().expect("rows").iter().map(|row| row["rule"].clone()).collect()
    };
    assert_eq!(rules(&found[1]), [json!("MD001"), json!("MD009")]);
    assert_eq!(found[1].get("metrics"), None);
    assert_eq!(found[2].get("findings"), None);
    assert_eq!(found[2]["fixed"], "# B\n\n* a\n\n+ b\n");
    assert_eq!(found[2]["metrics"]["headings"], 1);
    assert_eq!(found[3]["id"], json!({ "k": [1] }));
    for answer in &found {
        assert_eq!(answer["digest"], found[0]["digest"], "{answer}");
    }
    // What is found in a page counts, whether it is wanted or not.
    assert!(ran.stderr.contains("3 records in, 3 out; 7 findings"), "{}", ran.stderr);
}

#[test]
fn a_poisoned_record_is_an_answer_and_ends_nothing() {
    let project = Project::new(&[]);
    let mut input = record("a.md", "# A\n").into_bytes();
    input.extend_from_slice(b"no json\n\n");
    input.extend_from_slice(br#"{"id":1,"path":"s.md","text":"\ud800"}"#);
    input.push(b'\n');
    input.extend_from_slice(b"{\"id\":2,\"path\":\"u.md\",\"text\":\"\xff\"}\n");
    input.extend_from_slice(br#"{"id":3,"path":"n.md","text":"a\u0000b"}"#);
    input.push(b'\n');
    for line in [
        r#"{"id":4,"path":"d.md","path":"d.md","text":""}"#,
        r#"{"id":5,"path":"t.md","text":null}"#,
        r#"{"id":6,"path":"../out.md","text":""}"#,
        r#"{"id":7,"path":"","text":""}"#,
        r#"{"id":8,"path":"w.md","text":"","want":["everything"]}"#,
        r#"{"id":9,"path":"f.md","text":"","family":"nobody"}"#,
        r#"{"id":10,"path":"y.md","text":"","types":["nothing"]}"#,
        r#"[{"id":11}]"#,
    ] {
        input.extend_from_slice(line.as_bytes());
        input.push(b'\n');
    }
    input.extend_from_slice(record("z.md", "# Z\n").trim_end().as_bytes());
    for jobs in ["", "--jobs 3"] {
        let ran = project.run_with_input(&format!("pipe {jobs}"), &input);
        let found = answers(&ran);
        assert_eq!((ran.code, found.len()), (1, 15), "{ran:?}");
        assert_eq!(found[1]["line"], 2);
        assert_eq!(found[2]["line"], 3);
        let is_error = |answer: &Value| answer["error"].is_string();
        assert!(!is_error(&found[0]) && !is_error(&found[14]), "{ran:?}");
        assert!(found[1..14].iter().all(is_error), "{ran:?}");
        for (answer, id) in found[3..13].iter().zip(1..) {
            assert_eq!(answer["id"], id, "{answer}");
        }
        // What `batch` would say of the page is there, too.
        assert_eq!(found[5]["findings"][0]["rule"], "binary-file");
        assert!(ran.stderr.contains("15 records in, 15 out"), "{}", ran.stderr);
        assert!(ran.stderr.contains("13 records could not be checked"), "{}", ran.stderr);
    }
}

#[test]
fn lines_that_are_too_long_are_passed_over() {
    let project = Project::new(&[]);
    let mut input = record("a.md", "# A\n").into_bytes();
    input.extend_from_slice(br#"{"path":"huge.md","text":""#);
    input.resize(input.len() + (65 << 20), b'x');
    input.extend_from_slice(b"\"}\n");
    input.extend_from_slice(record("z.md", "# Z\n").as_bytes());
    for jobs in ["", "--jobs 2"] {
        let ran = feed(project.command(&format!("pipe {jobs}")), input.clone());
        let found = answers(&ran);
        assert_eq!((ran.code, found.len()), (1, 3), "{}", ran.stderr);
        assert_eq!(found[1], json!({ "line": 2, "error": "the line is longer than 64 MiB" }));
        assert_eq!(found[2]["path"], "z.md");
    }
}

#[test]
fn no_input_is_no_error() {
    let project = Project::new(&[]);
    for jobs in ["", "--jobs 2"] {
        let ran = project.run_with_input(&format!("pipe {jobs}"), b"");
        assert_eq!((ran.code, &*ran.stdout), (0, ""));
        assert!(ran.stderr.starts_with("0 records in, 0 out"), "{}", ran.stderr);
    }
    assert_eq!(project.run_with_input("pipe --quiet", b"").stderr, "");
}

#[test]
fn a_record_is_answered_before_the_next_one_is_sent() {
    let project = Project::new(&[]);
    for jobs in ["", "--jobs 4"] {
        let (mut child, mut input, mut output) = start(&project, &format!("pipe {jobs}"));
        for number in 0..20 {
            let path = format!("{number}.md");
            input.write_all(record(&path, "# A\n").as_bytes()).expect("it reads");
            input.flush().expect("it reads");
            let mut answer = String::new();
            output.read_line(&mut answer).expect("an answer");
            assert!(answer.contains(&path), "{answer}");
        }
        drop(input);
        assert_eq!(end(&mut child), Some(0));
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_worker_silently() {
    let project = Project::new(&[]);
    for jobs in ["", "--jobs 2"] {
        let (mut child, mut input, mut output) = start(&project, &format!("pipe {jobs}"));
        input.write_all(record("a.md", "# A\n").as_bytes()).expect("it reads");
        let mut answer = String::new();
        output.read_line(&mut answer).expect("an answer");
        drop(output);
        // The input stays open: nothing but the closed output ends it.
        let sent = input.write_all(record("b.md", "# B\n").as_bytes());
        sent.expect("it still reads");
        assert_eq!(end(&mut child), Some(0), "{jobs}");
        let mut said = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut said).expect("text");
        assert_eq!(said, "", "{jobs}");
    }
}

#[test]
fn many_jobs_answer_in_order() {
    let project = Project::new(&[]);
    let mut input = Vec::new();
    for number in 0..5_000 {
        // Some take much longer than others.
        let text = "# T\n\ntext *a*\n\n".repeat(if number % 97 == 0 { 400 } else { 1 });
        input.extend_from_slice(record(&format!("{number}.md"), &text).as_bytes());
    }
    let one = feed(project.command("pipe"), input.clone());
    let many = feed(project.command("pipe --jobs 7"), input);
    assert_eq!((one.code, many.code), (0, 0), "{}", many.stderr);
    assert_eq!(one.stdout.lines().count(), 5_000);
    for (one, many) in one.stdout.lines().zip(many.stdout.lines()) {
        assert_eq!(one, many);
    }
}

/// The answers' rows one below the other, as `batch --format jsonl` writes them.
fn rows(ran: &Ran) -> String {
    let mut rows = String::new();
    for line in ran.stdout.lines() {
        let answer: Rows = serde_json::from_str(line).expect("findings");
        for row in answer.findings {
            rows += row.get();
            rows.push('\n');
        }
    }
    rows
}

/// The fixtures of rules and data, in a directory of their own.
fn fixtures() -> Project {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).expect("made");
        for entry in fs::read_dir(from).expect("it is there") {
            let entry = entry.expect("it can be read");
            let to = to.join(entry.file_name());
            match entry.path().is_dir() {
                true => copy(&entry.path(), &to),
                false => fs::copy(entry.path(), to).map(drop).expect("copied"),
            }
        }
    }
    let project = Project::new(&[]);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    copy(&fixtures.join("rules"), &project.path("rules"));
    copy(&fixtures.join("data"), &project.path("data"));
    project
}

/// Holds the findings of all pages against those of `batch`.
fn equals_batch(project: &Project, settings: &str, pipe: &str) -> usize {
    let run = |line: String, input: Vec<u8>| feed(project.command(&line), input);
    let batch = |format| run(format!("batch {settings} --format {format}"), Vec::new());
    let listed: Value = serde_json::from_str(&batch("json").stdout).expect("a report");
    let mut input = String::new();
    let mut left_out = Vec::new();
    for file in listed["files"].as_array().expect("files") {
        let path = file["path"].as_str().expect("a path");
        match fs::read_to_string(project.path(path)) {
            Ok(text) => input += &record(path, &text),
            // What is no text cannot be sent as one.
            Err(_) => left_out.push(format!("{{\"path\":\"{path}\"")),
        }
    }
    let answered = run(format!("pipe {settings} {pipe}"), input.into_bytes());
    // A schema in another file is nothing that a worker without a root can look at.
    for line in answered.stdout.lines() {
        let answer: Rows = serde_json::from_str(line).expect("an answer");
        if answer.deferred.iter().any(|rule| rule == "DATA003") {
            assert!(pipe.is_empty(), "{line}");
            left_out.push(format!("{{\"path\":\"{}\"", answer.path));
        }
    }
    let expected: String = batch("jsonl")
        .stdout
        .lines()
        .filter(|row| !left_out.iter().any(|path| row.starts_with(path.as_str())))
        .flat_map(|row| [row, "\n"])
        .collect();
    let found = rows(&answered);
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
    found.lines().count()
}

#[test]
fn findings_are_those_of_batch_byte_for_byte() {
    let fixtures = fixtures();
    for (settings, pipe) in [
        // Without a root nobody can tell where links lead.
        ("--no-config --ignore project", ""),
        ("--no-config", "--root ."),
        ("--no-config", "--root . --jobs 3"),
    ] {
        let found = equals_batch(&fixtures, settings, pipe);
        assert!(found > 500, "{found}");
    }
    equals_batch(&fixtures, "--no-config --types markdown,yaml,data,structure,links", "--root .");
}

#[test]
fn links_and_fields_need_a_root_and_are_left_open_without_one() {
    let files = [
        ("a.md", "---\nslug: x\n---\n# A\n\n[gone](gone.md) [b](b.md#none)\n"),
        ("b.md", "---\nslug: x\n---\n# B\n"),
        ("validator.yaml", "types: [yaml, links]\nrules:\n  YAML006: { fields: [slug] }\n"),
    ];
    let project = Project::new(&files);
    let input = record("a.md", files[0].1) + &record("b.md", files[1].1);
    let batch = project.run("batch --format jsonl");
    let ran = project.run_with_input("pipe --root .", input.as_bytes());
    assert_eq!(rows(&ran), batch.stdout);
    assert!(batch.stdout.contains("LINK001"), "{batch:?}");
    let alone = project.run_with_input("pipe --config validator.yaml", input.as_bytes());
    assert!(!rows(&alone).contains("LINK001"), "{alone:?}");
    let deferred = answers(&alone)[0]["deferred"].to_string();
    assert!(deferred.contains("LINK001"), "{deferred}");
}

#[test]
fn nothing_is_read_without_a_root() {
    // Each would change what is found.
    let project = Project::new(&[
        ("validator.yaml", "rules: { MD001: off }\n"),
        ("docs/validator.yaml", "rules: { MD001: off }\n"),
        ("docs/.markdownlint.json", "{ \"MD001\": false }"),
        ("docs/page.structure.yaml", "title: [\n"),
        ("docs/schema.json", "{ \"type\": \"array\" }"),
    ]);
    let input = record("docs/a.md", "# A\n\n### B\n")
        + &record("docs/data.json", "{ \"$schema\": \"./schema.json\" }\n");
    let ran = project.run_with_input("pipe", input.as_bytes());
    let found = answers(&ran);
    assert_eq!(found[0]["findings"][0]["rule"], "MD001", "{ran:?}");
    assert_eq!(found[1]["findings"], json!([]), "{ran:?}");
}

#[test]
fn settings_come_once_and_are_told_apart() {
    let project = Project::new(&[
        ("one.yaml", "rules: { MD001: error }\n"),
        ("elsewhere/two.yaml", "rules: { MD001: error }\n"),
        ("other.yaml", "extends: base.yaml\n"),
        ("base.yaml", "families: { docs: { include: [docs], rules: { MD001: off } } }\n"),
    ]);
    let digest = |line: &str| {
        let ran = project.run_with_input(&format!("pipe {line}"), b"{\"hello\":1}\n");
        assert_eq!(ran.code, 0, "{ran:?}");
        answers(&ran)[0]["digest"].as_str().expect("digits").to_owned()
    };
    let one = digest("--config one.yaml");
    assert_eq!(one, digest("--config elsewhere/two.yaml"), "where it lies makes no difference");
    assert_eq!(one, digest("--config one.yaml --jobs 2"));
    assert_ne!(one, digest(""));
    assert_ne!(one, digest("--config one.yaml --types markdown"));
    let before = digest("--config other.yaml");
    project.write("base.yaml", "families: { docs: { include: [docs], rules: { MD001: info } } }\n");
    assert_ne!(before, digest("--config other.yaml"), "a file that is extended counts");

    let mut command = project.command("pipe");
    command.args(["--settings", r#"{"exclude": ["gen"], "rules": {"MD001": "error"}}"#]);
    let input = record("a.md", "# A\n\n### B\n") + &record("gen/b.md", "# A\n\n### B\n");
    let ran = feed(command, input.into_bytes());
    let found = answers(&ran);
    assert_eq!(found[0]["findings"][0]["severity"], "error", "{ran:?}");
    assert_eq!((&found[1]["excluded"], found[1].get("findings")), (&json!(true), None));
    assert!(ran.stderr.contains("1 excluded"), "{}", ran.stderr);

    let mut command = project.command("pipe");
    command.args(["--settings", "rules: { MD0001: error }"]);
    let ran = feed(command, Vec::new());
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--settings:1"), "{}", ran.stderr);
}

#[test]
fn records_may_have_family_and_types_of_their_own() {
    let project = Project::new(&[(
        "c.yaml",
        "families: { loud: { include: [], rules: { MD001: error } } }\n",
    )]);
    let text = "---\ntitle: [\n---\n# A\n\n### B\n";
    let records = [
        json!({ "path": "a.md", "text": text }),
        json!({ "path": "a.md", "text": text, "family": "loud" }),
        json!({ "path": "a.md", "text": text, "types": ["yaml"] }),
    ];
    let input = records.map(|record| record.to_string()).join("\n");
    let ran = project.run_with_input("pipe --config c.yaml", input.as_bytes());
    let found: Vec<String> = answers(&ran)
        .iter()
        .map(|answer| {
            let rows = answer["findings"].as_array().expect("rows").iter();
            let rows = rows.map(|row| format!("{} {}", row["rule"], row["severity"]));
            rows.collect::<Vec<_>>().join(", ").replace('"', "")
        })
        .collect();
    assert_eq!(
        found,
        [
            "YAML001 error, MD025 warning, MD001 warning",
            "YAML001 error, MD025 warning, MD001 error",
            "YAML001 error"
        ],
        "{ran:?}"
    );
}

#[test]
fn findings_can_be_capped_and_the_rest_is_counted() {
    let project = Project::new(&[]);
    let input = record("a.md", &format!("# T\n\n{}", "x <b>\n\n".repeat(50)));
    let ran = project.run_with_input("pipe --max-findings 3", input.as_bytes());
    let answer = &answers(&ran)[0];
    assert_eq!(answer["findings"].as_array().expect("rows").len(), 3);
    assert!(answer["more_findings"].as_u64().expect("a number") >= 40, "{answer}");
}
