//! Where links lead that lead nowhere: the same target, however many pages link to it.

use std::borrow::Borrow;
use std::collections::HashMap;

use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use super::{FindingSearch, Reader};
use crate::rules::ValidationType;
use crate::rules::links::{dead_target, from_root, is_about_dead_links};
use crate::store::error::StoreError;
use crate::store::finding::RecordedFinding;
use crate::store::packed::{PackedRow, PackedWords};

/// What links lead to that do not lead anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeadTarget {
    /// Relative to the root, or an address.
    pub target: String,
    /// Files with links to it.
    pub pages: u64,
    pub count: u64,
}

impl<C: Borrow<Connection>> Reader<C> {
    /// The targets of the links that are wanted and lead nowhere, those that most files link to
    /// first.
    ///
    /// # Errors
    /// If the run history cannot be read, or has no such run.
    pub fn targets(
        &self,
        search: &FindingSearch,
        limit: usize,
    ) -> Result<Vec<DeadTarget>, StoreError> {
        let search =
            FindingSearch { validation_type: Some(ValidationType::Links), ..search.clone() };
        let mut targets: HashMap<String, (u64, u64)> = HashMap::new();
        self.matches(&search, |path, findings| {
            let dead = findings.iter().filter(|finding| is_about_dead_links(&finding.rule));
            let mut of_file: Vec<String> =
                dead.filter_map(|finding| target_of(path, finding)).collect();
            of_file.sort_unstable();
            for target in of_file.chunk_by(|a, b| a == b) {
                let sum = targets.entry(target[0].clone()).or_default();
                *sum = (sum.0 + 1, sum.1 + target.len() as u64);
            }
            Ok(())
        })?;
        let mut found: Vec<DeadTarget> = targets
            .into_iter()
            .map(|(target, (pages, count))| DeadTarget { target, pages, count })
            .collect();
        found.sort_by(|a, b| {
            (b.pages, b.count).cmp(&(a.pages, a.count)).then_with(|| a.target.cmp(&b.target))
        });
        found.truncate(limit);
        Ok(found)
    }
}

fn target_of(path: &str, finding: &RecordedFinding) -> Option<String> {
    let details = finding.details.as_deref();
    let link = details
        .and_then(|details| Some((&**details.target.as_ref()?, &**details.leads_to.as_ref()?)));
    match link {
        Some((target, leads_to)) => Some(dead_target(path, &finding.rule, target, leads_to)),
        None => target_in(path, &finding.message),
    }
}

/// What a link leads to that a finding of this rule says is dead. Packs of old versions have it only
/// in the message.
pub(super) fn target(
    path: &str,
    rule: &str,
    row: &PackedRow,
    words: &PackedWords,
) -> Result<Option<String>, StoreError> {
    Ok(match words.link_of(row)? {
        Some((target, leads_to)) => Some(dead_target(path, rule, target, leads_to)),
        None => target_in(path, &words.text_of(&row.message)?),
    })
}

/// Where a link leads of which a message speaks: the first thing that it quotes, as it is seen from
/// the root.
fn target_in(path: &str, message: &str) -> Option<String> {
    let written = message.split('`').nth(1).filter(|written| !written.is_empty())?;
    let is_address = written.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
    });
    if is_address || written.starts_with("//") {
        return Some(written.to_owned());
    }
    if written.starts_with('#') {
        return Some(format!("{path}{written}"));
    }
    Some(from_root(path, written))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_the_same_wherever_it_is_linked_from() {
        for (path, written, expected) in [
            ("docs/a.md", "b.md", "docs/b.md"),
            ("docs/deep/a.md", "../b.md", "docs/b.md"),
            ("a.md", "./docs/b.md", "docs/b.md"),
            ("docs/a.md", "/docs/b.md", "docs/b.md"),
            ("docs/a.md", "b.md#part", "docs/b.md#part"),
            ("docs/a.md", "#part", "docs/a.md#part"),
            ("docs/a.md", "https://x.example/b", "https://x.example/b"),
        ] {
            let message = format!("`{written}` leads nowhere: there is no page `x`");
            assert_eq!(target_in(path, &message).as_deref(), Some(expected), "{path}: {written}");
        }
        assert_eq!(target_in("a.md", "nothing is quoted"), None);
    }
}
