//! `validator merge SHARD...`

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;

use super::output::Renderer;
use super::record::{self, RunSpec};
use super::remarks::command_line;
use super::single::{self, Single};
use super::verdict::{self, Threshold, Verdict};
use super::{Outcome, formats, interrupt, terminal};
use crate::config::FailOn;
use crate::document::Document;
use crate::engine::{Base, Event, FileReport, Summary, Workspace, read_document};
use crate::report::{self, Overview, Style, plural};
use crate::shard::{Restored, Shards};
use crate::store::NewValidation;
use crate::store::recorder::Recorder;

/// Merge the parts that `batch --shard` checked into one report
///
/// The report, the exit status and the run history are those of one run over all files. Run it
/// where the parts were run, so that the files can be read.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator merge shard-*.jsonl
  validator merge --format json --output report.json shard-1.jsonl shard-2.jsonl
  validator merge --record validator-shard-*.jsonl")]
pub(super) struct MergeArgs {
    /// Files that `batch --shard` wrote, for all parts
    #[arg(required = true, value_name = "SHARD")]
    shards: Vec<PathBuf>,
    #[command(flatten)]
    report: single::SingleReportArgs,
    /// Exit with 1 if any finding has at least this severity (default: the result of each part)
    #[arg(help_heading = "Report", long, value_name = "SEVERITY", value_parser = verdict::parser())]
    fail_on: Option<FailOn>,
    /// Include findings that the baseline, a review or a comment suppresses; what comments
    /// disable is there if the parts were checked with this option, too
    #[arg(help_heading = "Report", long)]
    show_suppressed: bool,
    /// Show every finding, even on a terminal
    #[arg(help_heading = "Report", long)]
    all: bool,
    #[command(flatten)]
    record: record::RecordArgs,
}

pub(super) fn run(
    options: &MergeArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let format = options.report.format();
    if options.show_suppressed {
        let other = Some(format.name).filter(|_| !format.shows_suppressed);
        formats::check_suppressed(other.is_none(), other.into_iter())?;
    }
    let shards = Shards::open(&options.shards)?;
    let told: RunSpec = serde_json::from_value(shards.header().what.clone())
        .context("the shards do not say what they were asked for")?;
    let dir = std::env::current_dir().context("the current directory cannot be read")?;
    let start = told.paths.first().map_or_else(|| dir.clone(), |path| dir.join(path));
    let start = if start.exists() { start } else { dir.clone() };
    let project = Arc::new(told.settings.load(&start)?);
    interrupt::listen();
    let record = options.record.open(project.root(), true);
    let workspace = Workspace::new(project.clone());
    let base = Base::new(&project.root().join(&told.dir));
    let mut merge = Merge {
        options,
        terminal,
        workspace: &workspace,
        base,
        verdict: Verdict::new(
            &project,
            Threshold { fail_on: options.fail_on, ..Threshold::default() },
        ),
        drawing: drawing(options, terminal),
        recorder: record.start(&project, "batch", told),
        changed: Vec::new(),
        unkept: 0,
    };
    merge.run(shards)
}

fn drawing(options: &MergeArgs, terminal: &terminal::TerminalArgs) -> Renderer {
    let report = &options.report;
    let is_whole = options.all || options.show_suppressed;
    match report.is_for_people() && io::stdout().is_terminal() && !is_whole {
        true => Renderer::Overview(Overview::new(terminal.stdout())),
        false => Renderer::Format(report.format(), style(options, terminal)),
    }
}

/// How the report looks where it goes.
fn style(options: &MergeArgs, terminal: &terminal::TerminalArgs) -> Style {
    Style { suppressed: options.show_suppressed, ..options.report.style(terminal) }
}

struct Merge<'a> {
    options: &'a MergeArgs,
    terminal: &'a terminal::TerminalArgs,
    workspace: &'a Workspace,
    /// Where the parts were run.
    base: Base,
    verdict: Verdict<'a>,
    drawing: Renderer,
    recorder: Option<Recorder<'a>>,
    /// Files that are not as they were checked, as they are shown.
    changed: Vec<String>,
    /// What comments disable and the parts do not have.
    unkept: usize,
}

impl Merge<'_> {
    fn run(&mut self, mut shards: Shards) -> anyhow::Result<Outcome> {
        let start = Instant::now();
        let all = matches!(self.drawing, Renderer::Overview(_)).then(command_line);
        let mut output = self.options.report.open(style(self.options, self.terminal), all)?;
        let header = shards.header();
        let mut summary = Summary { skipped: header.skipped, ..Summary::default() };
        let (total, gone) = (header.total, header.gone);
        self.tell(Event::Started { files: total });
        while !interrupt::is_interrupted() {
            let base = &self.base;
            let Some(restored) = shards.next(|shown| base.absolute(Path::new(shown)))? else {
                break;
            };
            let file = &restored.report;
            summary.add(file);
            self.unkept += file.suppressed.saturating_sub(file.aside.disabled.len());
            if !self.file(&restored, &mut output) {
                break;
            }
        }
        summary.left = total - summary.checked - summary.failed;
        summary.interrupted = summary.left > 0;
        summary.total();
        summary.resolved += gone;
        summary.elapsed = start.elapsed();
        self.tell(Event::Finished(&summary));
        self.end(&shards, &summary, output)
    }

    /// Adds a file to report and record. Returns whether to go on.
    fn file(&mut self, restored: &Restored, output: &mut Single) -> bool {
        let file = &restored.report;
        let doc = self.document(restored);
        let mut part = Vec::new();
        self.drawing.draw(file, doc.as_deref(), &mut part);
        self.verdict.on_file(file);
        let is_told = output.file(file, &part);
        let Some(recorder) = &self.recorder else { return is_told };
        let note = recorder.note()(file, doc.as_deref());
        let goes_on = self.tell(Event::Checked { file, rendered: &part, note });
        is_told && goes_on
    }

    fn tell(&mut self, event: Event<NewValidation>) -> bool {
        self.recorder.as_mut().is_none_or(|recorder| recorder.follow(event).is_continue())
    }

    /// The document, where something is shown or recorded of it and it is as it was checked.
    fn document(&mut self, restored: &Restored) -> Option<Box<Document>> {
        let FileReport { path, shown, .. } = &restored.report;
        let digest = restored.digest?;
        let shows_none = restored.report.all(self.options.show_suppressed).is_empty();
        if self.recorder.is_none() && shows_none {
            return None;
        }
        let doc = read_document(self.workspace, path).filter(|doc| doc.digest() == digest);
        if doc.is_none() {
            self.changed.push(shown.clone());
        }
        doc
    }

    fn end(
        &mut self,
        shards: &Shards,
        summary: &Summary,
        output: Single,
    ) -> anyhow::Result<Outcome> {
        let recorded = self.recorder.take().map(Recorder::finish);
        match output.end(summary, Some(&self.drawing)) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            result => result.context("the report cannot be written")?,
        }
        if !self.options.report.is_for_people() && !self.terminal.quiet {
            let mut text = Vec::new();
            report::write_totals(&self.terminal.stderr(), summary, &mut text)?;
            let _ = io::stderr().write_all(&text);
        }
        self.remark();
        if let Some(ended) = &recorded {
            record::conclude(ended, self.terminal, true);
        }
        Ok(self.outcome(shards, summary))
    }

    fn remark(&self) {
        if let Some(first) = self.changed.first() {
            let files = plural(self.changed.len(), "file");
            self.terminal.note(&[format!(
                "{files} such as `{first}` {} not here as checked, so nothing is quoted from there",
                if self.changed.len() == 1 { "is" } else { "are" }
            )]);
        }
        if self.options.show_suppressed && self.unkept > 0 {
            let findings = plural(self.unkept, "finding");
            self.terminal.note(&[format!(
                "{findings} that comments disable cannot be shown; check the parts with \
                 `--show-suppressed`, too"
            )]);
        }
        let excuse = self.verdict.excuse().filter(|_| !self.terminal.quiet);
        if let Some(excuse) = excuse {
            let _ = writeln!(io::stderr(), "{excuse}");
        }
    }

    /// The outcome of the whole run, with what is wrong beside findings.
    fn outcome(&self, shards: &Shards, summary: &Summary) -> Outcome {
        if interrupt::is_interrupted() || summary.interrupted {
            return Outcome::Interrupted;
        }
        let mut problems: Vec<&String> = Vec::new();
        for problem in shards.trailers().flat_map(|trailer| &trailer.problems) {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        // What was for no page in any of the parts.
        let mut trailers = shards.trailers();
        let first = trailers.next().map_or(&[][..], |trailer| &trailer.idle);
        let idle = first.iter().filter(|it| shards.trailers().all(|other| other.idle.contains(it)));
        problems.extend(idle);
        for problem in &problems {
            let _ = writeln!(io::stderr(), "error: {problem}");
        }
        let has_findings = match self.options.fail_on {
            Some(_) => self.verdict.fails(),
            None => shards.trailers().any(|trailer| trailer.status == Outcome::Findings.code()),
        };
        if summary.failed > 0 || !problems.is_empty() {
            Outcome::Unanswered
        } else if has_findings {
            Outcome::Findings
        } else {
            Outcome::Fine
        }
    }
}
