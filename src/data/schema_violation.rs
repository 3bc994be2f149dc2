//! What a schema refuses: the place in the text, and a sentence about it.

use std::collections::HashSet;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::schema::{Documents, percent_decode};
use super::schema_message::{article_list, describe_type, listed, nearest, quote, shown};
use super::tree::{NodeId, NodeStyle, Tree, ValueKind};
use super::{Problem, schema_message};
use crate::text::{Span, plural};

pub(super) use schema_message::describe;

/// Most violations listed for one value.
const MAX_VIOLATIONS: usize = 1000;

/// A part of the data that a schema refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The value or the key at fault. A missing key is reported at the key of the mapping that
    /// lacks it, or at the mapping's start where it has no key.
    pub span: Span,
    /// JSON Pointer from the checked value to the part.
    pub pointer: String,
    pub message: String,
    /// The schema's keyword, such as `required`.
    pub keyword: String,
}

impl Violation {
    /// The data is too large to be checked.
    pub(super) fn of_problem(problem: Problem) -> Self {
        let Problem { span, message, .. } = problem;
        Violation { span, pointer: String::new(), message, keyword: "$schema".to_owned() }
    }
}

impl Violation {
    /// The schema is too expensive to say more.
    pub(super) fn of_cost(tree: &Tree, node: NodeId, message: &str) -> Self {
        let span = Span::at(tree.span(node).start());
        let keyword = "$schema".to_owned();
        Violation { span, pointer: String::new(), message: message.to_owned(), keyword }
    }
}

/// Collects violations of one value.
pub(super) struct Violations<'c> {
    documents: &'c Documents,
    tree: &'c Tree,
    root: NodeId,
    found: Vec<Violation>,
}

impl<'c> Violations<'c> {
    pub fn new(documents: &'c Documents, tree: &'c Tree, root: NodeId) -> Self {
        Violations { documents, tree, root, found: Vec::new() }
    }

    /// In the order of the text, each once: data behind an anchor is checked for every alias.
    /// What else is wrong with a value of the wrong type follows from that.
    pub fn finish(mut self) -> Vec<Violation> {
        let is_type = |found: &&Violation| found.keyword == "type";
        let wrong_types: HashSet<String> =
            self.found.iter().filter(is_type).map(|found| found.pointer.clone()).collect();
        self.found.retain(|found| is_type(&found) || !wrong_types.contains(&found.pointer));
        self.found.sort_by(|a, b| (a.span.start, &a.message).cmp(&(b.span.start, &b.message)));
        self.found.dedup_by(|a, b| a.span == b.span && a.message == b.message);
        self.found
    }

    /// Adds what an error says; false when there are enough.
    pub fn add(&mut self, error: &ValidationError<'_>) -> bool {
        use ValidationErrorKind::*;
        let pointer = error.instance_path().as_str();
        let node = self.tree.pointer_from(self.root, pointer).unwrap_or(self.root);
        match error.kind() {
            AdditionalProperties { unexpected } | UnevaluatedProperties { unexpected } => {
                for key in unexpected {
                    self.unknown_key(error, node, key);
                }
            }
            PropertyNames { error: name } => self.key_name(error, node, name),
            AnyOf { context } | OneOfNotValid { context } => {
                self.alternatives(error, node, context);
            }
            Required { property } => {
                let key = property.as_str().unwrap_or_default();
                let message = self.missing_key(error, node, key);
                self.push(error, self.collection_place(node), message);
            }
            AdditionalItems { limit } => {
                let message = format!("expected at most {}", counted(*limit as u64, "item"));
                let extra = self.tree.items(node).nth(*limit);
                self.push(
                    error,
                    extra.map_or_else(|| self.place(node), |item| self.place(item)),
                    message,
                );
            }
            UniqueItems => self.equal_items(error, node),
            FalseSchema => {
                let message = match self.tree.key_text(node) {
                    Some(key) => format!("key {} is not allowed here", quote(key)),
                    None => "this value is not allowed here".to_owned(),
                };
                let span = self.tree.key_span(node).unwrap_or_else(|| self.place(node));
                self.push(error, span, message);
            }
            Not { schema } if forbidden_key(schema).is_some() => {
                let key = forbidden_key(schema).unwrap_or_default();
                let message = format!("key {} is not allowed here", quote(key));
                self.push(error, self.key_place(node, key), message);
            }
            Type { .. } => {
                let message = self.wrong_type(error, node);
                self.push(error, self.place(node), message);
            }
            Contains => {
                let message = self.contains(error);
                self.push(error, self.place(node), message);
            }
            kind => {
                let message = describe(kind, error.instance()).unwrap_or_else(|| error.to_string());
                self.push(error, self.place(node), message);
            }
        }
        self.found.len() < MAX_VIOLATIONS
    }

    fn push(&mut self, error: &ValidationError<'_>, span: Span, message: String) {
        let keyword = match error.kind() {
            ValidationErrorKind::Required { .. } | ValidationErrorKind::Contains => {
                self.last_keyword(error)
            }
            kind => kind.keyword().to_owned(),
        };
        let pointer = error.instance_path().as_str().to_owned();
        self.found.push(Violation { span, pointer, message, keyword });
    }

    /// The place of a value: the key of a collection, the bytes of anything else.
    fn place(&self, node: NodeId) -> Span {
        let tree = self.tree;
        if tree.is_alias(node) {
            return tree.span(node);
        }
        match tree.kind(node) {
            ValueKind::Sequence | ValueKind::Mapping => self.collection_place(node),
            _ if tree.span(node).is_empty() => {
                tree.key_span(node).unwrap_or_else(|| tree.span(node))
            }
            _ => tree.span(node),
        }
    }

    fn collection_place(&self, node: NodeId) -> Span {
        let start = Span::at(self.tree.span(node).start());
        self.tree.key_span(node).unwrap_or(start)
    }

    /// `required`, `dependentRequired` and the like, which are all of one kind.
    fn last_keyword(&self, error: &ValidationError<'_>) -> String {
        let path = error.schema_path().as_str();
        path.rsplit('/')
            .find(|part| {
                matches!(
                    *part,
                    "required"
                        | "dependentRequired"
                        | "dependencies"
                        | "contains"
                        | "minContains"
                        | "maxContains"
                )
            })
            .unwrap_or_else(|| error.kind().keyword())
            .to_owned()
    }

    fn missing_key(&self, error: &ValidationError<'_>, node: NodeId, key: &str) -> String {
        let message = format!("key {} is missing", quote(key));
        // `dependentRequired` and `dependencies` say which keys need which.
        let needs = self.keyword_location(error).and_then(|(document, pointer)| {
            let keyword = ["/dependentRequired", "/dependencies"]
                .iter()
                .find_map(|keyword| Some(&pointer[..pointer.rfind(keyword)? + keyword.len()]));
            document.pointer(keyword?)?.as_object()
        });
        let needing = needs.into_iter().flatten().find(|(name, needed)| {
            let names = needed.as_array().map(Vec::as_slice).unwrap_or_default();
            names.iter().any(|needed| needed == key) && self.tree.get(node, name).is_some()
        });
        if let Some((name, _)) = needing {
            return format!("{message}, which {} needs", quote(name));
        }
        let known = self.property_names(error);
        let strangers = self.tree.entries(node).map(|entry| entry.key);
        match nearest(key, strangers.filter(|key| !known.contains(key))) {
            Some(near) => format!("{message}, is {} meant to be it?", quote(near)),
            None => message,
        }
    }

    fn unknown_key(&mut self, error: &ValidationError<'_>, node: NodeId, key: &str) {
        let mut message = format!("unknown key {}", quote(key));
        let names = self.property_names(error);
        if let Some(near) = nearest(key, names.iter().copied()) {
            message += &format!(", did you mean {}?", quote(near));
        } else if !names.is_empty() {
            message += &format!(", expected {}", listed(names.iter().map(|name| quote(name))));
        }
        self.push(error, self.key_place(node, key), message);
    }

    /// The place of a key in a mapping.
    fn key_place(&self, node: NodeId, key: &str) -> Span {
        let entry = self.tree.entries(node).find(|entry| entry.key == key);
        entry.map_or_else(|| self.place(node), |entry| entry.key_span)
    }

    /// The schema document that an error is from, and the pointer to its keyword.
    fn keyword_location(&self, error: &ValidationError<'_>) -> Option<(&'c Value, String)> {
        let location = error.absolute_keyword_location()?.as_str();
        let (address, pointer) = location.split_once('#')?;
        Some((self.documents.get(address)?, percent_decode(pointer).into_owned()))
    }

    /// What the schema gives for the keyword of an error.
    fn keyword_value(&self, error: &ValidationError<'_>) -> Option<&'c Value> {
        let (document, pointer) = self.keyword_location(error)?;
        document.pointer(&pointer)
    }

    /// The names that `properties` beside the error's keyword lists.
    fn property_names(&self, error: &ValidationError<'_>) -> Vec<&'c str> {
        let properties = self.keyword_location(error).and_then(|(document, pointer)| {
            let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            document.pointer(parent)?.get("properties")?.as_object()
        });
        properties.map(|names| names.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    fn key_name(&mut self, error: &ValidationError<'_>, node: NodeId, name: &ValidationError<'_>) {
        let instance = name.instance();
        let key = instance.as_str().unwrap_or_default();
        let reason = match name.kind() {
            ValidationErrorKind::FalseSchema => "no keys are allowed here".to_owned(),
            kind => describe(kind, instance).unwrap_or_else(|| name.to_string()),
        };
        let message = format!("key {} is not allowed: {reason}", quote(key));
        self.push(error, self.key_place(node, key), message);
    }

    fn wrong_type(&self, error: &ValidationError<'_>, node: NodeId) -> String {
        let expected = schema_message::types_of(error.kind());
        let kind = self.tree.kind(node);
        let text = self.tree.text(node);
        let mut message =
            format!("expected {}, found {}", article_list(&expected), kind.describe());
        if matches!(kind, ValueKind::Bool | ValueKind::Int | ValueKind::Float | ValueKind::Date) {
            message += &format!(" {}", quote(text));
        }
        if kind == ValueKind::String && !text.is_empty() {
            message += &format!(" {}", shown(error.instance()));
        }
        message + &self.type_advice(node, kind, text, &expected)
    }

    /// What to write so that a scalar gets the type that is expected.
    fn type_advice(&self, node: NodeId, kind: ValueKind, text: &str, expected: &[&str]) -> String {
        let style = self.tree.style(node);
        let is_plain = style == NodeStyle::Plain && !text.is_empty();
        if is_plain && kind != ValueKind::String && expected.contains(&"string") {
            return "; put it in quotes if it is text".to_owned();
        }
        if kind != ValueKind::String {
            return String::new();
        }
        if is_plain && expected.contains(&"boolean") {
            return match text.to_ascii_lowercase().as_str() {
                "yes" | "on" | "y" => "; write `true`".to_owned(),
                "no" | "off" | "n" => "; write `false`".to_owned(),
                _ => String::new(),
            };
        }
        let is_quoted = matches!(style, NodeStyle::DoubleQuoted | NodeStyle::SingleQuoted);
        let unquoted = describe_type(super::scalar::plain_kind(text));
        let fits =
            expected.contains(&unquoted) || (unquoted == "integer" && expected.contains(&"number"));
        if is_quoted && fits { "; remove the quotes".to_owned() } else { String::new() }
    }

    fn contains(&self, error: &ValidationError<'_>) -> String {
        let limit = self.keyword_value(error).and_then(Value::as_u64);
        match (self.last_keyword(error).as_str(), limit) {
            ("minContains", Some(limit)) => {
                format!("expected at least {} of the required kind", counted(limit, "item"))
            }
            ("maxContains", Some(limit)) => {
                format!("expected at most {} of the listed kind", counted(limit, "item"))
            }
            _ => "no item is of the required kind".to_owned(),
        }
    }

    fn equal_items(&mut self, error: &ValidationError<'_>, node: NodeId) {
        let instance = error.instance();
        let items = instance.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut seen = HashSet::new();
        let again = items.iter().position(|item| !seen.insert(item.to_string()));
        let place = again.and_then(|again| self.tree.items(node).nth(again)).unwrap_or(node);
        let message = match again {
            Some(again) => format!("{} is in the list twice", shown(&items[again])),
            None => "two items of the list are equal".to_owned(),
        };
        self.push(error, self.place(place), message);
    }

    /// `anyOf` and `oneOf`: what the alternative that was meant says, if that can be told.
    fn alternatives(
        &mut self,
        error: &ValidationError<'_>,
        node: NodeId,
        context: &[Vec<ValidationError<'static>>],
    ) {
        let here = error.instance_path();
        let is_type = |sub: &ValidationError<'_>| {
            sub.instance_path() == here && matches!(sub.kind(), ValidationErrorKind::Type { .. })
        };
        let meant: Vec<_> = context
            .iter()
            .filter(|branch| !branch.is_empty() && !branch.iter().any(is_type))
            .collect();
        if let [branch] = meant[..] {
            for sub in branch {
                self.add(sub);
            }
            return;
        }
        let mut types: Vec<&str> = Vec::new();
        for sub in context.iter().flatten().filter(|sub| is_type(sub)) {
            for name in schema_message::types_of(sub.kind()) {
                if !types.contains(&name) {
                    types.push(name);
                }
            }
        }
        let message = if meant.is_empty() {
            let kind = self.tree.kind(node).describe();
            format!("expected {}, found {kind}", article_list(&types))
        } else {
            let reasons = meant.iter().filter_map(|branch| {
                let first = branch.first()?;
                describe(first.kind(), first.instance())
            });
            format!("fits none of the allowed forms: {}", reasons.collect::<Vec<_>>().join("; or "))
        };
        self.push(error, self.place(node), message);
    }
}

/// The key that `not: {required: [key]}` forbids.
fn forbidden_key(schema: &Value) -> Option<&str> {
    let schema = schema.as_object().filter(|schema| schema.len() == 1)?;
    match schema.get("required")?.as_array()?.as_slice() {
        [key] => key.as_str(),
        _ => None,
    }
}

fn counted(count: u64, noun: &str) -> String {
    plural(usize::try_from(count).unwrap_or(usize::MAX), noun)
}
