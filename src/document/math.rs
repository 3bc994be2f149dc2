//! Math in running text, delimited like code spans: any number of `$`, closed by as many.

use foldhash::HashMap;

use super::{Document, Kind, NodeId};
use crate::text::Span;

/// Finds the spans. A dollar sign opens one if it stands in text; whatever follows it, up to the
/// end of its block, may close it.
/// What stands in one of the `formulas` over several lines is math already.
pub(super) fn find(doc: &mut Document, formulas: &[Span]) {
    if doc.marks(b"$").next().is_none() {
        return;
    }
    let bytes = &doc.text.as_bytes()[..doc.body.end()];
    let runs = runs(doc);
    let mut found = Vec::new();
    let mut formulas = formulas.iter().copied().peekable();
    let mut at = doc.body.start();
    while let Some(dollar) = memchr::memchr(b'$', &bytes[at..]) {
        let start = at + dollar;
        if let Some(formula) = formulas.next_if(|formula| formula.start() <= start) {
            found.push(formula);
            at = formula.end();
            continue;
        }
        let run = run_length(&bytes[start..]);
        at = start + run;
        let node = doc.node_at(start);
        let in_code = doc.nodes[doc.nodes[node].parent as usize].kind == Kind::CodeBlock;
        if doc.nodes[node].kind != Kind::Text || in_code || is_escaped(doc, node, start) {
            // Of an escaped run, the second dollar may open.
            at = start + 1;
            continue;
        }
        let Some(end) = closing(&runs, at, run) else { continue };
        if end <= block_end(doc, node) {
            found.push(Span::new(start, end));
            at = end;
        }
    }
    doc.math = found;
    if !doc.math.is_empty() {
        let mut tags = std::mem::take(&mut doc.html_tags);
        tags.retain(|tag| !doc.is_math(tag.span.start()));
        doc.html_tags = tags;
    }
}

fn run_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| byte == b'$').count()
}

/// Whether a backslash before the node, which is in no node itself, escapes its first character.
fn is_escaped(doc: &Document, node: NodeId, offset: usize) -> bool {
    offset == doc.nodes[node].span.start()
        && offset > doc.body.start()
        && doc.text.as_bytes()[offset - 1] == b'\\'
        && doc.nodes[doc.node_at(offset - 1)].kind != Kind::Text
}

/// Where the runs of dollar signs start, in order, by their length.
fn runs(doc: &Document) -> HashMap<usize, Vec<usize>> {
    let mut runs: HashMap<usize, Vec<usize>> = HashMap::default();
    let mut reached = 0;
    for at in doc.marks(b"$").filter(|&at| at < doc.body.end()) {
        if at >= reached {
            let length = run_length(&doc.text.as_bytes()[at..]);
            runs.entry(length).or_default().push(at);
            reached = at + length;
        }
    }
    runs
}

/// Where the next run of this length ends, from an offset on.
fn closing(runs: &HashMap<usize, Vec<usize>>, from: usize, length: usize) -> Option<usize> {
    let starts = runs.get(&length)?;
    let next = starts.partition_point(|&start| start < from);
    starts.get(next).map(|start| start + length)
}

/// Where the block of running text ends that a node stands in.
fn block_end(doc: &Document, node: NodeId) -> usize {
    let mut inline = node;
    for ancestor in doc.ancestors(node) {
        match doc.nodes[ancestor].kind {
            Kind::Emphasis | Kind::Strong | Kind::Link | Kind::Image => inline = ancestor,
            // Tight items hold their text themselves, and blocks behind it.
            Kind::Item => return end_of_text(doc, inline, ancestor),
            _ => return doc.nodes[ancestor].span.end(),
        }
    }
    doc.nodes[inline].span.end()
}

fn end_of_text(doc: &Document, from: NodeId, item: NodeId) -> usize {
    let mut end = doc.nodes[from].span.end();
    let mut next = from;
    while next < doc.nodes[item].end as usize && !doc.nodes[next].kind.is_block() {
        end = doc.nodes[next].span.end();
        next = doc.nodes[next].end as usize;
    }
    end
}
