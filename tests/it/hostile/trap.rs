//! A directory with a project in it, and things outside it that must stay as they are.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The text of the file outside.
pub const THESIS: &str = "years of work, and the only copy\n";

pub struct Trap {
    directory: TempDir,
}

/// What a command line came to.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub said: String,
}

impl Trap {
    /// A project with these files, and beside it a program that leaves a mark and a text.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let trap = Trap { directory: TempDir::new().expect("a directory can be made") };
        fs::create_dir(trap.path("")).expect("made");
        fs::write(trap.outside("thesis.txt"), THESIS).expect("written");
        let evil = format!("#!/bin/sh\ntouch '{}'\ncat\n", trap.outside("mark").display());
        fs::write(trap.outside("evil"), evil).expect("written");
        fs::set_permissions(trap.outside("evil"), fs::Permissions::from_mode(0o755)).expect("set");
        for (name, text) in files {
            trap.write(name, text);
        }
        trap
    }

    /// A project in a git repository with these files in its first commit.
    pub fn repository(files: &[(&str, &str)]) -> Self {
        let trap = Trap::new(files);
        trap.git(&["init", "-q", "-b", "main"]);
        trap.commit();
        trap
    }

    pub fn commit(&self) {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join("project").join(name)
    }

    pub fn outside(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The program that leaves the mark.
    pub fn evil(&self) -> String {
        self.outside("evil").display().to_string()
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it is in a directory")).expect("made");
        fs::write(path, text).expect("written");
    }

    pub fn pipe(&self, name: &str) {
        let made = Command::new("mkfifo").arg(self.path(name)).status();
        assert!(made.expect("mkfifo is there").success());
    }

    pub fn git(&self, words: &[&str]) -> String {
        let mut command = Command::new("git");
        command.current_dir(self.path("")).args(["-c", "user.name=A", "-c", "user.email=a@b.c"]);
        let output = command.args(words).output().expect("git can be run");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {words:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_validator"));
        command.current_dir(self.path("")).args(line.split_whitespace()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program in the project; one that does not end is killed and fails its test.
    pub fn run(&self, line: &str) -> Ran {
        let child = self.command(line).spawn().expect("validator can be run");
        end(child, line)
    }

    /// That no program ran, and that the file outside is as it was.
    pub fn has_not_sprung(&self, ran: &Ran) {
        assert!(!self.outside("mark").exists(), "the program ran: {ran:?}");
        let thesis = fs::read_to_string(self.outside("thesis.txt")).expect("it is still there");
        assert_eq!(thesis, THESIS, "{ran:?}");
        assert!(!ran.said.contains("panicked"), "{ran:?}");
    }

    /// The same for several command lines; what each said.
    pub fn holds(&self, lines: &[&str]) -> Vec<Ran> {
        let run = |line: &&str| {
            let ran = self.run(line);
            self.has_not_sprung(&ran);
            ran
        };
        lines.iter().map(run).collect()
    }
}

fn end(child: Child, line: &str) -> Ran {
    let id = child.id().to_string();
    let waiting = std::thread::spawn(move || child.wait_with_output());
    let start = Instant::now();
    while !waiting.is_finished() {
        if start.elapsed() > Duration::from_secs(60) {
            let _ = Command::new("kill").args(["-KILL", &id]).status();
            panic!("`validator {line}` does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output: Output = waiting.join().expect("no panic").expect("it ends");
    let text = [output.stdout, output.stderr].concat();
    Ran { code: output.status.code(), said: String::from_utf8_lossy(&text).into_owned() }
}
