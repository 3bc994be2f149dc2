//! Asks the `git` command, in the way that `guard` allows.

#[cfg(not(unix))]
use std::ffi::OsStr;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use super::bounded::{self, Stopped};
use super::guard::{self, MAX_TIME, TIMEOUT};

/// Why git gave no answer. `option` is what asked.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    #[error("{option} needs the `git` command, which cannot be run: {cause}")]
    NoGit { option: &'static str, cause: io::Error },
    #[error("`{}` is in no git repository, which {option} needs", dir.display())]
    NoRepository { option: &'static str, dir: PathBuf },
    #[error(
        "--since {reference}: git knows no such commit\n\
         help: name a branch, a tag or a commit; where only a part was cloned, fetch it first"
    )]
    UnknownReference { reference: String },
    #[error(
        "--since {reference}: it has no commit in common with what is checked out\n\
         help: where only a part of the history was cloned, fetch more of it"
    )]
    NothingInCommon { reference: String },
    #[error("`git {command}` failed: {message}")]
    Failed { command: String, message: String },
    #[error(
        "git is not asked: {what}\n\
         help: what comes with a repository must not run programs or lead elsewhere; if this is \
         your own repository, {remedy}"
    )]
    Refused { what: String, remedy: &'static str },
    #[error("`git {command}` gave an answer that was not expected")]
    Strange { command: String },
    #[error(
        "`git {command}` has not ended after {} s and was stopped\n\
         help: it may be waiting for a pipe or a device that the settings of the repository name \
         (`include.path`); if it only needs longer, set {TIMEOUT} to a number of seconds",
        time.as_secs()
    )]
    Slow { command: String, time: Duration },
    #[error("`git {command}` answered more than {} MiB and was stopped", size >> 20)]
    Long { command: String, size: u64 },
    #[error("{TIMEOUT} is `{value}`, expected a number of seconds from 1 to {MAX_TIME}")]
    Timeout { value: String },
}

/// A repository with a working tree.
#[derive(Debug)]
pub(super) struct Git {
    option: &'static str,
    /// The directory of the working tree.
    pub root: PathBuf,
    /// What switches the filters off that the repository or the user set up.
    filters: Vec<OsString>,
}

impl Git {
    /// The repository that a directory is in. `option` is what needs it.
    ///
    /// # Errors
    /// If there is no git or no repository.
    pub fn open(dir: &Path, option: &'static str) -> Result<Git, GitError> {
        let is_hook = std::env::var_os("GIT_DIR").is_some();
        if !is_hook {
            guard::refuse_bare(dir)?;
        }
        let ask = |arguments: &[&str]| {
            let mut command = guard::command();
            // In a hook, git has said which repository it is, from where the hook runs.
            if !is_hook {
                command.arg("-C").arg(dir);
            }
            run(command, arguments, None, option)
        };
        let output = ask(&["rev-parse", "--show-toplevel"])?;
        if !output.status.success() {
            let message = message(&output);
            return Err(match message.contains("not a git repository") {
                true => GitError::NoRepository { option, dir: dir.to_owned() },
                false => GitError::Failed { command: "rev-parse".to_owned(), message },
            });
        }
        let root = path(output.stdout.trim_ascii_end());
        let root = std::fs::canonicalize(&root).unwrap_or(root);
        if !is_hook {
            guard::refuse_elsewhere(dir, &root)?;
        }
        guard::refuse_pipes(&root, &guard::git_dir(&root))?;
        let mut git = Git { option, root, filters: Vec::new() };
        git.filters = guard::without_filters(&git.output(&["config", "--list", "-z"])?)?;
        Ok(git)
    }

    /// The commit from which on what is checked out differs from `reference`.
    pub fn fork_point(&self, reference: &str) -> Result<String, GitError> {
        let commit = format!("{reference}^{{commit}}");
        let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let commit = self
            .ask(&verify)?
            .ok_or_else(|| GitError::UnknownReference { reference: reference.to_owned() })?;
        let base = self.ask(&["merge-base", &commit, "HEAD"])?;
        base.ok_or_else(|| GitError::NothingInCommon { reference: reference.to_owned() })
    }

    /// The commit that changed a file last, or the last commit; `None` if there is none yet.
    pub fn last_change(&self, name: Option<&Path>) -> Result<Option<String>, GitError> {
        let name = name.and_then(Path::to_str).map(|name| format!(":(top,literal){name}"));
        if let Some(name) = name
            && let Some(commit) = self.ask(&["rev-list", "-1", "HEAD", "--", &name])?
        {
            return Ok(Some(commit));
        }
        self.ask(&["rev-parse", "--verify", "--quiet", "HEAD"])
    }

    /// The first line of an answer, if there is one.
    fn ask(&self, arguments: &[&str]) -> Result<Option<String>, GitError> {
        let output = run(self.command(), arguments, None, self.option)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().next().map(str::to_owned);
        Ok(line.filter(|line| output.status.success() && !line.is_empty()))
    }

    /// A diff in this form, whatever the user's settings are.
    pub fn diff(&self, form: &[&str], what: &[&str]) -> Result<Vec<u8>, GitError> {
        const SETTINGS: &[&str] =
            &["-c", "core.quotePath=true", "-c", "diff.relative=false", "diff"];
        const PLAIN: &[&str] = &[
            "--unified=0",
            "--inter-hunk-context=0",
            "--find-renames",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--submodule=short",
            "--ignore-submodules=all",
            "--src-prefix=a/",
            "--dst-prefix=b/",
        ];
        let arguments = [SETTINGS, PLAIN, form, what, &["--"]].concat();
        self.output(&arguments)
    }

    /// The paths that a diff in this form lists, ended by NUL.
    pub fn listed(&self, form: &[&str], what: &[&str]) -> Result<Vec<PathBuf>, GitError> {
        Ok(paths(&self.diff(form, what)?))
    }

    /// Paths that a command answers with, ended by NUL.
    pub fn names(&self, arguments: &[&str]) -> Result<Vec<PathBuf>, GitError> {
        Ok(paths(&self.output(arguments)?))
    }

    /// What a command answers.
    pub fn output(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        let output = run(self.command(), arguments, None, self.option)?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(self.failed(arguments, message(&output))),
        }
    }

    /// What a command answers to this input.
    pub fn converse(&self, arguments: &[&str], input: Vec<u8>) -> Result<Vec<u8>, GitError> {
        let output = run(self.command(), arguments, Some(input), self.option)?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(self.failed(arguments, message(&output))),
        }
    }

    fn failed(&self, arguments: &[&str], message: String) -> GitError {
        GitError::Failed { command: arguments.join(" "), message }
    }

    fn command(&self) -> Command {
        let mut command = guard::command();
        command.args(&self.filters).arg("-C").arg(&self.root);
        command
    }
}

fn run(
    mut command: Command,
    arguments: &[&str],
    input: Option<Vec<u8>>,
    option: &'static str,
) -> Result<Output, GitError> {
    let limits = guard::limits()?;
    let output = bounded::output(command.args(arguments), input, limits);
    // Settings and what comes after the command are of no interest.
    let mut words = arguments.iter().filter(|word| !word.starts_with('-') && !word.contains('='));
    let mut command = || words.next().copied().unwrap_or_default().to_owned();
    output.map_err(|stopped| match stopped {
        Stopped::Io(cause) => GitError::NoGit { option, cause },
        Stopped::Time(time) => GitError::Slow { command: command(), time },
        Stopped::Size(size) => GitError::Long { command: command(), size },
    })
}

/// What git said went wrong, in one line.
fn message(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("no message");
    // It may repeat what the repository says.
    line.trim_start_matches("fatal: ")
        .chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect()
}

/// A path as git writes it.
pub(super) fn path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        PathBuf::from(OsString::from_vec(bytes.to_owned()))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(OsStr::new(&*String::from_utf8_lossy(bytes)))
    }
}

/// Paths that are ended by NUL.
fn paths(output: &[u8]) -> Vec<PathBuf> {
    output.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(path).collect()
}
