//! `--baseline`, `--since` and `--staged`: which findings count in a run.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::baseline::{self, Baseline, BaselineError};
use crate::changes::{self, Changes, GitError, Index};
use crate::config::Project;
use crate::engine::{self, Base, File, FileReport, Source, Summary, Walked};
use crate::report::printable;

#[derive(Clone, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Filtering")]
pub(super) struct FilterArgs {
    #[command(flatten)]
    baseline: BaselineOptions,
    /// Ignore the baseline
    #[arg(long, conflicts_with = "baseline")]
    no_baseline: bool,
    /// Only findings on lines that changed since this branch left REF; untracked files are
    /// new
    #[arg(long, value_name = "REF", conflicts_with_all = FIXES)]
    since: Option<String>,
    /// Check staged content, and only report findings on staged lines
    #[arg(long, conflicts_with = "since", conflicts_with_all = FIXES)]
    staged: bool,
}

/// Fixes are not limited to lines.
const FIXES: [&str; 3] = ["fix", "unsafe_fixes", "diff"];

#[derive(Clone, clap::Args)]
#[group(skip)]
pub(super) struct BaselineOptions {
    /// File with known findings, which are not reported (default: the one that the configuration
    /// names, or the nearest `validator-baseline.txt` upward)
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// Where a baseline is, and whether somebody said so.
pub(super) struct FilterPlace {
    pub path: PathBuf,
    pub is_named: bool,
}

impl BaselineOptions {
    /// Where the baseline of a run is that starts at this file or directory.
    pub fn place(&self, base: &Base, project: &Project, start: &Path) -> FilterPlace {
        let named = self.baseline.as_deref().map(|path| base.absolute(path));
        if let Some(path) = named.or_else(|| project.baseline().map(Path::to_owned)) {
            return FilterPlace { path, is_named: true };
        }
        let start = base.absolute(start);
        let dir = if start.is_dir() { &start } else { start.parent().unwrap_or(&start) };
        let path = baseline::find(dir).unwrap_or_else(|| project.root().join(baseline::NAME));
        FilterPlace { path, is_named: false }
    }
}

/// Decides which findings count.
pub(super) struct FindingFilter {
    baseline: Option<Baseline>,
    changes: Option<Changes>,
    /// Findings of the baseline whose files are gone.
    gone: usize,
}

impl FindingFilter {
    /// Reads the baseline and what changed, and gives the files the content that is staged, if
    /// that is to be checked.
    pub fn open(
        options: &FilterArgs,
        project: &Project,
        base: &Base,
        paths: &[PathBuf],
        walked: &mut Walked,
    ) -> anyhow::Result<FindingFilter> {
        let first = paths.first().or(walked.files.first().map(|file| &file.path));
        let start = first.map_or_else(|| base.path().to_owned(), |path| base.absolute(path));
        let changes = options.changes(project, base, paths, walked)?;
        let mut baseline = match options.no_baseline {
            true => None,
            false => load(options.baseline.place(base, project, &start), base, project)?,
        };
        let gone = baseline.as_mut().map_or(0, |baseline| {
            let checked: Vec<&Path> = walked.files.iter().map(|file| &*file.path).collect();
            follow_renames(baseline, &checked);
            baseline.forget_gone(&checked, &[])
        });
        Ok(FindingFilter { baseline, changes, gone })
    }

    /// Sets aside what does not count in a file.
    pub fn filter(&self, project: &Project, file: &mut FileReport) {
        if let Some(baseline) = &self.baseline {
            let path = file.path.clone();
            baseline.filter(file, |rule| !project.leaves_out(&path, rule));
        }
        if let Some(changes) = &self.changes {
            changes.filter(file);
        }
    }

    /// Findings of the baseline whose files are gone.
    pub fn gone(&self) -> usize {
        self.gone
    }

    /// Adds what no file of the run tells.
    pub fn end(&self, summary: &mut Summary) {
        summary.resolved += self.gone;
    }
}

impl FilterArgs {
    fn changes(
        &self,
        project: &Project,
        base: &Base,
        paths: &[PathBuf],
        walked: &mut Walked,
    ) -> anyhow::Result<Option<Changes>> {
        if self.since.is_none() && !self.staged {
            return Ok(None);
        }
        let has_input = walked.files.iter().any(|file| matches!(file.source, Source::Bytes(_)));
        let start = paths.first().filter(|_| !has_input);
        let Some(start) = start.map(|path| base.absolute(path)) else {
            anyhow::bail!("standard input has no history in git that lines could have changed in");
        };
        let dir = start.ancestors().find(|dir| dir.is_dir()).unwrap_or(base.path());
        if let Some(reference) = &self.since {
            let mut changes = Changes::since(dir, reference)?;
            changes.align(&walked.files);
            return Ok(Some(changes));
        }
        let (mut changes, index) = Changes::staged(dir)?;
        add_removed(&index, project, base, paths, walked);
        let left_out = index.fill(&mut walked.files, |path| changes.inside(path))?;
        walked.skipped.untracked += left_out;
        changes.align(&walked.files);
        Ok(Some(changes))
    }
}

/// Adds the files that a walk would have found if they were still in the working tree.
fn add_removed(
    index: &Index,
    project: &Project,
    base: &Base,
    paths: &[PathBuf],
    walked: &mut Walked,
) {
    let dirs: Vec<PathBuf> = paths.iter().filter_map(|path| real(base, path)).collect();
    let is_asked = |path: &PathBuf| {
        dirs.iter().any(|dir| path.starts_with(dir)) && engine::takes(project, path)
    };
    let removed: Vec<PathBuf> = index.removed().into_iter().filter(is_asked).collect();
    if !removed.is_empty() {
        walked.files.extend(removed.iter().map(|path| File::new(base, path)));
        walked.files.sort_by_cached_key(|file| base.absolute(&file.path));
        walked.files.dedup_by_key(|file| base.absolute(&file.path));
    }
}

/// A directory by its real name; `None` for what is no directory.
fn real(base: &Base, path: &Path) -> Option<PathBuf> {
    let path = std::fs::canonicalize(base.absolute(path)).ok()?;
    path.is_dir().then_some(path)
}

/// Reads a baseline if there is one. One that somebody named has to be there.
fn load(place: FilterPlace, base: &Base, project: &Project) -> anyhow::Result<Option<Baseline>> {
    match Baseline::load(&place.path, project.root()) {
        Ok(baseline) => Ok(Some(baseline)),
        Err(BaselineError::Missing(_)) if !place.is_named => Ok(None),
        Err(error) => Err(explain(error, base)),
    }
}

/// Lets the baseline follow the files that git says were renamed. Where git cannot be asked, what is
/// known of them is resolved, and what they hold is new.
pub(super) fn follow_renames(baseline: &mut Baseline, checked: &[&Path]) {
    if !baseline.has_gone(checked) {
        return;
    }
    match changes::renames_since_change_of(baseline.path()) {
        Ok(renames) => baseline.follow(&renames),
        Err(GitError::NoGit { .. } | GitError::NoRepository { .. }) => {}
        Err(error) => {
            let error = error.to_string().replace('\n', "; ");
            // If standard error is gone, nobody wants to know.
            let _ = writeln!(
                io::stderr(),
                "warning: known findings of renamed files are taken for new: {}",
                printable(&error)
            );
        }
    }
}

/// An error with the path as people see it, and with what to do.
pub(super) fn explain(error: BaselineError, base: &Base) -> anyhow::Error {
    let near = |path: PathBuf| base.relative(&path);
    match error {
        BaselineError::Missing(path) => {
            let error = BaselineError::Missing(near(path));
            anyhow::anyhow!("{error}\nhelp: `validator baseline` writes it")
        }
        BaselineError::Malformed { path, cause } => {
            let error = BaselineError::Malformed { path: near(path), cause };
            anyhow::anyhow!(
                "{error}\nhelp: correct the line, or remove the file and write it anew with \
                 `validator baseline`"
            )
        }
        BaselineError::Read { path, cause } => {
            anyhow::Error::new(BaselineError::Read { path: near(path), cause })
        }
        BaselineError::Write { path, cause } => {
            anyhow::Error::new(BaselineError::Write { path: near(path), cause })
        }
    }
}
