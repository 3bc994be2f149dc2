//! Standard input, and runs that do not come to their end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::project::{Project, end, interrupt};

const PAGE: &str = "# T\n\n### U\n";

#[test]
fn standard_input_is_checked_under_its_name() {
    let project = Project::new(&[(
        "validator.yaml",
        "overrides:\n  - files: [docs]\n    rules: { MD001: error }\n",
    )]);
    let ran = project.run_with_input("check - --format concise", PAGE.as_bytes());
    assert_eq!((ran.code, &ran.stdout[..14]), (1, "<stdin>:3:1: w"));
    let ran = project
        .run_with_input("check - --stdin-filename docs/x.md --format concise", PAGE.as_bytes());
    assert_eq!((ran.code, &ran.stdout[..18]), (1, "docs/x.md:3:1: err"));
    let ran = project.run_with_input("check - --format jsonl", b"# T\xff\n");
    assert_eq!((ran.code, ran.places()), (2, vec![("invalid-utf8".to_owned(), 1)]));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = Project::new(&[("a.md", &format!("# T\n\n{}", "<b>x</b>\n\n".repeat(20_000)))]);
    for format in ["text", "concise", "json", "jsonl"] {
        let mut child = project
            .command(&format!("batch --format {format}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("validator can be run");
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut first).expect("a line");
        drop(stdout);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_what_was_done() {
    let project = Project::new(&[("a.md", PAGE), ("z.md", PAGE)]);
    let (mut child, progress) = project.slow_run("");
    assert!(progress.contains("1/3 files"), "{progress}");
    interrupt(&child);
    // The file that is being checked is finished.
    project.write("m.md", PAGE);
    let mut stdout = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut stdout).expect("UTF-8");
    let status = end(&mut child);
    assert_eq!(status, Some(130), "{stdout}");
    assert!(stdout.contains("a.md:3:1") && !stdout.contains("z.md:3:1"), "{stdout}");
    assert!(stdout.contains("interrupted: 1 file not reached"), "{stdout}");
}

#[cfg(unix)]
#[test]
fn a_second_interrupt_ends_at_once() {
    let project = Project::new(&[]);
    let pipe = project.path("m.md");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let mut child = project
        .command("check m.md --progress always")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("validator can be run");
    let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
    stderr.read_line(&mut String::new()).expect("a line about the slow file");
    interrupt(&child);
    interrupt(&child);
    let start = Instant::now();
    assert_eq!(end(&mut child), Some(130));
    assert!(start.elapsed() < Duration::from_secs(10));
}
