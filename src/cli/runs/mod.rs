//! `validator runs`: what was run, what it found, what changed since.

mod compare;
mod list;
mod pair;
mod show;

use std::io::{self, BufWriter, Write};
use std::time::{Duration, Instant};

use clap::Subcommand;

use super::opened::{self, explained};
use super::table::TableFormat;
use super::{Outcome, terminal};
use crate::cli::candidates;
use crate::report::{Style, count};
use crate::store::{Actor, Control, Counts, Store, WorkflowId};

/// How long to wait for the process that runs it.
const PATIENCE: Duration = Duration::from_secs(2);

/// List, show, compare and control runs
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator runs                                      the newest runs
  validator runs --kind batch --state failed
  validator runs show wf_1m4t0kq7x2c
  validator runs compare                              the last two over the same directory
  validator runs compare wf_1m4t0kq7x2c wf_1m4t2a90b3e
  validator runs cancel wf_1m4t0kq7x2c")]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct RunsArgs {
    #[command(subcommand)]
    what: Option<RunsCommand>,
    #[command(flatten)]
    list: list::RunListArgs,
    /// Output format
    #[arg(long, short, global = true, value_name = "FORMAT", default_value = "text")]
    format: TableFormat,
}

#[derive(Subcommand)]
enum RunsCommand {
    Show(show::RunShowArgs),
    Compare(compare::CompareArgs),
    /// Pause a run
    Pause(Steered),
    /// Resume a paused run
    Resume(Steered),
    /// Cancel a run; `validator batch --resume` can continue it
    Cancel(Steered),
}

#[derive(clap::Args)]
struct Steered {
    /// Run id
    #[arg(value_name = "ID", add = candidates::runs())]
    id: String,
}

pub(super) fn run(
    options: &RunsArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let (control, steered) = match &options.what {
        Some(RunsCommand::Pause(steered)) => (Control::Pause, steered),
        Some(RunsCommand::Resume(steered)) => (Control::Resume, steered),
        Some(RunsCommand::Cancel(steered)) => (Control::Cancel, steered),
        what => {
            let store = opened::store()?;
            let mut out = ControlAnswer {
                format: options.format,
                style: terminal.stdout(),
                out: BufWriter::new(io::stdout().lock()),
            };
            match what {
                Some(RunsCommand::Show(show)) => show::run(show, &store, &mut out)?,
                Some(RunsCommand::Compare(compare)) => compare::run(compare, &store, &mut out)?,
                _ => list::run(&options.list, &store, &mut out)?,
            }
            out.out.flush()?;
            return Ok(Outcome::Fine);
        }
    };
    steer(&opened::store()?, opened::workflow(&steered.id)?, control, options.format)
}

/// Where the answer goes, and how.
struct ControlAnswer {
    format: TableFormat,
    style: Style,
    out: BufWriter<io::StdoutLock<'static>>,
}

/// Asks the process that runs it, and waits until that has done so.
fn steer(
    store: &Store,
    id: WorkflowId,
    control: Control,
    format: TableFormat,
) -> anyhow::Result<Outcome> {
    store.write(Actor::cli(), move |tx| tx.request(id, control)).map_err(explained)?;
    let start = Instant::now();
    loop {
        let run = store.read(|reader| reader.workflow(id)).map_err(explained)?;
        if run.requested.is_none() {
            match format {
                TableFormat::Json => super::table::write_json(&run, &mut io::stdout().lock())?,
                TableFormat::Text => writeln!(io::stdout(), "run {id} is {}", run.state)?,
            }
            return Ok(Outcome::Fine);
        }
        if start.elapsed() > PATIENCE {
            anyhow::bail!(
                "the process that runs {id} ({}) does not answer; it does so once it can",
                run.actor
            );
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A number of the run history, with separators for thousands.
fn number(value: u64) -> String {
    count(usize::try_from(value).unwrap_or(usize::MAX))
}

/// Findings in words, such as `3 errors, 12 warnings`.
fn found(counts: Counts) -> String {
    let parts = [(counts.errors, "error"), (counts.warnings, "warning"), (counts.infos, "info")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| {
            crate::report::plural(usize::try_from(count).unwrap_or(usize::MAX), noun)
        })
        .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}
