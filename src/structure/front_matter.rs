//! The front matter as templates see it.

use serde_json::Value;

use super::breach::{TemplateCheck, TemplateViolation};
use super::compile::FrontMatterCheck;
use super::page::Outline;
use crate::data::{self, Format, NodeId, Tree, ValueKind};
use crate::diagnostic::{Message, message};
use crate::document::{Document, FrontMatter};
use crate::text::Span;

/// A page's front matter that parses.
#[derive(Clone, Copy)]
pub(super) struct Data<'d> {
    tree: &'d Tree,
}

impl<'d> Data<'d> {
    /// `None` if the page has none, or if it is broken: that is reported elsewhere.
    pub fn of(doc: &'d Document) -> Option<Data<'d>> {
        let parsed = doc.data().filter(|data| data.is_complete())?;
        let tree = &parsed.tree;
        (tree.kind(tree.root()) == ValueKind::Mapping).then_some(Data { tree })
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
        let is_text =
            !self.tree.kind(node).is_collection() && self.tree.kind(node) != ValueKind::Null;
        is_text.then(|| (self.tree.text(node).trim().to_owned(), self.tree.span(node)))
    }

    /// The whole as JSON.
    pub fn to_json(self) -> Option<Value> {
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

/// Checks the front matter against what the kind of page wants.
pub(super) fn check(
    page: &Outline,
    wanted: &FrontMatterCheck,
    data: Option<&Data>,
    out: &mut Vec<TemplateViolation>,
) {
    let doc = page.doc;
    match (data, wanted) {
        (Some(_), FrontMatterCheck::Required) => {}
        (Some(Data { tree }), FrontMatterCheck::Fits(schema)) => {
            out.extend(schema.check(tree, tree.root()).into_iter().map(|violation| {
                let message = named(&violation.pointer, &violation.message);
                TemplateViolation::new(TemplateCheck::FrontMatter, violation.span, message)
            }));
        }
        (None, _) => {
            let is_broken = |found: FrontMatter| !found.content.of(&doc.text).trim().is_empty();
            if !doc.front_matter.is_some_and(is_broken)
                && let Some(lacking) = lacking(doc, wanted)
            {
                out.push(TemplateViolation::new(
                    TemplateCheck::FrontMatter,
                    doc.line_span(0),
                    lacking,
                ));
            }
        }
    }
}

/// The message with the field that it is about, where a schema's message does not name it.
fn named(pointer: &str, message: &str) -> Message {
    let name = pointer.trim_start_matches('/').replace('/', ".");
    let name = name.replace("~1", "/").replace("~0", "~");
    let last = name.rsplit('.').next().unwrap_or_default();
    match name.is_empty() || message.contains(&format!("`{last}`")) {
        true => message!("{}", message),
        false => message!("`{}`: {}", name, message),
    }
}

/// What a page without front matter, or with an empty one, lacks.
fn lacking(doc: &Document, wanted: &FrontMatterCheck) -> Option<Message> {
    let is_empty = doc.front_matter.is_some();
    let FrontMatterCheck::Fits(schema) = wanted else {
        return Some(match is_empty {
            true => "the front matter is empty, which pages of this kind have".into(),
            false => "the page has no front matter, which pages of this kind have".into(),
        });
    };
    let empty = data::parse_text(Format::Json, "{}").tree;
    let missing = schema.check(&empty, empty.root());
    let messages: Vec<String> = missing.into_iter().map(|violation| violation.message).collect();
    let missing = messages.join(", ");
    (!missing.is_empty()).then(|| match is_empty {
        true => message!("the front matter is empty: {}", missing),
        false => message!("the page has no front matter: {}", missing),
    })
}
