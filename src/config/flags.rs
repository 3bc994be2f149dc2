//! The command line's part of the settings.

use std::path::Path;
use std::sync::Arc;

use super::Profile;
use super::convert::unknown_rule;
use super::globs::{Globs, GlobsBuilder};
use super::markdownlint::{Selection, anchored};
use super::problem::{ConfigError, ConfigProblem};
use super::suggest::{did_you_mean, nearest, quoted};
use super::written::Parity;
use crate::files::normalize;
use crate::rules::{Entry, Registry, ValidationType};
use crate::site::FlavorName;

/// What the command line says, as it was written; it comes over everything else. Empty lists say
/// nothing.
#[derive(Clone, Debug, Default)]
pub struct CommandLine {
    /// `--profile`
    pub profile: Option<String>,
    /// `--family`
    pub family: Option<String>,
    /// `--flavor`
    pub flavor: Option<String>,
    /// `--parity`
    pub parity: Option<String>,
    /// `--types`
    pub types: Vec<String>,
    /// `--select`: only these rules, by id, name, alias or tag.
    pub select: Vec<String>,
    /// `--ignore`: not these rules.
    pub ignore: Vec<String>,
    /// `--exclude`: globs that count from the current directory.
    pub exclude: Vec<String>,
    /// Globs that were given in place of files, from the current directory; `!` and `#` take back.
    pub globs: Vec<String>,
    /// Whether files or directories were named.
    pub names_places: bool,
    /// `--report-unused-disables`
    pub report_unused_disables: bool,
    /// `--no-force-exclude`: files that are named count even if the configuration excludes them.
    pub takes_excluded: bool,
}

/// The same, known to be right but for the family.
#[derive(Debug, Default)]
pub(super) struct RuleFlags {
    pub profile: Option<Profile>,
    pub family: Option<Arc<str>>,
    pub flavor: Option<FlavorName>,
    pub parity: Option<Parity>,
    pub types: Option<Arc<[ValidationType]>>,
    pub select: Option<Vec<&'static Entry>>,
    pub ignore: Vec<&'static Entry>,
    pub exclude: Globs,
    pub globs: Option<Selection>,
    pub names_places: bool,
    pub takes_excluded: bool,
    pub report_unused_disables: bool,
}

impl RuleFlags {
    /// Checks what the command line says.
    ///
    /// # Errors
    /// All names that are not known and globs that are none.
    pub fn check(
        registry: &Registry,
        line: &CommandLine,
        working_dir: &Path,
    ) -> Result<RuleFlags, ConfigError> {
        let mut problems = Vec::new();
        let flags = RuleFlags {
            profile: line.profile.as_deref().and_then(|name| profile(name, &mut problems)),
            family: line.family.as_deref().map(Arc::from),
            flavor: line.flavor.as_deref().and_then(|name| {
                one_of("--flavor", name, &FlavorName::ALL, FlavorName::name, &mut problems)
            }),
            parity: line.parity.as_deref().and_then(|name| {
                one_of("--parity", name, &Parity::ALL, Parity::name, &mut problems)
            }),
            types: types(&line.types, &mut problems),
            select: (!line.select.is_empty())
                .then(|| selected(registry, "--select", &line.select, &mut problems)),
            ignore: selected(registry, "--ignore", &line.ignore, &mut problems),
            exclude: exclude(line, working_dir, &mut problems),
            globs: selection(&line.globs, working_dir, &mut problems),
            names_places: line.names_places,
            takes_excluded: line.takes_excluded,
            report_unused_disables: line.report_unused_disables,
        };
        if problems.is_empty() && flags.leaves_no_rule(registry) {
            problems.push(no_rule_left(line));
        }
        ConfigError::check(problems).map(|()| flags)
    }

    /// Whether rules are left out that would run otherwise.
    pub fn leave_out_rules(&self) -> bool {
        self.select.is_some() || self.types.is_some() || !self.ignore.is_empty()
    }

    /// Whether everything that is selected is ignored, too.
    fn leaves_no_rule(&self, registry: &Registry) -> bool {
        let is_among = |entries: &[&'static Entry], entry: &Entry| {
            entries.iter().any(|listed| listed.meta.id == entry.meta.id)
        };
        let is_left = |validation: ValidationType, entry: &Entry| {
            let is_selected = match &self.select {
                Some(select) => is_among(select, entry),
                None => self.types.as_ref().is_none_or(|types| types.contains(&validation)),
            };
            is_selected && !is_among(&self.ignore, entry)
        };
        !registry.all().any(|(group, entry)| is_left(group.validation, entry))
    }

    /// Whether any rule about templates may run, as far as the command line says.
    pub fn ask_for_templates(&self, registry: &Registry) -> bool {
        let is_among = |entries: &[&'static Entry], entry: &Entry| {
            entries.iter().any(|listed| listed.meta.id == entry.meta.id)
        };
        registry.all().any(|(group, entry)| {
            let is_typed =
                self.types.as_ref().is_none_or(|types| types.contains(&group.validation));
            let is_selected = self.select.as_ref().is_none_or(|select| is_among(select, entry));
            entry.is_of_template() && is_typed && is_selected && !is_among(&self.ignore, entry)
        })
    }
}

/// The value of this name.
fn one_of<T: Copy>(
    flag: &'static str,
    name: &str,
    all: &[T],
    name_of: fn(T) -> &'static str,
    problems: &mut Vec<ConfigProblem>,
) -> Option<T> {
    let found = all.iter().copied().find(|&value| name_of(value) == name);
    if found.is_none() {
        let names = all.iter().map(|&value| name_of(value));
        let help = did_you_mean(name, names, "known values:");
        problems.push(ConfigProblem::flag(flag, name, format!("unknown value `{name}`"), help));
    }
    found
}

fn profile(name: &str, problems: &mut Vec<ConfigProblem>) -> Option<Profile> {
    let found = Profile::ALL.iter().find(|profile| profile.name() == name).copied();
    if found.is_none() {
        let names = Profile::ALL.iter().map(|profile| profile.name());
        let help = did_you_mean(name, names, "profiles:");
        let message = format!("unknown profile `{name}`");
        problems.push(ConfigProblem::flag("--profile", name, message, help));
    }
    found
}

fn types(names: &[String], problems: &mut Vec<ConfigProblem>) -> Option<Arc<[ValidationType]>> {
    let mut types = Vec::new();
    for name in names {
        match ValidationType::ALL.iter().find(|validation| validation.name() == name) {
            Some(validation) => types.push(*validation),
            None => {
                let names = ValidationType::ALL.iter().map(|validation| validation.name());
                let help = did_you_mean(name, names, "types:");
                let message = format!("unknown type `{name}`");
                problems.push(ConfigProblem::flag("--types", name, message, help));
            }
        }
    }
    (!names.is_empty()).then(|| types.into())
}

fn selected(
    registry: &Registry,
    flag: &'static str,
    names: &[String],
    problems: &mut Vec<ConfigProblem>,
) -> Vec<&'static Entry> {
    let mut entries = Vec::new();
    for name in names {
        let selected = registry.select(name);
        if selected.is_empty() {
            let (message, help) = unknown_rule(registry, name);
            problems.push(ConfigProblem::flag(flag, name, message, Some(help)));
        }
        entries.extend(selected);
    }
    entries
}

fn exclude(line: &CommandLine, dir: &Path, problems: &mut Vec<ConfigProblem>) -> Globs {
    let mut builder = GlobsBuilder::new(dir);
    for glob in &line.exclude {
        if let Err(message) = builder.add(glob) {
            problems.push(ConfigProblem::flag("--exclude", glob, message, None));
        }
    }
    for glob in line.globs.iter().filter_map(|glob| glob.strip_prefix(['!', '#'])) {
        if let Err(message) = anchored(glob).and_then(|glob| builder.add(&glob)) {
            problems.push(ConfigProblem::flag(GLOB, glob, message, None));
        }
    }
    builder.build().unwrap_or_else(|message| {
        problems.push(ConfigProblem::flag("--exclude", &line.exclude.join(" "), message, None));
        Globs::default()
    })
}

fn no_rule_left(line: &CommandLine) -> ConfigProblem {
    let ignored = line.ignore.join(",");
    let (what, flag) = match (line.select.is_empty(), line.types.is_empty()) {
        (false, _) => (format!("`--select {}`", line.select.join(",")), "`--select`"),
        (true, false) => (format!("`--types {}`", line.types.join(",")), "`--types`"),
        (true, true) => ("all rules".to_owned(), "`--ignore`"),
    };
    let message = format!("no rule is left to run: `--ignore {ignored}` excludes {what}");
    let help = match flag {
        "`--ignore`" => "ignore fewer rules".to_owned(),
        _ => format!("leave out `--ignore`, or name other rules with {flag}"),
    };
    ConfigProblem::flag("--ignore", &ignored, message, Some(help))
}

/// How a glob that stands in place of a file is called.
const GLOB: &str = "glob";

/// The globs that take files; each counts from the directory that it begins with.
fn selection(globs: &[String], dir: &Path, problems: &mut Vec<ConfigProblem>) -> Option<Selection> {
    let mut selection: Option<Selection> = None;
    for glob in globs.iter().filter(|glob| !glob.starts_with(['!', '#'])) {
        let (base, rest) = split_glob(glob);
        let mut builder = Selection::new(&normalize(&dir.join(base)));
        match builder.add(rest).and_then(|()| builder.build()) {
            Ok(built) => selection.get_or_insert_default().extend(&built),
            Err(message) => problems.push(ConfigProblem::flag(GLOB, glob, message, None)),
        }
    }
    selection
}

/// A glob as the directory that it begins with, and the rest.
pub fn split_glob(glob: &str) -> (&str, &str) {
    let wild = glob.find(['*', '?', '[', '{', '(']).unwrap_or(glob.len());
    match glob[..wild].rfind('/') {
        Some(0) => ("/", &glob[1..]),
        Some(at) => (&glob[..at], &glob[at + 1..]),
        None => (".", glob),
    }
}

/// The mistake of naming a family that `declared` does not have; `file` is where it would stand.
pub(super) fn unknown_family<'f>(
    name: &str,
    declared: impl Iterator<Item = &'f str> + Clone,
    file: Option<&Path>,
) -> ConfigProblem {
    let file = file.unwrap_or(Path::new("validator.yaml")).display();
    let help = match (nearest(name, declared.clone()), quoted(declared)) {
        (_, names) if names.is_empty() => {
            format!("{file} declares no family; add it under `families:`")
        }
        (Some(near), names) => format!("did you mean `{near}`? {file} declares {names}"),
        (None, names) => format!("{file} declares {names}"),
    };
    ConfigProblem::flag("--family", name, format!("unknown family `{name}`"), Some(help))
}
