//! How git may be asked in a repository that a stranger made: nothing in it runs a program, reaches
//! the network, or leads to another working tree.
//!
//! Git runs what the settings of a repository name: file system monitors, filters, external diffs,
//! hooks, transports. Those that the questions of `git.rs` could reach are switched off one by one,
//! by settings of the command line, which go before all others.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::bounded::GitLimits;
use super::git::{GitError, path};

/// The variable that says how many seconds git may take to answer one question.
pub(super) const TIMEOUT: &str = "VALIDATOR_GIT_TIMEOUT";
/// The longest that it may say, in seconds.
pub(super) const MAX_TIME: u64 = 3600;
/// How many seconds git may take if nothing is said.
const TIME: u64 = 30;
/// Bytes of the longest answer of git that is taken.
const MAX_ANSWER: u64 = 512 << 20;

/// Settings that go before those of the repository. An empty monitor is none in every version.
const SETTINGS: &[&str] = &[
    "safe.bareRepository=explicit",
    "core.fsmonitor=",
    "core.useBuiltinFSMonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "core.askPass=",
    "core.pager=cat",
    "core.alternateRefsCommand=",
    "credential.helper=",
    "diff.external=",
    "diff.orderFile=/dev/null",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
    "submodule.recurse=false",
];

/// Variables that say where a repository is, as hooks are given them, and those of the user's own
/// settings. All others that git knows are left out: some run programs, some write files.
const VARIABLES: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_EXEC_PATH",
    "GIT_DEFAULT_HASH",
];

/// The command, before it is said what to ask.
pub(super) fn command() -> Command {
    let mut command = Command::new(program());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let is_kept = VARIABLES.contains(&&*text) || text.starts_with("GIT_CONFIG_");
        if text.starts_with("GIT_") && !is_kept {
            command.env_remove(&name);
        }
    }
    command
        // Messages are looked at, and what is only read takes no locks.
        .envs([("LC_ALL", "C"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0")])
        // What is missing is not fetched; older versions know the second alone.
        .envs([("GIT_NO_LAZY_FETCH", "1"), ("GIT_ALLOW_PROTOCOL", "none")]);
    command.arg("--no-pager");
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
}

/// How much each question to git may take.
///
/// # Errors
/// If the variable for that says what is no number of seconds.
pub(super) fn limits() -> Result<GitLimits, GitError> {
    let seconds = match std::env::var_os(TIMEOUT) {
        None => TIME,
        Some(value) => {
            let number = value.to_str().and_then(|value| value.parse().ok());
            number
                .filter(|number| (1..=MAX_TIME).contains(number))
                .ok_or_else(|| GitError::Timeout { value: shown(Path::new(&value)) })?
        }
    };
    Ok(GitLimits { time: Duration::from_secs(seconds), size: MAX_ANSWER })
}

/// The program by its whole path: a search path may have relative directories in it, which lead
/// into the repository.
fn program() -> PathBuf {
    let name = format!("git{}", std::env::consts::EXE_SUFFIX);
    let dirs = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&dirs)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join(&name))
        .filter(|program| is_program(program));
    // Without a directory in it, nothing by this name can be run.
    found.next().unwrap_or_else(|| PathBuf::from("/nonexistent").join(name))
}

fn is_program(path: &Path) -> bool {
    let Ok(found) = path.metadata() else { return false };
    #[cfg(unix)]
    let can_run = std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let can_run = true;
    found.is_file() && can_run
}

/// Refuses a directory in a bare repository that lies there as ordinary files: whoever commits one
/// brings its settings along.
pub(super) fn refuse_bare(dir: &Path) -> Result<(), GitError> {
    let dir = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let dirs = dir.ancestors().take_while(|dir| !dir.join(".git").exists());
    for dir in dirs {
        let is_bare = dir.join("HEAD").symlink_metadata().is_ok()
            && (dir.join("commondir").symlink_metadata().is_ok()
                || (dir.join("objects").is_dir() && dir.join("refs").is_dir()));
        if is_bare {
            let what = format!("`{}` is a bare repository among ordinary files", shown(dir));
            let remedy = "set GIT_DIR and GIT_WORK_TREE";
            return Err(GitError::Refused { what, remedy });
        }
    }
    Ok(())
}

/// Refuses a working tree that is not the directory whose `.git` was found from here.
pub(super) fn refuse_elsewhere(dir: &Path, root: &Path) -> Result<(), GitError> {
    let dir = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let own = dir.ancestors().find(|dir| dir.join(".git").exists());
    if own == Some(root) {
        return Ok(());
    }
    let near = own.unwrap_or(&dir);
    let what = format!("the repository of `{}` has its files in `{}`", shown(near), shown(root));
    Err(GitError::Refused { what, remedy: "set GIT_DIR and GIT_WORK_TREE" })
}

/// The directory of the repository, as far as it can be told without git.
pub(super) fn git_dir(root: &Path) -> PathBuf {
    std::env::var_os("GIT_DIR").map_or_else(|| root.join(".git"), PathBuf::from)
}

/// Refuses pipes and devices where git reads files: it would wait, or read without end.
pub(super) fn refuse_pipes(root: &Path, git: &Path) -> Result<(), GitError> {
    const FILES: &[&str] = &[
        "HEAD",
        "config",
        "config.worktree",
        "index",
        "packed-refs",
        "commondir",
        "shallow",
        "info/attributes",
        "info/grafts",
        "objects/info/alternates",
    ];
    let files = FILES.iter().map(|name| git.join(name));
    refuse_special(files.chain([root.join(".gitattributes"), git.to_owned()]))
}

/// The same for the attributes in directories of the working tree.
pub(super) fn refuse_pipes_beside<'p>(
    root: &Path,
    names: impl Iterator<Item = &'p PathBuf>,
) -> Result<(), GitError> {
    let dirs: std::collections::HashSet<&Path> =
        names.flat_map(|name| name.ancestors().skip(1)).collect();
    refuse_special(dirs.into_iter().map(|dir| root.join(dir).join(".gitattributes")))
}

fn refuse_special(mut files: impl Iterator<Item = PathBuf>) -> Result<(), GitError> {
    let is_special =
        |path: &PathBuf| path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir());
    files.find(is_special).map_or(Ok(()), |path| {
        let what = format!("`{}` is a device or a pipe", shown(&path));
        Err(GitError::Refused { what, remedy: "remove it" })
    })
}

/// The arguments that switch off all filters there are, from the output of `git config --list -z`;
/// also files of attributes and order that are none.
pub(super) fn without_filters(listed: &[u8]) -> Result<Vec<OsString>, GitError> {
    let mut arguments = Vec::new();
    let mut switch = |setting: Vec<u8>| {
        arguments.push(OsString::from("-c"));
        arguments.push(path(&setting).into_os_string());
    };
    for entry in listed.split(|byte| *byte == 0) {
        let mut parts = entry.splitn(2, |byte| *byte == b'\n');
        let (key, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if key == b"core.attributesfile" && !value.starts_with(b"~") {
            let file = path(value);
            if file.metadata().is_ok_and(|found| !found.is_file()) {
                switch(b"core.attributesFile=/dev/null".to_vec());
            }
        }
        let Some(name) = key.strip_prefix(b"filter.") else { continue };
        let Some(dot) = memchr::memrchr(b'.', name) else { continue };
        // Git takes what is before the first equals sign for the key.
        if name.contains(&b'=') || std::str::from_utf8(name).is_err() {
            let what = format!("the filter `{}` cannot be switched off", shown(&path(name)));
            return Err(GitError::Refused { what, remedy: "give the filter another name" });
        }
        for (setting, off) in
            [("clean", ""), ("smudge", ""), ("process", ""), ("required", "false")]
        {
            let start = [b"filter.", &name[..=dot]].concat();
            switch([&start[..], setting.as_bytes(), b"=", off.as_bytes()].concat());
        }
    }
    Ok(arguments)
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().chars().take(300).flat_map(char::escape_debug).collect()
}
