//! Which rules are run, as the command line says it: options of `check`, `batch` and `config`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cli::candidates;
use crate::config::{CommandLine, ConfigError, Project, Request};

#[derive(Clone, Debug, Default, PartialEq, clap::Args, Serialize, Deserialize)]
#[serde(default)]
#[group(skip)]
#[command(next_help_heading = "Settings")]
pub(super) struct SettingsArgs {
    /// Configuration file, instead of those that are found
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ignore configuration files
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
    /// Validation types to check, such as `markdown`
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    types: Vec<String>,
    /// Run only these rules: ids, names or tags
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = candidates::rules())]
    select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = candidates::rules())]
    ignore: Vec<String>,
    /// Base severities: `strict`, `default` or `relaxed`
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Product family of all files
    #[arg(long, value_name = "NAME", add = candidates::families())]
    family: Option<String>,
    /// Site generator, if it cannot be detected: `mkdocs`, `hugo` …
    #[arg(long, value_name = "NAME")]
    flavor: Option<String>,
    /// What to follow where they differ: the `site` generator, or `markdownlint` exactly
    #[arg(long, value_name = "NAME")]
    parity: Option<String>,
    /// Exclude matching files and directories, as in `.gitignore`; can be repeated
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Check named files even if the configuration excludes them
    #[arg(long)]
    no_force_exclude: bool,
    /// Report unused disable comments
    #[arg(long)]
    report_unused_disables: bool,
    /// Globs among what is named.
    #[arg(skip)]
    pub(super) globs: Vec<String>,
    /// Whether anything is named.
    #[arg(skip)]
    pub(super) names_places: bool,
}

impl SettingsArgs {
    /// The configuration for a run that starts at this file or directory.
    pub(super) fn load(&self, start: &Path) -> Result<Project, ConfigError> {
        Project::load(self.request(start))
    }

    /// What to load for a run that starts at this file or directory.
    pub(super) fn request(&self, start: &Path) -> Request {
        Request {
            start: start.to_owned(),
            config: self.config.clone(),
            no_config: self.no_config,
            overrides: CommandLine {
                profile: self.profile.clone(),
                family: self.family.clone(),
                flavor: self.flavor.clone(),
                parity: self.parity.clone(),
                types: self.types.clone(),
                select: self.select.clone(),
                ignore: self.ignore.clone(),
                exclude: self.exclude.clone(),
                globs: self.globs.clone(),
                names_places: self.names_places,
                takes_excluded: self.no_force_exclude,
                report_unused_disables: self.report_unused_disables,
            },
            ..Request::default()
        }
    }
}
