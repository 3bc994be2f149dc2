//! What a rule is, and the table of all of them: one directory per group, one file per rule.

mod docs;
mod page;
mod problems;
mod registry;
mod rule_set;
mod sink;

pub mod data;
pub mod links;
pub mod markdown;
pub mod structure;
pub mod yaml;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::diagnostic::Severity;

pub use docs::{NO_OPTIONS, OptionDocs, RuleDocs, url};
pub use links::Unchecked;
pub use page::{Attached, Claim, Holder, OUTSIDE, Page, Siblings};
pub use problems::FileProblem;
pub use registry::{ALL_RULES, Entry, Group, OptionError, Registry, builtin};
pub use rule_set::{Configured, RuleSet};
pub use sink::{Sink, reuse};

/// A check of one page or data file. The value holds the options; the doc comment is the rule's page:
/// first why it matters, then what it checks, examples, and under `# Fixes` what the fix does.
pub trait Rule: Default + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    const META: Meta;

    /// Reports what is wrong. Rules have no state and cannot fail.
    fn check(&self, page: &Page, out: &mut Sink);

    /// What of a page no other page may have; its front matter tells.
    fn claims(&self, _page: &Page) -> Vec<Claim> {
        Vec::new()
    }
}

/// A rule's row in every listing.
#[derive(Debug)]
pub struct Meta {
    /// Stable id, such as `MD013`.
    pub id: &'static str,
    /// Name in words, such as `line-length`; as good as the id wherever a rule is named.
    pub name: &'static str,
    /// Other names that are understood.
    pub aliases: &'static [&'static str],
    /// Tags that select several rules at once.
    pub tags: &'static [&'static str],
    /// What should hold, in at most 60 characters: it starts with "no" or says "should".
    pub summary: &'static str,
    /// Severity in the default profile; `None` if the rule is off there.
    pub severity: Option<Severity>,
    pub fixable: Fixable,
    pub subject: Subject,
    /// Whether a finding is about the page as a whole: it is known again wherever it stands.
    pub of_page: bool,
    pub runs: Activation,
    pub needs: Needs,
}

/// What a rule has to know besides the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// The files that the page links to.
    Targets,
    /// All pages of the project: what it finds in one may change with another.
    AllPages,
}

/// When a rule that has a severity runs, as long as nobody names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Where its type is checked.
    ByType,
    /// Where somebody has asked for its type.
    OnRequest,
    /// Where a structure file is for the page: that is as good as asking.
    ByTemplate,
}

impl Activation {
    /// Whether it runs where its type is checked or not, because somebody asked for types or by
    /// default.
    pub fn is_on(self, is_checked: bool, is_asked_for: bool) -> bool {
        match self {
            Activation::ByType => is_checked,
            Activation::OnRequest => is_checked && is_asked_for,
            Activation::ByTemplate => true,
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Pages, with their front matter.
    Page,
    /// Standalone YAML, JSON and TOML files.
    DataFile,
}

impl Meta {
    /// What most rules share; a rule names what it has otherwise.
    pub const DEFAULT: Meta = Meta {
        id: "",
        name: "",
        aliases: &[],
        tags: &[],
        summary: "",
        severity: Some(Severity::Warning),
        fixable: Fixable::No,
        subject: Subject::Page,
        of_page: false,
        runs: Activation::ByType,
        needs: Needs::Nothing,
    };

    /// The same for rules about where links lead.
    pub const OF_LINK: Meta = Meta {
        tags: &["links", "project"],
        severity: Some(Severity::Error),
        fixable: Fixable::Review,
        needs: Needs::Targets,
        ..Meta::DEFAULT
    };

    /// The same for rules about templates.
    pub const OF_TEMPLATE: Meta = Meta { runs: Activation::ByTemplate, ..Meta::DEFAULT };
}

/// Whether a rule offers fixes, and how far they can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixable {
    No,
    /// Every fix is safe.
    Safe,
    /// Every fix needs a person.
    Review,
    /// Some of each.
    Mixed,
}

/// What a caller can ask to be checked: a family of rules.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ValidationType {
    /// Style: the rules of markdownlint.
    Markdown,
    /// Front matter: that it can be read and, on request, which fields it has.
    Yaml,
    /// Standalone YAML, JSON and TOML files.
    Data,
    /// How much a page says, how headings divide it, and what all pages of its kind have.
    Structure,
    /// Where links lead on the site.
    Links,
}

impl ValidationType {
    pub const ALL: &'static [ValidationType] = &[
        ValidationType::Markdown,
        ValidationType::Yaml,
        ValidationType::Data,
        ValidationType::Structure,
        ValidationType::Links,
    ];
    /// What is checked where nobody says, but for rules on request.
    pub const DEFAULT: &'static [ValidationType] = &[
        ValidationType::Markdown,
        ValidationType::Yaml,
        ValidationType::Data,
        ValidationType::Links,
    ];

    pub fn name(self) -> &'static str {
        match self {
            ValidationType::Markdown => "markdown",
            ValidationType::Yaml => "yaml",
            ValidationType::Data => "data",
            ValidationType::Structure => "structure",
            ValidationType::Links => "links",
        }
    }
}
