//! `validator join FACTS...`

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;

use super::single;
use super::{Outcome, interrupt, terminal, verdict};
use crate::config::FailOn;
use crate::engine::Summary;
use crate::files;
use crate::join::{Collector, MEMORY};
use crate::report;

/// Check links, anchors and unique fields from the facts of pages
///
/// Facts are rows of facts.schema.json, or the answers of `validator pipe` to records that want
/// "facts"; in any order, from any number of workers. The pages are not needed. Links are followed as
/// GitHub does.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator join facts-*.jsonl
  validator join answers.jsonl --files files.txt --format jsonl
  cat part-*.jsonl | validator join -

Exit status: 0 nothing at or above --fail-on, 1 findings, 2 the facts cannot be joined.")]
pub(super) struct JoinArgs {
    /// Files with facts, one JSON object per line (`-`: standard input)
    #[arg(required = true, value_name = "FACTS")]
    facts: Vec<PathBuf>,
    /// File that lists further link targets such as images, one path per line
    #[arg(long, value_name = "LIST")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    report: single::SingleReportArgs,
    /// Exit with 1 if any finding has at least this severity (default: warning)
    #[arg(help_heading = "Report", long, value_name = "SEVERITY", value_parser = verdict::parser())]
    fail_on: Option<FailOn>,
    /// Memory for sorting, in MiB, before temporary files are used
    #[arg(long, value_name = "MIB", default_value_t = MEMORY >> 20)]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1 << 20))]
    memory: usize,
}

pub(super) fn run(
    options: &JoinArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    interrupt::listen();
    let mut collector = Collector::new(options.memory << 20);
    for path in &options.facts {
        match path.as_os_str() == "-" {
            true => collector.read("standard input", io::stdin().lock())?,
            false => collector.read(&path.display().to_string(), open(path)?)?,
        }
    }
    for path in &options.files {
        for line in io::BufReader::new(open(path)?).lines() {
            let line = line.with_context(|| format!("`{}` cannot be read", path.display()))?;
            let listed = line.trim_end_matches('\r').trim_start_matches("./");
            if !listed.is_empty() {
                collector.file(listed.to_owned());
            }
        }
    }
    remark(&collector, terminal);
    let mut join = collector.join()?;
    let (format, style) = (options.report.format(), options.report.style(terminal));
    let mut output = options.report.open(style, None)?;
    let least = options.fail_on.unwrap_or_default();
    let (mut summary, mut fails) = (Summary::default(), false);
    while !interrupt::is_interrupted() {
        let Some(file) = join.next_report()? else { break };
        let mut part = Vec::new();
        (format.render)(&style, &file, None, &mut part);
        summary.add(&file);
        fails |= file.findings.iter().any(|finding| least.fails(finding.severity));
        if !output.file(&file, &part) {
            break;
        }
    }
    summary.left = join.pages() - summary.checked;
    summary.interrupted = summary.left > 0;
    summary.total();
    summary.elapsed = start.elapsed();
    output.end(&summary, None).context("the report cannot be written")?;
    if !options.report.is_for_people() && !terminal.quiet {
        let mut text = Vec::new();
        report::write_totals(&terminal.stderr(), &summary, &mut text)?;
        // The report is complete; who closed standard error does not want this.
        let _ = io::stderr().write_all(&text);
    }
    Ok(match fails {
        _ if interrupt::is_interrupted() => Outcome::Interrupted,
        true => Outcome::Findings,
        false => Outcome::Fine,
    })
}

fn open(path: &Path) -> anyhow::Result<std::fs::File> {
    let opened = files::open(path).map_err(files::FileError::into_io);
    Ok(opened.with_context(|| format!("`{}` cannot be read", path.display()))?.file)
}

fn remark(collector: &Collector, terminal: &terminal::TerminalArgs) {
    let mut notes = Vec::new();
    if let Some(config) = collector.generator() {
        notes.push(format!(
            "`{config}` is not looked at: links are followed as GitHub does; `validator batch` and \
             `validator pipe --root` know the generator"
        ));
    }
    match collector.unread() {
        0 => {}
        1 => notes.push("1 page could not be checked; links to its anchors are not judged".into()),
        many => notes.push(format!(
            "{} pages could not be checked; links to their anchors are not judged",
            report::count(usize::try_from(many).unwrap_or(usize::MAX))
        )),
    }
    terminal.note(&notes);
}
