//! What block quotes and lists put before the content of a line.

use super::{Document, Kind, NodeId, blocks};
use crate::text::Span;

impl Document {
    /// The last indentation on the line where a block starts that stands before a marker or the
    /// block itself, and that no container asks for. `None` if everything is at its place.
    pub fn last_indent(&self, block: NodeId) -> Option<Span> {
        let start = self.nodes[block].span.start();
        // Most blocks start their line, which is seen without looking for it.
        let before = start.checked_sub(1).map(|before| self.text.as_bytes()[before]);
        if matches!(before, None | Some(b'\n' | b'\r')) {
            return None;
        }
        let line = self.line_of(start);
        let (containers, widths) = self.containers(block);
        let (content, indent) = self.walk_prefix(line, &containers, &widths);
        if content < start { Some(Span::new(content, start)) } else { indent }
    }

    /// Where content starts on a line (from 0) after the prefixes of the containers of `node`.
    pub fn content_start(&self, node: NodeId, line: usize) -> usize {
        let (containers, widths) = self.containers(node);
        self.walk_prefix(line, &containers, &widths).0
    }

    /// The ancestors of a node, outermost first, and the columns of indentation each asks for.
    fn containers(&self, node: NodeId) -> (Vec<NodeId>, Vec<usize>) {
        let mut containers: Vec<NodeId> = self.ancestors(node).collect();
        containers.reverse();
        let mut widths = Vec::with_capacity(containers.len());
        for depth in 0..containers.len() {
            widths.push(self.item_width(&containers[..=depth], &widths));
        }
        (containers, widths)
    }

    /// How many columns of indentation the innermost container asks of its later lines.
    fn item_width(&self, containers: &[NodeId], widths: &[usize]) -> usize {
        let Some((&container, outer)) = containers.split_last() else { return 0 };
        let node = self.nodes[container];
        match node.kind {
            Kind::Item => {
                let item = self.items[node.data as usize];
                let line = self.line_of(item.marker.start());
                let (start, _) = self.walk_prefix(line, outer, widths);
                let end = (item.content_start as usize).max(start);
                let empty = usize::from(item.content_start == item.marker.end);
                blocks::columns(&self.text.as_bytes()[start..end], 0) + empty
            }
            Kind::FootnoteDefinition => 4,
            _ => 0,
        }
    }

    /// Where content starts on a line after the prefixes of these containers, outermost first,
    /// and the last indentation on the way that belongs to none.
    fn walk_prefix(
        &self,
        line: usize,
        containers: &[NodeId],
        widths: &[usize],
    ) -> (usize, Option<Span>) {
        let mut at = self.lines.start(line).max(self.body.start());
        let mut indent = None;
        for (&container, &width) in containers.iter().zip(widths) {
            let node = self.nodes[container];
            let starts_here = self.line_of(node.span.start()) == line;
            match node.kind {
                Kind::BlockQuote => {
                    let mark = self.skip_columns(at, usize::MAX);
                    if self.text.as_bytes().get(mark) == Some(&b'>') {
                        indent = (mark > at).then(|| Span::new(at, mark)).or(indent);
                        at = self.skip_columns(mark + 1, 1);
                    }
                }
                Kind::Item if starts_here => {
                    let item = self.items[node.data as usize];
                    let marker = item.marker.start();
                    indent = (marker > at).then(|| Span::new(at, marker)).or(indent);
                    at = item.content_start as usize;
                }
                Kind::FootnoteDefinition if starts_here => {
                    let label = self.slice(node.span).find("]:").map_or(0, |label| label + 2);
                    at = self.skip_columns(node.span.start() + label, usize::MAX);
                }
                Kind::Item | Kind::FootnoteDefinition => at = self.skip_columns(at, width),
                _ => {}
            }
        }
        (at, indent)
    }

    /// Goes over spaces and tabs of at most so many columns.
    fn skip_columns(&self, from: usize, width: usize) -> usize {
        let bytes = self.text.as_bytes();
        let (mut at, mut columns) = (from, 0);
        while columns < width && matches!(bytes.get(at), Some(b' ' | b'\t')) {
            columns += blocks::columns(&bytes[at..=at], columns);
            at += 1;
        }
        at
    }
}
