//! What a configuration says once it is known to be right: rules found, options tried, globs
//! compiled. `convert` makes it of what is written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::globs::Globs;
use super::kinds::FieldKinds;
use super::templates::PageTemplate;
use super::written::{Parity, WrittenLevel};
use super::{FailOn, Profile};
use crate::data::Schema;
use crate::rules::{Entry, ValidationType};
use crate::site::{FlavorName, SiteAddress};

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLocation {
    /// Relative to the current directory where the file lies in it.
    pub file: Arc<Path>,
    /// From 1.
    pub line: u32,
}

/// A value and where it is written.
pub(super) type Placed<T> = (T, SourceLocation);

/// The settings of one configuration file and of those it extends.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub common: Common,
    pub include: Option<Globs>,
    pub exclude: Globs,
    pub overrides: Vec<Override>,
    pub families: Vec<Family>,
    pub schemas: Vec<SchemaFor>,
    pub templates: Vec<Arc<PageTemplate>>,
    /// Absolute.
    pub baseline: Option<PathBuf>,
    pub fail_on: Option<Placed<FailOn>>,
    pub kinds: FieldKinds,
    pub report_unused_disables: Option<bool>,
    /// What is allowed and probably not meant.
    pub notes: Vec<String>,
    /// A hash of all texts that this was read from.
    pub digest: u64,
}

/// What may be set for all files, for a family, and in an override.
#[derive(Clone, Debug, Default)]
pub(super) struct Common {
    pub profile: Option<Placed<Profile>>,
    pub types: Option<Placed<Vec<ValidationType>>>,
    pub flavor: Option<Placed<FlavorName>>,
    pub site: Option<Arc<Placed<SiteAddress>>>,
    pub parity: Option<Placed<Parity>>,
    pub rules: Vec<SettingsChange>,
}

/// What is written for one rule or tag.
#[derive(Clone, Debug)]
pub(super) struct SettingsChange {
    pub rules: Vec<&'static Entry>,
    /// If there is none, the options switch the rule on.
    pub level: Option<WrittenLevel>,
    /// Of the level, or else of the rule.
    pub place: SourceLocation,
    pub options: Vec<(String, Placed<Value>)>,
}

#[derive(Clone, Debug)]
pub(super) struct Override {
    pub files: Globs,
    pub common: Common,
    pub place: SourceLocation,
}

#[derive(Clone, Debug)]
pub(super) struct Family {
    pub name: Arc<str>,
    pub include: Option<Globs>,
    pub common: Common,
    pub place: SourceLocation,
}

/// A schema, and the files that have to fit it.
#[derive(Clone, Debug)]
pub(super) struct SchemaFor {
    pub files: Globs,
    pub schema: Arc<Schema>,
    pub place: SourceLocation,
}

impl Settings {
    /// These settings with later ones over them.
    pub fn then(mut self, later: Settings) -> Settings {
        self.common.extend(later.common);
        self.include = later.include.or(self.include);
        self.exclude.extend(&later.exclude);
        self.templates.extend(later.templates);
        self.baseline = later.baseline.or(self.baseline);
        self.fail_on = later.fail_on.or(self.fail_on);
        self.kinds.0.extend(later.kinds.0);
        self.report_unused_disables = later.report_unused_disables.or(self.report_unused_disables);
        self.notes.extend(later.notes);
        self.digest = self.digest.rotate_left(1) ^ later.digest;
        self.overrides.extend(later.overrides);
        self.schemas.extend(later.schemas);
        for family in later.families {
            match self.families.iter().position(|known| known.name == family.name) {
                // It moves to the end: the last family that includes a file counts.
                Some(at) => {
                    let mut merged = self.families.remove(at);
                    merged.include = family.include.or(merged.include);
                    merged.common.extend(family.common);
                    merged.place = family.place;
                    self.families.push(merged);
                }
                None => self.families.push(family),
            }
        }
        self
    }
}

impl Common {
    fn extend(&mut self, later: Common) {
        self.profile = later.profile.or(self.profile.take());
        self.flavor = later.flavor.or(self.flavor.take());
        self.site = later.site.or(self.site.take());
        self.parity = later.parity.or(self.parity.take());
        self.types = later.types.or(self.types.take());
        self.rules.extend(later.rules);
    }
}
