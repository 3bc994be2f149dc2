//! `--since` and `--staged`, with real repositories.

use std::path::Path;
use std::process::Command;

use crate::project::{Project, Ran};

const RUN: &str = "--select MD001 --format jsonl --fail-on warning";
const OLD: &str = "# Title\n\n### Old and deep\n";

impl Project {
    /// Runs git here; what it says.
    pub fn git(&self, words: &[&str]) -> String {
        git(&self.path("."), words)
    }

    /// A repository with these files in its first commit, on the branch `main`.
    fn repository(files: &[(&str, &str)]) -> Project {
        let project = Project::new(files);
        project.git(&["init", "-q", "-b", "main"]);
        project.commit("first");
        project
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }
}

fn git(directory: &Path, words: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(directory).args(["-c", "user.name=A", "-c", "user.email=a@example.org"]);
    let output = command.args(words).output().expect("git can be run");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {words:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned() + &said
}

/// Path and line of each finding.
fn places(ran: &Ran) -> Vec<(String, u64)> {
    ran.findings()
        .iter()
        .map(|finding| {
            let path = finding["path"].as_str().expect("a path").to_owned();
            (path, finding["line"].as_u64().expect("a line"))
        })
        .collect()
}

fn at(path: &str, line: u64) -> (String, u64) {
    (path.to_owned(), line)
}

#[test]
fn only_changed_lines_count() {
    let project = Project::repository(&[("a.md", OLD), ("same.md", OLD)]);
    project.write("a.md", format!("{OLD}\n##### New\n"));
    project.write("new.md", OLD);
    let ran = project.run(&format!("batch --since main {RUN}"));
    assert_eq!(places(&ran), [at("a.md", 5), at("new.md", 3)], "{ran:?}");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("elsewhere: 2 findings"), "{ran:?}");
    project.commit("second");
    let ran = project.run(&format!("batch --since main {RUN}"));
    assert_eq!((ran.code, places(&ran)), (0, vec![]), "{ran:?}");
    let ran = project.run(&format!("check a.md --since HEAD~1 {RUN}"));
    assert_eq!(places(&ran), [at("a.md", 5)], "{ran:?}");
}

#[test]
fn what_happened_on_the_other_branch_is_not_ours() {
    let project = Project::repository(&[("a.md", OLD), ("b.md", "# B\n")]);
    project.git(&["switch", "-q", "-c", "ours"]);
    project.write("b.md", OLD);
    project.commit("ours");
    project.git(&["switch", "-q", "main"]);
    project.write("a.md", "# Title\n");
    project.commit("theirs");
    project.git(&["switch", "-q", "ours"]);
    let ran = project.run(&format!("batch --since main {RUN}"));
    assert_eq!(places(&ran), [at("b.md", 3)], "{ran:?}");
}

#[test]
fn a_renamed_file_keeps_its_old_lines() {
    let lines: String = (0..30).map(|number| format!("\nLine {number}.\n")).collect();
    let project = Project::repository(&[("a.md", &format!("{OLD}{lines}"))]);
    project.git(&["mv", "a.md", "moved here.md"]);
    project.write("moved here.md", format!("{OLD}{lines}\n##### New\n"));
    let ran = project.run(&format!("batch --since main {RUN}"));
    assert_eq!(places(&ran), [at("moved here.md", 65)], "{ran:?}");
    project.git(&["add", "-A"]);
    let ran = project.run(&format!("batch --staged {RUN}"));
    assert_eq!(places(&ran), [at("moved here.md", 65)], "{ran:?}");
}

#[test]
fn lines_that_git_counts_otherwise_are_not_missed() {
    let project = Project::repository(&[("a.md", "one\rtwo\rthree\n\n# A\n\ntext\n")]);
    project.write("a.md", "one\rtwo\rthree\n\n# A\n\n##### New\n");
    let ran = project.run(&format!("batch --since main {RUN}"));
    assert_eq!(places(&ran), [at("a.md", 7)], "{ran:?}");
}

#[test]
fn what_a_removed_line_leaves_beside_it_counts() {
    let project = Project::repository(&[("a.md", "# T\n\n## Two\n\n### Three\n\ntext\n\ntext\n")]);
    project.write("a.md", "# T\n\n### Three\n\ntext\n\ntext\n");
    let ran = project.run(&format!("batch --since HEAD {RUN}"));
    assert_eq!(places(&ran), [at("a.md", 3)], "{ran:?}");
}

#[cfg(unix)]
#[test]
fn names_of_any_kind_are_found() {
    let names =
        ["tab\there.md", "line\nend.md", "é 日本.md", "\"quoted\".md", "-dash.md", "b\\s.md"];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, OLD)).collect();
    let project = Project::repository(&files);
    for name in names {
        project.write(name, format!("{OLD}\n##### New\n"));
    }
    for (line, before) in [("--since main", false), ("--staged", true)] {
        if before {
            project.git(&["add", "-A"]);
        }
        let ran = project.run(&format!("batch {line} {RUN}"));
        let lines: Vec<u64> = places(&ran).iter().map(|(_, line)| *line).collect();
        assert_eq!(lines, [5; 6], "{line}: {ran:?}");
        assert!(ran.stderr.contains("elsewhere: 6 findings"), "{ran:?}");
    }
}

#[test]
fn settings_of_git_do_not_matter() {
    let project = Project::repository(&[("docs/a.md", OLD)]);
    for setting in [
        ["diff.noprefix", "true"],
        ["diff.mnemonicPrefix", "true"],
        ["color.ui", "always"],
        ["diff.interHunkContext", "50"],
        ["diff.context", "9"],
        ["diff.relative", "true"],
        ["diff.external", "false"],
        ["core.quotePath", "false"],
    ] {
        project.git(&["config", setting[0], setting[1]]);
    }
    project.write("docs/a.md", format!("{OLD}\n##### New\n\ntext\n"));
    let ran = project.run(&format!("batch docs --since HEAD {RUN}"));
    assert_eq!(places(&ran), [at("docs/a.md", 5)], "{ran:?}");
}

#[test]
fn files_that_git_shows_no_lines_of_count_wholly() {
    let project =
        Project::repository(&[("a.md", OLD), ("same.md", OLD), (".gitattributes", "*.md -diff\n")]);
    project.write("a.md", format!("{OLD}\n##### New\n"));
    let ran = project.run(&format!("batch --since HEAD {RUN}"));
    assert_eq!(places(&ran), [at("a.md", 3), at("a.md", 5)], "{ran:?}");
}

#[test]
fn staged_content_is_checked_as_it_is_in_the_index() {
    let project = Project::repository(&[("a.md", "# A\n"), ("b.md", OLD), ("c.md", "# C\n")]);
    project.write("a.md", "# A\n\n### Staged and deep\n");
    project.write("gone.md", OLD);
    project.git(&["add", "-A"]);
    // What comes after staging is not going to be committed.
    project.write("a.md", "# A\n\n## Mended\n");
    project.write("c.md", "# C\n\n### Not staged\n");
    project.write("untracked.md", OLD);
    std::fs::remove_file(project.path("gone.md")).expect("removed");
    let ran = project.run(&format!("batch --staged {RUN}"));
    assert_eq!(places(&ran), [at("a.md", 3), at("gone.md", 3)], "{ran:?}");
    assert!(ran.stderr.contains("elsewhere: 1 finding "), "{ran:?}");
    assert!(ran.stderr.contains("1 not in git's index"), "{ran:?}");
    let ran = project.run(&format!("check untracked.md --staged {RUN}"));
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn a_first_commit_can_be_checked() {
    let project = Project::new(&[("a.md", OLD)]);
    project.git(&["init", "-q", "-b", "main"]);
    project.git(&["add", "-A"]);
    let ran = project.run(&format!("batch --staged {RUN}"));
    assert_eq!(places(&ran), [at("a.md", 3)], "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_hook_stops_a_commit() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::repository(&[("a.md", "# A\n"), ("other.md", "# O\n")]);
    let binary = env!("CARGO_BIN_EXE_validator");
    let hook = format!("#!/bin/sh\nexec '{binary}' batch --staged --select MD001 --fail-on info\n");
    project.git(&["worktree", "add", "-q", "tree"]);
    project.write(".git/hooks/pre-commit", hook);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.path(".git/hooks/pre-commit"), mode).expect("it may run");
    for directory in [".", "tree"] {
        let commit = |name: &str, text: &str| {
            project.write(&format!("{directory}/{name}"), text);
            let mut command = Command::new("git");
            command.current_dir(project.path(directory));
            command.args(["-c", "user.name=A", "-c", "user.email=a@example.org"]);
            // Only this file: git makes an index for it.
            let output = command.args(["commit", "-m", "x", "--", name]).output().expect("git");
            (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        project.write(&format!("{directory}/other.md"), OLD);
        let (is_done, said) = commit("a.md", OLD);
        assert!(!is_done, "{directory}: {said}");
        let (is_done, said) = commit("a.md", "# A\n\n## Fine\n");
        assert!(is_done, "{directory}: {said}");
    }
}

#[test]
fn what_git_cannot_answer_is_no_success() {
    let outside = Project::new(&[("a.md", OLD)]);
    let project = Project::repository(&[("a.md", OLD)]);
    project.git(&["switch", "-q", "--orphan", "apart"]);
    project.write("a.md", OLD);
    project.commit("apart");
    for (project, line, said) in [
        (&outside, "batch --since main", "is in no git repository, which --since needs"),
        (&outside, "batch --staged", "is in no git repository, which --staged needs"),
        (&project, "batch --since nosuch", "--since nosuch: git knows no such commit"),
        (&project, "batch --since=--output=x", "--since --output=x: git knows no such commit"),
        (&project, "batch --since main", "--since main: it has no commit in common"),
        (&project, "batch --since main --staged", "cannot be used with"),
        (&project, "batch --staged --fix", "cannot be used with"),
        (&project, "check - --stdin-filename a.md --staged", "standard input has no history"),
        (&project, "check a.md - --stdin-filename b.md --staged", "standard input has no history"),
    ] {
        let ran = project.run(line);
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(ran.stderr.contains(said), "{line}: {ran:?}");
        assert_eq!(ran.stdout, "", "{line}");
    }
    let ran = project.command("batch --staged").env("PATH", "").output().expect("it runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("--staged needs the `git` command"), "{said}");
}

#[test]
fn baseline_and_changes_go_together() {
    let project = Project::repository(&[("a.md", OLD), ("b.md", OLD)]);
    assert_eq!(project.run("baseline a.md").code, 0);
    project.write("a.md", format!("{OLD}\n##### New\n"));
    let ran = project.run(&format!("batch --since main {RUN}"));
    assert_eq!(places(&ran), [at("a.md", 5)], "{ran:?}");
    assert!(ran.stderr.contains("known by the baseline: 1 finding"), "{ran:?}");
    assert!(ran.stderr.contains("elsewhere: 1 finding"), "{ran:?}");
}

#[test]
fn links_that_a_change_of_another_page_broke_count() {
    let page = "# A\n\n[b](b.md#old-name)\n[c](docs/c.md)\n[d](docs/d/)\n[gone long ago](x.md)\n";
    let project = Project::repository(&[
        ("a.md", page),
        ("b.md", "# B\n\n## Old name\n"),
        ("docs/c.md", "# C\n"),
        ("docs/d/README.md", "# D\n"),
    ]);
    project.git(&["switch", "-q", "-c", "ours"]);
    let since = || places(&project.run("batch --since main --types links --format jsonl"));
    assert_eq!(since(), []);
    project.write("b.md", "# B\n\n## New name\n");
    assert_eq!(since(), [at("a.md", 3)]);
    project.git(&["mv", "docs/c.md", "docs/moved.md"]);
    project.commit("second");
    assert_eq!(since(), [at("a.md", 3), at("a.md", 4)]);
    project.git(&["rm", "-q", "-r", "docs/d"]);
    let staged = places(&project.run("batch --staged --types links --format jsonl"));
    assert_eq!(staged, [at("a.md", 5)]);
    assert_eq!(since(), [at("a.md", 3), at("a.md", 4), at("a.md", 5)]);
}
