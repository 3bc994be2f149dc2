//! A directory with files in it, and the binary run there.

use std::fs;
#[cfg(unix)]
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub struct Project {
    directory: TempDir,
}

/// A file that others cannot open until this is dropped, or for as long as the kernel lets it be held.
#[cfg(target_os = "linux")]
pub struct Held {
    _file: fs::File,
}

#[cfg(target_os = "linux")]
impl Held {
    pub fn of(file: fs::File) -> Self {
        use std::os::fd::AsRawFd as _;
        // SAFETY: neither call touches memory. The signal asks for the file back, and would end
        // this process.
        let leased = unsafe {
            libc::signal(libc::SIGIO, libc::SIG_IGN);
            libc::fcntl(file.as_raw_fd(), libc::F_SETLEASE, libc::F_WRLCK)
        };
        assert_eq!(leased, 0, "the file system knows leases");
        Held { _file: file }
    }
}

/// What a command line came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Project {
    /// A directory with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let project = Project { directory: TempDir::new().expect("a directory can be made") };
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    pub fn root(&self) -> &Path {
        self.directory.path()
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it is there, as text")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("made");
        fs::write(path, content).expect("written");
    }

    /// The command in this directory, without what the environment says about colours and formats.
    pub fn command(&self, line: &str) -> Command {
        command(self.directory.path(), line)
    }

    /// Runs `validator` with these words.
    pub fn run(&self, line: &str) -> Ran {
        self.command(line).output().expect("validator can be run").into()
    }

    /// Starts `check` on `a.md`, `m.md` and `z.md` one after the other, where `m.md` is held back: a
    /// page that takes its time. Returns once the run is at it, with what the progress says of it.
    #[cfg(target_os = "linux")]
    pub fn slow_run(&self, options: &str) -> (Child, String, Held) {
        let held = self.hold("m.md", "# T\n\n### U\n");
        let mut child = self
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
        (child, progress, held)
    }

    /// Writes a file that others can open only once it is let go, as a file server may keep it.
    #[cfg(target_os = "linux")]
    pub fn hold(&self, name: &str, text: &str) -> Held {
        self.write(name, text);
        let file = fs::File::open(self.path(name)).expect("it is there");
        Held::of(file)
    }

    /// Runs `validator` with these words and this standard input.
    pub fn run_with_input(&self, line: &str, input: &[u8]) -> Ran {
        use std::io::Write;
        let mut child = self
            .command(line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("validator can be run");
        child.stdin.take().expect("piped").write_all(input).expect("it reads its input");
        child.wait_with_output().expect("it ends").into()
    }
}

/// How long a program may take to end, on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for the end and returns the exit status. A program that does not end is killed, so that its
/// test fails and not the whole pass.
pub fn end(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("it can be killed");
    panic!("it has not ended after {PATIENCE:?}");
}

/// Presses Ctrl-C for the program, and gives it a moment to notice: signals that come faster than a
/// program can take them are one.
pub fn interrupt(child: &Child) {
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill is there").success());
    std::thread::sleep(Duration::from_secs(1));
}

/// The program that is tried: another one where `VALIDATOR_BINARY` names it, such as one that was built
/// to be quick, for tests over large directories.
fn binary() -> PathBuf {
    let named = std::env::var_os("VALIDATOR_BINARY").map(PathBuf::from);
    named.unwrap_or_else(|| env!("CARGO_BIN_EXE_validator").into())
}

fn command(directory: &Path, line: &str) -> Command {
    let mut command = Command::new(binary());
    command.current_dir(directory).args(line.split_whitespace()).stdin(Stdio::null());
    let of_terminals = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"];
    for name in of_terminals.into_iter().chain(["GITHUB_ACTIONS", "TF_BUILD"]) {
        command.env_remove(name);
    }
    command
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

impl Ran {
    /// The findings of a run with `--format jsonl`.
    pub fn findings(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// Rule and line of each finding of a run with `--format jsonl`.
    pub fn places(&self) -> Vec<(String, u64)> {
        let place = |finding: &serde_json::Value| {
            let rule = finding["rule"].as_str().expect("a rule").to_owned();
            (rule, finding["line"].as_u64().expect("a line"))
        };
        self.findings().iter().map(place).collect()
    }

    /// The paths of the findings of a run with `--format jsonl`, each once.
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self
            .findings()
            .iter()
            .map(|finding| finding["path"].as_str().expect("a path").to_owned())
            .collect();
        paths.dedup();
        paths
    }
}
