//! Builds the tree from the events of a parser, and holds it to the limits.

use std::collections::HashMap;

use super::tree::{DataNode, NONE, NodeId, NodeStyle, Tree, ValueKind};
use super::{MAX_DEPTH, MAX_PROBLEMS, MAX_VALUES, Parsed, Problem, ProblemKind};
use crate::text::Span;

/// Most anchors that are compared with the name of an unknown one.
const MAX_COMPARED: usize = 1000;

/// The limits were broken and the problem is noted: the parser stops.
#[derive(Debug)]
pub(super) struct Stop;

pub(super) type BuildStep = Result<(), Stop>;

/// A collection that is not closed yet.
struct OpenNode {
    node: NodeId,
    last: u32,
    /// The key that waits for its value.
    key: u32,
    /// Levels of collections in it, aliases followed.
    height: usize,
    /// `Builder::values` when it was opened.
    values_before: usize,
    anchor: Option<usize>,
}

/// What an alias can stand for.
struct Anchor {
    node: NodeId,
    name: String,
    /// Values in it, aliases followed; `None` while it is open.
    size: Option<usize>,
    height: usize,
}

/// A tree in the making. Children go to the innermost open collection; in a mapping the first,
/// third, fifth child are keys.
pub(super) struct Builder<'s> {
    pub source: &'s str,
    tree: Tree,
    problems: Vec<Problem>,
    stack: Vec<OpenNode>,
    /// Anchors of the current document by the parser's number.
    anchors: HashMap<usize, Anchor>,
    /// Values so far, aliases followed.
    values: usize,
    keys: Vec<NodeId>,
}

/// A scalar or the start of a collection, as a parser sees it.
pub(super) struct Value<'v> {
    pub span: Span,
    pub kind: ValueKind,
    pub style: NodeStyle,
    pub text: &'v str,
    pub anchor: Option<usize>,
}

impl<'s> Builder<'s> {
    /// A tree for the bytes `span` of `source`.
    pub fn new(source: &'s str, span: Span) -> Self {
        // Guesses that spare small data most reallocation.
        let tree = Tree {
            nodes: Vec::with_capacity((span.len() / 12).min(1024)),
            pool: String::with_capacity(span.len().min(1 << 16)),
            ..Tree::default()
        };
        Builder {
            source,
            tree,
            problems: Vec::new(),
            stack: Vec::new(),
            anchors: HashMap::new(),
            values: 0,
            keys: Vec::new(),
        }
    }

    /// Notes a problem; those past the limit are counted as one.
    pub fn problem(
        &mut self,
        span: Span,
        kind: ProblemKind,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        let (message, help) = match self.problems.len() {
            count if count > MAX_PROBLEMS => return,
            MAX_PROBLEMS => ("too many problems, the rest is not listed".to_owned(), None),
            _ => (message.into(), help),
        };
        self.problems.push(Problem { span, kind, message, help });
    }

    pub fn syntax(&mut self, span: Span, message: impl Into<String>) {
        self.problem(span, ProblemKind::Syntax, message, None);
    }

    /// The line of the byte at `offset`, from 1.
    pub fn line(&self, offset: usize) -> usize {
        crate::text::LineIndex::new(&self.source[..offset]).count()
    }

    /// The start of the innermost open collection, if it is in brackets or braces.
    pub fn innermost_flow(&self) -> Option<usize> {
        let node = self.tree.node(self.stack.last()?.node);
        (node.style == NodeStyle::Flow).then(|| node.span.start())
    }

    /// The tree as far as it is built.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Adds a scalar.
    pub fn scalar(&mut self, value: Value<'_>) -> Result<NodeId, Stop> {
        let anchor = value.anchor;
        let node = self.add(value)?;
        if let Some(anchor) = anchor {
            let name = String::new();
            self.anchors.insert(anchor, Anchor { node, name, size: Some(1), height: 0 });
        }
        Ok(node)
    }

    /// Opens a collection.
    pub fn open(&mut self, value: Value<'_>) -> Result<NodeId, Stop> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(self.too_deep(value.span));
        }
        let anchor = value.anchor;
        let values_before = self.values;
        let node = self.add(value)?;
        if let Some(anchor) = anchor {
            let name = String::new();
            self.anchors.insert(anchor, Anchor { node, name, size: None, height: 0 });
        }
        let (last, key) = (NONE, NONE);
        self.stack.push(OpenNode { node, last, key, height: 1, values_before, anchor });
        Ok(node)
    }

    /// Closes the innermost collection; `end` is one past its last byte, or `None` where that is
    /// the end of its last child.
    pub fn close(&mut self, end: Option<usize>) {
        let Some(open) = self.stack.pop() else { return };
        let end = end.unwrap_or_else(|| {
            NodeId::some(open.last).map_or(0, |last| self.tree.span(last).end())
        });
        let node = &mut self.tree.nodes[open.node.link() as usize];
        node.span = Span::new(node.span.start(), end.max(node.span.end()));
        let (span, is_mapping) = (node.span, node.kind == ValueKind::Mapping);
        if let Some(parent) = self.stack.last_mut() {
            parent.height = parent.height.max(open.height + 1);
            if parent.key == open.node.link() {
                let text = self.pool(excerpt(span.of(self.source)));
                self.tree.nodes[open.node.link() as usize].text = text;
            }
        }
        if let Some(anchor) = open.anchor.and_then(|anchor| self.anchors.get_mut(&anchor)) {
            anchor.size = Some(self.values - open.values_before);
            anchor.height = open.height;
        }
        if is_mapping {
            self.check_keys(open.node);
        }
    }

    /// Names the anchor of the value added last.
    pub fn name_anchor(&mut self, anchor: usize, name: &str) {
        if let Some(anchor) = self.anchors.get_mut(&anchor) {
            anchor.name = name.to_owned();
        }
    }

    /// Notes the tag of the value added last.
    pub fn tag(&mut self, node: NodeId, tag: String) {
        self.tree.tags.push((node, tag));
    }

    /// Adds an alias for the anchor with the parser's number.
    pub fn alias(&mut self, span: Span, anchor: usize) -> BuildStep {
        let Some(target) = self.anchors.get(&anchor) else {
            return self.unknown_alias(span, "");
        };
        let (node, size, height) = (target.node, target.size, target.height);
        let Some(size) = size else {
            let line = self.line(self.tree.span(node).start());
            let message = format!(
                "alias `{}` is used inside its own value, which starts on line {line}",
                span.of(self.source)
            );
            self.problem(span, ProblemKind::AliasCycle, message, None);
            return self.add_alias(span, NONE);
        };
        // The alias itself counts when it is added.
        self.values += size - 1;
        if self.values >= MAX_VALUES {
            let message = format!("aliases up to here expand to more than {MAX_VALUES} values");
            let help = "write the data out, or use fewer aliases of aliases".to_owned();
            self.problem(span, ProblemKind::AliasBudget, message, Some(help));
            return Err(Stop);
        }
        if self.stack.len() + height > MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        if let Some(parent) = self.stack.last_mut() {
            parent.height = parent.height.max(height + 1);
        }
        self.add_alias(span, node.link())
    }

    /// Adds an alias that names no anchor before it.
    pub fn unknown_alias(&mut self, span: Span, name: &str) -> BuildStep {
        if self.is_full() {
            return self.add_alias(span, NONE);
        }
        let nearest = self
            .anchors
            .values()
            .take(MAX_COMPARED)
            .map(|anchor| (strsim::damerau_levenshtein(&anchor.name, name), &anchor.name))
            .filter(|(distance, near)| *distance <= near.len().min(name.len()).div_ceil(4))
            .min();
        let is_name = |next: char| next.is_alphanumeric() || "-_.".contains(next);
        let help = match nearest {
            Some((_, near)) => format!("did you mean `*{near}`?"),
            None if !name.chars().all(is_name) => "put the value in quotes".to_owned(),
            None => format!("define `&{name}` before it, or put the value in quotes"),
        };
        let message = format!("alias `*{name}` has no anchor before it");
        self.problem(span, ProblemKind::UnknownAlias, message, Some(help));
        self.add_alias(span, NONE)
    }

    fn add_alias(&mut self, span: Span, target: u32) -> BuildStep {
        let value =
            Value { span, kind: ValueKind::Null, style: NodeStyle::Plain, text: "", anchor: None };
        let node = self.add(value)?;
        let node = &mut self.tree.nodes[node.link() as usize];
        node.is_alias = true;
        node.first = target;
        Ok(())
    }

    fn too_deep(&mut self, span: Span) -> Stop {
        let message = format!("nested more than {MAX_DEPTH} levels deep");
        self.problem(span, ProblemKind::TooDeep, message, None);
        Stop
    }

    fn pool(&mut self, text: &str) -> Span {
        let start = self.tree.pool.len();
        self.tree.pool.push_str(text);
        Span::new(start, self.tree.pool.len())
    }

    fn add(&mut self, value: Value<'_>) -> Result<NodeId, Stop> {
        if self.values >= MAX_VALUES {
            let message = format!("more than {MAX_VALUES} values");
            let help = "split the file, or exclude it".to_owned();
            self.problem(value.span, ProblemKind::TooLarge, message, Some(help));
            return Err(Stop);
        }
        self.values += 1;
        let node = NodeId::new(self.tree.nodes.len());
        let text = self.pool(value.text);
        let (parent, key) = self.attach(node);
        self.tree.nodes.push(DataNode {
            span: value.span,
            text,
            parent,
            key,
            first: NONE,
            next: NONE,
            kind: value.kind,
            style: value.style,
            is_alias: false,
            has_merge: false,
        });
        Ok(node)
    }

    /// Links the node into the innermost open collection; says its parent and its key.
    fn attach(&mut self, node: NodeId) -> (u32, u32) {
        let Some(open) = self.stack.last_mut() else {
            self.tree.documents.push(node);
            return (NONE, NONE);
        };
        let nodes = &mut self.tree.nodes;
        let is_mapping = nodes[open.node.link() as usize].kind == ValueKind::Mapping;
        if is_mapping && open.key == NONE {
            open.key = node.link();
            return (open.node.link(), NONE);
        }
        match open.last {
            NONE => nodes[open.node.link() as usize].first = node.link(),
            last => nodes[last as usize].next = node.link(),
        }
        open.last = node.link();
        (open.node.link(), std::mem::replace(&mut open.key, NONE))
    }

    /// Reports duplicate keys of a mapping that is complete, and marks merge keys.
    fn check_keys(&mut self, mapping: NodeId) {
        let mut keys = std::mem::take(&mut self.keys);
        keys.clear();
        let mut has_merge = false;
        for value in self.tree.siblings(self.tree.node(mapping).first) {
            let key = self.tree.key(value).expect("every value of a mapping has a key");
            has_merge |= self.tree.is_merge(value);
            if !self.tree.kind(key).is_collection() {
                keys.push(key);
            }
        }
        self.tree.nodes[mapping.link() as usize].has_merge = has_merge;
        keys.sort_by(|&a, &b| self.tree.compare_keys(a, b).then(a.cmp(&b)));
        let mut found = Vec::new();
        for group in keys.chunk_by(|&a, &b| self.tree.compare_keys(a, b).is_eq()) {
            found.extend(group[1..].iter().map(|&again| (again, group[0])));
        }
        found.sort_unstable();
        for (again, first) in found {
            self.duplicate_key(again, first);
        }
        self.keys = keys;
    }

    fn duplicate_key(&mut self, again: NodeId, first: NodeId) {
        // Finding a line costs a scan: not for problems that are not listed.
        if self.is_full() {
            return;
        }
        let span = self.tree.span(again);
        let key = self.tree.text(again);
        let line = self.line(self.tree.span(first).start());
        let message = format!("duplicate key `{key}`, first defined on line {line}");
        let help = match key {
            "<<" => "merge several mappings with `<<: [*a, *b]`",
            _ => "remove one of the two",
        };
        self.problem(span, ProblemKind::DuplicateKey, message, Some(help.to_owned()));
    }

    /// Gives up the collections that are open, as after a syntax error, at `offset`.
    pub fn abandon(&mut self, offset: usize) {
        while let Some(open) = self.stack.last() {
            if open.key != NONE {
                // At the limit, a key without a value is left out.
                if self.values < MAX_VALUES {
                    // The parser may have stopped at the start of what is not closed.
                    let key_end = self.tree.nodes[open.key as usize].span.end();
                    self.add_null(offset.max(key_end));
                } else if let Some(open) = self.stack.last_mut() {
                    open.key = NONE;
                }
            }
            self.close(None);
        }
    }

    /// Adds the value of a key, or of a document, that has none.
    fn add_null(&mut self, offset: usize) {
        let (span, kind, style) = (Span::at(offset), ValueKind::Null, NodeStyle::Plain);
        // `Stop` says that the limit is reached, which is noted.
        let _ = self.add(Value { span, kind, style, text: "", anchor: None });
    }

    /// Whether no more problems are noted.
    pub fn is_full(&self) -> bool {
        self.problems.len() > MAX_PROBLEMS
    }

    /// Forgets the anchors, which reach to the end of their document.
    pub fn end_document(&mut self) {
        self.anchors.clear();
    }

    /// The tree and the problems, in the order of the text.
    pub fn finish(mut self, span: Span) -> Parsed {
        self.abandon(span.end());
        if self.tree.documents.is_empty() {
            self.values = 0;
            self.add_null(span.start());
        }
        self.tree.tags.sort_by_key(|(node, _)| *node);
        self.problems.sort_by_key(|problem| problem.span.start);
        Parsed { tree: self.tree, problems: self.problems }
    }
}

/// The start of a collection's source, which stands for it where it is a key.
fn excerpt(source: &str) -> &str {
    &source[..source.floor_char_boundary(100)]
}
