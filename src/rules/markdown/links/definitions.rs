//! MD053

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Fix, message};
use crate::document::{Definition, Document, Kind, normalize_label};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::Span;

/// A definition that nothing refers to is left over from an edit, or its label is misspelt. Of
/// two definitions of one label the second does nothing, whatever its author meant.
///
/// ```markdown bad
/// Read [the guide][guide].
///
/// [guide]: guide.md
/// [manual]: manual.md
/// [guide]: other.md
/// ```
///
/// ```markdown good
/// Read [the guide][guide].
///
/// [guide]: guide.md
/// ```
///
/// ```markdown good {"ignored_definitions":["toc"]}
/// [toc]: # "contents"
/// ```
///
/// # Fixes
///
/// Removes a definition on one line that is unused or defined before. The label may only be
/// misspelt, and the definition needed.
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Definitions {
    /// Labels of definitions that may be unused or repeated, in lower case; `//` is a way to
    /// write comments.
    ignored_definitions: Vec<String>,
}

impl Default for Definitions {
    fn default() -> Self {
        Definitions { ignored_definitions: vec!["//".to_owned()] }
    }
}

impl Rule for Definitions {
    const META: Meta = Meta {
        id: "MD053",
        name: "link-image-reference-definitions",
        tags: &["images", "links"],
        summary: "link and image reference definitions should be needed",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        if page.definitions.is_empty() {
            return;
        }
        let used = used_labels(page);
        for definition in &page.definitions {
            let label = page.label(definition.label);
            if self.ignored_definitions.contains(&label) {
                continue;
            }
            let message = if definition.duplicate {
                message!("second definition of `{}`, which has no effect", label)
            } else if !used.contains(&label) {
                message!("definition of `{}`, which is not used", label)
            } else {
                continue;
            };
            let found = out.report(page.first_line(definition.span), message);
            if is_on_one_line(page, definition) {
                found.with(Fix::review(whole_line(page, definition.label.start()), ""));
            }
        }
    }
}

/// The labels of all that looks like a reference, defined or not.
fn used_labels(doc: &Document) -> HashSet<String> {
    let mut used = HashSet::new();
    for label in doc.links.iter().filter_map(|link| link.reference()) {
        used.insert(doc.label(label));
    }
    for reference in &doc.undefined_references {
        used.insert(normalize_label(&reference.label(doc)));
    }
    for node in doc.of_kind(Kind::FootnoteReference) {
        let source = doc.slice(doc.nodes[node].span);
        used.insert(normalize_label(source.trim_start_matches('[').trim_end_matches(']')));
    }
    used
}

/// Whether the line of the label has more than the label, so that it holds the destination.
fn is_on_one_line(doc: &Document, definition: &Definition) -> bool {
    let line = doc.line_span(doc.line_of(definition.label.start()));
    let label = doc.slice(definition.label);
    let before = &doc.text[line.start()..definition.label.start() - 1];
    let plain = definition.label.end() < line.end()
        && before.len() <= 3
        && before.bytes().all(|byte| byte == b' ')
        && !label.contains(']')
        && !label.ends_with('\\');
    !plain || !doc.text[definition.label.end() + 2..line.end()].trim().is_empty()
}

fn whole_line(doc: &Document, offset: usize) -> Span {
    let line = doc.line_of(offset);
    Span::new(doc.lines.start(line), doc.lines.next_start(line))
}
