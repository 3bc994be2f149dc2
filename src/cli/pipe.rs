//! `validator pipe`

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use super::{Outcome, output, settings, terminal};
use crate::pipe::{self, Totals, Worker};
use crate::report::{count, plural};

/// Check pages from JSON lines, for pipelines such as Spark and Ray
///
/// Reads one JSON object a line from standard input, {"path": "docs/a.md", "text": "# A\n"}, and
/// writes one a line, in order: {"path": "docs/a.md", "findings": […], "digest": "…"}. "id" comes
/// back as it is; "want" lists what the answer has: "findings" (by default), "facts", "fixed" and
/// "metrics". {"hello": 1} is answered with version, protocol and settings.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator pipe --config validator.yaml < pages.jsonl > answers.jsonl
  validator pipe --settings '{\"types\": [\"markdown\"]}' --jobs 4
  echo '{\"path\":\"a.md\",\"text\":\"# A\\n\"}' | validator pipe --root .

Exit status: 0 all records were checked, 1 some could not be, 2 usage, configuration or input error.")]
pub(super) struct PipeArgs {
    /// Directory that paths are relative to, with the files that pages are compared with; without it,
    /// nothing is read from the disk
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Number of worker threads (0: one per processor)
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    jobs: usize,
    /// Maximum number of findings in an answer, the rest is counted (0: all)
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    max_findings: usize,
    /// Configuration as JSON or YAML
    #[arg(help_heading = "Settings", long = "settings", value_name = "JSON")]
    #[arg(conflicts_with_all = ["config", "no_config"])]
    given: Option<String>,
    #[command(flatten)]
    settings: settings::SettingsArgs,
}

pub(super) fn run(
    options: &PipeArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    if let Some(root) = options.root.as_deref().filter(|root| !root.is_dir()) {
        anyhow::bail!(
            "the root `{}` is not a directory\nhelp: name the directory that paths count from",
            root.display()
        );
    }
    let request = options.settings.request(options.root.as_deref().unwrap_or(".".as_ref()));
    let worker = Worker::new(pipe::PipeOptions {
        config: request.config,
        no_config: request.no_config,
        settings: options.given.clone(),
        overrides: request.overrides,
        root: options.root.clone(),
        max_findings: options.max_findings,
    })?;
    let jobs = match options.jobs {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        jobs => jobs,
    };
    let (input, output) = (io::stdin(), output::stdout());
    let totals = match jobs {
        1 => pipe::run_serial(&worker, input.lock(), output),
        jobs => {
            let output = io::BufWriter::with_capacity(1 << 17, output);
            pipe::run_parallel(&Arc::new(worker), jobs, input, output)
        }
    };
    let totals = totals.context("the records cannot be answered")?;
    if !terminal.quiet {
        // One line: it goes to the logs of many workers.
        let _ = writeln!(io::stderr(), "{}", summary(&totals));
    }
    Ok(if totals.errors > 0 { Outcome::Findings } else { Outcome::Fine })
}

fn summary(totals: &Totals) -> String {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let mut line = format!(
        "{} in, {} out; {}",
        plural(number(totals.records), "record"),
        count(number(totals.records)),
        plural(number(totals.findings), "finding"),
    );
    if totals.excluded > 0 {
        line += &format!("; {} excluded", count(number(totals.excluded)));
    }
    if totals.errors > 0 {
        line += &format!("; {} could not be checked", plural(number(totals.errors), "record"));
    }
    line
}
