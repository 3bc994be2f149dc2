//! `validator review`: what is proposed, and what people decide about it.

mod card;
mod decide;
mod filter;
mod heading;
mod interactive;
mod list;
mod session;
mod show;

use std::io::{self, IsTerminal};

use clap::Subcommand;

pub(super) use filter::path_filter;

use super::opened;
use super::table::TableFormat;
use super::{Outcome, terminal};

/// Review recommendations: approve or reject them
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review                                   decide one by one, with single keys
  validator review --rule MD009 --path docs
  validator review list --state rejected
  validator review show 17
  validator review approve 17 18
  validator review approve --safety safe --path docs/api
  validator review reject 19 --reason \"tables are generated\" --until 2027-01-31

`validator apply` applies what is approved. What is rejected stays rejected in later runs.")]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct ReviewArgs {
    #[command(subcommand)]
    what: Option<ReviewCommand>,
    #[command(flatten)]
    filter: filter::SelectArgs,
    /// Output format
    #[arg(long, short, global = true, value_name = "FORMAT", default_value = "text")]
    format: TableFormat,
}

#[derive(Subcommand)]
enum ReviewCommand {
    List(list::ReviewListArgs),
    Show(show::ReviewShowArgs),
    Approve(decide::ApproveArgs),
    Reject(decide::RejectArgs),
    Rejected(list::RejectedRow),
    Restore(decide::RestoreArgs),
    /// Restore rejected findings (now `restore`)
    #[command(hide = true)]
    Reconsider(decide::RestoreArgs),
}

pub(super) fn run(
    options: &ReviewArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let store = opened::store()?;
    let format = options.format;
    match &options.what {
        Some(ReviewCommand::List(list)) => list::run(list, &store, format, terminal),
        Some(ReviewCommand::Show(show)) => show::run(show, &store, format, terminal),
        Some(ReviewCommand::Approve(approve)) => decide::approve(approve, &store, format),
        Some(ReviewCommand::Reject(reject)) => decide::reject(reject, &store, format),
        Some(ReviewCommand::Rejected(rejected)) => {
            list::rejected(rejected, &store, format, terminal)
        }
        Some(ReviewCommand::Restore(restore)) => {
            decide::restore(restore, &store, format, "restored")
        }
        Some(ReviewCommand::Reconsider(restore)) => {
            terminal.renamed("reconsider", "restore");
            // Programs read what the old spelling printed.
            decide::restore(restore, &store, format, "reconsidered")
        }
        None if format == TableFormat::Text && is_attended() => {
            interactive::run(&options.filter, &store, terminal)
        }
        None => list::proposed(&options.filter, &store, format, terminal),
    }
}

/// Whether somebody is there to press keys.
fn is_attended() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}
