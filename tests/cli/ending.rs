//! Standard input, and runs that do not come to their end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::project::{Project, end};

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

/// Starts a run over a page that takes far longer than a run may take to end.
#[cfg(unix)]
fn long_run(project: &Project, options: &str) -> std::process::Child {
    let page = "# T\n\ntext *a* `b` [c](d) <e>  \n* item\n+ item\n\n".repeat(40_000);
    project.write("m.md", page);
    let mut child = project
        .command(&format!("check a.md m.md z.md --progress always --threads 1 {options}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("validator can be run");
    let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
    let mut progress = String::new();
    stderr.read_line(&mut progress).expect("a line about the slow file");
    assert!(progress.contains("m.md since"), "{progress}");
    child.stderr = Some(stderr.into_inner());
    child
}

#[cfg(unix)]
fn signal(child: &std::process::Child, name: &str) {
    let kill = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(kill.expect("kill is there").success());
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_run_inside_a_page_and_the_report_is_whole() {
    for name in ["-INT", "-TERM", "-HUP"] {
        for (options, fixes) in [("", false), ("--fix", true)] {
            let project = Project::new(&[("a.md", PAGE), ("z.md", PAGE)]);
            let mut child = long_run(&project, options);
            let before = project.read("m.md");
            let start = Instant::now();
            signal(&child, name);
            let mut stdout = String::new();
            child.stdout.take().expect("piped").read_to_string(&mut stdout).expect("UTF-8");
            assert_eq!(end(&mut child), Some(130), "{name} {options}: {stdout}");
            // Two seconds, and what a busy machine adds to them.
            assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
            assert!(stdout.contains("a.md:3:1") && !stdout.contains("z.md:3:1"), "{stdout}");
            assert!(stdout.contains("interrupted: 2 files not reached"), "{stdout}");
            assert!(!fixes || project.read("m.md") == before);
            let left: Vec<_> = std::fs::read_dir(project.root()).expect("a directory").collect();
            let is_left = |entry: &std::io::Result<std::fs::DirEntry>| {
                let name = entry.as_ref().expect("an entry").file_name();
                name.to_string_lossy().starts_with(".validator-")
            };
            assert!(!left.iter().any(is_left), "nothing half-written is left");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_second_interrupt_ends_at_once() {
    let project = Project::new(&[("a.md", PAGE), ("z.md", PAGE)]);
    let mut child = long_run(&project, "");
    let start = Instant::now();
    signal(&child, "-INT");
    std::thread::sleep(Duration::from_millis(50));
    signal(&child, "-INT");
    assert_eq!(end(&mut child), Some(130));
    assert!(start.elapsed() < Duration::from_secs(8));
}
