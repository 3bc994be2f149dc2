//! A repository, something outside of it, and the program run there under a time limit.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What must never be shown.
pub const SECRET: &str = "s3cret-word of another file\n";
/// Longer than any of these runs takes; a hang is a failure, not a wait.
const LIMIT: Duration = Duration::from_secs(60);

pub struct Scene {
    directory: TempDir,
}

/// What a command line came to.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    /// Standard output and error.
    pub said: String,
}

impl Scene {
    /// A repository with these files, and `secret` beside it.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let scene = Scene { directory: tempfile::tempdir().expect("a directory") };
        fs::create_dir_all(scene.path(".git")).expect("a repository of sorts");
        fs::write(scene.outside("secret"), SECRET).expect("written");
        for (name, text) in files {
            scene.write(name, text);
        }
        scene
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join("repo").join(name)
    }

    /// A place that is not of the repository.
    pub fn outside(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        fs::write(path, text).expect("written");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("text")
    }

    pub fn link(&self, target: impl AsRef<Path>, name: &str) {
        symlink(target, self.path(name)).expect("linked");
    }

    pub fn pipe(&self, name: &str) {
        let made = Command::new("mkfifo").arg(self.path(name)).status();
        assert!(made.expect("mkfifo").success());
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_validator"));
        command.current_dir(self.path("")).args(words).stdin(Stdio::null());
        // Whoever spends memory without end does not take the machine down.
        command.env("NO_COLOR", "1").env_remove("VALIDATOR_TOKEN");
        command
    }

    pub fn run(&self, words: &[&str]) -> Ran {
        finish(self.command(words))
    }

    /// The names in a directory.
    pub fn names(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(directory)).expect("a directory");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("a name").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Ran {
    /// That nothing of another file was shown, and that it ended with this status.
    pub fn ends_with(&self, code: i32) -> &Self {
        assert!(!self.said.contains("s3cret"), "{}", self.said);
        assert!(!self.said.contains("panicked"), "{}", self.said);
        assert_eq!(self.code, Some(code), "{}", self.said);
        self
    }

    pub fn says(&self, words: &str) -> &Self {
        assert!(self.said.contains(words), "`{words}` is expected in:\n{}", self.said);
        self
    }

    pub fn does_not_say(&self, words: &str) -> &Self {
        assert!(!self.said.contains(words), "`{words}` is not expected in:\n{}", self.said);
        self
    }
}

pub fn finish(command: Command) -> Ran {
    finish_with(command, None)
}

fn finish_with(mut command: Command, input: Option<&str>) -> Ran {
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    if let (Some(text), Some(mut stdin)) = (input, child.stdin.take()) {
        // It may refuse before it has read all.
        let _ = stdin.write_all(text.as_bytes());
    }
    let (mut out, mut err) =
        (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = err.read_to_end(&mut bytes);
        bytes
    });
    let other = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = out.read_to_end(&mut bytes);
        bytes
    });
    let code = within_limit(&mut child);
    let mut said = other.join().expect("read");
    said.extend(reader.join().expect("read"));
    Ran { code, said: String::from_utf8_lossy(&said).into_owned() }
}

/// The exit status; a program that does not end is killed, and its test fails.
fn within_limit(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    panic!("it has not ended after {LIMIT:?}");
}
