//! The settings that count for a file, each value with where it comes from.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Profile;
use super::markdownlint::{self, OptionTable};
use super::options;
use super::settings::{SettingsChange, SourceLocation};
use super::written::{Parity, WrittenLevel};
use crate::diagnostic::Severity;
use crate::rules::{Configured, Entry, Meta, Registry, ValidationType};
use crate::site::{FlavorName, SiteAddress};

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Defaults,
    Profile(Profile),
    File(SourceLocation),
    Family(Arc<str>, SourceLocation),
    /// The number counts from 1 in the order of the file, those of extended files first.
    Override(usize, SourceLocation),
    /// A command line option, such as `--select`.
    Flag(&'static str),
    /// A comment in the page.
    Comment,
}

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    pub value: T,
    pub origin: Origin,
}

/// All that counts for a file.
#[derive(Clone, Debug)]
pub struct Effective {
    pub profile: Sourced<Profile>,
    pub family: Option<Sourced<Arc<str>>>,
    pub types: Sourced<Arc<[ValidationType]>>,
    pub flavor: Option<Sourced<FlavorName>>,
    pub site: Option<Sourced<SiteAddress>>,
    pub parity: Sourced<Parity>,
    /// All rules, in the order of the table.
    pub rules: Vec<EffectiveRule>,
}

/// What counts for one rule.
#[derive(Clone, Debug)]
pub struct EffectiveRule {
    pub meta: &'static Meta,
    /// `None` if the rule is off.
    pub severity: Sourced<Option<Severity>>,
    /// Every option; null where there is no default.
    pub options: Vec<(String, Sourced<Value>)>,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Defaults => formatter.write_str("defaults"),
            Origin::Profile(profile) => write!(formatter, "profile {}", profile.name()),
            Origin::File(place) => place.fmt(formatter),
            Origin::Family(name, place) => write!(formatter, "family {name} ({place})"),
            Origin::Override(number, place) => write!(formatter, "override {number} ({place})"),
            Origin::Flag(flag) => formatter.write_str(flag),
            Origin::Comment => formatter.write_str("comment in the page"),
        }
    }
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file.display(), self.line)
    }
}

/// The rules while layers are laid over each other.
pub(super) struct Rules {
    /// In the order of the table.
    rules: Vec<RuleState>,
}

pub(super) struct RuleState {
    entry: &'static Entry,
    validation: ValidationType,
    level: Sourced<Option<Severity>>,
    /// At what severity the rule comes on.
    usual: Severity,
    /// No comment can switch it on.
    is_barred: bool,
    options: BTreeMap<String, Sourced<Value>>,
}

/// Rules that are ready to check.
#[derive(Default)]
pub(super) struct Ready {
    pub rules: Vec<Configured>,
    /// Ids of those in `rules` that are off until a comment switches them on.
    pub dormant: Vec<&'static str>,
}

impl Rules {
    /// The rules as a profile has them. Those of other types are off, and so are those on request
    /// if nobody has said which types; both may be switched on.
    pub fn of_profile(
        registry: &Registry,
        profile: Profile,
        types: &Sourced<Arc<[ValidationType]>>,
    ) -> Self {
        let levels = profile.levels();
        let is_asked_for = types.origin != Origin::Defaults;
        let rules = registry.all().map(|(group, entry)| {
            let own = entry.meta.severity;
            let usual = own.map(|own| levels.every.unwrap_or(own));
            let is_checked = types.value.contains(&group.validation);
            let severity = usual.filter(|_| entry.meta.runs.is_on(is_checked, is_asked_for));
            let origin = match usual == own {
                true => Origin::Defaults,
                false => Origin::Profile(profile),
            };
            RuleState {
                entry,
                validation: group.validation,
                level: Sourced { value: severity, origin },
                usual: usual.unwrap_or(levels.every.unwrap_or(Severity::Warning)),
                is_barred: false,
                options: BTreeMap::new(),
            }
        });
        let mut rules = Rules { rules: rules.collect() };
        for (level, names) in levels.rules {
            for name in *names {
                for state in rules.selected(registry.select(name)) {
                    state.set_level(*level, Origin::Profile(profile));
                    state.usual = state.level.value.unwrap_or(state.usual);
                }
            }
        }
        rules
    }

    /// Lays changes over; options are added to those already there.
    pub fn apply(
        &mut self,
        changes: &[SettingsChange],
        origin: impl Fn(&SourceLocation) -> Origin,
    ) {
        for change in changes {
            for state in self.selected(&change.rules) {
                state.apply(change, &origin);
            }
        }
    }

    /// Lays a table of markdownlint's over: each entry replaces what was said about its rules.
    pub fn apply_table(&mut self, table: &OptionTable, origin: impl Fn(&SourceLocation) -> Origin) {
        if let Some((level, place)) = table.default_level() {
            for state in &mut self.rules {
                if markdownlint::is_of_markdownlint(state.entry) {
                    state.set_level(*level, origin(place));
                }
            }
        }
        for change in table.changes() {
            for state in self.selected(&change.rules) {
                state.options.clear();
                state.apply(change, &origin);
            }
        }
    }

    /// Keeps only the rules of these types, if somebody has said which.
    pub fn keep_types(&mut self, types: &Sourced<Arc<[ValidationType]>>) {
        if types.origin == Origin::Defaults {
            return;
        }
        for state in &mut self.rules {
            if !types.value.contains(&state.validation) {
                state.bar(types.origin.clone());
            }
        }
    }

    /// Keeps only these rules, and switches them on.
    pub fn select(&mut self, entries: &[&'static Entry]) {
        for state in &mut self.rules {
            if entries.iter().any(|entry| entry.meta.id == state.entry.meta.id) {
                if state.level.value.is_none() {
                    state.set_level(WrittenLevel::On, Origin::Flag("--select"));
                }
            } else {
                state.bar(Origin::Flag("--select"));
            }
        }
    }

    /// Switches these rules off.
    pub fn ignore(&mut self, entries: &[&'static Entry]) {
        for state in self.selected(entries) {
            state.bar(Origin::Flag("--ignore"));
        }
    }

    fn selected(&mut self, entries: &[&'static Entry]) -> impl Iterator<Item = &mut RuleState> {
        self.rules
            .iter_mut()
            .filter(|state| entries.iter().any(|entry| entry.meta.id == state.entry.meta.id))
    }

    /// The rules that are on, and those that are off but that `may_wake` says a comment switches
    /// on somewhere.
    ///
    /// # Errors
    /// If a rule does not take its options together; the message names both.
    pub fn configure(&self, may_wake: impl Fn(&Entry) -> bool) -> Result<Ready, String> {
        let mut ready = Ready::default();
        for state in &self.rules {
            let severity = match state.level.value {
                Some(severity) => severity,
                None if !state.is_barred && may_wake(state.entry) => {
                    ready.dormant.push(state.entry.meta.id);
                    state.usual
                }
                None => continue,
            };
            let options = state.options.iter();
            let options: Map<String, Value> =
                options.map(|(name, option)| (name.clone(), option.value.clone())).collect();
            let rule = state.entry.configure(&Value::Object(options), severity);
            let id = state.entry.meta.id;
            ready.rules.push(rule.map_err(|error| format!("options of {id}: {error}"))?);
        }
        Ok(ready)
    }

    /// Everything about every rule.
    pub fn list(self) -> Vec<EffectiveRule> {
        self.rules.into_iter().map(RuleState::into_effective).collect()
    }
}

impl RuleState {
    fn apply(&mut self, change: &SettingsChange, origin: impl Fn(&SourceLocation) -> Origin) {
        match change.level {
            Some(level) => self.set_level(level, origin(&change.place)),
            // Options for a rule that is off: it is wanted.
            None if self.level.value.is_none() => {
                self.set_level(WrittenLevel::On, origin(&change.place))
            }
            None => {}
        }
        for (name, (value, place)) in &change.options {
            let option = Sourced { value: value.clone(), origin: origin(place) };
            self.options.insert(name.clone(), option);
        }
    }

    fn set_level(&mut self, level: WrittenLevel, origin: Origin) {
        let value = match level {
            WrittenLevel::Off => None,
            WrittenLevel::On => Some(self.level.value.unwrap_or(self.usual)),
            WrittenLevel::At(severity) => Some(severity),
        };
        self.level = Sourced { value, origin };
    }

    fn bar(&mut self, origin: Origin) {
        self.is_barred = true;
        if self.level.value.is_some() {
            self.level = Sourced { value: None, origin };
        }
    }

    fn into_effective(mut self) -> EffectiveRule {
        let options = options::schemas(self.entry).into_iter().map(|(name, schema)| {
            let option = self.options.remove(&name).unwrap_or_else(|| Sourced {
                value: schema.get("default").cloned().unwrap_or_default(),
                origin: Origin::Defaults,
            });
            (name, option)
        });
        EffectiveRule { options: options.collect(), meta: self.entry.meta, severity: self.level }
    }
}
