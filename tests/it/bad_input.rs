//! Input that breaks tools: each kind gives a clear finding or error, the rest of the run is
//! unharmed, and time grows about linearly (a test that hangs is a failure).

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

const GOOD: &str = "# Title\n\n### Too deep\n";

struct Directory(TempDir);

impl Directory {
    /// A directory with a page that has one finding, which every run has to report.
    fn new() -> Self {
        let directory = Directory(TempDir::new().expect("a directory can be made"));
        directory.write("good.md", GOOD);
        directory
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("written");
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_validator"));
        command.current_dir(self.0.path()).args(words).output().expect("validator can be run")
    }

    /// Runs `batch` and gives the exit code and the findings, those of the good page left out.
    fn batch(&self) -> (i32, Vec<String>) {
        let output = self.run(&["batch", "--format", "concise"]);
        let stdout = String::from_utf8(output.stdout).expect("UTF-8");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!stderr.contains("panicked"), "{stderr}");
        let (good, others): (Vec<&str>, Vec<&str>) =
            stdout.lines().partition(|line| line.starts_with("good.md:"));
        assert_eq!(good, ["good.md:3:1: warning MD001 heading-increment: expected h2, found h3"]);
        (output.status.code().expect("it ends"), others.into_iter().map(str::to_owned).collect())
    }

    /// Checks a page that is unusual but right: whatever is found, the run comes to an end in
    /// every format, with and without fixes.
    fn survives(&self, name: &str, text: &str) {
        self.write(name, text);
        for words in [
            &["check", name, "good.md", "--format", "text"][..],
            &["check", name, "good.md", "--format", "jsonl"],
            &["check", name, "good.md", "--diff"],
        ] {
            let output = self.run(words);
            let code = output.status.code();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(matches!(code, Some(0 | 1)), "{words:?}: {code:?} {stderr}");
            if words[3] == "--format" {
                let stdout = String::from_utf8_lossy(&output.stdout);
                assert!(stdout.contains("expected h2, found h3"), "{words:?}");
            }
        }
    }
}

#[test]
fn an_empty_file_has_no_findings() {
    let directory = Directory::new();
    directory.write("empty.md", "");
    assert_eq!(directory.batch(), (1, Vec::new()));
}

#[test]
fn what_is_no_text_is_told_with_its_place() {
    let directory = Directory::new();
    for (name, content, expected) in [
        (
            "latin1.md",
            &b"# T\n\ncaf\xe9\n"[..],
            "latin1.md:3:4: error invalid-utf8 invalid-utf8: is not valid UTF-8 from byte 8 on",
        ),
        (
            "nul.md",
            b"# T\n\na\0b\n",
            "nul.md:3:2: error binary-file binary-file: contains a NUL character at byte 6, \
             expected text",
        ),
        (
            "utf16.md",
            b"\xff\xfe#\0 \0T\0",
            "utf16.md:1:1: error utf-16 utf-16: is encoded in UTF-16, expected UTF-8",
        ),
        (
            "utf16be.md",
            b"\xfe\xff\0#\0 \0T",
            "utf16be.md:1:1: error utf-16 utf-16: is encoded in UTF-16, expected UTF-8",
        ),
        (
            "image.md",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "image.md:3:1: error binary-file binary-file: contains a NUL character at byte 8, \
             expected text",
        ),
    ] {
        directory.write(name, content);
        assert_eq!(directory.batch(), (2, vec![expected.to_owned()]), "{name}");
        fs::remove_file(directory.path(name)).expect("removed");
    }
}

#[test]
fn a_huge_file_is_told_and_not_read() {
    let directory = Directory::new();
    let file = fs::File::create(directory.path("huge.md")).expect("made");
    file.set_len(100 << 20).expect("made large");
    let expected = "huge.md:1:1: error file-too-large file-too-large: has 104857600 bytes; \
                    the limit is 67108864";
    assert_eq!(directory.batch(), (2, vec![expected.to_owned()]));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_opened_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::new();
    directory.write("secret.md", GOOD);
    fs::create_dir(directory.path("closed")).expect("made");
    for name in ["secret.md", "closed"] {
        fs::set_permissions(directory.path(name), fs::Permissions::from_mode(0o0)).expect("closed");
    }
    // Who may read everything, such as root in a container, is not stopped by permissions.
    if fs::read(directory.path("secret.md")).is_err() {
        let expected = ["closed", "secret.md"].map(|name| {
            format!("{name}:1:1: error read-error read-error: cannot be read: permission denied")
        });
        assert_eq!(directory.batch(), (2, expected.to_vec()));
    }
    fs::set_permissions(directory.path("closed"), fs::Permissions::from_mode(0o755))
        .expect("opened");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_passed_over() {
    use std::os::unix::fs::symlink;
    let directory = Directory::new();
    fs::create_dir(directory.path("folder.md")).expect("made");
    symlink("nowhere.md", directory.path("dangling.md")).expect("linked");
    symlink(".", directory.path("circle")).expect("linked");
    let pipe = directory.path("pipe.md");
    assert!(Command::new("mkfifo").arg(pipe).status().expect("mkfifo").success());
    assert_eq!(directory.batch(), (1, Vec::new()));
    let output = directory.run(&["check", "good.md", "dangling.md", "nowhere.md"]);
    assert_eq!(output.status.code(), Some(2));
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(stdout.matches("no such file").count(), 2, "{stdout}");
}

/// A file on lease holds the run up until the file after it is gone.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_goes_away_during_the_run_is_told() {
    use std::process::Stdio;
    let directory = Directory::new();
    directory.write("later.md", GOOD);
    directory.write("first.md", "# T\n");
    let first = fs::File::open(directory.path("first.md")).expect("opened");
    // SAFETY: neither call touches memory. The signal asks for the file back.
    let leased = unsafe {
        libc::signal(libc::SIGIO, libc::SIG_IGN);
        libc::fcntl(std::os::fd::AsRawFd::as_raw_fd(&first), libc::F_SETLEASE, libc::F_WRLCK)
    };
    assert_eq!(leased, 0, "the file system knows leases");
    let mut child = Command::new(env!("CARGO_BIN_EXE_validator"))
        .current_dir(directory.0.path())
        .args([
            "check",
            "first.md",
            "good.md",
            "later.md",
            "--threads",
            "1",
            "--format",
            "concise",
            "--progress",
            "always",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("validator can be run");
    // The progress tells which file is waited for.
    let mut stderr = std::io::BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stderr, &mut line).expect("a line");
    assert!(line.contains("first.md since"), "{line}");
    fs::remove_file(directory.path("later.md")).expect("removed");
    drop(first);
    child.stderr = Some(stderr.into_inner());
    let output = child.wait_with_output().expect("it ends");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{stdout}");
    let lines: Vec<&str> = stdout.lines().collect();
    let [good, later] = lines[..] else { panic!("two lines are expected: {stdout}") };
    assert!(good.starts_with("good.md:3:1: warning MD001"), "{good}");
    assert!(later.starts_with("later.md:1:1: error read-error"), "{later}");
}

#[cfg(unix)]
#[test]
fn strange_names_are_checked_and_printed_on_one_line() {
    use std::os::unix::ffi::OsStrExt;
    let directory = Directory::new();
    directory.write("with space.md", GOOD);
    directory.write("new\nline.md", GOOD);
    directory.write("émoji 😀 日本.md", GOOD);
    directory.write("esc\u{1b}[31m.md", GOOD);
    directory.write("-dash.md", GOOD);
    let name = std::ffi::OsStr::from_bytes(b"not\xffutf8.md");
    // Some file systems take Unicode names only.
    let takes_bytes = fs::write(directory.0.path().join(name), GOOD).is_ok();
    let (code, findings) = directory.batch();
    let mut expected = vec![
        "-dash.md",
        "esc\\u{1b}[31m.md",
        "new\\nline.md",
        "not\u{fffd}utf8.md",
        "with space.md",
        "émoji 😀 日本.md",
    ];
    if !takes_bytes {
        expected.remove(3);
    }
    let names: Vec<&str> =
        findings.iter().map(|line| line.split(":3:1:").next().unwrap_or_default()).collect();
    assert_eq!((code, names), (1, expected));
    let output = directory.run(&["batch", "--format", "jsonl"]);
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    let paths: Vec<String> = stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|finding| finding["path"].as_str().expect("a path").to_owned())
        .collect();
    assert!(paths.contains(&"new\nline.md".to_owned()), "{paths:?}");
}

#[test]
fn deep_nesting_is_survived() {
    const LEVELS: usize = 10_000;
    let directory = Directory::new();
    let nested = |open: &str, close: &str| {
        format!("# T\n\n{}x{}\n", open.repeat(LEVELS), close.repeat(LEVELS))
    };
    directory.survives("quotes.md", &nested(">", ""));
    directory.survives("spaced-quotes.md", &nested("> ", ""));
    directory.survives("lists.md", &nested("- ", ""));
    directory.survives("numbers.md", &nested("1. ", ""));
    directory.survives("brackets.md", &nested("[", "]"));
    directory.survives("links.md", &nested("[", "](u)"));
    directory.survives("images.md", &nested("![", "](u)"));
    directory.survives("emphasis.md", &nested("*a _b ", ""));
    directory.survives("tags.md", &nested("<b>", "</b>"));
    directory.survives("blocks.md", &nested("<div>", ""));
    directory.survives("front.md", &format!("---\n{}\n---\n\n# T\n", "a: [".repeat(LEVELS)));
}

#[test]
fn long_lines_are_survived() {
    const BYTES: usize = 5_000_000;
    let directory = Directory::new();
    directory.survives("words.md", &format!("# T\n\n{}\n", "word ".repeat(BYTES / 5)));
    directory.survives("wide.md", &format!("# T\n\n{}\n", "日本 ".repeat(BYTES / 7)));
    directory.survives("spaces.md", &format!("# T\n\n{}x\n", " ".repeat(BYTES)));
    // Many findings on one line.
    directory.survives("addresses.md", &format!("# T\n\n{}\n", "http://a.b/日 ".repeat(20_000)));
    directory.survives("tags.md", &format!("# T\n\nx {}\n", "<b>y</b> ".repeat(20_000)));
}

#[test]
fn large_tables_are_survived() {
    let directory = Directory::new();
    let rows = "| 1 | 2 |\n".repeat(100_000);
    directory.survives("rows.md", &format!("# T\n\n| a | b |\n|---|---|\n{rows}"));
    let wide = |cell: &str| format!("|{}\n", cell.repeat(2_000));
    directory.survives("columns.md", &format!("# T\n\n{}{}{}", wide("a|"), wide("-|"), wide("1|")));
}

#[test]
fn many_of_a_kind_are_survived() {
    const NUMBER: usize = 20_000;
    let directory = Directory::new();
    let switches = "<!-- validator-disable MD013 -->\n<!-- validator-enable MD013 -->\n";
    directory.survives("switches.md", &format!("# T\n\n{}", switches.repeat(NUMBER / 4)));
    directory.survives("headings.md", &format!("# T\n\n{}", "## H\n\n".repeat(NUMBER)));
    directory.survives("blank.md", &format!("# T\n{}", "\n".repeat(NUMBER)));
    directory.survives("comments.md", &format!("# T\n\n{}\n", "<!-- ".repeat(NUMBER)));
    let definitions: String = (0..NUMBER / 4).map(|n| format!("[a{n}]: u{n}\n")).collect();
    let uses: String = (0..NUMBER / 4).map(|n| format!("[a{n}]\n")).collect();
    directory.survives("references.md", &format!("# T\n\n{uses}\n{definitions}"));
}
