//! What follows from the tree: keys compared, merge keys resolved, conversion to JSON.

use std::cmp::Ordering;
use std::collections::HashSet;

use serde_json::{Map, Number, Value};

use super::scalar::Scalar;
use super::tree::{NodeId, NodeStyle, Tree, ValueKind};
use super::{MAX_DEPTH, MAX_VALUES, Problem, ProblemKind};

impl Tree {
    /// The order of two scalar keys; equal ones are duplicates. `1` and `"1"` are not.
    pub(super) fn compare_keys(&self, a: NodeId, b: NodeId) -> Ordering {
        let (a_kind, b_kind) = (self.kind(a), self.kind(b));
        if a_kind == ValueKind::String && b_kind == ValueKind::String {
            return self.text(a).cmp(self.text(b));
        }
        (a_kind as u8).cmp(&(b_kind as u8)).then_with(|| match (self.scalar(a), self.scalar(b)) {
            (Some(Scalar::Int(a)), Some(Scalar::Int(b))) => a.cmp(&b),
            (Some(Scalar::Float(a)), Some(Scalar::Float(b))) => a.total_cmp(&b),
            (Some(Scalar::Bool(a)), Some(Scalar::Bool(b))) => a.cmp(&b),
            (Some(Scalar::Null), Some(Scalar::Null)) => Ordering::Equal,
            _ => self.text(a).cmp(self.text(b)),
        })
    }

    /// The mapping whose entries are written at the byte `offset` of a TOML text: the innermost
    /// one in braces, or that of the last header before, or the root.
    pub(super) fn innermost_table(&self, offset: usize) -> Option<NodeId> {
        let tables =
            self.nodes.iter().enumerate().filter(|(_, node)| node.kind == ValueKind::Mapping);
        tables
            .filter(|(_, node)| match node.style {
                NodeStyle::Flow => node.span.contains(offset),
                _ => node.span.start() <= offset,
            })
            .max_by_key(|(_, node)| (node.style == NodeStyle::Flow, node.span.start))
            .map(|(index, _)| NodeId::new(index))
    }

    /// Whether the value stands at a merge key `<<` and can be merged.
    pub(super) fn is_merge(&self, value: NodeId) -> bool {
        let Some(key) = self.key(value) else { return false };
        let is_merge_key = self.text(key) == "<<"
            && self.style(key) == NodeStyle::Plain
            && !self.kind(key).is_collection();
        is_merge_key
            && match self.kind(value) {
                ValueKind::Mapping => true,
                ValueKind::Sequence => {
                    self.items(value).all(|item| self.kind(item) == ValueKind::Mapping)
                }
                _ => false,
            }
    }

    /// The entries of a mapping with merge keys: its own, then what it merges, each key once.
    pub(super) fn merged_entries(&self, mapping: NodeId) -> Vec<NodeId> {
        let mut entries = Vec::new();
        let mut seen_keys = HashSet::new();
        let mut seen_mappings = HashSet::new();
        // Last in, first out: what a mapping merges comes before what its neighbours merge.
        let mut pending = vec![mapping];
        while let Some(mapping) = pending.pop() {
            if !seen_mappings.insert(mapping) {
                continue;
            }
            let mut merges = Vec::new();
            for value in self.siblings(self.node(mapping).first) {
                match self.kind(value) {
                    ValueKind::Mapping if self.is_merge(value) => merges.push(self.resolve(value)),
                    ValueKind::Sequence if self.is_merge(value) => {
                        merges.extend(self.items(value).map(|item| self.resolve(item)));
                    }
                    _ if seen_keys.insert(self.key_text(value)) => entries.push(value),
                    _ => {}
                }
            }
            pending.extend(merges.into_iter().rev());
        }
        entries
    }

    /// The value as JSON: aliases written out, merge keys resolved, keys by their text, the first
    /// of duplicate keys, dates as strings, and numbers that JSON lacks (`.inf`) as strings.
    ///
    /// # Errors
    /// Says where the value is larger or deeper than the limits of this module. Parsing holds trees
    /// to the same limits, so this is a second guard.
    pub fn to_json(&self, node: NodeId) -> Result<Value, Problem> {
        let mut budget = MAX_VALUES;
        let mut stack: Vec<Frame> = Vec::new();
        let mut next = Some(node);
        loop {
            let mut done = match next.take() {
                Some(node) if self.kind(node).is_collection() => {
                    self.check_limits(node, stack.len(), &mut budget)?;
                    stack.push(Frame::new(self, node));
                    None
                }
                Some(node) => {
                    self.check_limits(node, stack.len(), &mut budget)?;
                    Some(self.scalar_to_json(node))
                }
                None => None,
            };
            loop {
                let Some(frame) = stack.last_mut() else {
                    return Ok(done.unwrap_or_default());
                };
                if let Some(value) = done.take() {
                    frame.add(self, value);
                }
                next = frame.children.pop();
                if let Some(child) = next {
                    frame.child = child;
                    break;
                }
                done = stack.pop().map(|frame| frame.value);
            }
        }
    }

    fn check_limits(&self, node: NodeId, depth: usize, budget: &mut usize) -> Result<(), Problem> {
        let problem = |kind, message: String| Problem {
            span: self.span(node),
            kind,
            message,
            help: Some("write the data out, or use fewer aliases of aliases".to_owned()),
        };
        if depth >= MAX_DEPTH && self.kind(node).is_collection() {
            let message = format!("nested more than {MAX_DEPTH} levels deep");
            return Err(problem(ProblemKind::TooDeep, message));
        }
        *budget = budget.checked_sub(1).ok_or_else(|| {
            let message = format!("aliases up to here expand to more than {MAX_VALUES} values");
            problem(ProblemKind::AliasBudget, message)
        })?;
        Ok(())
    }

    fn scalar_to_json(&self, node: NodeId) -> Value {
        match self.scalar(node) {
            Some(Scalar::Bool(value)) => Value::Bool(value),
            Some(Scalar::Int(value)) => int_to_json(value),
            Some(Scalar::Float(value)) => Number::from_f64(value)
                .map_or_else(|| Value::String(self.text(node).to_owned()), Value::Number),
            Some(Scalar::String(text) | Scalar::Date(text)) => Value::String(text.to_owned()),
            Some(Scalar::Null) | None => Value::Null,
        }
    }
}

fn int_to_json(value: i128) -> Value {
    if let Ok(value) = i64::try_from(value) {
        return value.into();
    }
    match u64::try_from(value) {
        Ok(value) => value.into(),
        Err(_) => Number::from_f64(value as f64).map_or(Value::Null, Value::Number),
    }
}

/// A collection on its way to JSON.
struct Frame {
    value: Value,
    /// The child that is being converted.
    child: NodeId,
    /// Those after it, the next one last.
    children: Vec<NodeId>,
}

impl Frame {
    fn new(tree: &Tree, node: NodeId) -> Self {
        let (value, mut children): (Value, Vec<NodeId>) = match tree.kind(node) {
            ValueKind::Mapping => {
                (Value::Object(Map::new()), tree.entries(node).map(|entry| entry.value).collect())
            }
            _ => (Value::Array(Vec::new()), tree.items(node).collect()),
        };
        children.reverse();
        Frame { value, child: node, children }
    }

    fn add(&mut self, tree: &Tree, value: Value) {
        match &mut self.value {
            Value::Object(entries) => {
                let key = tree.key_text(self.child).unwrap_or_default();
                entries.entry(key).or_insert(value);
            }
            Value::Array(items) => items.push(value),
            _ => {}
        }
    }
}
