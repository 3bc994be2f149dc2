//! Which rules are run, as the command line says it: options of `check`, `batch` and `config`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::{CommandLine, ConfigError, Project, Request};

#[derive(Clone, Debug, Default, PartialEq, clap::Args, Serialize, Deserialize)]
#[serde(default)]
#[group(skip)]
#[command(next_help_heading = "Settings")]
pub(super) struct SettingsArgs {
    /// Use this configuration file instead of those that are found
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
    /// Validation types to check, such as `markdown`
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    types: Vec<String>,
    /// Run only these rules: ids, names or tags
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// The levels to start from: `strict`, `default` or `relaxed`
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Check as if all files belonged to this product family
    #[arg(long, value_name = "NAME")]
    family: Option<String>,
    /// The generator that makes the site, if its configuration does not tell: `mkdocs`, `hugo` …
    #[arg(long, value_name = "NAME")]
    flavor: Option<String>,
    /// Whose answers count where the two differ: `site`, or `markdownlint` to the last finding
    #[arg(long, value_name = "NAME")]
    parity: Option<String>,
    /// Leave out files and folders that match, as in `.gitignore`; may be repeated
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Check files that are named even if the configuration excludes them
    #[arg(long)]
    no_force_exclude: bool,
    /// Report comments that switch off rules which find nothing there
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
    /// The configuration for a run that starts at this file or folder.
    pub(super) fn load(&self, start: &Path) -> Result<Project, ConfigError> {
        Project::load(self.request(start))
    }

    /// What to load for a run that starts at this file or folder.
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
