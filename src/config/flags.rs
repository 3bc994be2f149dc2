//! The command line's part of the settings.

use std::path::Path;
use std::sync::Arc;

use super::Profile;
use super::globs::{Globs, GlobsBuilder};
use super::problem::{ConfigError, ConfigProblem};
use super::settings::unknown_rule;
use super::suggest::{did_you_mean, nearest, quoted};
use crate::rules::{self, Entry, ValidationType};

/// What the command line says, as it was written; it comes over everything else. Empty lists say
/// nothing.
#[derive(Clone, Debug, Default)]
pub struct CommandLine {
    /// `--profile`
    pub profile: Option<String>,
    /// `--family`
    pub family: Option<String>,
    /// `--types`
    pub types: Vec<String>,
    /// `--select`: only these rules, by id, name, alias or tag.
    pub select: Vec<String>,
    /// `--ignore`: not these rules.
    pub ignore: Vec<String>,
    /// `--exclude`: globs that count from the working folder.
    pub exclude: Vec<String>,
}

/// The same, known to be right but for the family.
#[derive(Debug, Default)]
pub(super) struct Flags {
    pub profile: Option<Profile>,
    pub family: Option<Arc<str>>,
    pub types: Option<Arc<[ValidationType]>>,
    pub select: Option<Vec<&'static Entry>>,
    pub ignore: Vec<&'static Entry>,
    pub exclude: Globs,
}

impl Flags {
    /// Checks what the command line says.
    ///
    /// # Errors
    /// All names that are not known and globs that are none.
    pub fn check(line: &CommandLine, working_folder: &Path) -> Result<Flags, ConfigError> {
        let mut problems = Vec::new();
        let flags = Flags {
            profile: line.profile.as_deref().and_then(|name| profile(name, &mut problems)),
            family: line.family.as_deref().map(Arc::from),
            types: types(&line.types, &mut problems),
            select: (!line.select.is_empty())
                .then(|| selected("--select", &line.select, &mut problems)),
            ignore: selected("--ignore", &line.ignore, &mut problems),
            exclude: exclude(&line.exclude, working_folder, &mut problems),
        };
        ConfigError::check(problems).map(|()| flags)
    }

    /// Whether rules are left out that would run otherwise.
    pub fn leave_out_rules(&self) -> bool {
        self.select.is_some() || self.types.is_some() || !self.ignore.is_empty()
    }

    /// Whether any rule about templates may run, as far as the command line says.
    pub fn ask_for_templates(&self) -> bool {
        let is_among = |entries: &[&'static Entry], entry: &Entry| {
            entries.iter().any(|listed| listed.meta.id == entry.meta.id)
        };
        rules::all().any(|(group, entry)| {
            let is_typed =
                self.types.as_ref().is_none_or(|types| types.contains(&group.validation));
            let is_selected = self.select.as_ref().is_none_or(|select| is_among(select, entry));
            entry.is_of_template() && is_typed && is_selected && !is_among(&self.ignore, entry)
        })
    }
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
    flag: &'static str,
    names: &[String],
    problems: &mut Vec<ConfigProblem>,
) -> Vec<&'static Entry> {
    let mut entries = Vec::new();
    for name in names {
        let selected = rules::select(name);
        if selected.is_empty() {
            let (message, help) = unknown_rule(name);
            problems.push(ConfigProblem::flag(flag, name, message, Some(help)));
        }
        entries.extend(selected);
    }
    entries
}

fn exclude(globs: &[String], folder: &Path, problems: &mut Vec<ConfigProblem>) -> Globs {
    let mut builder = GlobsBuilder::new(folder);
    for glob in globs {
        if let Err(message) = builder.add(glob) {
            problems.push(ConfigProblem::flag("--exclude", glob, message, None));
        }
    }
    builder.build().unwrap_or_else(|message| {
        problems.push(ConfigProblem::flag("--exclude", &globs.join(" "), message, None));
        Globs::default()
    })
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
