//! The table of all rules, and the number of each.

use std::collections::HashMap;
use std::sync::LazyLock;

use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

use super::rule_set::Check;
use super::{
    Activation, Configured, FileProblem, Meta, Rule, ValidationType, data, links, markdown,
    structure, yaml,
};
use crate::diagnostic::{RuleId, RuleKey, Severity};

/// Rules that look at the same thing: one directory.
pub struct Group {
    pub name: &'static str,
    pub summary: &'static str,
    pub validation: ValidationType,
    pub rules: &'static [Entry],
}

/// A name for all rules, wherever a tag may stand.
pub const ALL_RULES: &str = "all";

type RegistryRow = (&'static Group, &'static Entry);

/// The rules that a project knows, and what else is reported like them, each with its number.
pub struct Registry {
    groups: Vec<&'static Group>,
    rules: Vec<RegistryRow>,
    /// Those of the rules, then those of file problems.
    ids: Vec<RuleId>,
    /// By everything a person may call a rule, in capitals.
    names: HashMap<String, usize>,
    /// The same with tags, for all rules that have it.
    selections: HashMap<String, Vec<&'static Entry>>,
}

/// The rules that are built in. Who has a project asks [`crate::config::Project::registry`]; this is
/// for what there is no project for: configuration that is being read, the lists of rules, and
/// findings that are read again from the run history or a shard.
pub fn builtin() -> &'static Registry {
    static BUILTIN: LazyLock<Registry> = LazyLock::new(|| {
        let all = [markdown::GROUPS, yaml::GROUPS, data::GROUPS, structure::GROUPS, links::GROUPS];
        Registry::new(all.concat())
    });
    &BUILTIN
}

impl Registry {
    fn new(groups: Vec<&'static Group>) -> Self {
        let rules: Vec<RegistryRow> = groups
            .iter()
            .flat_map(|group| group.rules.iter().map(move |entry| (*group, entry)))
            .collect();
        let of_rules = rules.iter().map(|(_, entry)| (entry.meta.id, entry.meta.of_page));
        let of_problems = FileProblem::ALL.iter().map(|problem| (problem.id(), false));
        let ids = (0..).zip(of_rules.chain(of_problems));
        let ids = ids.map(|(number, (id, of_page))| {
            // Findings outlive whoever looks them up, and there are few rules.
            RuleId::new(Box::leak(Box::new(RuleKey::new(id, number, of_page))))
        });
        let ids = ids.collect();
        let (mut names, mut selections) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        for (number, (_, entry)) in rules.iter().enumerate() {
            for name in entry.meta.names() {
                names.insert(name.to_ascii_uppercase(), number);
            }
            let selected = entry.meta.names().chain(entry.meta.tags.iter().copied());
            for name in selected.chain([ALL_RULES]) {
                selections.entry(name.to_ascii_uppercase()).or_default().push(*entry);
            }
        }
        Registry { groups, rules, ids, names, selections }
    }

    /// All groups, in the order in which rules are listed.
    pub fn groups(&self) -> &[&'static Group] {
        &self.groups
    }

    /// All rules with their groups, in the order of their numbers.
    pub fn all(&self) -> impl ExactSizeIterator<Item = RegistryRow> {
        self.rules.iter().copied()
    }

    /// The rule of this id, name or alias; letter case does not matter.
    pub fn find(&self, name: &str) -> Option<RegistryRow> {
        self.names.get(&name.to_ascii_uppercase()).map(|&number| self.rules[number])
    }

    /// The rules that an id, name, alias or tag stands for, in the order of the table; letter case
    /// does not matter. Empty if it is none.
    pub fn select(&self, name: &str) -> &[&'static Entry] {
        self.selections.get(&name.to_ascii_uppercase()).map_or(&[], Vec::as_slice)
    }

    /// The rule or file problem with exactly this id.
    pub fn id(&self, id: &str) -> Option<RuleId> {
        let known = match self.names.get(id) {
            Some(&number) => Some(self.ids[number]),
            None => self.ids[self.rules.len()..].iter().copied().find(|known| *known == *id),
        };
        known.filter(|known| *known == *id)
    }

    /// What findings of a file problem carry.
    pub fn problem(&self, problem: FileProblem) -> RuleId {
        self.ids[self.rules.len() + problem as usize]
    }

    /// Every id, by number.
    pub fn ids(&self) -> &[RuleId] {
        &self.ids
    }

    /// The rule with this id; none for file problems.
    pub fn rule(&self, id: RuleId) -> Option<RegistryRow> {
        self.rules.get(id.number()).copied()
    }
}

/// A rule's row in the table: its metadata, and its type behind functions.
pub struct Entry {
    pub meta: &'static Meta,
    /// The options' JSON Schema; its description is the rule's page.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    build: fn(&Value) -> Result<Box<dyn Check>, OptionError>,
}

/// An option that a rule does not take, or a value that it does not take for it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct OptionError {
    /// Where in the options.
    pub path: serde_path_to_error::Path,
    /// What serde says about it.
    pub message: String,
}

impl OptionError {
    fn of(error: serde_path_to_error::Error<serde_json::Error>) -> Self {
        OptionError { path: error.path().clone(), message: error.into_inner().to_string() }
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.meta.id)
    }
}

impl Entry {
    /// Whether a structure file says what the rule wants.
    pub fn is_of_template(&self) -> bool {
        self.meta.runs == Activation::ByTemplate
    }

    pub const fn of<R: Rule>() -> Self {
        Entry {
            meta: &R::META,
            schema: |generator| R::json_schema(generator),
            build: |options| match serde_path_to_error::deserialize::<_, R>(options) {
                Ok(rule) => Ok(Box::new(rule)),
                Err(error) => Err(OptionError::of(error)),
            },
        }
    }

    /// The rule with these options (a JSON object), ready to check.
    ///
    /// # Errors
    /// If an option is unknown or its value has the wrong type.
    pub fn configure(
        &'static self,
        options: &Value,
        severity: Severity,
    ) -> Result<Configured, OptionError> {
        let check = (self.build)(options)?;
        let id = builtin().id(self.meta.id).expect("entries are those of the registry");
        Ok(Configured { id, meta: self.meta, severity, check })
    }
}

impl Meta {
    /// Id, name and aliases: everything a person may call the rule by.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.id, self.name].into_iter().chain(self.aliases.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_reported_has_one_number_and_is_found_by_its_id() {
        let registry = builtin();
        for (number, &id) in registry.ids().iter().enumerate() {
            assert_eq!((id.number(), registry.id(id.as_str())), (number, Some(id)));
            let rule = registry.rule(id).map(|(_, entry)| entry.meta.id);
            let problem = FileProblem::find(&id).map(|problem| registry.problem(problem));
            assert_eq!((rule.is_some(), problem.is_some()), (rule.is_some(), rule.is_none()));
            assert_eq!(rule.map_or(problem.unwrap_or(id), |rule| registry.id(rule).unwrap()), id);
        }
        assert_eq!(registry.id("line-length"), None, "a name is no id");
        assert_eq!(registry.id("md013"), None);
        assert_eq!(registry.id(""), None);
    }
}
