//! `validator baseline [PATH]...`: writes down the findings that the project lives with.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use super::gate::{self, BaselineOptions};
use super::{Outcome, interrupt, settings, terminal};
use crate::baseline::{Baseline, BaselineError};
use crate::config::Project;
use crate::engine::{self, Base, Event, FileReport, Job, Status, Walk, Walked, Workspace};
use crate::report::{plural, printable};

/// Write a baseline of known findings, so that only new ones fail
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator baseline                 write the file, or remove resolved findings
  validator baseline --update        also add new findings
  validator baseline docs/api        the same for the pages of one directory

The file belongs into version control. It has one finding a line and is sorted, so that branches
merge; `validator-baseline.txt merge=union` in .gitattributes keeps what both sides have.

Exit status: 0 the baseline is current, 1 there are findings that it lacks, 2 it could not
be written, or files could not be checked.")]
pub(super) struct BaselineArgs {
    /// Files and directories to check; entries for other files are kept
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Add new findings to the baseline
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    baseline: BaselineOptions,
    #[command(flatten)]
    settings: settings::SettingsArgs,
    /// Include hidden and ignored files
    #[arg(help_heading = "Run", long)]
    no_ignore: bool,
}

pub(super) fn run(
    options: &BaselineArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let dir = std::env::current_dir().context("the current directory cannot be read")?;
    let base = Base::new(&dir);
    let start = &options.paths[0];
    let project = Arc::new(options.settings.load(start)?);
    let walk = Walk { base: &base, project: &project, no_ignore: options.no_ignore };
    let walked = engine::walk(&options.paths, &walk);
    project.prepare(walked.files.iter().map(|file| &file.path))?;
    project.prepare_templates(&walked.templates)?;
    terminal.note(&project.notes());

    let place = options.baseline.place(&base, &project, start);
    let (mut baseline, is_new) = match Baseline::load(&place.path, project.root()) {
        Ok(baseline) => (baseline, false),
        Err(BaselineError::Missing(path)) => (Baseline::empty(&path, project.root()), true),
        Err(error) => return Err(gate::explain(error, &base)),
    };
    if walked.files.is_empty() && baseline.known.is_empty() {
        anyhow::bail!("there is no file to check\nhelp: name another directory");
    }
    let before = baseline.known.len();
    let gone = forget_gone(&mut baseline, &options.paths, &base, &project, &walked);
    let mut tally = BaselineTally { gone, ..BaselineTally::default() };
    interrupt::listen();
    check(&project, &walked, |file| {
        tally.enter(&mut baseline, &project, file, options.update || is_new);
    });
    if interrupt::is_interrupted() {
        return Ok(Outcome::Interrupted);
    }
    let is_changed = baseline.save().map_err(|error| gate::explain(error, &base))?;
    if !terminal.quiet {
        let shown = engine::shown(&base.relative(&place.path));
        let name = printable(&shown);
        let written = if is_changed { "wrote" } else { "nothing to change in" };
        tally.tell(&format!("{written} {name}"), before, baseline.known.len());
    }
    Ok(tally.outcome())
}

/// Takes the files out that are no longer looked at. Returns how many findings that resolves.
fn forget_gone(
    baseline: &mut Baseline,
    paths: &[PathBuf],
    base: &Base,
    project: &Project,
    walked: &Walked,
) -> usize {
    let checked: Vec<&Path> = walked.files.iter().map(|file| &*file.path).collect();
    gate::follow_renames(baseline, &checked);
    // Only who looks at everything in a directory can tell what is no longer looked at.
    let dirs = paths.iter().map(|path| base.absolute(path));
    let dirs = dirs.filter(|path| path.is_dir() && !project.is_narrowed());
    baseline.forget_gone(&checked, &dirs.collect::<Vec<_>>())
}

/// Checks the files and hands over what was found.
fn check(project: &Arc<Project>, walked: &Walked, mut enter: impl FnMut(&FileReport)) {
    let workspace = Workspace::new(project.clone());
    let job = Job::new(&workspace, &walked.files);
    engine::run(&job, &mut |event| {
        if let Event::Checked { file, .. } = event {
            enter(file);
        }
        match interrupt::is_interrupted() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
}

/// What became of the baseline.
#[derive(Default)]
struct BaselineTally {
    /// Of files that are no longer there.
    gone: usize,
    refused: usize,
    files_with_refused: usize,
    unread: Vec<String>,
}

impl BaselineTally {
    fn enter(
        &mut self,
        baseline: &mut Baseline,
        project: &Project,
        file: &FileReport,
        may_add: bool,
    ) {
        let was_run = |rule: &str| !project.leaves_out(&file.path, rule);
        let refused = baseline.enter(file, was_run, may_add);
        self.refused += refused;
        self.files_with_refused += usize::from(refused > 0);
        if file.status != Status::Checked {
            let message = file.findings.first().map_or("", |finding| &*finding.message);
            self.unread.push(format!("{}: {message}", file.shown));
        }
    }

    fn outcome(&self) -> Outcome {
        match (self.unread.is_empty(), self.refused) {
            (false, _) => Outcome::Unanswered,
            (true, 0) => Outcome::Fine,
            (true, _) => Outcome::Findings,
        }
    }

    /// Says what was done. If nobody reads it, the exit status still tells.
    fn tell(&self, written: &str, before: usize, after: usize) {
        let mut err = io::stderr().lock();
        let mut line = format!("{written}: {}", plural(after, "finding"));
        if before > 0 {
            line.push_str(&format!(", {before} before"));
        }
        if self.gone > 0 {
            line.push_str(&format!(", {} of files that are gone", self.gone));
        }
        let _ = writeln!(err, "{line}");
        if self.refused > 0 {
            let _ = writeln!(
                err,
                "left out {} in {}, which the baseline did not have\n\
                 help: correct them, or enter them with --update",
                plural(self.refused, "new finding"),
                plural(self.files_with_refused, "file")
            );
        }
        for unread in &self.unread {
            let _ = writeln!(err, "error: {}", printable(unread));
        }
    }
}
