//! The table of all rules, and the configured set that one document is checked with.

use std::collections::HashMap;
use std::sync::LazyLock;

use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

use super::{
    Activation, Claim, Meta, Needs, Page, Rule, Sink, Subject, ValidationType, data, links,
    markdown, structure, yaml,
};
use crate::cancel;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Document;

/// Rules that look at the same thing: one folder.
pub struct Group {
    pub name: &'static str,
    pub summary: &'static str,
    pub validation: ValidationType,
    pub rules: &'static [Entry],
}

/// All groups, in the order in which rules are listed.
pub fn groups() -> &'static [&'static Group] {
    static GROUPS: LazyLock<Vec<&'static Group>> = LazyLock::new(|| {
        [markdown::GROUPS, yaml::GROUPS, data::GROUPS, structure::GROUPS, links::GROUPS].concat()
    });
    &GROUPS
}

/// All rules with their groups.
pub fn all() -> impl Iterator<Item = (&'static Group, &'static Entry)> {
    groups().iter().flat_map(|group| group.rules.iter().map(move |entry| (*group, entry)))
}

/// A name for all rules, wherever a tag may stand.
pub const ALL_RULES: &str = "all";

/// Whether findings of the rule with this id are about the page as a whole.
pub fn is_of_page(id: &str) -> bool {
    static IDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let of_page = all().filter(|(_, entry)| entry.meta.of_page);
        of_page.map(|(_, entry)| entry.meta.id).collect()
    });
    IDS.contains(&id)
}

type RegistryRow = (&'static Group, &'static Entry);

/// The rule of this id, name or alias; letter case does not matter.
pub fn find(name: &str) -> Option<RegistryRow> {
    static NAMES: LazyLock<HashMap<String, RegistryRow>> = LazyLock::new(|| {
        let names =
            |row: RegistryRow| row.1.meta.names().map(move |name| (name.to_ascii_uppercase(), row));
        all().flat_map(names).collect()
    });
    NAMES.get(&name.to_ascii_uppercase()).copied()
}

/// The rules that an id, name, alias or tag stands for, in the order of the table; letter case
/// does not matter. Empty if it is none.
pub fn select(name: &str) -> &'static [&'static Entry] {
    static SELECTIONS: LazyLock<HashMap<String, Vec<&'static Entry>>> = LazyLock::new(|| {
        let mut selections: HashMap<String, Vec<&'static Entry>> = HashMap::new();
        for (_, entry) in all() {
            let names = entry.meta.names().chain(entry.meta.tags.iter().copied());
            for name in names.chain([ALL_RULES]) {
                selections.entry(name.to_ascii_uppercase()).or_default().push(entry);
            }
        }
        selections
    });
    SELECTIONS.get(&name.to_ascii_uppercase()).map_or(&[], Vec::as_slice)
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
        Ok(Configured { meta: self.meta, severity, check: (self.build)(options)? })
    }
}

impl Meta {
    /// Id, name and aliases: everything a person may call the rule by.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.id, self.name].into_iter().chain(self.aliases.iter().copied())
    }
}

/// A rule without its type.
trait Check: Send + Sync {
    fn check(&self, page: &Page, out: &mut Sink);
    fn claims(&self, page: &Page) -> Vec<Claim>;
}

impl<R: Rule> Check for R {
    fn check(&self, page: &Page, out: &mut Sink) {
        Rule::check(self, page, out);
    }

    fn claims(&self, page: &Page) -> Vec<Claim> {
        Rule::claims(self, page)
    }
}

/// A rule with options and severity.
pub struct Configured {
    pub meta: &'static Meta,
    pub severity: Severity,
    check: Box<dyn Check>,
}

/// The rules that a document is checked with.
#[derive(Default)]
pub struct RuleSet {
    pub rules: Vec<Configured>,
}

impl RuleSet {
    /// All rules as the default profile has them.
    pub fn defaults() -> Self {
        let rules = all()
            .filter(|(group, entry)| {
                let is_checked = ValidationType::DEFAULT.contains(&group.validation);
                entry.meta.runs != Activation::ByTemplate
                    && entry.meta.runs.is_on(is_checked, false)
            })
            .filter_map(|(_, entry)| {
                let severity = entry.meta.severity?;
                let options = Value::Object(serde_json::Map::new());
                Some(entry.configure(&options, severity).expect("no option is required"))
            })
            .collect();
        RuleSet { rules }
    }

    /// The severity of a rule; `None` if it is not among these.
    pub fn severity(&self, id: &str) -> Option<Severity> {
        self.rules.iter().find(|rule| rule.meta.id == id).map(|rule| rule.severity)
    }

    /// What the rules find in a document that stands alone.
    pub fn check(&self, doc: &Document) -> Vec<Diagnostic> {
        self.check_page(&Page::alone(doc))
    }

    /// What the rules find in the page, in the order of place, then of rule.
    /// Comments that switch rules off are not looked at here.
    pub fn check_page(&self, page: &Page) -> Vec<Diagnostic> {
        self.check_some(page, |_| true)
    }

    /// What some of the rules find.
    pub fn check_some(&self, page: &Page, is_wanted: impl Fn(&Meta) -> bool) -> Vec<Diagnostic> {
        let subject = if page.format.is_some() { Subject::DataFile } else { Subject::Page };
        let mut sink = Sink::new();
        let is_wanted = |meta: &Meta| meta.subject == subject && is_wanted(meta);
        for rule in self.rules.iter().filter(|rule| is_wanted(rule.meta)) {
            cancel::check();
            sink.enter(rule.meta.id, rule.severity);
            rule.check.check(page, &mut sink);
        }
        sink.finish()
    }

    /// What of the page no other may have, by any of the rules.
    pub fn claims(&self, page: &Page) -> Vec<Claim> {
        self.rules.iter().flat_map(|rule| rule.check.claims(page)).collect()
    }

    /// Whether any of the rules holds all pages against each other.
    pub fn compares_pages(&self) -> bool {
        self.rules.iter().any(|rule| rule.meta.needs == Needs::AllPages)
    }

    /// Whether any of the rules looks at where links lead.
    pub fn checks_links(&self) -> bool {
        self.rules.iter().any(|rule| rule.meta.needs == Needs::Targets)
    }

    /// Whether any of the rules looks at files of this kind.
    pub fn looks_at(&self, subject: Subject) -> bool {
        self.rules.iter().any(|rule| rule.meta.subject == subject)
    }
}
