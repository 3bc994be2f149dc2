//! The positioned tree: nodes in one flat array, the texts of all scalars in one string.

use super::scalar::{self, Scalar};
use crate::text::Span;

/// Names a node of one tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// What a value is, by the rules of its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    Null,
    Bool,
    Int,
    Float,
    String,
    /// A TOML date, time or both. Dates in YAML and JSON are strings.
    Date,
    Sequence,
    Mapping,
}

impl ValueKind {
    /// The kind with its article, for messages.
    pub fn describe(self) -> &'static str {
        match self {
            ValueKind::Null => "nothing",
            ValueKind::Bool => "a boolean",
            ValueKind::Int => "an integer",
            ValueKind::Float => "a number",
            ValueKind::String => "a string",
            ValueKind::Date => "a date",
            ValueKind::Sequence => "a list",
            ValueKind::Mapping => "a mapping",
        }
    }

    pub fn is_collection(self) -> bool {
        matches!(self, ValueKind::Sequence | ValueKind::Mapping)
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeStyle {
    /// A scalar without quotes.
    Plain,
    SingleQuoted,
    DoubleQuoted,
    /// A YAML `|` scalar, or a TOML string in `'''`.
    Literal,
    /// A YAML `>` scalar, or a TOML string in `"""`.
    Folded,
    /// A collection by indentation, or a TOML table with a header.
    Block,
    /// A collection in brackets or braces.
    Flow,
}

/// "No node" in the links between nodes.
pub(super) const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(super) struct DataNode {
    pub span: Span,
    /// The scalar's text, or that of a collection used as a key: bytes of `Tree::pool`.
    pub text: Span,
    pub parent: u32,
    pub key: u32,
    /// First child of a collection; the node that an alias stands for.
    pub first: u32,
    /// Next child of the same parent.
    pub next: u32,
    pub kind: ValueKind,
    pub style: NodeStyle,
    pub is_alias: bool,
    /// The mapping has a YAML merge key `<<`.
    pub has_merge: bool,
}

/// Data with positions. Reading functions follow aliases; [`Tree::span`] and [`Tree::key_span`]
/// say where the node itself is written. No chain of aliases leads back to itself.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub(super) nodes: Vec<DataNode>,
    pub(super) pool: String,
    pub(super) documents: Vec<NodeId>,
    /// YAML tags, by node, in order.
    pub(super) tags: Vec<(NodeId, String)>,
}

/// A key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapEntry<'t> {
    /// The key's text: numbers and the like as written, collections as in the source.
    pub key: &'t str,
    pub key_span: Span,
    pub value: NodeId,
}

impl NodeId {
    pub(super) fn new(index: usize) -> Self {
        NodeId(u32::try_from(index).expect("the number of nodes is limited"))
    }

    pub(super) fn some(link: u32) -> Option<Self> {
        (link != NONE).then_some(NodeId(link))
    }

    pub(super) fn link(self) -> u32 {
        self.0
    }
}

impl Tree {
    /// The value of the first document. There always is one: null where the text has none.
    pub fn root(&self) -> NodeId {
        self.documents[0]
    }

    /// The values of all YAML documents; one for TOML and JSON.
    pub fn documents(&self) -> &[NodeId] {
        &self.documents
    }

    pub(super) fn node(&self, node: NodeId) -> &DataNode {
        &self.nodes[node.0 as usize]
    }

    /// The node that an alias stands for; any other node itself.
    pub fn resolve(&self, node: NodeId) -> NodeId {
        let data = self.node(node);
        if data.is_alias { NodeId::some(data.first).unwrap_or(node) } else { node }
    }

    /// Whether the node is written as an alias, `*name`.
    pub fn is_alias(&self, node: NodeId) -> bool {
        self.node(node).is_alias
    }

    /// What the value is. An alias without anchor is null.
    pub fn kind(&self, node: NodeId) -> ValueKind {
        self.node(self.resolve(node)).kind
    }

    /// How the value is written.
    pub fn style(&self, node: NodeId) -> NodeStyle {
        self.node(self.resolve(node)).style
    }

    /// The YAML tag of the value as written, such as `!Ref`.
    pub fn tag(&self, node: NodeId) -> Option<&str> {
        let node = self.resolve(node);
        let at = self.tags.binary_search_by_key(&node, |(tagged, _)| *tagged).ok()?;
        Some(&self.tags[at].1)
    }

    /// The bytes of the value. A block collection reaches from its first key or dash to the end of
    /// its last value; a TOML table is its header; an alias is its `*name`; null may be empty.
    pub fn span(&self, node: NodeId) -> Span {
        self.node(node).span
    }

    /// The node of the key, if the node is a value in a mapping.
    pub fn key(&self, node: NodeId) -> Option<NodeId> {
        NodeId::some(self.node(node).key)
    }

    /// The text of the node's key.
    pub fn key_text(&self, node: NodeId) -> Option<&str> {
        self.key(node).map(|key| self.text(key))
    }

    /// The bytes of the node's key.
    pub fn key_span(&self, node: NodeId) -> Option<Span> {
        self.key(node).map(|key| self.span(key))
    }

    /// The collection in which the node is written.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        NodeId::some(self.node(node).parent)
    }

    /// A scalar's text after quotes and escapes; numbers and the like as written. Empty for a
    /// collection that is not a key.
    pub fn text(&self, node: NodeId) -> &str {
        self.node(self.resolve(node)).text.of(&self.pool)
    }

    /// The value of a scalar; `None` for a collection.
    pub fn scalar(&self, node: NodeId) -> Option<Scalar<'_>> {
        let text = self.text(node);
        Some(match self.kind(node) {
            ValueKind::Null => Scalar::Null,
            ValueKind::Bool => Scalar::Bool(scalar::parse_bool(text).unwrap_or_default()),
            ValueKind::Int => scalar::parse_int(text),
            ValueKind::Float => Scalar::Float(scalar::parse_float(text)),
            ValueKind::String => Scalar::String(text),
            ValueKind::Date => Scalar::Date(text),
            ValueKind::Sequence | ValueKind::Mapping => return None,
        })
    }

    /// The text of a string; `None` for any other kind.
    pub fn as_str(&self, node: NodeId) -> Option<&str> {
        (self.kind(node) == ValueKind::String).then(|| self.text(node))
    }

    /// The value of a key in a mapping, merged ones included. The first of duplicate keys counts.
    pub fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        self.entries(node).find(|entry| entry.key == key).map(|entry| entry.value)
    }

    /// The entries of a mapping in the order they are written, then those that YAML merge keys
    /// bring in and the mapping does not have itself. Empty for other kinds.
    pub fn entries(&self, node: NodeId) -> impl Iterator<Item = MapEntry<'_>> {
        let node = self.resolve(node);
        let data = self.node(node);
        let (listed, merged) = match (data.kind, data.has_merge) {
            (ValueKind::Mapping, false) => (data.first, Vec::new()),
            (ValueKind::Mapping, true) => (NONE, self.merged_entries(node)),
            _ => (NONE, Vec::new()),
        };
        self.siblings(listed).chain(merged).map(|value| self.entry(value))
    }

    /// The entries of a mapping exactly as written: merge keys are keys like others.
    pub fn written_entries(&self, node: NodeId) -> impl Iterator<Item = MapEntry<'_>> {
        let data = self.node(self.resolve(node));
        let first = if data.kind == ValueKind::Mapping { data.first } else { NONE };
        self.siblings(first).map(|value| self.entry(value))
    }

    /// The items of a list. Empty for other kinds.
    pub fn items(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let data = self.node(self.resolve(node));
        self.siblings(if data.kind == ValueKind::Sequence { data.first } else { NONE })
    }

    pub(super) fn siblings(&self, first: u32) -> impl Iterator<Item = NodeId> {
        std::iter::successors(NodeId::some(first), |&node| NodeId::some(self.node(node).next))
    }

    fn entry(&self, value: NodeId) -> MapEntry<'_> {
        let key = self.key(value).expect("every value of a mapping has a key");
        MapEntry { key: self.text(key), key_span: self.span(key), value }
    }

    /// The node that a JSON Pointer (RFC 6901) from the root names; the empty pointer is the root.
    pub fn pointer(&self, pointer: &str) -> Option<NodeId> {
        self.pointer_from(self.root(), pointer)
    }

    /// The node that a JSON Pointer from `node` names.
    pub fn pointer_from(&self, node: NodeId, pointer: &str) -> Option<NodeId> {
        if pointer.is_empty() {
            return Some(node);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(node, |node, token| {
            let token = token.replace("~1", "/").replace("~0", "~");
            match self.kind(node) {
                ValueKind::Mapping => self.get(node, &token),
                ValueKind::Sequence if token == "0" || !token.starts_with(['0', '+']) => {
                    self.items(node).nth(token.parse().ok()?)
                }
                _ => None,
            }
        })
    }

    /// The JSON Pointer to where the node is written, from its document's root.
    pub fn pointer_to(&self, node: NodeId) -> String {
        let mut tokens = Vec::new();
        let mut node = node;
        while let Some(parent) = self.parent(node) {
            tokens.push(match self.key_text(node) {
                Some(key) => key.replace('~', "~0").replace('/', "~1"),
                None => self.items(parent).position(|item| item == node).unwrap_or(0).to_string(),
            });
            node = parent;
        }
        tokens.iter().rev().fold(String::new(), |pointer, token| pointer + "/" + token)
    }
}
