//! `docs/review.md` is a transcript that runs. `UPDATE_EXPECTED=1` writes what commands answer.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use regex::{Captures, Regex};

use crate::expected::{assert_expected, is_update};
use crate::project::Project;

const DOC: &str = "docs/review.md";

/// Runs get other ids each time; in the page these stand for them, in the order of appearance.
const IDS: &[&str] = &[
    "wf_1m4t0kq7x2c",
    "wf_1m4t1zc03hr",
    "wf_1m4t2a90b3e",
    "wf_1m4t3vv81nk",
    "wf_1m4t4d6g5pw",
    "wf_1m4t5s20qtj",
    "wf_1m4t6xe9m4a",
];

/// What differs from run to run, as it stands in the page.
struct Session {
    project: Project,
    ids: HashMap<String, &'static str>,
    volatile: Vec<(Regex, &'static str)>,
    id: Regex,
}

impl Session {
    fn new() -> Self {
        let project = Project::new(&[]);
        copy(Path::new("examples/site"), project.root());
        let regex = |text| Regex::new(text).expect("it is one");
        Session {
            project,
            ids: HashMap::new(),
            volatile: vec![
                (regex(r"\b[0-9.]+ (ms|s)\b"), "4 ms"),
                (regex(r"\b20\d\d-\d\d-\d\d \d\d:\d\d\b"), "2026-11-23 10:00"),
                (regex(r"\bcli:\d+\b"), "cli:4711"),
            ],
            id: regex(r"\bwf_[0-9a-z]{11}\b"),
        }
    }

    /// What the command prints, as it stands in the page.
    fn run(&mut self, line: &str) -> String {
        let mut line = line.to_owned();
        for (id, name) in &self.ids {
            line = line.replace(name, id);
        }
        let binary = Path::new(env!("CARGO_BIN_EXE_validator"));
        let directory = binary.parent().expect("it is in a directory");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(directory.to_owned()).chain(std::env::split_paths(&path));
        let output = Command::new("sh")
            .args(["-c", &format!("{line} 2>&1")])
            .current_dir(self.project.root())
            .env("PATH", std::env::join_paths(paths).expect("paths"))
            .env("COLUMNS", "90")
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null())
            .output()
            .expect("it runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        self.as_in_the_page(&text)
    }

    fn as_in_the_page(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for (regex, constant) in &self.volatile {
            text = regex.replace_all(&text, *constant).into_owned();
        }
        let ids = &mut self.ids;
        let name = |found: &Captures| {
            let next = IDS[ids.len().min(IDS.len() - 1)];
            (*ids.entry(found[0].to_owned()).or_insert(next)).to_owned()
        };
        self.id.replace_all(&text, name).into_owned()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("the example is there") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("copied");
        }
    }
}

/// The page with the answers that its commands get now.
fn played(page: &str) -> String {
    let mut session = Session::new();
    let (mut result, mut is_transcript) = (String::new(), false);
    for line in page.lines() {
        if line.starts_with("````") {
            is_transcript = line == "````console";
        } else if is_transcript && !line.starts_with("$ ") {
            continue;
        }
        result.push_str(line);
        result.push('\n');
        if let Some(command) = line.strip_prefix("$ ").filter(|_| is_transcript) {
            result.push_str(&session.run(command));
        }
    }
    result
}

/// The text without what depends on the length of times: the width of columns.
fn squeezed(page: &str) -> Vec<String> {
    page.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[cfg(unix)]
#[test]
fn the_page_on_review_tells_what_happens() {
    let page = fs::read_to_string(DOC).expect("the page is there");
    let played = played(&page);
    if is_update() || squeezed(&page) != squeezed(&played) {
        assert_expected(DOC, &played);
    }
}
