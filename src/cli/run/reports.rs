//! Which reports a run writes, how each is drawn, and what it says of where it is made.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::super::fix::DiffReader;
use super::super::formats::{self, Destination, FormatTarget};
use super::super::output::{OutputPlan, Outputs, Renderer, ReportOutput, is_step_summary};
use super::super::remarks::command_line;
use super::Invocation;
use crate::engine::{self, FileReport, Owners};
use crate::report::{FORMATS, GroupOf, Overview, ReportContext, Style};

/// Bytes that the summary of a step in GitHub Actions may have, with some room.
const STEP_SUMMARY: usize = 1_000_000;

/// What numbers are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum GroupBy {
    /// By file
    File,
    /// By rule
    Rule,
    /// By owner, as CODEOWNERS says
    Owner,
}

/// Where the root of the repository is that a directory is in.
fn repository(dir: &Path) -> Option<PathBuf> {
    let found = dir.ancestors().find(|dir| dir.join(".git").exists());
    let told = || {
        let names = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"];
        let told = names.into_iter().filter_map(env::var_os).map(PathBuf::from);
        told.into_iter().find(|root| dir.starts_with(root))
    };
    found.map(Path::to_owned).or_else(told)
}

/// Where the files of the repository are on the web, if the environment tells.
fn source() -> Option<String> {
    let told = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let on_github = || {
        let (server, name) = (told("GITHUB_SERVER_URL")?, told("GITHUB_REPOSITORY")?);
        Some(format!("{server}/{name}/blob/{}/", told("GITHUB_SHA")?))
    };
    let on_gitlab =
        || Some(format!("{}/-/blob/{}/", told("CI_PROJECT_URL")?, told("CI_COMMIT_SHA")?));
    on_github().or_else(on_gitlab)
}

impl Invocation<'_> {
    /// The reports, each with what draws it.
    pub(super) fn targets(&self) -> anyhow::Result<Vec<FormatTarget>> {
        let options = self.options;
        let mut targets =
            formats::targets(&options.format, options.output.as_deref(), self.is_stats())?;
        let names_none = options.format.is_empty();
        if names_none || self.is_stats() {
            let to = options.output.clone().map_or(Destination::Stdout, Destination::File);
            let (mut format, variable) = match to {
                Destination::Stdout => formats::default(),
                _ => (&FORMATS[0], None),
            };
            if self.is_stats() || options.fix.is_diff() || self.is_filter {
                format = &FORMATS[0];
            } else if let Some(variable) = variable {
                let name = format.name;
                self.terminal.note(&[format!(
                    "the report is in the format `{name}`, since {variable} is set; --format text \
                     is for people"
                )]);
            }
            targets.insert(0, FormatTarget { format, to });
        }
        if self.is_filter {
            let to_stdout = targets.iter_mut().filter(|it| it.to == Destination::Stdout);
            to_stdout.for_each(|target| target.to = Destination::Stderr);
        }
        Ok(targets)
    }

    fn is_stats(&self) -> bool {
        self.options.stats || self.options.group_by.is_some()
    }

    /// How a report looks where it goes.
    fn style(&self, target: &FormatTarget) -> Style {
        let style = match target.to {
            Destination::Stdout => self.terminal.stdout(),
            Destination::Stderr => self.terminal.stderr(),
            Destination::File(_) => self.terminal.file(),
        };
        Style { suppressed: self.options.show_suppressed, ..style }
    }

    /// Who reads a diff.
    fn reader(&self, target: &FormatTarget) -> DiffReader {
        match target.to {
            Destination::Stdout => DiffReader::of_stdout(&self.style(target)),
            _ => DiffReader::Program,
        }
    }

    pub(super) fn drawings(&self, targets: &[FormatTarget]) -> Vec<Renderer> {
        let names_own_file = |target: &FormatTarget| {
            let named = self.options.format.iter().filter_map(|asked| asked.file.as_ref());
            named.into_iter().any(|file| target.to == Destination::File(file.clone()))
        };
        let draw = |(index, target): (usize, &FormatTarget)| {
            let style = self.style(target);
            match names_own_file(target) {
                true => Renderer::Format(target.format, style),
                false if self.options.fix.is_diff() => Renderer::Diff(style, self.reader(target)),
                false if index == 0 && self.is_stats() => Renderer::Numbers,
                false if self.is_overview(target) => Renderer::Overview(Overview::new(style)),
                false => Renderer::Format(target.format, style),
            }
        };
        targets.iter().enumerate().map(draw).collect()
    }

    /// Says which reports leave out what is suppressed although it is asked for.
    ///
    /// # Errors
    /// If all do.
    pub(super) fn check_suppressed(
        &self,
        targets: &[FormatTarget],
        drawings: &[Renderer],
    ) -> anyhow::Result<()> {
        if !self.options.show_suppressed {
            return Ok(());
        }
        let is_shown = |(_, drawing): &(&FormatTarget, &Renderer)| match drawing {
            Renderer::Format(format, _) => format.shows_suppressed,
            Renderer::Overview(_) | Renderer::Diff(..) | Renderer::Numbers => false,
        };
        let (shown, other): (Vec<_>, Vec<_>) = targets.iter().zip(drawings).partition(is_shown);
        formats::check_suppressed(!shown.is_empty(), other.into_iter().map(|(_, it)| it.name()))
            .map(|note| self.terminal.note(note.as_slice()))
    }

    /// Whether to show the worst only: for people who did not ask for all.
    fn is_overview(&self, target: &FormatTarget) -> bool {
        let is_text = target.format.name == FORMATS[0].name;
        let is_terminal = target.to == Destination::Stdout && io::stdout().is_terminal();
        is_text && is_terminal && !self.options.all && !self.options.show_suppressed
    }

    pub(super) fn outputs(
        &self,
        targets: &[FormatTarget],
        drawings: &[Renderer],
    ) -> anyhow::Result<Outputs> {
        let mut outputs = Vec::new();
        for (target, drawing) in targets.iter().zip(drawings) {
            let limit = matches!(&target.to, Destination::File(path) if is_step_summary(path));
            outputs.push(ReportOutput::open(OutputPlan {
                target,
                drawing,
                style: self.style(target),
                context: ReportContext {
                    source: source(),
                    limit: limit.then_some(STEP_SUMMARY),
                    budget: self.options.budget,
                    command: Some(command_line()),
                },
                all: command_line(),
                group: self.group()?,
            })?);
        }
        Ok(Outputs::new(outputs))
    }

    fn group(&self) -> anyhow::Result<Option<GroupOf>> {
        Ok(match self.options.group_by {
            None | Some(GroupBy::Rule) => None,
            Some(GroupBy::File) => Some(Box::new(|file: &FileReport| file.shown.clone())),
            Some(GroupBy::Owner) => {
                let owners = Owners::read(&self.repository_root())?;
                Some(Box::new(move |file: &FileReport| owners.of(file.repository_path())))
            }
        })
    }

    /// The root of the repository, or else of the project.
    pub(super) fn repository_root(&self) -> PathBuf {
        let root = self.project.root();
        repository(root).unwrap_or_else(|| root.to_owned())
    }

    /// Adds what only the command line knows of a file: its path for readers of the repository, and
    /// from which severity on its findings fail.
    pub(super) fn complete(&self, repository: &Path, file: &mut FileReport) {
        if file.findings.is_empty() && self.project.root() == repository {
            return;
        }
        if self.project.root() != repository && file.root_relative != "<stdin>" {
            file.in_repository = Some(engine::root_relative(repository, &file.path));
        }
        let (least, _) = self.threshold().least(self.project, file);
        file.fails_from = least.least();
    }

    /// Whether the totals go to standard error, since no report is for people.
    pub(super) fn tells_totals(&self, targets: &[FormatTarget], drawings: &[Renderer]) -> bool {
        let is_for_people = |(target, drawing): (&FormatTarget, &Renderer)| match drawing {
            Renderer::Format(format, _) => {
                format.name == FORMATS[0].name && !matches!(target.to, Destination::File(_))
            }
            Renderer::Diff(..) => target.to == Destination::Stdout,
            Renderer::Overview(_) => true,
            Renderer::Numbers => target.to == Destination::Stdout,
        };
        !self.terminal.quiet && !targets.iter().zip(drawings).any(is_for_people)
    }

    /// Says what the reports themselves do not say to whoever made them.
    pub(super) fn note_reports(&self, notes: &[String]) {
        if self.terminal.quiet {
            return;
        }
        for note in notes {
            // Who closed standard error does not want to know.
            let _ = writeln!(io::stderr(), "note: {note}");
        }
    }
}
