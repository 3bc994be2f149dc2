//! `validator init`

use std::io::{self, Write};
use std::path::PathBuf;

use super::{Outcome, opened, terminal};
use crate::report::printable;
use crate::store::Store;

/// Create the run history, to which `check` and `batch` add from then on
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator init
  validator batch && validator runs

The run history is .validator/validator.db at the project's root: where validator.yaml is, else the
root of the git repository, else this directory. It holds findings and review decisions, and
is ignored by git. To delete it, remove .validator/.")]
pub(super) struct InitArgs {
    /// Directory in the project (default: the current directory)
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
}

pub(super) fn run(
    options: &InitArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let root = opened::root(&options.dir)?;
    let is_new = !Store::exists(&root);
    Store::create(&root).map_err(opened::explained)?;
    if !terminal.quiet {
        let path = Store::path(&root).display().to_string();
        let said = if is_new { "created" } else { "the run history exists already:" };
        writeln!(io::stdout(), "{said} {}", printable(&path))?;
        if is_new {
            writeln!(
                io::stdout(),
                "`check` and `batch` record their runs in it; `validator runs` lists them"
            )?;
        }
    }
    Ok(Outcome::Fine)
}
