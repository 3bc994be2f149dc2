//! The command line: one file per subcommand. The only part that prints and decides exit codes.

mod apply;
mod baseline;
mod batch;
mod candidates;
mod check;
mod completions;
mod config;
mod error_text;
mod explain;
mod fix;
mod formats;
mod gate;
mod history;
mod init;
mod interrupt;
mod join;
mod learn;
mod man;
mod merge;
mod opened;
mod output;
mod ping;
mod pipe;
mod quoted;
mod record;
mod remarks;
mod review;
mod rules;
mod run;
mod runs;
mod serve;
mod settings;
mod shard;
mod single;
mod table;
mod terminal;
mod undo;
mod verdict;
mod watch;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::CompleteEnv;

/// Check documentation: Markdown pages, front matter and data files
#[derive(Parser)]
#[command(version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Examples:
  validator batch                    check all files below the current directory
  validator check README.md          check one page
  validator explain MD013            explain a rule
  validator init                     record runs from now on
  validator review                   review recommendations one by one
  validator rules --format json      all rules, for programs

Exit status: 0 nothing at or above --fail-on, 1 findings, 2 usage, configuration or input error,
130 interrupted.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    terminal: terminal::TerminalArgs,
}

#[derive(Subcommand)]
enum Command {
    Check(check::CheckArgs),
    Batch(batch::BatchArgs),
    Merge(merge::MergeArgs),
    Join(join::JoinArgs),
    Baseline(baseline::BaselineArgs),
    Rules(rules::RulesArgs),
    Explain(explain::ExplainArgs),
    Config(config::ConfigArgs),
    Learn(learn::LearnArgs),
    Init(init::InitArgs),
    Runs(runs::RunsArgs),
    History(history::HistoryArgs),
    Review(review::ReviewArgs),
    Apply(apply::ApplyArgs),
    /// Apply approved recommendations (now `apply`)
    #[command(hide = true)]
    Enhance(apply::ApplyArgs),
    Undo(undo::UndoArgs),
    Serve(serve::ServeArgs),
    Watch(watch::WatchArgs),
    Ping(ping::PingArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Pipe(pipe::PipeArgs),
}

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing at or above the level that fails.
    Fine,
    Findings,
    /// Usage, configuration or input error.
    Unanswered,
    Interrupted,
}

impl Outcome {
    /// The exit status.
    fn code(self) -> u8 {
        match self {
            Outcome::Fine => 0,
            Outcome::Findings => 1,
            Outcome::Unanswered => 2,
            Outcome::Interrupted => 130,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        ExitCode::from(outcome.code())
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // A shell that completes sets this, and gets its answer.
    CompleteEnv::with_factory(Cli::command).var(completions::VARIABLE).complete();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads to the end is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let result = match &cli.command {
        Command::Check(options) => check::run(options, &cli.terminal),
        Command::Batch(options) => batch::run(options, &cli.terminal),
        Command::Join(options) => join::run(options, &cli.terminal),
        Command::Merge(options) => merge::run(options, &cli.terminal),
        Command::Baseline(options) => baseline::run(options, &cli.terminal),
        Command::Rules(options) => rules::run(options, &cli.terminal),
        Command::Explain(options) => explain::run(options, &cli.terminal),
        Command::Config(options) => config::run(options, &cli.terminal),
        Command::Learn(options) => learn::run(options, &cli.terminal),
        Command::Init(options) => init::run(options, &cli.terminal),
        Command::Runs(options) => runs::run(options, &cli.terminal),
        Command::History(options) => history::run(options, &cli.terminal),
        Command::Review(options) => review::run(options, &cli.terminal),
        Command::Apply(options) => apply::run(options, &cli.terminal),
        Command::Enhance(options) => {
            cli.terminal.renamed("enhance", "apply");
            apply::run(options, &cli.terminal)
        }
        Command::Undo(options) => undo::run(options, &cli.terminal),
        Command::Serve(options) => serve::run(options, &cli.terminal),
        Command::Watch(options) => watch::run(options, &cli.terminal),
        Command::Ping(options) => ping::run(options, &cli.terminal),
        Command::Completions(options) => completions::run(options),
        Command::Man(options) => man::run(options),
        Command::Pipe(options) => pipe::run(options, &cli.terminal),
    };
    match result {
        Ok(outcome) => outcome.into(),
        Err(error) if terminal::is_broken_pipe(&error) => Outcome::Fine.into(),
        Err(error) => {
            // If standard error is gone, the exit status still tells.
            let _ = std::io::stderr()
                .write_all(error_text::error_text(&cli.terminal, &error).as_bytes());
            Outcome::Unanswered.into()
        }
    }
}
