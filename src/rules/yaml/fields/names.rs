//! What all rules of this group ask.

use crate::data::{NodeId, Tree, ValueKind};
use crate::diagnostic::message;
use crate::document::Document;
use crate::rules::Sink;
use crate::text::Span;

/// The fields of a page's front matter; `None` if the page has none, or one that cannot be read.
pub(super) fn of(doc: &Document) -> Option<Fields<'_>> {
    let data = doc.data().filter(|data| data.is_complete())?;
    let root = data.tree.root();
    let is_readable = matches!(data.tree.kind(root), ValueKind::Mapping | ValueKind::Null);
    is_readable.then_some(Fields { tree: &data.tree, root })
}

/// The fields of a page's front matter.
pub(super) struct Fields<'d> {
    pub tree: &'d Tree,
    root: NodeId,
}

impl Fields<'_> {
    /// The value of a field; `None` if the field is missing.
    pub fn get(&self, name: &str) -> Option<NodeId> {
        self.tree.get(self.root, name)
    }

    /// All values on the first level.
    pub fn all(&self) -> impl Iterator<Item = (&str, NodeId)> {
        self.tree.entries(self.root).map(|entry| (entry.key, entry.value))
    }

    /// Where to report a value: itself, or its key if it is empty or a collection.
    pub fn place(&self, value: NodeId) -> Span {
        let span = self.tree.span(value);
        let has_place = !span.is_empty() && !self.tree.kind(value).is_collection();
        let key = self.tree.key_span(value).filter(|_| !has_place);
        key.unwrap_or(span)
    }

    /// Whether a value says nothing: null, or a text of white space.
    pub fn is_empty(&self, value: NodeId) -> bool {
        match self.tree.kind(value) {
            ValueKind::Null => true,
            ValueKind::String => self.tree.text(value).trim().is_empty(),
            _ => false,
        }
    }
}

/// Reports fields that are missing, `expected` being why they should not, or empty.
pub(super) fn check_present(doc: &Document, names: &[String], expected: &str, out: &mut Sink) {
    let Some(fields) = of(doc) else { return };
    let Some(front_matter) = doc.front_matter else { return };
    for name in names {
        match fields.get(name) {
            None => {
                let message = message!("front matter has no `{}`, {}", name, expected);
                out.report(doc.first_line(front_matter.span), message);
            }
            Some(value) if fields.is_empty(value) => {
                let message = message!("`{}` is empty, expected a value", name);
                out.report(doc.first_line(fields.place(value)), message);
            }
            Some(_) => {}
        }
    }
}
