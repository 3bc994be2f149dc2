//! `validator undo`

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Outcome, opened, record, terminal};
use crate::engine::shown;
use crate::engine::undo::{self, UndoError, UndoRequest, Undone, UndoneRun};
use crate::report::{plural, printable};

/// Undo the last run that changed files
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator undo --list                  show what can be undone
  validator undo                         undo all of the last run
  validator undo docs/a.md docs/guide    only these files and directories
  validator undo --run 3 docs/a.md       the same of an earlier run
  validator undo --keep-changed          leave the files that were edited since
  validator undo --forget docs/a.md      keep this file as it is, for good

What `check --fix`, `batch --fix` and `apply` write can be undone, the last run first. Edits
made since are kept if they do not touch the lines that the run changed; otherwise nothing
is written. If runs are recorded, the files are checked again and recorded.")]
pub(super) struct UndoArgs {
    /// Files and directories to restore (default: all of the run)
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Number of the run (default: the last)
    #[arg(long, value_name = "N")]
    run: Option<u32>,
    /// Leave files alone that were edited since, and restore the rest
    #[arg(long)]
    keep_changed: bool,
    /// Keep the files as they are, and forget how to restore them
    #[arg(long, conflicts_with = "keep_changed")]
    forget: bool,
    /// List what can be undone
    #[arg(long, conflicts_with_all = ["forget", "keep_changed"])]
    list: bool,
}

pub(super) fn run(
    options: &UndoArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let (root, paths) = options.place()?;
    let wanted = UndoRequest { run: options.run, paths, keep_changed: options.keep_changed };
    if options.list {
        return list(&undo::runs(&root)?, &wanted);
    }
    if options.forget {
        let forgotten = undo::forget(&root, &wanted).map_err(|error| explained(error, &wanted))?;
        if !terminal.quiet {
            let files = plural(forgotten.paths.len(), "file");
            writeln!(io::stdout(), "forgot run {}: {files} left as is", forgotten.run)?;
        }
        return Ok(Outcome::Fine);
    }
    let undone = undo::undo(&root, &wanted);
    let undone = undone.map_err(|error| {
        if let UndoError::Write { done, .. } = &error {
            record::tell_undo(&root, done.run, &names(&done.paths));
        }
        explained(error, &wanted)
    })?;
    if !terminal.quiet {
        say(&undone)?;
    }
    record::tell_undo(&root, undone.run, &names(&undone.paths));
    Ok(Outcome::Fine)
}

impl UndoArgs {
    /// The project's root, and the paths from there as the journal has them.
    fn place(&self) -> anyhow::Result<(PathBuf, Vec<PathBuf>)> {
        let here = std::env::current_dir().context("the current directory cannot be read")?;
        let start = self.paths.first().map_or(&*here, |path| match path.is_dir() {
            true => path,
            false => path.parent().unwrap_or(path),
        });
        let start = here.join(start);
        let start = start.ancestors().find(|dir| dir.is_dir()).unwrap_or(&here);
        let root = opened::root(start)?;
        let real = fs::canonicalize(&root).unwrap_or_else(|_| root.clone());
        let inside = |path: &PathBuf| {
            let path = real_path(&here.join(path));
            let inside = path.strip_prefix(&real).map(Path::to_owned).map_err(|_| {
                let (path, root) = (path.display().to_string(), root.display().to_string());
                anyhow::anyhow!(
                    "`{path}` is not in the project at `{root}`\n\
                     help: give the paths of one project at a time"
                )
            })?;
            Ok(inside)
        };
        let paths: Vec<PathBuf> = self.paths.iter().map(inside).collect::<anyhow::Result<_>>()?;
        // The root itself is all of it.
        let is_all = paths.iter().any(|path| path.as_os_str().is_empty());
        Ok((root, if is_all { Vec::new() } else { paths }))
    }
}

/// A path without links, as far as it is there: a file may be gone.
fn real_path(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|above| Some((above, fs::canonicalize(above).ok()?)));
    match there.and_then(|(above, real)| Some((path.strip_prefix(above).ok()?, real))) {
        Some((rest, real)) if !rest.as_os_str().is_empty() => real.join(rest),
        Some((_, real)) => real,
        None => path.to_owned(),
    }
}

fn say(undone: &Undone) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let files = plural(undone.paths.len(), "file");
    writeln!(out, "undid run {}: {files}", undone.run)?;
    for path in &undone.merged {
        writeln!(out, "  {}: edits made since are kept", printable(&shown(path)))?;
    }
    if undone.left.is_empty() {
        return Ok(());
    }
    writeln!(out, "{} left as is:", plural(undone.left.len(), "file"))?;
    for (path, why) in &undone.left {
        writeln!(out, "  {}: {why}", printable(&shown(path)))?;
    }
    writeln!(out, "`validator undo` tries again, `validator undo --forget` gives up on them")
}

/// The error, with what was done and what can be done.
fn explained(error: UndoError, wanted: &UndoRequest) -> anyhow::Error {
    const NOTHING: &str = "nothing was undone";
    let run = wanted.run.map(|run| format!(" --run {run}")).unwrap_or_default();
    match error {
        UndoError::Nothing(_) | UndoError::Journal { .. } => {
            anyhow::Error::new(error).context(NOTHING)
        }
        UndoError::NoRun(_) => anyhow::anyhow!(
            "{NOTHING}: {error}\nhelp: `validator undo --list` shows what can be undone"
        ),
        UndoError::NotChanged { other: Some(other), ref path, .. } => anyhow::anyhow!(
            "{NOTHING}: {error}\nhelp: run {other} did: `validator undo --run {other} {}`",
            printable(&shown(path))
        ),
        UndoError::NotChanged { .. } => anyhow::anyhow!(
            "{NOTHING}: {error}\nhelp: `validator undo --list` shows the files of each run"
        ),
        UndoError::Changed { files, .. } => {
            let mut message = NOTHING.to_owned();
            for (path, why) in &files {
                message += &format!("\n  {}: {why}", printable(&shown(path)));
            }
            let first = files.first().map(|(path, _)| shown(path)).unwrap_or_default();
            message += &if wanted.keep_changed {
                format!(
                    "\nhelp: `validator undo{run} --forget` gives up on what is left of the run"
                )
            } else {
                format!(
                    "\nhelp: `validator undo{run} --keep-changed` leaves changed files and takes \
                     back the rest, `validator undo{run} --forget {}` gives up on one",
                    printable(&first)
                )
            };
            anyhow::anyhow!(message)
        }
        UndoError::Write { cause, done } if !done.paths.is_empty() => anyhow::anyhow!(
            "{cause}\ntaken back before that: {} of run {}\n\
             help: remove the cause and run `validator undo{run}` again for the rest",
            plural(done.paths.len(), "file"),
            done.run
        ),
        UndoError::Write { cause, .. } => anyhow::anyhow!("{NOTHING}: {cause}"),
    }
}

fn list(runs: &[UndoneRun], wanted: &UndoRequest) -> anyhow::Result<Outcome> {
    let mut out = io::stdout().lock();
    let is_wanted = |path: &Path| {
        wanted.paths.is_empty() || wanted.paths.iter().any(|wanted| path.starts_with(wanted))
    };
    let mut number = 0;
    for run in runs.iter().filter(|run| wanted.run.is_none_or(|it| it == run.number)).rev() {
        let paths = run.changes.iter().map(|change| &change.path);
        let mut files: Vec<PathBuf> = paths.filter(|path| is_wanted(path)).cloned().collect();
        files.sort();
        files.dedup();
        if files.is_empty() {
            continue;
        }
        number += 1;
        writeln!(out, "run {}: {}", run.number, plural(files.len(), "file"))?;
        for file in names(&files) {
            writeln!(out, "  {}", printable(&file))?;
        }
    }
    if number == 0 {
        writeln!(out, "nothing to undo")?;
    }
    Ok(Outcome::Fine)
}

fn names(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| shown(path)).collect()
}
