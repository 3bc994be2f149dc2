//! MD052

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::document::{LinkKind, UndefinedReference, normalize_label};
use crate::rules::{Meta, Page, Rule, Sink};

/// A reference to a label that nothing defines is no link: readers see its brackets.
///
/// `[text][label]` and `[label][]` are surely meant as references. `[label]` alone may as well be
/// text in brackets, and is only checked if `shortcut_syntax` says so.
///
/// ```markdown bad
/// Read [the guide][guide].
/// ```
///
/// ```markdown good
/// Read [the guide][guide].
///
/// [guide]: guide.md
/// ```
///
/// ```markdown bad {"shortcut_syntax":true}
/// Read the [guide].
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UndefinedReferences {
    /// Labels that need no definition, in lower case; `x` is what task lists have in brackets.
    ignored_labels: Vec<String>,
    /// Whether a label alone in brackets, `[label]`, counts as a reference.
    shortcut_syntax: bool,
}

impl Default for UndefinedReferences {
    fn default() -> Self {
        UndefinedReferences { ignored_labels: vec!["x".to_owned()], shortcut_syntax: false }
    }
}

impl Rule for UndefinedReferences {
    const META: Meta = Meta {
        id: "MD052",
        name: "reference-links-images",
        tags: &["images", "links"],
        summary: "reference links and images should use a defined label",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        // On the site of a generator, plugins may define them: that is another rule's.
        if !page.is_resolved() {
            report(page, self.shortcut_syntax, &self.ignored_labels, Vec::new, out);
        }
    }
}

/// Reports references to labels that the page does not define. `more` are labels that count as defined,
/// asked for only if there are references to be looked up.
pub(in crate::rules) fn report(
    page: &Page,
    shortcut_syntax: bool,
    ignored_labels: &[String],
    more: impl FnOnce() -> Vec<String>,
    out: &mut Sink,
) {
    let checked = |reference: &&UndefinedReference| {
        reference.kind != LinkKind::Shortcut || (shortcut_syntax && !page.is_alert(reference.span))
    };
    let mut references = page.undefined_references.iter().filter(checked).peekable();
    if references.peek().is_none() {
        return;
    }
    let mut defined: HashSet<String> =
        page.definitions.iter().map(|definition| page.label(definition.label)).collect();
    defined.extend(more());
    for reference in references {
        let label = normalize_label(&reference.label(page));
        if !defined.contains(&label) && !ignored_labels.contains(&label) {
            let message = message!("reference to `{}`, which is not defined", label);
            out.report(page.first_line(reference.span), message);
        }
    }
}
