//! `validator batch [DIR]...`

use std::path::PathBuf;

use anyhow::Context;

use super::{Outcome, opened, quoted, record, run, shard, terminal};
use crate::cli::candidates;
use crate::store::WorkflowId;

/// Check all files below directories
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator batch
  validator batch docs --exclude drafts --fail-on warning
  validator batch '**/*.md' '!vendor'
  validator batch --format jsonl --output findings.jsonl
  validator batch --record
  validator batch --resume wf_1m4t0kq7x2c
  validator batch --shard 2/8 --shard-file shard-2.jsonl")]
pub(super) struct BatchArgs {
    /// Directories and globs to check (default: the current directory)
    #[arg(value_name = "DIR")]
    dirs: Vec<PathBuf>,
    /// Resume an interrupted run, with its directories and settings
    #[arg(help_heading = "Record", long, value_name = "ID", conflicts_with = "no_record", add = candidates::runs())]
    resume: Option<String>,
    #[command(flatten)]
    shard: shard::ShardArgs,
    #[command(flatten)]
    run: run::RunArgs,
}

pub(super) fn run(
    options: &BatchArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    if let Some(id) = &options.resume {
        return resume(opened::workflow(id)?, options, terminal);
    }
    let named = quoted::read(&options.dirs)?;
    let mut run = options.run.naming(&named, !options.dirs.is_empty());
    run.shard = options.shard.clone();
    run::run(&named.paths, Vec::new(), true, None, &run, terminal)
}

/// Goes on with a run in its own current directory, so that all paths mean what they meant.
fn resume(
    id: WorkflowId,
    options: &BatchArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    if !options.dirs.is_empty() || options.run.chooses() {
        anyhow::bail!(
            "`--resume` goes on with the directories and settings of the run\n\
             help: leave out directories, settings and fixes, or start a new run"
        );
    }
    let store = opened::store()?;
    let told = record::interrupted(&store, id)?;
    let run = options.run.of_run(&told).context("the current directory cannot be read")?;
    let dir = store.root().join(&told.dir);
    drop(store);
    std::env::set_current_dir(&dir)
        .with_context(|| format!("the run's directory `{}` cannot be used", dir.display()))?;
    run::run(&told.paths, Vec::new(), true, Some(id), &run, terminal)
}
