//! Which recommendations a command is about.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::candidates;
use crate::cli::history::recorded_path;
use crate::cli::opened;
use crate::diagnostic::Safety;
use crate::store::Store;
use crate::store::query::RecommendationFilter;

#[derive(Clone, Debug, Default, PartialEq, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Which")]
pub(in crate::cli) struct SelectArgs {
    /// Only this rule, by id
    #[arg(long, add = candidates::rules())]
    rule: Option<String>,
    /// Only this file or directory, or what matches a pattern with `*`
    #[arg(long)]
    path: Option<PathBuf>,
    /// Only safe ones, or only those that need review
    #[arg(long)]
    safety: Option<SafetyName>,
    /// Only files that this run checked, as it found them
    #[arg(long, value_name = "ID", add = candidates::runs())]
    run: Option<String>,
    /// Only the file of this validation, as it found it
    #[arg(long, value_name = "ID")]
    validation: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SafetyName {
    Safe,
    Review,
}

impl SelectArgs {
    /// Whether nothing is said, which means all.
    pub(super) fn is_empty(&self) -> bool {
        *self == SelectArgs::default()
    }

    pub(super) fn filter(&self, store: &Store) -> anyhow::Result<RecommendationFilter> {
        Ok(RecommendationFilter {
            state: None,
            rule: self.rule.as_deref().map(rule_id).transpose()?,
            safety: self.safety.map(|safety| match safety {
                SafetyName::Safe => Safety::Safe,
                SafetyName::Review => Safety::Review,
            }),
            path: path_filter(store.root(), self.path.as_deref())?,
            workflow: self.run.as_deref().map(opened::workflow).transpose()?,
            validation: self.validation,
        })
    }
}

/// The id of a rule that is given by id or name.
fn rule_id(name: &str) -> anyhow::Result<String> {
    let found = crate::rules::builtin().find(name).map(|(_, entry)| entry.meta.id.to_owned());
    found.ok_or_else(|| {
        anyhow::anyhow!("there is no rule `{name}`\nhelp: `validator rules` lists all rules")
    })
}

/// A path as the run history is asked for it; none for the whole project.
pub(in crate::cli) fn path_filter(
    root: &Path,
    path: Option<&Path>,
) -> anyhow::Result<Option<String>> {
    let recorded = path.map(|path| recorded_path(root, path)).transpose()?;
    Ok(recorded.filter(|path| path != "."))
}
