//! `validator init`

use std::io::{self, Write};
use std::path::PathBuf;

use super::{Outcome, opened, terminal};
use crate::report::printable;
use crate::store::Store;

/// Create the record, into which check and batch record from then on
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator init
  validator batch && validator runs

The record is .validator/validator.db at the project's root: where validator.yaml stands, else the
root of the git repository, else this folder. It holds what runs found and what people decided, and
is ignored by git. To be rid of it, remove .validator/.")]
pub(super) struct InitArgs {
    /// A folder of the project; the working folder if there is none
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(
    options: &InitArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let root = opened::root(&options.folder)?;
    let is_new = !Store::exists(&root);
    Store::create(&root).map_err(opened::explained)?;
    if !terminal.quiet {
        let path = Store::path(&root).display().to_string();
        let said = if is_new { "created" } else { "there is a record already:" };
        writeln!(io::stdout(), "{said} {}", printable(&path))?;
        if is_new {
            writeln!(io::stdout(), "check and batch record into it; `validator runs` lists runs")?;
        }
    }
    Ok(Outcome::Fine)
}
