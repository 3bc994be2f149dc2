//! `validator batch [DIR]...`

use std::path::PathBuf;

use super::{Outcome, run, terminal};

/// Check all files below folders
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator batch
  validator batch docs --exclude drafts --fail-on warning
  validator batch --format jsonl --output findings.jsonl")]
pub(super) struct Options {
    /// Folders to check
    #[arg(default_value = ".", value_name = "DIR")]
    folders: Vec<PathBuf>,
    #[command(flatten)]
    run: run::Options,
}

pub(super) fn run(options: &Options, terminal: &terminal::Options) -> anyhow::Result<Outcome> {
    run::run(&options.folders, Vec::new(), true, &options.run, terminal)
}
