//! What a report says of a rule: its name, its type, and what should hold.

use std::sync::LazyLock;

use foldhash::HashMap;

use crate::engine::PROBLEMS;
use crate::rules;

/// A rule's row, or that of a reason why a file could not be checked.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub id: &'static str,
    pub name: &'static str,
    /// The validation type; `file` for files that could not be checked.
    pub kind: &'static str,
    pub summary: &'static str,
}

/// The facts of the rule with this id, as findings carry it.
pub fn facts(id: &'static str) -> Facts {
    static FACTS: LazyLock<HashMap<&'static str, Facts>> = LazyLock::new(|| {
        let rules = rules::all().map(|(group, entry)| Facts {
            id: entry.meta.id,
            name: entry.meta.name,
            kind: group.validation.name(),
            summary: entry.meta.summary,
        });
        let problems = PROBLEMS.iter().map(|problem| Facts {
            id: problem.id,
            name: problem.id,
            kind: "file",
            summary: problem.summary,
        });
        rules.chain(problems).map(|facts| (facts.id, facts)).collect()
    });
    FACTS.get(id).copied().unwrap_or(Facts { id, name: id, kind: "file", summary: "" })
}
