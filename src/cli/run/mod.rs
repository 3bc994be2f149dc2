//! What `check` and `batch` share: options, the run, the report, the outcome.

mod filter;
mod follow;
mod listener;
mod reports;

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use self::filter::Filter;
use self::listener::{Ending, RunListener};
use self::reports::GroupBy;
use super::formats::FormatTarget;
use super::gate::{self, FindingFilter};
use super::output::{self, Renderer};
use super::quoted::Named;
use super::record::{self, RecordWriter, RunSpec};
use super::remarks::{computed_settings, list_files, not_pages, nothing_to_check, what_is_read};
use super::terminal::{self, When};
use super::verdict::{self, Threshold, Verdict};
use super::{Outcome, fix, formats, interrupt, settings, shard};
use crate::config::{FailOn, Project, SourceLocation};
use crate::diagnostic::Safety;
use crate::engine::{self, Base, File, FileReport, Job, Source, Walk, Walked, Workspace};
use crate::progress::Progress;
use crate::store::WorkflowId;
use crate::store::recorder::{Recorder, RunWritten};

#[derive(Clone, clap::Args)]
#[group(skip)]
pub(super) struct RunArgs {
    #[command(flatten)]
    settings: settings::SettingsArgs,
    #[command(flatten)]
    fix: fix::FixArgs,
    #[command(flatten)]
    gate: gate::FilterArgs,
    /// Output format; with =FILE, the report goes to that file. Can be repeated
    #[arg(help_heading = "Report", long, short, value_name = "NAME[=FILE]")]
    #[arg(value_parser = formats::Parser, long_help = formats::HELP)]
    format: Vec<formats::FormatRequest>,
    /// Write the report to this file instead of standard output
    #[arg(help_heading = "Report", long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit with 1 if any finding has at least this severity (default: as configured,
    /// else warning)
    #[arg(help_heading = "Report", long, value_name = "SEVERITY", value_parser = verdict::parser())]
    fail_on: Option<FailOn>,
    /// Exit with 1 only for errors, or for more than this number of warnings
    #[arg(help_heading = "Report", long, value_name = "NUMBER", conflicts_with = "fail_on")]
    max_warnings: Option<usize>,
    /// Include findings that the baseline, a review or a comment suppresses; they do not count
    #[arg(help_heading = "Report", long)]
    show_suppressed: bool,
    /// Print only totals and a table of findings by rule
    #[arg(help_heading = "Report", long)]
    stats: bool,
    /// Group the table of --stats by file, rule or owner (CODEOWNERS)
    #[arg(help_heading = "Report", long, value_name = "GROUP")]
    group_by: Option<GroupBy>,
    /// Maximum number of lines of the format `agent`
    #[arg(help_heading = "Report", long, value_name = "LINES")]
    budget: Option<usize>,
    /// Include hidden and ignored files
    #[arg(help_heading = "Run", long)]
    no_ignore: bool,
    /// List the files that would be checked, and their types
    #[arg(help_heading = "Run", long, conflicts_with_all = ["format", "output"])]
    list_files: bool,
    /// Show every finding, even on a terminal
    #[arg(help_heading = "Report", long)]
    all: bool,
    /// Number of worker threads (0: automatic)
    #[arg(help_heading = "Run", long, value_name = "NUMBER", default_value_t = 0)]
    threads: usize,
    /// When to show progress on standard error
    #[arg(help_heading = "Run", long, value_name = "WHEN", default_value = "auto")]
    progress: When,
    #[command(flatten)]
    record: record::RecordArgs,
    /// The part of the files that is checked, of `batch` alone.
    #[arg(skip)]
    pub(super) shard: shard::ShardArgs,
}

impl RunArgs {
    /// Whether it is said what to check, or how.
    pub(super) fn chooses(&self) -> bool {
        self.settings != settings::SettingsArgs::default()
            || self.no_ignore
            || self.fix.limit().is_some()
    }

    /// The options with the globs among what is named.
    pub(super) fn naming(&self, named: &Named, names_places: bool) -> Self {
        let mut options = self.clone();
        options.settings.globs.clone_from(&named.globs);
        options.settings.names_places = names_places;
        options
    }

    /// The options of a run that goes on with another, whose report may go to the current directory
    /// of this process.
    pub(super) fn of_run(&self, told: &RunSpec) -> io::Result<Self> {
        let output = self.output.as_deref().map(std::path::absolute).transpose()?;
        let mut format = self.format.clone();
        for file in format.iter_mut().filter_map(|asked| asked.file.as_mut()) {
            *file = std::path::absolute(&file)?;
        }
        Ok(RunArgs {
            settings: told.settings.clone(),
            fix: fix::FixArgs::of_run(told.fix, told.unsafe_fixes),
            no_ignore: told.no_ignore,
            output,
            format,
            ..self.clone()
        })
    }
}

/// Checks the paths and the files that are given with their content. `resume` is the run to go on
/// with.
pub(super) fn run(
    paths: &[PathBuf],
    given: Vec<File>,
    is_batch: bool,
    resume: Option<WorkflowId>,
    options: &RunArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let dir = std::env::current_dir().context("the current directory cannot be read")?;
    let start = paths.first().or(given.first().map(|file| &file.path));
    let project = Arc::new(options.settings.load(start.map_or(&dir, |path| path))?);
    let mut filter = Filter::of(&given, &options.fix);
    let is_filter = filter.is_some();
    let asked = Invocation { paths, is_batch, options, terminal, project: &project, is_filter };
    let targets = asked.targets()?;
    let drawings = asked.drawings(&targets);
    asked.check_suppressed(&targets, &drawings)?;
    let (mut walked, gate) = asked.walk(&dir, given)?;
    if options.list_files {
        let files = list_files(&project, &walked);
        io::stdout().write_all(files.as_bytes()).context("the list cannot be written")?;
        return Ok(Outcome::Fine);
    }
    let record = asked.open(&walked)?;
    let unused = if is_batch { unused_schemas(&project, paths, &walked) } else { Vec::new() };
    let told = asked.told(&dir, walked.files.len());
    let mut part = options.shard.open(&project, &dir, &mut walked, gate.gone(), told)?;
    interrupt::listen();
    let rejections = record.rejections();
    let mut listener = asked.listener(&targets, &drawings, &gate)?;
    let mut recorder = asked.recorder(&record, resume, &dir, &mut walked)?;
    let mut workspace = Workspace::new(project.clone()).with_ignored(options.no_ignore);
    if recorder.is_some() {
        workspace = workspace.remembering();
    }
    let repository = asked.repository_root();
    let job = Job {
        workspace: &workspace,
        files: &walked.files,
        skipped: walked.skipped,
        threads: options.threads,
        fix: options.fix.limit(),
        rejections: Some(&rejections),
        keep_disabled: options.show_suppressed,
        filter: Some(&|file| {
            gate.filter(&project, file);
            asked.complete(&repository, file);
        }),
        render: &|file, doc, part| output::draw(&drawings, file, doc, part),
        note: &|_, _| (),
    };
    let mut scribe = options.fix.scribe(project.root());
    // What became of the file that is told next.
    let written = RefCell::new(RunWritten::Nothing);
    let mut write = |file: &FileReport| {
        if filter.as_mut().is_some_and(|filter| filter.take(file)) {
            return Ok(());
        }
        let outcome = scribe.as_mut().map_or(RunWritten::Nothing, |scribe| scribe.write(file));
        let failed = match &outcome {
            RunWritten::Failed(reason) => Err(reason.clone()),
            _ => Ok(()),
        };
        written.replace(outcome);
        failed
    };
    let (listening, recording, part_of) = (&mut listener, recorder.as_mut(), part.as_mut());
    let mut summary = follow::run(job, &mut write, &written, listening, recording, part_of);
    workspace.remember();
    (listener.scribe, listener.recorder) = (scribe, recorder);
    gate.end(&mut summary);
    let mut ending = listener.end(&asked, &summary)?;
    if let Some(filter) = &filter {
        filter.end(&mut ending)?;
    }
    terminal.note(&computed_settings(&workspace));
    // The process ends: giving back each of thousands of paths would only take time.
    std::mem::forget(walked);
    asked.conclude(ending, unused, part)
}

/// What was asked for.
struct Invocation<'a> {
    paths: &'a [PathBuf],
    is_batch: bool,
    options: &'a RunArgs,
    terminal: &'a terminal::TerminalArgs,
    project: &'a Arc<Project>,
    /// Whether standard input is fixed and printed.
    is_filter: bool,
}

impl<'a> Invocation<'a> {
    /// Reads what the files are checked against, and opens the run history meanwhile.
    fn open(&self, walked: &Walked) -> anyhow::Result<RecordWriter> {
        std::thread::scope(|scope| {
            let record = scope.spawn(|| self.record(walked));
            self.prepare(walked)?;
            record.join().unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    /// Finds the files to check, and which of their findings are going to count.
    fn walk(&self, dir: &Path, given: Vec<File>) -> anyhow::Result<(Walked, FindingFilter)> {
        let base = Base::new(dir);
        let no_ignore = self.options.no_ignore;
        let walk = Walk { base: &base, project: self.project, no_ignore };
        let mut walked = engine::walk(self.paths, &walk);
        let (given, left_out): (Vec<File>, Vec<File>) =
            given.into_iter().partition(|file| !self.project.leaves_out_named(&file.path));
        walked.left_out.extend(left_out.into_iter().map(|file| file.shown));
        walked.files.extend(given);
        let gate =
            FindingFilter::open(&self.options.gate, self.project, &base, self.paths, &mut walked)?;
        // Hooks name files without knowing what the project excludes.
        if walked.files.is_empty() && walked.left_out.is_empty() {
            anyhow::bail!(nothing_to_check(self.paths, &walked));
        }
        Ok((walked, gate))
    }

    /// Reads everything that the files are checked against, so that mistakes in it are told
    /// before any file is checked.
    fn prepare(&self, walked: &Walked) -> anyhow::Result<()> {
        self.project.prepare(walked.files.iter().map(|file| &file.path))?;
        self.project.prepare_templates(&walked.templates)?;
        let mut notes = self.project.notes();
        if !walked.no_pages.is_empty() {
            notes.push(not_pages(&walked.no_pages).replace("\nhelp:", ";"));
        }
        notes.extend(self.project.unused_excludes());
        self.terminal.note(&notes);
        if self.terminal.verbose {
            self.terminal.note(&what_is_read(self.project, walked));
        }
        Ok(())
    }

    fn threshold(&self) -> Threshold {
        Threshold { fail_on: self.options.fail_on, max_warnings: self.options.max_warnings }
    }

    fn shows_progress(&self) -> bool {
        !self.terminal.quiet
            && match self.options.progress {
                When::Auto => self.is_batch && io::stderr().is_terminal(),
                When::Always => true,
                When::Never => false,
            }
    }

    /// The run history. What is not on the disk, or only a preview, is no state of the project.
    fn record(&self, walked: &Walked) -> anyhow::Result<RecordWriter> {
        let is_given = |file: &File| matches!(file.source, Source::Bytes(_));
        let can_be_recorded = !walked.files.iter().any(is_given)
            && !self.options.fix.is_diff()
            && !self.options.shard.is_asked();
        if self.options.record.is_asked() && !can_be_recorded {
            anyhow::bail!(
                "only files as they stand on the disk can be recorded\n\
                 help: leave out `--record`, or else `--diff`, `--staged` and `-`"
            );
        }
        Ok(self.options.record.open(self.project.root(), can_be_recorded))
    }

    /// What records the run. Files that are recorded already are not checked again.
    fn recorder(
        &self,
        record: &RecordWriter,
        resume: Option<WorkflowId>,
        dir: &Path,
        walked: &mut Walked,
    ) -> anyhow::Result<Option<Recorder<'a>>> {
        if let Some(id) = resume {
            let files = std::mem::take(&mut walked.files);
            let (files, done) = record.remaining(self.project, id, files)?;
            walked.files = files;
            return Ok(record.go_on(self.project, id, done));
        }
        let told = self.told(dir, walked.files.len());
        let kind = if self.is_batch { "batch" } else { "check" };
        Ok(record.start(self.project, kind, told))
    }

    /// What the run is asked to do, as the run history keeps it.
    fn told(&self, dir: &Path, files: usize) -> RunSpec {
        RunSpec {
            dir: record::dir_in(self.project.root(), dir),
            paths: self.paths.to_vec(),
            files,
            settings: self.options.settings.clone(),
            no_ignore: self.options.no_ignore,
            fix: self.options.fix.limit().is_some(),
            unsafe_fixes: self.options.fix.limit() == Some(Safety::Review),
        }
    }

    fn listener<'l>(
        &'l self,
        targets: &'l [FormatTarget],
        drawings: &'l [Renderer],
        gate: &'l FindingFilter,
    ) -> anyhow::Result<RunListener<'l>> {
        Ok(RunListener {
            output: self.outputs(targets, drawings)?,
            progress: self.shows_progress().then(Progress::new),
            scribe: None,
            recorder: None,
            verdict: Verdict::new(self.project, self.threshold()),
            tells_totals: self.tells_totals(targets, drawings),
            drawings,
            gate,
        })
    }

    /// The outcome, with what only a run that went through can tell.
    fn conclude(
        &self,
        ending: Ending,
        unused: Vec<SourceLocation>,
        part: Option<shard::ShardPart>,
    ) -> anyhow::Result<Outcome> {
        let Ending { mut outcome, excuse } = ending;
        if outcome == Outcome::Interrupted {
            return part.map_or(Ok(outcome), |part| part.end(outcome, Vec::new(), Vec::new()));
        }
        let unused = unused.into_iter().map(|place| {
            format!(
                "{place}: the schema is for none of the files that are checked\n\
                 help: correct its `files`, or remove it"
            )
        });
        let mistakes = self.project.template_mistakes();
        let mistakes = mistakes.iter().map(ToString::to_string);
        let problems: Vec<String> = unused.chain(mistakes).collect();
        for problem in &problems {
            outcome = Outcome::Unanswered;
            // If standard error is gone, the exit status still tells.
            let _ = writeln!(io::stderr(), "error: {problem}");
        }
        let dirs = self.paths.iter().filter(|path| path.is_dir()).cloned();
        let dirs: Vec<PathBuf> = dirs.collect();
        let used = self.project.check_templates_used(&dirs);
        if let Some(part) = part {
            // What is for none of these pages may be for those of other parts.
            let idle = used.err().map_or_else(Vec::new, |error| error.problems);
            let idle = idle.iter().map(ToString::to_string).collect();
            return part.end(outcome, problems, idle);
        }
        self.terminal.note(&self.project.unused_globs(&dirs));
        used?;
        if let Some(excuse) = excuse.filter(|_| {
            matches!(outcome, Outcome::Fine | Outcome::Findings) && !self.terminal.quiet
        }) {
            // Who closed standard error does not want to know.
            let _ = writeln!(io::stderr(), "{excuse}");
        }
        Ok(outcome)
    }
}

/// The places of schemas that are for no file. Only a run over the whole directory of the
/// configuration can tell.
fn unused_schemas(project: &Project, paths: &[PathBuf], walked: &Walked) -> Vec<SourceLocation> {
    let files: Vec<&Path> = walked.files.iter().map(|file| &*file.path).collect();
    paths.iter().flat_map(|path| project.unused_schemas(path, &files)).collect()
}
