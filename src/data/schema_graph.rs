//! A schema as a graph: which parts are asked about a value, and which about what is in it.
//!
//! Only as much is read as bounds the cost of a check (see `schema_cost`); where the reading is not
//! sure, it takes the dearer side.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::schema::{Documents, percent_decode};

/// A part of a schema, named by its index.
pub(super) type SchemaPart = u32;

/// The parts of a schema and of those it refers to; the first one is the schema itself.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub nodes: Vec<SchemaNode>,
    /// How many references there are.
    pub references: usize,
}

/// What one part asks.
#[derive(Debug, Default)]
pub(super) struct SchemaNode {
    /// Steps that it takes for any value.
    pub fixed: u64,
    /// Patterns, which look at each byte.
    pub patterns: u64,
    /// Parts that are asked about the same value.
    pub same: Vec<SchemaPart>,
    /// The same, of which one is meant that only a check can tell.
    pub one_of: Vec<Vec<SchemaPart>>,
    /// Asked about the same value if it has the key.
    pub dependent: Vec<(String, SchemaPart)>,
    pub properties: HashMap<String, SchemaPart>,
    /// Asked about all entries, since only a pattern knows which.
    pub entries: Vec<SchemaPart>,
    /// Asked about the entries that `properties` does not name.
    pub others: Vec<SchemaPart>,
    pub names: Vec<SchemaPart>,
    pub prefix: Vec<SchemaPart>,
    pub items: Vec<SchemaPart>,
    /// Whether it asks what others have not looked at, for which they are asked again.
    pub is_unevaluated: bool,
}

/// A part whose address is one of the drafts', which are built in, costs so many steps.
const BUILT_IN: u64 = 1000;
/// A pattern that has to try again costs so many steps.
const BACKTRACKING: u64 = 1000;

impl Graph {
    /// Reads the schema at `address` among its documents.
    pub fn read(documents: &Documents, address: &str) -> Graph {
        let mut reader = GraphReader::default();
        for (address, document) in documents {
            reader.index(document, address);
        }
        if let Some(root) = documents.get(address) {
            reader.part(root, address);
        }
        while let Some((part, value, base)) = reader.waiting.pop() {
            let node = reader.node(value, &base);
            reader.graph.nodes[part as usize] = node;
        }
        reader.graph
    }
}

type SchemaPlace<'d> = (&'d Value, String);

#[derive(Default)]
struct GraphReader<'d> {
    graph: Graph,
    known: HashMap<*const Value, SchemaPart>,
    waiting: Vec<(SchemaPart, &'d Value, String)>,
    /// By address, and by address, `#` and name.
    resources: HashMap<String, SchemaPlace<'d>>,
    /// By name.
    dynamic: HashMap<String, Vec<SchemaPlace<'d>>>,
}

impl<'d> GraphReader<'d> {
    /// Notes what can be referred to by an address or a name.
    fn index(&mut self, document: &'d Value, address: &str) {
        let address = address.trim_end_matches('#').to_owned();
        self.resources.insert(address.clone(), (document, address.clone()));
        let mut waiting = vec![(document, address)];
        while let Some((value, base)) = waiting.pop() {
            let mut base = base;
            if let Value::Object(object) = value {
                if let Some(id) = text(object, "$id").or_else(|| text(object, "id")) {
                    base = join(&base, id.trim_end_matches('#'));
                    self.resources.entry(base.clone()).or_insert((value, base.clone()));
                }
                for key in ["$anchor", "$dynamicAnchor"] {
                    if let Some(name) = text(object, key) {
                        self.resources.insert(format!("{base}#{name}"), (value, base.clone()));
                    }
                }
                if let Some(name) = text(object, "$dynamicAnchor") {
                    let places = self.dynamic.entry(name.to_owned()).or_default();
                    places.push((value, base.clone()));
                }
                if object.get("$recursiveAnchor") == Some(&Value::Bool(true)) {
                    self.dynamic.entry(String::new()).or_default().push((value, base.clone()));
                }
                waiting.extend(object.values().map(|value| (value, base.clone())));
            } else if let Value::Array(items) = value {
                waiting.extend(items.iter().map(|value| (value, base.clone())));
            }
        }
    }

    /// The part that a value is; it is read later if it is new.
    fn part(&mut self, value: &'d Value, base: &str) -> SchemaPart {
        if let Some(&known) = self.known.get(&std::ptr::from_ref(value)) {
            return known;
        }
        let part = self.graph.nodes.len() as SchemaPart;
        self.graph.nodes.push(SchemaNode::default());
        self.known.insert(value, part);
        self.waiting.push((part, value, base.to_owned()));
        part
    }

    fn node(&mut self, value: &'d Value, base: &str) -> SchemaNode {
        let mut node = SchemaNode { fixed: 1, ..SchemaNode::default() };
        let Value::Object(object) = value else { return node };
        let id = text(object, "$id").or_else(|| text(object, "id"));
        let base = &id.map_or_else(|| base.to_owned(), |id| join(base, id.trim_end_matches('#')));
        for (key, value) in object {
            match key.as_str() {
                "allOf" | "anyOf" | "oneOf" => self.list(value, base, &mut node.same),
                "not" | "if" | "then" | "else" => node.same.push(self.part(value, base)),
                "$ref" => match self.resolve(value, base) {
                    Some((value, base)) => node.same.push(self.part(value, &base)),
                    None => node.fixed += BUILT_IN,
                },
                "$dynamicRef" | "$recursiveRef" => self.dynamic(value, base, &mut node),
                "dependentSchemas" | "dependencies" => {
                    for (name, value) in value.as_object().into_iter().flatten() {
                        node.dependent.push((name.clone(), self.part(value, base)));
                    }
                }
                "properties" => {
                    for (name, value) in value.as_object().into_iter().flatten() {
                        node.properties.insert(name.clone(), self.part(value, base));
                    }
                }
                "patternProperties" => {
                    for (pattern, value) in value.as_object().into_iter().flatten() {
                        node.patterns += cost_of(pattern);
                        node.entries.push(self.part(value, base));
                    }
                }
                "additionalProperties" | "unevaluatedProperties" => {
                    node.is_unevaluated |= key.starts_with('u');
                    node.others.push(self.part(value, base));
                }
                "propertyNames" => node.names.push(self.part(value, base)),
                "prefixItems" => self.list(value, base, &mut node.prefix),
                "items" if value.is_array() => self.list(value, base, &mut node.prefix),
                "items" | "additionalItems" | "contains" | "unevaluatedItems" => {
                    node.is_unevaluated |= key.starts_with('u');
                    node.items.push(self.part(value, base));
                }
                "enum" | "required" => {
                    node.fixed += value.as_array().map_or(0, |values| values.len() as u64);
                }
                "pattern" => node.patterns += cost_of(value.as_str().unwrap_or_default()),
                _ => {}
            }
        }
        node
    }

    fn list(&mut self, value: &'d Value, base: &str, parts: &mut Vec<SchemaPart>) {
        for value in value.as_array().into_iter().flatten() {
            parts.push(self.part(value, base));
        }
    }

    fn dynamic(&mut self, value: &'d Value, base: &str, node: &mut SchemaNode) {
        let name = value.as_str().and_then(|text| text.split_once('#')).map_or("", |both| both.1);
        let mut places = self.dynamic.get(name).cloned().unwrap_or_default();
        places.extend(self.resolve(value, base));
        let mut parts: Vec<SchemaPart> = Vec::new();
        for (value, base) in places {
            parts.push(self.part(value, &base));
        }
        parts.sort_unstable();
        parts.dedup();
        node.one_of.push(parts);
    }

    /// What a reference leads to; `None` for what is built in.
    fn resolve(&mut self, reference: &Value, base: &str) -> Option<SchemaPlace<'d>> {
        self.graph.references += 1;
        let reference = reference.as_str()?;
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let address = if address.is_empty() { base.to_owned() } else { join(base, address) };
        if let Some(place) = self.resources.get(&format!("{address}#{fragment}")) {
            return Some(place.clone());
        }
        let (root, base) = self.resources.get(&address)?.clone();
        let value = root.pointer(&percent_decode(fragment)).unwrap_or(root);
        Some((value, base))
    }
}

fn text<'v>(object: &'v Map<String, Value>, key: &str) -> Option<&'v str> {
    object.get(key)?.as_str()
}

/// What a pattern costs: those that the plain engine cannot do have to try again and again.
fn cost_of(pattern: &str) -> u64 {
    let tries_again = ["(?=", "(?!", "(?<=", "(?<!", "(?>", "\\k"];
    let refers_back = pattern
        .as_bytes()
        .windows(2)
        .any(|pair| pair[0] == b'\\' && pair[1].is_ascii_digit() && pair[1] != b'0');
    let is_dear = refers_back || tries_again.iter().any(|mark| pattern.contains(mark));
    if is_dear { BACKTRACKING } else { 1 + pattern.len() as u64 / 64 }
}

/// The address of a reference from a place.
fn join(base: &str, reference: &str) -> String {
    if reference.contains("://") || reference.starts_with("urn:") {
        return reference.to_owned();
    }
    let start = base.find("://").map_or(0, |at| at + 3);
    let authority = base[start..].find('/').map_or(base.len(), |at| start + at);
    let dir = match reference.strip_prefix('/') {
        Some(_) => &base[..authority],
        None => &base[..base.rfind('/').filter(|&at| at >= authority).map_or(authority, |at| at)],
    };
    let mut parts: Vec<&str> = dir[authority.min(dir.len())..].split('/').collect();
    for part in reference.trim_start_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop((parts.len() > 1).then(|| parts.pop())),
            part => parts.push(part),
        }
    }
    format!("{}{}", &base[..authority], parts.join("/"))
}
