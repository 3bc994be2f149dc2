//! `validator check FILE...`

use std::io::Read;
use std::path::PathBuf;

use anyhow::Context;

use super::{Outcome, quoted, run, terminal};
use crate::engine::{self, Base, File, Source};

/// Check files (`-`: standard input)
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator check README.md docs/guide.md
  validator check --format concise *.md
  git show HEAD:README.md | validator check - --stdin-filename README.md")]
pub(super) struct CheckArgs {
    /// Files and globs to check; directories are searched
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// File name to use for standard input
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
    #[command(flatten)]
    run: run::RunArgs,
}

pub(super) fn run(
    options: &CheckArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let (inputs, paths): (Vec<_>, Vec<_>) =
        options.files.iter().cloned().partition(|path| path.as_os_str() == "-");
    let mut given = Vec::new();
    if !inputs.is_empty() {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("standard input cannot be read")?;
        let path = options.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("<stdin>"));
        let dir = std::env::current_dir().context("the current directory cannot be read")?;
        let (shown, path) = (engine::shown(&path), Base::new(&dir).absolute(&path));
        given.push(File { shown, path, source: Source::Bytes(bytes) });
    } else if options.stdin_filename.is_some() {
        anyhow::bail!("`--stdin-filename` names standard input; add `-` to read it");
    }
    if paths.is_empty() {
        return run::run(&paths, given, false, None, &options.run, terminal);
    }
    let named = quoted::read(&paths)?;
    let run = options.run.naming(&named, true);
    run::run(&named.paths, given, false, None, &run, terminal)
}
