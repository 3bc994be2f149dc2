//! The front matter as templates see it.

use serde_json::Value;

use super::breach::{Aspect, Breach};
use super::page::Page;
use crate::data::{self, Format, Kind, NodeId, Schema, Tree};
use crate::document::{Document, FrontMatterFormat};
use crate::text::Span;

/// A page's front matter that parses.
pub(super) struct Data {
    tree: Tree,
}

impl Data {
    /// `None` if the page has none, or if it is broken: that is reported elsewhere.
    pub fn of(doc: &Document) -> Option<Data> {
        let front_matter = doc.front_matter?;
        let format = match front_matter.format {
            FrontMatterFormat::Yaml => Format::Yaml,
            FrontMatterFormat::Toml => Format::Toml,
            FrontMatterFormat::Json => Format::Json,
        };
        let parsed = data::parse(format, &doc.text, front_matter.content);
        let tree = parsed.is_complete().then_some(parsed.tree)?;
        (tree.kind(tree.root()) == Kind::Mapping).then_some(Data { tree })
    }

    /// The value at a key; `a.b` is the key `b` in the mapping `a`.
    fn get(&self, key: &str) -> Option<NodeId> {
        let root = self.tree.root();
        let nested = || key.split('.').try_fold(root, |node, key| self.tree.get(node, key));
        self.tree.get(root, key).or_else(nested)
    }

    /// A text and where it stands.
    pub fn text(&self, key: &str) -> Option<(String, Span)> {
        let node = self.get(key)?;
        let is_text = !self.tree.kind(node).is_collection() && self.tree.kind(node) != Kind::Null;
        is_text.then(|| (self.tree.text(node).trim().to_owned(), self.tree.span(node)))
    }

    /// The whole as JSON.
    pub fn to_json(&self) -> Option<Value> {
        self.tree.to_json(self.tree.root()).ok()
    }

    /// Whether the value at a key is one of these, or has one of them among its items.
    pub fn is_one_of(&self, key: &str, wanted: &Value) -> bool {
        let Some(found) = self.get(key).and_then(|node| self.tree.to_json(node).ok()) else {
            return false;
        };
        let wanted = wanted.as_array().map_or(std::slice::from_ref(wanted), Vec::as_slice);
        let is_wanted = |found: &Value| wanted.contains(found);
        is_wanted(&found) || found.as_array().is_some_and(|items| items.iter().any(is_wanted))
    }
}

/// Checks the front matter against the schema of the kind.
pub(super) fn check(page: &Page, schema: &Schema, data: Option<&Data>, out: &mut Vec<Breach>) {
    if let Some(Data { tree }) = data {
        let violations = schema.check(tree, tree.root());
        out.extend(
            violations.into_iter().map(|violation| {
                Breach::new(Aspect::FrontMatter, violation.span, violation.message)
            }),
        );
        return;
    }
    if page
        .doc
        .front_matter
        .is_some_and(|found| !found.content.of(&page.doc.text).trim().is_empty())
    {
        return;
    }
    let empty = data::parse_text(Format::Json, "{}").tree;
    let missing = schema.check(&empty, empty.root());
    if !missing.is_empty() {
        let messages: Vec<String> =
            missing.into_iter().map(|violation| violation.message).collect();
        let message = format!("the page has no front matter: {}", messages.join(", "));
        out.push(Breach::new(Aspect::FrontMatter, page.start(), message));
    }
}
