//! The rules that one document is checked with.

use serde_json::Value;

use super::{Activation, Claim, Meta, Needs, Page, Rule, Sink, Subject, ValidationType, builtin};
use crate::cancel;
use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::document::Document;

/// A rule without its type.
pub(super) trait Check: Send + Sync {
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
    pub id: RuleId,
    pub meta: &'static Meta,
    pub severity: Severity,
    pub(super) check: Box<dyn Check>,
}

/// The rules that a document is checked with.
#[derive(Default)]
pub struct RuleSet {
    pub rules: Vec<Configured>,
}

impl RuleSet {
    /// All rules as the default profile has them.
    pub fn defaults() -> Self {
        let rules = builtin()
            .all()
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
            sink.enter(rule.id, rule.severity);
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
