//! `validator apply [PATH]`

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::fix::{DiffReader, unified};
use super::opened::{self, explained};
use super::review::path_filter;
use super::table::{TableFormat, write_json};
use super::{Outcome, interrupt, terminal};
use crate::cli::candidates;
use crate::config::Request;
use crate::engine::Workspace;
use crate::report::{plural, printable};
use crate::store::enhance::{self, EnhanceReport, Enhanced};
use crate::store::query::RecommendationFilter;
use crate::store::{Actor, Plan, RecommendationState, RefusedChange};

/// Apply approved recommendations, and check the files again
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator apply --diff                       what would change
  validator apply                              apply all that is approved
  validator apply docs/api
  validator apply --run wf_1m4t0kq7x2c         for the files of a run, as it found them
  validator undo                               undo it

A file that has changed since it was checked is left alone: check it again, and what still applies
is proposed again. Exit status 1 if an approved recommendation could not be applied.")]
pub(super) struct ApplyArgs {
    /// Only this file or directory, or what matches a pattern with `*`
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Only files that this run checked, as it found them
    #[arg(long, value_name = "ID", add = candidates::runs())]
    run: Option<String>,
    /// Only the file of this validation, as it found it
    #[arg(long, value_name = "ID")]
    validation: Option<i64>,
    /// Print what would be written and refused, and change nothing
    #[arg(long, visible_alias = "dry-run")]
    diff: bool,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: TableFormat,
}

pub(super) fn run(
    options: &ApplyArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let store = opened::store()?;
    let filter = RecommendationFilter {
        path: path_filter(store.root(), options.path.as_deref())?,
        workflow: options.run.as_deref().map(opened::workflow).transpose()?,
        validation: options.validation,
        ..RecommendationFilter::default()
    };
    let state = Some(RecommendationState::Approved);
    let approved = RecommendationFilter { state, ..filter.clone() };
    let approved = store.read(|reader| reader.recommendation_ids(&approved)).map_err(explained)?;
    if approved.is_empty() {
        anyhow::bail!(
            "no approved recommendations to apply\n\
             help: `validator review` shows what is proposed"
        );
    }
    let request = Request { start: store.root().to_owned(), ..Request::default() };
    let workspace = Workspace::open(request)?;
    if options.diff {
        let plans = enhance::preview(&store, &workspace, &filter).map_err(explained)?;
        return preview(&plans, options.format, terminal);
    }
    interrupt::listen();
    let is_interrupted = interrupt::is_interrupted;
    let report = enhance::enhance(&store, &Actor::cli(), &workspace, &filter, is_interrupted);
    let report = report.map_err(explained)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match options.format {
        TableFormat::Json => write_json(&report, &mut out)?,
        TableFormat::Text => write_report(&report, terminal, &mut out)?,
    }
    out.flush()?;
    Ok(outcome(&report))
}

fn outcome(report: &EnhanceReport) -> Outcome {
    let is_whole = |file: &Enhanced| file.stale.is_empty() && file.refused.is_empty();
    if report.cancelled {
        Outcome::Interrupted
    } else if report.files.iter().any(|file| file.error.is_some()) {
        Outcome::Unanswered
    } else if report.files.iter().all(is_whole) {
        Outcome::Fine
    } else {
        Outcome::Findings
    }
}

fn write_report(
    report: &EnhanceReport,
    terminal: &terminal::TerminalArgs,
    out: &mut dyn Write,
) -> io::Result<()> {
    for file in &report.files {
        writeln!(out, "{}: {}", printable(&file.path), told(file))?;
        write_refused(&file.refused_changes, out)?;
    }
    if report.cancelled {
        writeln!(out, "interrupted; what is left stays approved")?;
    }
    if terminal.quiet {
        return Ok(());
    }
    let applied: usize = report.files.iter().map(|file| file.applied.len()).sum();
    let files = report.files.iter().filter(|file| !file.applied.is_empty()).count();
    let (applied, files) = (plural(applied, "recommendation"), plural(files, "file"));
    writeln!(out, "applied {applied} in {files}, recorded as {}", report.workflow)?;
    if report.files.iter().any(|file| !file.applied.is_empty()) {
        writeln!(out, "`validator undo` reverts it")?;
    }
    Ok(())
}

/// How much of what was asked for was done, such as `8 of 24 applied`, and why not all.
fn counted(done: &str, asked: usize, made: usize, refused: &[RefusedChange]) -> Vec<String> {
    let mut parts = Vec::new();
    if made == asked && asked > 0 {
        parts.push(format!("{made} {done}"));
    } else if asked > 0 {
        parts.push(format!("{made} of {asked} {done}"));
    }
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for refused in refused {
        *reasons.entry(refused.reason).or_default() += 1;
    }
    parts.extend(reasons.iter().map(|(reason, count)| format!("{count} refused: {reason}")));
    let rest = asked.saturating_sub(made + refused.len());
    if rest > 0 {
        parts.push(format!("{rest} no longer needed"));
    }
    parts
}

/// The first of the changes that are not made, each with its reason.
fn write_refused(refused: &[RefusedChange], out: &mut dyn Write) -> io::Result<()> {
    const SHOWN: usize = 10;
    for RefusedChange { recommendation, line, message, reason, .. } in refused.iter().take(SHOWN) {
        let message = printable(message);
        writeln!(
            out,
            "  refused: line {line}: {message} (recommendation {recommendation}): {reason}"
        )?;
    }
    match refused.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more; `validator review list --state refused`"),
    }
}

/// What became of a file, in words.
fn told(file: &Enhanced) -> String {
    // Of a file that is not written nothing can be said to be no longer needed.
    let mut parts = match file.error {
        Some(_) => Vec::new(),
        None => counted("applied", file.changes, file.applied_changes, &file.refused_changes),
    };
    if !file.stale.is_empty() {
        let stale = file.stale.len();
        parts.push(format!("{stale} left, since the file has changed: check it again"));
    }
    if let Some(error) = &file.error {
        parts.push(format!("not written: {}", printable(error)));
    }
    if let Some(counts) = file.findings {
        let total = usize::try_from(counts.total()).unwrap_or(usize::MAX);
        parts.push(format!("{} left", plural(total, "finding")));
    }
    if parts.is_empty() { "nothing to change".to_owned() } else { parts.join("; ") }
}

#[derive(Serialize)]
struct ApplyPreview<'p> {
    path: &'p str,
    applied: &'p [i64],
    refused: Vec<i64>,
    changes: usize,
    applied_changes: usize,
    refused_changes: &'p [RefusedChange],
    stale: &'p [i64],
    error: Option<&'p str>,
    diff: String,
}

fn preview(
    plans: &[Plan],
    format: TableFormat,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let mut out = BufWriter::new(io::stdout().lock());
    let style = terminal.stdout();
    let diff = |plan: &Plan, style, reader| {
        let mut diff = Vec::new();
        if plan.is_change() {
            unified(style, reader, &plan.path, &plan.before, &plan.after, &mut diff);
        }
        diff
    };
    match format {
        TableFormat::Text => {
            for plan in plans {
                out.write_all(&diff(plan, &style, DiffReader::of_stdout(&style)))?;
            }
        }
        TableFormat::Json => {
            let plain = terminal.file();
            let previews = plans.iter().map(|plan| ApplyPreview {
                path: &plan.path,
                applied: &plan.applied,
                refused: plan.refused_recommendations(),
                changes: plan.changes,
                applied_changes: plan.applied_changes,
                refused_changes: &plan.refused,
                stale: &plan.stale,
                error: plan.error.as_deref(),
                diff: String::from_utf8_lossy(&diff(plan, &plain, DiffReader::Program))
                    .into_owned(),
            });
            write_json(&previews.collect::<Vec<_>>(), &mut out)?;
        }
    }
    out.flush()?;
    let is_whole = |plan: &Plan| plan.refused.is_empty() && plan.stale.is_empty();
    if !terminal.quiet {
        // If standard error is gone, the exit status still tells.
        let _ = write_forecast(plans, &mut io::stderr().lock());
    }
    Ok(if plans.iter().any(|plan| plan.error.is_some()) {
        Outcome::Unanswered
    } else if plans.iter().all(is_whole) {
        Outcome::Fine
    } else {
        Outcome::Findings
    })
}

/// What applying would do, and what it would leave.
fn write_forecast(plans: &[Plan], out: &mut dyn Write) -> io::Result<()> {
    let is_told =
        |plan: &&Plan| !plan.refused.is_empty() || !plan.stale.is_empty() || plan.error.is_some();
    for plan in plans.iter().filter(is_told) {
        let mut parts = match plan.error {
            Some(_) => Vec::new(),
            None => counted("would be applied", plan.changes, plan.applied_changes, &plan.refused),
        };
        if !plan.stale.is_empty() {
            let stale = plan.stale.len();
            parts.push(format!("{stale} left, since the file has changed: check it again"));
        }
        if let Some(error) = &plan.error {
            parts.push(format!("would not be written: {}", printable(error)));
        }
        writeln!(out, "{}: {}", printable(&plan.path), parts.join("; "))?;
        write_refused(&plan.refused, out)?;
    }
    let applied: usize = plans.iter().map(|plan| plan.applied.len()).sum();
    let files = plans.iter().filter(|plan| plan.is_change()).count();
    let (applied, files) = (plural(applied, "recommendation"), plural(files, "file"));
    writeln!(out, "note: would apply {applied} in {files}")
}
