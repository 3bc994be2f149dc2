//! `validator undo`

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;

use super::{Outcome, opened, record, terminal};
use crate::engine::undo::{self, Run, UndoError};
use crate::report::{plural, printable};

/// Take back the last run that changed files
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator undo --list
  validator undo

What `check --fix`, `batch --fix` and `enhance` write can be taken back, the last run first. Where
there is a record, the files are checked again and the record is told.")]
pub(super) struct Options {
    /// A folder of the project; the working folder if there is none
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    /// Show what can be taken back, and change nothing
    #[arg(long)]
    list: bool,
}

pub(super) fn run(options: &Options, terminal: &terminal::Options) -> anyhow::Result<Outcome> {
    let root = opened::root(&options.folder)?;
    if options.list {
        return list(&undo::runs(&root)?);
    }
    match undo::undo(&root) {
        Ok(run) => {
            if !terminal.quiet {
                let files = plural(files(&run).len(), "file");
                writeln!(io::stdout(), "took back run {}: {files}", run.number)?;
            }
            record::tell_undo(&root, run.number, &files(&run));
            Ok(Outcome::Fine)
        }
        Err(error @ UndoError::Nothing(_)) => Err(error).context("nothing was taken back"),
        Err(error) => Err(error).context(
            "nothing was taken back\nhelp: keep a copy of the file that the message names, \
             or put it back as the run left it, and undo again",
        ),
    }
}

fn list(runs: &[Run]) -> anyhow::Result<Outcome> {
    let mut out = io::stdout().lock();
    let runs = runs.iter().filter(|run| !run.changes.is_empty());
    let mut number = 0;
    for run in runs.rev() {
        number += 1;
        let files = files(run);
        writeln!(out, "run {}: {}", run.number, plural(files.len(), "file"))?;
        for file in files {
            writeln!(out, "  {}", printable(&file))?;
        }
    }
    if number == 0 {
        writeln!(out, "there is nothing to take back")?;
    }
    Ok(Outcome::Fine)
}

/// The files that a run changed.
fn files(run: &Run) -> Vec<String> {
    let mut files: Vec<_> =
        run.changes.iter().map(|change| crate::engine::shown(&change.path)).collect();
    files.sort();
    files.dedup();
    files
}
