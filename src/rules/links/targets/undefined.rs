//! LINK009

use schemars::JsonSchema;
use serde::Deserialize;

use crate::document::normalize_label;
use crate::rules::markdown::undefined_references;
use crate::rules::{Fixable, Meta, Page, Rule, Sink};

/// A reference to a label that nothing defines is no link: readers see its brackets.
///
/// On the site of a generator, this rule takes the place of MD052, which knows nothing of references
/// that plugins define: where mkdocstrings or autorefs may do so, nothing is reported.
///
/// ```markdown
/// Read [the guide][guide].
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UndefinedReference {
    /// Labels that need no definition, in lower case; `x` is what task lists have in brackets.
    ignored_labels: Vec<String>,
    /// Whether a label alone in brackets, `[label]`, counts as a reference.
    shortcut_syntax: bool,
}

impl Default for UndefinedReference {
    fn default() -> Self {
        UndefinedReference { ignored_labels: vec!["x".to_owned()], shortcut_syntax: false }
    }
}

impl Rule for UndefinedReference {
    const META: Meta = Meta {
        id: "LINK009",
        name: "undefined-reference",
        summary: "references should have a definition",
        severity: Meta::DEFAULT.severity,
        fixable: Fixable::No,
        ..Meta::OF_LINK
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        if !page.is_resolved() {
            return;
        }
        let is_plugins = page.site().is_some_and(|(site, page)| site.has_references(page));
        if !is_plugins {
            let made = || made_by_templates(page);
            undefined_references(page, self.shortcut_syntax, &self.ignored_labels, made, out);
        }
    }
}

/// The labels of what will be definitions when templates are filled in, such as
/// `[label]: {% link page.md %}`.
fn made_by_templates(page: &Page) -> Vec<String> {
    let label = |line: usize| {
        let line = page.slice(page.line_span(line)).trim_start().strip_prefix('[')?;
        let (label, destination) = line.split_once("]:")?;
        destination.contains('{').then(|| normalize_label(label))
    };
    page.body_lines().filter_map(label).collect()
}
