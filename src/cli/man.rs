//! `validator man`: the manual, made from the same definitions as the help.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::CommandFactory;
use clap_mangen::Man;

use super::{Cli, Outcome};
use crate::config::nearest;

/// Print a manual page, or write all of them
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator man | man -l -
  validator man batch | man -l -
  validator man --dir /usr/local/share/man/man1")]
pub(super) struct ManArgs {
    /// Command to describe (default: validator itself)
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write the pages of all commands to this directory
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

pub(super) fn run(options: &ManArgs) -> anyhow::Result<Outcome> {
    let mut cli = Cli::command();
    cli.build();
    match (&options.dir, &options.command) {
        (Some(dir), _) => write_all(&cli, dir)?,
        (None, name) => {
            let command = match name {
                Some(name) => find(&cli, name)?,
                None => &cli,
            };
            io::stdout().write_all(&page(command)?).context("the page cannot be written")?;
        }
    }
    Ok(Outcome::Fine)
}

fn find<'c>(cli: &'c clap::Command, name: &str) -> anyhow::Result<&'c clap::Command> {
    cli.find_subcommand(name).ok_or_else(|| {
        let names =
            cli.get_subcommands().filter(|below| !below.is_hide_set()).map(clap::Command::get_name);
        let help = nearest(name, names).map_or_else(
            || "`validator --help` lists the commands".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        anyhow::anyhow!("there is no command `{name}`\nhelp: {help}")
    })
}

/// The page of a command, under the name that it has in the manual.
fn page(command: &clap::Command) -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    let man = Man::new(command.clone()).title(title(command).to_uppercase());
    man.render(&mut page).context("the page cannot be made")?;
    Ok(page)
}

/// `validator-runs-list` for `validator runs list`.
fn title(command: &clap::Command) -> String {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    name.replace(' ', "-")
}

fn write_all(command: &clap::Command, dir: &Path) -> anyhow::Result<()> {
    let path = dir.join(format!("{}.1", title(command)));
    fs::create_dir_all(dir)
        .and_then(|()| fs::write(&path, page(command).map_err(io::Error::other)?))
        .with_context(|| format!("`{}` cannot be written", path.display()))?;
    let commands = command.get_subcommands().filter(|below| !below.is_hide_set());
    for below in commands.filter(|below| below.get_name() != "help") {
        write_all(below, dir)?;
    }
    Ok(())
}
