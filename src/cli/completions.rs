//! `validator completions SHELL`: what a shell needs to complete commands and options.

use std::io::{self, Write};

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Outcome};

/// Print a shell completion script
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator completions bash > ~/.local/share/bash-completion/completions/validator
  validator completions zsh > ~/.zfunc/_validator
  validator completions fish > ~/.config/fish/completions/validator.fish
  validator completions powershell >> $PROFILE")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(options: &CompletionsArgs) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "validator", &mut script);
    io::stdout().write_all(&script).context("the script cannot be written")?;
    Ok(Outcome::Fine)
}
