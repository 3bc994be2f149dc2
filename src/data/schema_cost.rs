//! What checking a value against a schema costs at most, in steps: a part that is asked about a
//! value is one. It is counted before the check, since parts that name the next ones twice ask the
//! last ones without end, and what they refuse is gathered in memory.

use std::collections::HashMap;

use serde_json::Value;

use super::schema_graph::{Graph, SchemaNode, SchemaPart};

/// Most steps of a check.
pub(super) const MAX_STEPS: u64 = 20_000_000;
/// Most steps of a check that gathers all that is refused: each may be some hundred bytes.
pub(super) const MAX_STEPS_IN_FULL: u64 = 300_000;
/// Most references of a schema; compiling goes one deeper with each.
pub(super) const MAX_REFERENCES: usize = 20_000;
/// Most pairs of part and value that are counted apart.
const MAX_PAIRS: usize = 1_000_000;
/// Deepest that parts ask one another.
const MAX_DEPTH: usize = 4_000;

/// The cost of a schema's parts without a value, where that is bounded.
#[derive(Debug)]
pub(super) struct Cost {
    graph: Graph,
    /// Steps for one value and all in it if each part were asked about everything; saturated.
    at_most: u64,
}

/// The value has more than can be counted.
struct Beyond;

impl Cost {
    pub fn new(graph: Graph) -> Cost {
        let at_most = unfold(&graph);
        Cost { graph, at_most }
    }

    /// Steps to check a value; more than [`MAX_STEPS`] if they are too many to count.
    pub fn of(&self, value: &Value) -> u64 {
        let rough = self.at_most.saturating_mul(size(value));
        if rough <= MAX_STEPS_IN_FULL || self.graph.nodes.is_empty() {
            return rough;
        }
        super::schema::on_large_stack(|| {
            let mut counter = Counter { graph: &self.graph, known: HashMap::new(), depth: 0 };
            counter.cost(0, value).unwrap_or(u64::MAX)
        })
    }
}

/// How much there is in a value, long texts counted by their length.
fn size(value: &Value) -> u64 {
    let mut size = 0;
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        size += 1;
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(entries) => {
                size += entries.len() as u64;
                waiting.extend(entries.values());
            }
            Value::String(text) => size += text.len() as u64 / 64,
            _ => {}
        }
    }
    size
}

/// Steps of all parts that the first one leads to, each as often as it is led to; without bound where
/// they lead back.
fn unfold(graph: &Graph) -> u64 {
    #[derive(Clone, Copy, PartialEq)]
    enum CostState {
        New,
        Open,
        Done(u64),
    }
    let mut states = vec![CostState::New; graph.nodes.len()];
    let mut path: Vec<(SchemaPart, Vec<SchemaPart>)> = Vec::new();
    let enter = |part: SchemaPart, path: &mut Vec<_>, states: &mut [CostState]| {
        states[part as usize] = CostState::Open;
        path.push((part, graph.nodes[part as usize].all().collect()));
    };
    if graph.nodes.is_empty() {
        return 1;
    }
    enter(0, &mut path, &mut states);
    while let Some((part, left)) = path.last_mut() {
        let part = *part;
        match left.pop() {
            Some(next) => match states[next as usize] {
                CostState::New => enter(next, &mut path, &mut states),
                CostState::Open => return u64::MAX,
                CostState::Done(_) => {}
            },
            None => {
                let node = &graph.nodes[part as usize];
                let steps = node.all().fold(node.fixed + node.patterns, |sum, part| {
                    match states[part as usize] {
                        CostState::Done(steps) => sum.saturating_add(steps),
                        _ => sum,
                    }
                });
                let factor = if node.is_unevaluated { 2 } else { 1 };
                states[part as usize] = CostState::Done(steps.saturating_mul(factor));
                path.pop();
            }
        }
    }
    match states[0] {
        CostState::Done(steps) => steps,
        _ => u64::MAX,
    }
}

impl SchemaNode {
    fn all(&self) -> impl Iterator<Item = SchemaPart> + '_ {
        let lists =
            [&self.same, &self.entries, &self.others, &self.names, &self.prefix, &self.items];
        let lists = lists.into_iter().chain(&self.one_of).flatten();
        let keyed = self.dependent.iter().map(|(_, part)| part).chain(self.properties.values());
        lists.chain(keyed).copied()
    }
}

struct Counter<'c> {
    graph: &'c Graph,
    known: HashMap<(SchemaPart, *const Value), u64>,
    depth: usize,
}

impl<'c> Counter<'c> {
    fn cost(&mut self, part: SchemaPart, value: &'c Value) -> Result<u64, Beyond> {
        let key = (part, std::ptr::from_ref(value));
        if let Some(&known) = self.known.get(&key) {
            return Ok(known);
        }
        if self.known.len() >= MAX_PAIRS || self.depth >= MAX_DEPTH {
            return Err(Beyond);
        }
        // Parts that lead back to themselves about the same value are not asked again.
        self.known.insert(key, 0);
        self.depth += 1;
        let cost = self.of_node(&self.graph.nodes[part as usize], value)?;
        self.depth -= 1;
        if cost > MAX_STEPS {
            return Err(Beyond);
        }
        self.known.insert(key, cost);
        Ok(cost)
    }

    fn of_node(&mut self, node: &'c SchemaNode, value: &'c Value) -> Result<u64, Beyond> {
        let length = match value {
            Value::String(text) => 1 + text.len() as u64 / 64,
            Value::Object(entries) => entries.len() as u64,
            _ => 0,
        };
        let mut same = node.fixed.saturating_add(node.patterns.saturating_mul(length));
        for &part in &node.same {
            same = same.saturating_add(self.cost(part, value)?);
        }
        for parts in &node.one_of {
            let mut dearest = 0;
            for &part in parts {
                dearest = dearest.max(self.cost(part, value)?);
            }
            same = same.saturating_add(dearest);
        }
        for (key, part) in &node.dependent {
            if value.get(key).is_some() {
                same = same.saturating_add(self.cost(*part, value)?);
            }
        }
        let factor = if node.is_unevaluated { 2 } else { 1 };
        Ok(same.saturating_mul(factor).saturating_add(self.inside(node, value)?))
    }

    fn inside(&mut self, node: &'c SchemaNode, value: &'c Value) -> Result<u64, Beyond> {
        static NAME: Value = Value::Null;
        let mut cost = 0u64;
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    let own = node.properties.get(key);
                    let others = if own.is_none() { &node.others[..] } else { &[] };
                    for &part in own.into_iter().chain(&node.entries).chain(others) {
                        cost = cost.saturating_add(self.cost(part, value)?);
                    }
                    for &part in &node.names {
                        cost = cost.saturating_add(self.cost(part, &NAME)?);
                    }
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    for &part in node.prefix.get(index).into_iter().chain(&node.items) {
                        cost = cost.saturating_add(self.cost(part, value)?);
                    }
                }
            }
            _ => {}
        }
        Ok(cost)
    }
}
