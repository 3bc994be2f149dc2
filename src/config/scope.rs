//! A scope: the configuration that counts in a directory, and the rules for the files in it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;

use super::effective::{Effective, Origin, Rules, Sourced};
use super::flags::{RuleFlags, unknown_family};
use super::markdownlint::{Markdownlint, OptionTable};
use super::problem::{ConfigError, ConfigProblem};
use super::settings::{Common, Family, SchemaFor, Settings, SourceLocation};
use super::templates::PageTemplate;
use super::written::Parity;
use super::{FailOn, FileRules, Profile};
use crate::rules::{Entry, Registry, RuleSet, ValidationType};

/// The configuration of one or more directories. What is computed for a file is kept for all others
/// of the same family for which the same overrides match.
#[derive(Default)]
pub(super) struct DirConfig {
    /// The configuration file as people see it.
    pub file: Option<PathBuf>,
    /// Where it stands, absolute.
    pub dir: Option<PathBuf>,
    pub content: ScopeContent,
    rules: RwLock<HashMap<ScopeKey, Arc<FileRules>>>,
}

/// What stands in the configuration file.
#[derive(Default)]
pub(super) enum ScopeContent {
    /// There is none.
    #[default]
    Nothing,
    Validator(Settings),
    Markdownlint(Markdownlint),
}

/// What files with the same rules have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScopeKey {
    family: Option<usize>,
    /// Overrides that match, in order.
    overrides: Vec<usize>,
}

/// What comments in a page say about rules, read already.
#[derive(Default)]
pub(super) struct FromComments<'c> {
    pub table: OptionTable,
    /// Rules that a comment switches on somewhere.
    pub enabled: Vec<&'c Entry>,
}

impl DirConfig {
    pub fn new(file: PathBuf, dir: PathBuf, content: ScopeContent) -> Self {
        DirConfig { file: Some(file), dir: Some(dir), content, rules: RwLock::default() }
    }

    pub fn markdownlint(&self) -> Option<&Markdownlint> {
        match &self.content {
            ScopeContent::Markdownlint(markdownlint) => Some(markdownlint),
            _ => None,
        }
    }

    pub fn settings(&self) -> Option<&Settings> {
        match &self.content {
            ScopeContent::Validator(settings) => Some(settings),
            _ => None,
        }
    }

    pub fn is_validator(&self) -> bool {
        matches!(self.content, ScopeContent::Validator(_))
    }

    /// Whether `batch` takes the file, as far as `include` and `globs` say, and those of the
    /// command line. markdownlint's globs come on top of what the command line names.
    pub fn includes(&self, path: &Path, flags: &RuleFlags) -> bool {
        let by_flags = || match &flags.globs {
            Some(globs) => globs.decide(path).unwrap_or(false),
            None => true,
        };
        match &self.content {
            ScopeContent::Nothing => by_flags(),
            ScopeContent::Validator(settings) => {
                let include = settings.include.as_ref();
                include.is_none_or(|globs| globs.matches(path, false)) && by_flags()
            }
            ScopeContent::Markdownlint(markdownlint) => match &markdownlint.globs {
                None => by_flags(),
                Some(globs) => match globs.decide(path) {
                    Some(decided) => decided,
                    None => flags.names_places && by_flags(),
                },
            },
        }
    }

    /// Whether a glob names the file by its ending, so that it is a page whatever that is.
    pub fn names_ending(&self, path: &Path) -> bool {
        let globs = self.markdownlint().and_then(|markdownlint| markdownlint.globs.as_ref());
        globs.is_some_and(|globs| globs.names_ending(path))
    }

    /// Whether a file or directory is left out, itself or with a directory it is in.
    pub fn excludes(&self, path: &Path, is_dir: bool) -> bool {
        match &self.content {
            ScopeContent::Nothing => false,
            ScopeContent::Validator(settings) => settings.exclude.matches(path, is_dir),
            ScopeContent::Markdownlint(markdownlint) => markdownlint.ignores(path, is_dir),
        }
    }

    /// The schemas that are declared here.
    pub fn schemas(&self) -> &[SchemaFor] {
        match &self.content {
            ScopeContent::Validator(settings) => &settings.schemas,
            _ => &[],
        }
    }

    /// The structure files that the configuration names.
    pub fn templates(&self) -> &[Arc<PageTemplate>] {
        match &self.content {
            ScopeContent::Validator(settings) => &settings.templates,
            _ => &[],
        }
    }

    /// Where the configuration says that the baseline stands.
    pub fn baseline(&self) -> Option<&Path> {
        match &self.content {
            ScopeContent::Validator(settings) => settings.baseline.as_deref(),
            _ => None,
        }
    }

    /// From which severity on findings fail a run, and where that is written.
    pub fn fail_on(&self) -> Option<&(FailOn, SourceLocation)> {
        match &self.content {
            ScopeContent::Validator(settings) => settings.fail_on.as_ref(),
            _ => None,
        }
    }

    pub(super) fn families(&self) -> &[Family] {
        match &self.content {
            ScopeContent::Validator(settings) => &settings.families,
            _ => &[],
        }
    }

    /// What the file's rules depend on.
    ///
    /// # Errors
    /// If the command line names a family that is not declared here.
    pub fn key(&self, path: &Path, flags: &RuleFlags) -> Result<ScopeKey, ConfigError> {
        let family = match &flags.family {
            Some(name) => Some(self.family(name)?),
            None => self.families().iter().rposition(|family| {
                family.include.as_ref().is_some_and(|globs| globs.matches(path, false))
            }),
        };
        let overrides = match &self.content {
            ScopeContent::Nothing => Vec::new(),
            ScopeContent::Validator(settings) => {
                let overrides = settings.overrides.iter().enumerate();
                overrides
                    .filter(|(_, item)| item.files.matches(path, false))
                    .map(|(index, _)| index)
                    .collect()
            }
            // Only the first that matches counts.
            ScopeContent::Markdownlint(markdownlint) => {
                let overrides = &markdownlint.overrides;
                overrides
                    .iter()
                    .position(|item| item.filter.matches(path, false))
                    .into_iter()
                    .collect()
            }
        };
        Ok(ScopeKey { family, overrides })
    }

    /// The index of a family by name.
    ///
    /// # Errors
    /// If it is not declared.
    pub fn family(&self, name: &str) -> Result<usize, ConfigError> {
        let families = self.families();
        families.iter().position(|family| &*family.name == name).ok_or_else(|| {
            let names = families.iter().map(|family| &*family.name);
            unknown_family(name, names, self.file.as_deref()).into()
        })
    }

    /// The rules for files with this key.
    ///
    /// # Errors
    /// If a rule does not take its options together.
    pub fn rules(
        &self,
        registry: &Registry,
        key: ScopeKey,
        flags: &RuleFlags,
    ) -> Result<Arc<FileRules>, ConfigError> {
        let known = self.rules.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let rules = Arc::new(self.configure(registry, &key, flags, &FromComments::default())?);
        let mut known = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        Ok(known.entry(key).or_insert(rules).clone())
    }

    /// The rules for a file with comments.
    ///
    /// # Errors
    /// If a rule does not take its options together.
    pub fn configure(
        &self,
        registry: &Registry,
        key: &ScopeKey,
        flags: &RuleFlags,
        comments: &FromComments<'_>,
    ) -> Result<FileRules, ConfigError> {
        let (head, rules) = self.merge(registry, key, flags, comments);
        let wakes =
            |entry: &Entry| comments.enabled.iter().any(|enabled| enabled.meta.id == entry.meta.id);
        let ready = rules.configure(wakes).map_err(|message| {
            ConfigProblem::file(self.file.clone().unwrap_or_default(), message)
        })?;
        Ok(FileRules {
            rules: RuleSet { rules: ready.rules },
            dormant: ready.dormant,
            family: head.family.map(|family| family.value),
            profile: head.profile.value,
            type_names: type_names(&head.types.value),
            flavor: head.flavor.map(|flavor| flavor.value),
            site: head.site.map(|site| site.value),
            is_markdownlint: head.parity.value == Parity::Markdownlint,
            types: head.types.value,
        })
    }

    /// Everything about files with this key.
    pub fn effective(&self, registry: &Registry, key: &ScopeKey, flags: &RuleFlags) -> Effective {
        let (head, rules) = self.merge(registry, key, flags, &FromComments::default());
        Effective { rules: rules.list(), ..head }
    }

    /// Lays all layers over each other; the rules of the first value are left empty.
    fn merge(
        &self,
        registry: &Registry,
        key: &ScopeKey,
        flags: &RuleFlags,
        comments: &FromComments<'_>,
    ) -> (Effective, Rules) {
        let layers = self.layers(key);
        let mut profile = Sourced { value: Profile::Default, origin: Origin::Defaults };
        let mut types = Sourced { value: ValidationType::DEFAULT.into(), origin: Origin::Defaults };
        let (mut flavor, mut site, mut parity) = (None, None, self.parity());
        for layer in &layers {
            if let Some((value, place)) = &layer.common.profile {
                profile = Sourced { value: *value, origin: layer.origin(place) };
            }
            if let Some((value, place)) = &layer.common.types {
                types = Sourced { value: value.as_slice().into(), origin: layer.origin(place) };
            }
            if let Some((value, place)) = &layer.common.flavor {
                flavor = Some(Sourced { value: *value, origin: layer.origin(place) });
            }
            if let Some((value, place)) = layer.common.site.as_deref() {
                site = Some(Sourced { value: value.clone(), origin: layer.origin(place) });
            }
            if let Some((value, place)) = &layer.common.parity {
                parity = Sourced { value: *value, origin: layer.origin(place) };
            }
        }
        if let Some(value) = flags.profile {
            profile = Sourced { value, origin: Origin::Flag("--profile") };
        }
        if let Some(value) = flags.flavor {
            flavor = Some(Sourced { value, origin: Origin::Flag("--flavor") });
        }
        if let Some(value) = flags.parity {
            parity = Sourced { value, origin: Origin::Flag("--parity") };
        }
        if let Some(value) = flags.types.clone() {
            types = Sourced { value, origin: Origin::Flag("--types") };
        }
        let mut rules = Rules::of_profile(registry, profile.value, &types);
        for layer in &layers {
            rules.apply(&layer.common.rules, |place| layer.origin(place));
        }
        self.apply_tables(&mut rules, key, comments);
        rules.keep_types(&types);
        if let Some(selected) = &flags.select {
            rules.select(selected);
        }
        rules.ignore(&flags.ignore);
        let family = key.family.map(|index| &self.families()[index]).map(|family| Sourced {
            value: family.name.clone(),
            origin: match flags.family {
                Some(_) => Origin::Flag("--family"),
                None => Origin::Family(family.name.clone(), family.place.clone()),
            },
        });
        (Effective { profile, family, types, flavor, site, parity, rules: Vec::new() }, rules)
    }

    /// Where a file of markdownlint counts, so do its answers.
    fn parity(&self) -> Sourced<Parity> {
        match &self.content {
            ScopeContent::Markdownlint(_) => {
                let file = self.file.as_deref().unwrap_or(Path::new("")).into();
                let origin = Origin::File(SourceLocation { file, line: 1 });
                Sourced { value: Parity::Markdownlint, origin }
            }
            _ => Sourced { value: Parity::Site, origin: Origin::Defaults },
        }
    }

    /// markdownlint's own tables: comments are laid over its file by its rules, and over
    /// anything else as they are.
    fn apply_tables(&self, rules: &mut Rules, key: &ScopeKey, comments: &FromComments<'_>) {
        match &self.content {
            ScopeContent::Markdownlint(markdownlint) => {
                let table = markdownlint.table(key.overrides.first().copied());
                let is_comment = |place: &SourceLocation| place.file.as_os_str().is_empty();
                rules.apply_table(&table.then(&comments.table), |place| match is_comment(place) {
                    true => Origin::Comment,
                    false => Origin::File(place.clone()),
                });
            }
            _ => rules.apply_table(&comments.table, |_| Origin::Comment),
        }
    }

    fn layers(&self, key: &ScopeKey) -> Vec<Layer<'_>> {
        let ScopeContent::Validator(settings) = &self.content else { return Vec::new() };
        let mut layers = vec![Layer { common: &settings.common, kind: ScopeKind::File }];
        if let Some(index) = key.family {
            let family = &settings.families[index];
            layers.push(Layer { common: &family.common, kind: ScopeKind::Family(&family.name) });
        }
        for &index in &key.overrides {
            let common = &settings.overrides[index].common;
            layers.push(Layer { common, kind: ScopeKind::Override(index + 1) });
        }
        layers
    }
}

fn type_names(types: &[ValidationType]) -> Arc<str> {
    let names: Vec<&str> = types.iter().map(|validation| validation.name()).collect();
    names.join(",").into()
}

struct Layer<'s> {
    common: &'s Common,
    kind: ScopeKind<'s>,
}

enum ScopeKind<'s> {
    File,
    Family(&'s Arc<str>),
    Override(usize),
}

impl Layer<'_> {
    fn origin(&self, place: &SourceLocation) -> Origin {
        match self.kind {
            ScopeKind::File => Origin::File(place.clone()),
            ScopeKind::Family(name) => Origin::Family(name.clone(), place.clone()),
            ScopeKind::Override(number) => Origin::Override(number, place.clone()),
        }
    }
}
