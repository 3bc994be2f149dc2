//! What a report says of a rule: its name, its type, and what should hold.

use std::sync::LazyLock;

use serde_json::Value;

use crate::diagnostic::{RuleId, Severity};
use crate::rules::{self, FileProblem, RuleDocs};

/// A rule's row, or that of a reason why a file could not be checked.
#[derive(Clone, Debug)]
pub struct RuleDescriptor {
    pub id: &'static str,
    pub name: &'static str,
    /// The validation type; `file` for files that could not be checked.
    pub kind: &'static str,
    pub summary: &'static str,
    /// A page on the web that explains the rule, if there is one.
    pub url: Option<String>,
    /// Type, id, name, address and severity as members of a JSON object, for each severity.
    pub(super) members: [String; Severity::ALL.len()],
}

impl RuleDescriptor {
    fn new(
        id: &'static str,
        name: &'static str,
        kind: &'static str,
        summary: &'static str,
    ) -> Self {
        let quoted = |text: &str| Value::from(text).to_string();
        let url = rules::url(id);
        let (kind_text, id_text, name_text) = (quoted(kind), quoted(id), quoted(name));
        let url_text =
            url.as_ref().map_or(String::new(), |url| [r#","url":"#, &quoted(url)].concat());
        let members = |severity: Severity| {
            let severity = severity.name();
            format!(
                r#","type":{kind_text},"rule":{id_text},"name":{name_text}{url_text},"severity":"{severity}""#
            )
        };
        let mut severities = Severity::ALL;
        severities.sort_unstable();
        let members = severities.map(members);
        RuleDescriptor { id, name, kind, summary, url, members }
    }
}

/// The facts of a rule, as findings carry it.
pub fn facts(rule: RuleId) -> &'static RuleDescriptor {
    static FACTS: LazyLock<Vec<RuleDescriptor>> = LazyLock::new(|| {
        let rules = rules::builtin().all().map(|(group, entry)| {
            let meta = entry.meta;
            RuleDescriptor::new(meta.id, meta.name, group.validation.name(), meta.summary)
        });
        let problems = FileProblem::ALL.iter().map(|problem| {
            RuleDescriptor::new(problem.id(), problem.id(), "file", problem.summary())
        });
        rules.chain(problems).collect()
    });
    &FACTS[rule.number()]
}

/// The page of a rule in Markdown, as `validator explain` shows it.
pub fn rule_page(docs: &RuleDocs) -> String {
    // Examples are marked for the tests that run them.
    let page = docs.to_markdown();
    page.replace("```markdown bad", "```markdown").replace("```markdown good", "```markdown")
}
