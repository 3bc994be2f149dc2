//! Fixing from the command line: what is written, what is refused, how it is taken back, and
//! that no moment to die leaves a page half written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

fn validator(directory: &Path, arguments: &[&str]) -> Output {
    command(directory, arguments).output().expect("the binary runs")
}

fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_validator"));
    command.args(arguments).current_dir(directory).env("NO_COLOR", "1");
    command
}

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in files {
        fs::write(directory.path().join(name), text).expect("it can be written");
    }
    directory
}

fn read(directory: &Path, name: &str) -> String {
    fs::read_to_string(directory.join(name)).expect("it can be read")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn safe_fixes_are_applied_and_others_wait_for_consent() {
    let directory = project(&[("a.md", "# T\n## S\nx \n\n```console\n$ ls\n```\n")]);
    let output = validator(directory.path(), &["check", "a.md", "--fix"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(read(directory.path(), "a.md"), "# T\n\n## S\n\nx\n\n```console\n$ ls\n```\n");
    assert!(stderr(&output).contains("fixed "), "{}", stderr(&output));

    validator(directory.path(), &["check", "a.md", "--fix", "--unsafe-fixes"]);
    assert_eq!(read(directory.path(), "a.md"), "# T\n\n## S\n\nx\n\n```console\nls\n```\n");
}

#[test]
fn what_would_change_the_page_is_refused_and_said() {
    // With one bullet for both, the two lists would be one.
    const PAGE: &str = "# T\n\n* a\n\n- b\n";
    let directory = project(&[("a.md", PAGE)]);
    let output = validator(directory.path(), &["check", "a.md", "--fix"]);
    assert_eq!(read(directory.path(), "a.md"), PAGE);
    assert!(stderr(&output).contains("1 fix refused"), "{}", stderr(&output));
    let output = validator(directory.path(), &["check", "a.md", "--fix", "--unsafe-fixes"]);
    assert_eq!(read(directory.path(), "a.md"), "# T\n\n* a\n\n* b\n", "{}", stderr(&output));
}

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let directory = project(&[("a.md", "# T\n## S\n")]);
    let output = validator(directory.path(), &["batch", "--diff"]);
    assert_eq!(output.status.code(), Some(1));
    let diff = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(diff, "--- a/a.md\n+++ b/a.md\n@@ -1,2 +1,3 @@\n # T\n+\n ## S\n");
    assert_eq!(read(directory.path(), "a.md"), "# T\n## S\n");
    assert!(!directory.path().join(".validator").exists());
}

#[test]
fn a_run_is_listed_and_taken_back() {
    let directory = project(&[("a.md", "# T\n## S\n"), ("b.md", "# T\n\nfine\n")]);
    validator(directory.path(), &["batch", "--fix"]);
    let list = validator(directory.path(), &["undo", "--list"]);
    assert_eq!(String::from_utf8_lossy(&list.stdout), "run 1: 1 file\n  a.md\n");
    assert_eq!(validator(directory.path(), &["undo"]).status.code(), Some(0));
    assert_eq!(read(directory.path(), "a.md"), "# T\n## S\n");
    let nothing = validator(directory.path(), &["undo"]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(stderr(&nothing).contains("nothing to undo"), "{}", stderr(&nothing));
}

#[test]
fn a_later_change_is_not_undone() {
    let directory = project(&[("a.md", "# T\n## S\n")]);
    validator(directory.path(), &["batch", "--fix"]);
    fs::write(directory.path().join("a.md"), "mine\n").expect("it can be written");
    let output = validator(directory.path(), &["undo"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("changed since"), "{}", stderr(&output));
    assert_eq!(read(directory.path(), "a.md"), "mine\n");
}

#[test]
fn line_endings_and_byte_order_mark_stay() {
    let directory = project(&[("a.md", "\u{feff}# T\r\n## S\r\n\r\nx \r\ny\n")]);
    validator(directory.path(), &["batch", "--fix"]);
    assert_eq!(read(directory.path(), "a.md"), "\u{feff}# T\r\n\r\n## S\r\n\r\nx\r\ny\n");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_root_is_not_followed() {
    let directory = project(&[("out.md", "# T\n## S\n")]);
    let root = directory.path().join("root");
    fs::create_dir(&root).expect("it can be made");
    fs::write(root.join("validator.yaml"), "profile: default\n").expect("it can be written");
    std::os::unix::fs::symlink("../out.md", root.join("link.md")).expect("a link");
    let output = validator(&root, &["check", "link.md", "--fix"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("outside of"), "{told}");
    assert_eq!(read(directory.path(), "out.md"), "# T\n## S\n");
}

/// The pages below a directory, without what the journal keeps.
fn pages(directory: &Path) -> BTreeMap<String, String> {
    fs::read_dir(directory)
        .expect("it can be listed")
        .map(|entry| entry.expect("it can be listed"))
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "md"))
        .map(|entry| {
            let name = entry.file_name().into_string().expect("plain names");
            let text = read(directory, &name);
            (name, text)
        })
        .collect()
}

#[test]
fn a_killed_run_leaves_every_page_old_or_new() {
    const PAGES: usize = 60;
    let directory = tempfile::tempdir().expect("a temporary directory");
    let old: BTreeMap<String, String> = (0..PAGES)
        .map(|page| (format!("{page}.md"), format!("# Page {page}\n## S \n* a\n+ b\n").repeat(20)))
        .collect();
    let write_old = || {
        for (name, text) in &old {
            fs::write(directory.path().join(name), text).expect("it can be written");
        }
    };
    let arguments = ["batch", "--fix", "--unsafe-fixes", "--quiet", "--format", "concise"];
    write_old();
    let start = std::time::Instant::now();
    validator(directory.path(), &arguments);
    let whole_run = start.elapsed();
    let new = pages(directory.path());
    assert!(new.iter().all(|(name, text)| *text != old[name]), "every page is fixed");

    let mut between = 0;
    for attempt in 0..25_u32 {
        write_old();
        let mut child = command(directory.path(), &arguments)
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the binary runs");
        std::thread::sleep(whole_run * attempt / 25 + Duration::from_millis(1));
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().expect("it ends");
        let now = pages(directory.path());
        assert_eq!(now.len(), PAGES, "no page is missing");
        let fixed = now.iter().filter(|(name, text)| **text == new[*name]).count();
        let left = now.iter().filter(|(name, text)| **text == old[*name]).count();
        assert_eq!(fixed + left, PAGES, "a page is neither old nor new");
        between += usize::from(fixed > 0 && left > 0);
    }
    assert!(between > 0, "no run was killed half way");
}
