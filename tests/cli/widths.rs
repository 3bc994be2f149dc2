//! What commands print on terminals of any width, to readers that go away, and of hostile pages.

use std::io::Read;
use std::process::Stdio;

use unicode_width::UnicodeWidthStr;

use crate::project::{Project, Ran};

const WIDTHS: [usize; 4] = [60, 80, 100, 200];

/// A project with a record, a finding and something to review.
fn project() -> Project {
    let project = Project::new(&[("docs/guides/a-page-of-words.md", "# T\n\n### U \n- a\n* b\n")]);
    assert_eq!(project.run("init").code, 0);
    project.run("batch");
    project
}

fn run_at(project: &Project, line: &str, width: usize) -> Ran {
    let output = project.command(line).env("COLUMNS", width.to_string()).output();
    output.expect("run").into()
}

/// The words of a text, wherever its lines are broken.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// Commands whose lines are to fit, whatever the width.
const LISTS: [&str; 8] = [
    "rules",
    "config",
    "explain MD013 MD014 MD044",
    "runs",
    "review list --all",
    "history docs/guides/a-page-of-words.md",
    "--help",
    "review --help",
];

#[test]
fn lists_fit_the_terminal() {
    let project = project();
    for line in LISTS {
        for width in WIDTHS {
            let ran = run_at(&project, line, width);
            assert_eq!(ran.code, 0, "{line}: {ran:?}");
            let is_example = |text: &str| {
                text.starts_with("    ") && line.starts_with("explain")
                    || line.ends_with("--help") && text.starts_with("  validator")
            };
            for text in ran.stdout.lines().filter(|text| !is_example(text)) {
                // An option's value without a space to break it at may go beyond the edge.
                let can_be_broken = text.trim().contains(' ');
                assert!(text.width() <= width || !can_be_broken, "{line} at {width}: {text}");
            }
        }
    }
}

#[test]
fn no_word_is_cut_and_none_is_left_out() {
    let project = project();
    for line in ["rules", "config", "explain MD013 MD044"] {
        let wide = run_at(&project, line, 400);
        for width in WIDTHS {
            let ran = run_at(&project, line, width);
            assert_eq!(words(&ran.stdout), words(&wide.stdout), "{line} at {width}");
        }
    }
}

#[test]
fn summaries_of_rules_are_told_of_all_or_of_none() {
    let project =
        Project::new(&[("a.md", "# T\n\n### U \n\n```sh\n$ ls\n```\n\n- a\n* b\n\n1. a\n3. b\n")]);
    let ran = run_at(&project, "batch --all", 100);
    assert!(ran.stdout.contains("MD014"), "{ran:?}");
    for width in [60, 80, 100] {
        let ran = run_at(&project, "batch --all", width);
        let table = ran.stdout.rsplit("\n\n").nth(1).expect("a table");
        for line in table.lines() {
            assert!(line.width() <= width && line == line.trim_end(), "{width}: {line:?}");
        }
        let has_summary = table.contains("increment by one");
        assert_eq!(has_summary, table.contains("before commands"), "{width}: {table}");
    }
    let wide = run_at(&project, "batch --all", 200).stdout;
    assert!(wide.contains("increment by one") && wide.contains("before commands"), "{wide}");
}

#[test]
fn changes_of_long_lines_are_cut_around_what_changes() {
    let text = format!("# T\n\n{}*a* _b_ {}\n", "word ".repeat(40), "word ".repeat(40));
    let project = Project::new(&[("a.md", text.as_str())]);
    for width in [60, 100] {
        let ran = run_at(&project, "check a.md --select MD049", width);
        let lines: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("3 +")).collect();
        assert!(!lines.is_empty(), "{ran:?}");
        for line in lines {
            assert!(line.width() <= width && line.contains("*b*"), "{width}: {line}");
        }
    }
}

#[test]
fn a_reader_may_go_away_from_any_command() {
    let project = project();
    let large = format!("# T\n\n{}", "text \n\n\n".repeat(30_000));
    project.write("docs/large.md", large);
    for line in [
        "config --schema",
        "rules --format json",
        "rules",
        "config",
        "explain MD013",
        "runs --format json",
        "review list --format json",
        "batch --fix --diff",
        "--help",
    ] {
        let mut child = project
            .command(line)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("validator can be run");
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut said).expect("UTF-8");
        let status = child.wait().expect("it ends");
        // Findings that are left are told by the exit code as ever.
        let expected = if line.starts_with("batch") { 1 } else { 0 };
        assert_eq!(status.code(), Some(expected), "{line}: {said}");
        assert!(!said.contains("error") && !said.contains("panicked"), "{line}: {said}");
    }
}

/// A page that would clear the screen, and turn text around.
const HOSTILE: &str = "# T\n\n### U \n\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}txt\ttab \n";

#[test]
fn a_diff_for_people_steers_no_terminal() {
    let project = Project::new(&[("a.md", HOSTILE)]);
    let ran = project.run("batch --fix --diff --color always");
    assert!(ran.stdout.contains("\\u{1b}[2J\\u{1b}]0;owned\\u{7}\\u{202e}txt\ttab"), "{ran:?}");
    assert!(!ran.stdout.contains("\u{1b}[2J") && !ran.stdout.contains('\u{202e}'), "{ran:?}");
    // A program that applies the diff needs the bytes.
    let ran = project.run("batch --fix --diff");
    assert!(ran.stdout.contains("\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}txt\ttab"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_diff_on_a_terminal_steers_nothing() {
    let project = Project::new(&[("a.md", HOSTILE)]);
    assert_eq!(project.run("init").code, 0);
    project.run("batch");
    assert_eq!(project.run("review approve --safety safe").code, 0);
    for line in ["apply --diff --color never", "batch --fix --diff --color never"] {
        let (status, shown) = crate::pty::talk(project.command(line), &[]);
        assert!(matches!(status, Some(0 | 1)), "{line}: {shown}");
        assert!(shown.contains("\\u{1b}[2J") && !shown.contains("\u{1b}[2J"), "{line}: {shown}");
    }
}
