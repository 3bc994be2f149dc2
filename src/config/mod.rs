//! Configuration: what people write, how layers merge, and the rules that each file gets.
//!
//! [`Project`] finds the configuration of each file: the nearest `validator.yaml` upward from it,
//! up to the directory with `.git`. A nearer file counts alone; it may name one above it under
//! `extends`. Where there is no `validator.yaml`, the nearest files of markdownlint count.
//!
//! Layers, later over earlier and value by value: defaults, profile, the file (what it extends
//! first), the file's family, overrides that match, comments in the page, the command line.

mod address;
mod convert;
mod digest;
mod effective;
mod extends;
mod fail_on;
mod flags;
mod globs;
mod kinds;
mod markdownlint;
mod options;
mod problem;
mod profile;
mod project;
mod read;
mod schema;
mod schemas;
mod scope;
mod settings;
mod suggest;
mod templates;
mod unused;
mod written;

use std::sync::Arc;

use crate::rules::{RuleSet, ValidationType};
use crate::site::{FlavorName, SiteAddress};

pub use convert::unknown_rule;
pub use digest::Digests;
pub use effective::{Effective, EffectiveRule, Origin, Sourced};
pub use fail_on::FailOn;
pub use flags::{CommandLine, split_glob};
pub use kinds::FileKind;
pub use problem::{ConfigError, ConfigProblem, ConfigSource};
pub use profile::Profile;
pub use project::{CommentProblem, Comments, FileSettings, Project, Request, RulesWithComments};
pub use schema::schema;
pub use settings::SourceLocation;
pub use suggest::nearest;
pub use templates::{PageTemplate, check_structure_file};
pub use written::Parity;

/// What a file is checked with.
pub struct FileRules {
    /// In the order of the table.
    pub rules: RuleSet,
    /// Ids of those in `rules` that are off until a comment in the page enables them. Empty unless
    /// asked for by [`Comments::enable`].
    pub dormant: Vec<&'static str>,
    pub family: Option<Arc<str>>,
    pub profile: Profile,
    pub types: Arc<[ValidationType]>,
    /// The generator of the site, where the configuration names it.
    pub flavor: Option<FlavorName>,
    /// Where the site lies, where the configuration says so.
    pub site: Option<SiteAddress>,
    /// Whether markdownlint's answers count whatever the generator makes of the page.
    pub is_markdownlint: bool,
    /// Names of the types, joined by commas, as `--types` takes them.
    pub type_names: Arc<str>,
}
