//! `validator completions SHELL`: what a shell needs to complete commands and options.

use std::io::{self, Write};

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;
use clap_complete::env::Shells;

use super::{Cli, Outcome};

/// Print a shell completion script
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator completions bash > ~/.local/share/bash-completion/completions/validator
  validator completions zsh > ~/.zfunc/_validator
  validator completions fish > ~/.config/fish/completions/validator.fish
  validator completions powershell >> $PROFILE
  source <(validator completions bash --dynamic)    in ~/.bashrc")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
    /// Ask validator for values: also rules, families, runs and recommendations are completed
    #[arg(long)]
    dynamic: bool,
}

/// Which variable a shell sets that asks for values.
pub(super) const VARIABLE: &str = "VALIDATOR_COMPLETE";

pub(super) fn run(options: &CompletionsArgs) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    let name = "validator";
    match Shells::builtins().completer(&options.shell.to_string()).filter(|_| options.dynamic) {
        Some(asking) => asking.write_registration(VARIABLE, name, name, name, &mut script)?,
        None => clap_complete::generate(options.shell, &mut Cli::command(), name, &mut script),
    }
    io::stdout().write_all(&script).context("the script cannot be written")?;
    Ok(Outcome::Fine)
}
