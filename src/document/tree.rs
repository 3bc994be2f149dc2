//! Ways through the tree of nodes.

use super::{Document, Item, Kind, List, NodeId};

impl Document {
    /// Children of a node, in order.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.nodes[node].end as usize;
        let mut next = node + 1;
        std::iter::from_fn(move || {
            let child = next;
            (child < end).then(|| {
                next = self.nodes[child].end as usize;
                child
            })
        })
    }

    /// The items of a list, without those of lists in it.
    pub fn list_items(&self, list: &List) -> impl Iterator<Item = &Item> {
        self.children(list.node).map(|item| &self.items[self.nodes[item].data as usize])
    }

    /// All nodes below a node, in document order.
    pub fn descendants(&self, node: NodeId) -> std::ops::Range<NodeId> {
        node + 1..self.nodes[node].end as usize
    }

    /// The ancestors of a node, nearest first, without the root.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut current = node;
        std::iter::from_fn(move || {
            current = self.nodes[current].parent as usize;
            (current != 0).then_some(current)
        })
    }

    /// Whether a node stands, at any depth, in a node of this kind.
    pub fn is_within(&self, node: NodeId, kind: Kind) -> bool {
        self.ancestors(node).any(|ancestor| self.nodes[ancestor].kind == kind)
    }

    /// All nodes of a kind, in document order.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = NodeId> + '_ {
        (0..self.nodes.len()).filter(move |&node| self.nodes[node].kind == kind)
    }

    /// Whether there are blocks of this kind, which has to be one whose blocks hold something.
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.kinds & (1 << kind as u32) != 0
    }

    /// All blocks, in document order, and the running text that items of tight lists hold
    /// themselves; not what is in leaf blocks, where there are no other blocks.
    pub fn blocks(&self) -> impl Iterator<Item = NodeId> + '_ {
        let mut next = 1;
        std::iter::from_fn(move || {
            let block = next;
            let node = self.nodes.get(block)?;
            next = if node.kind.is_container() { block + 1 } else { node.end as usize };
            Some(block)
        })
    }

    /// The innermost node that holds the byte at `offset`.
    pub fn node_at(&self, offset: usize) -> NodeId {
        let mut node = self.nodes.partition_point(|node| node.span.start() <= offset).max(1) - 1;
        while node != 0 && !self.nodes[node].span.contains(offset) {
            node = self.nodes[node].parent as usize;
        }
        node
    }
}
