//! Block formulas, `$$ … $$` over several lines: what stands in them is no Markdown, although the
//! parser finds lists and headings there.

use super::{Document, Flags, Kind, NodeId, inline};
use crate::text::Span;

/// Finds the formulas of a page whose nodes are known, in order. None starts in code, in HTML or in
/// a table, and none goes on beyond the container in which it starts.
pub(super) fn find(doc: &Document, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut reached = doc.body.start();
    for at in doc.marks_in(text, b"$") {
        if at < reached || bytes.get(at + 1) != Some(&b'$') || !starts_content(doc, text, at) {
            continue;
        }
        reached = at + run(bytes, at);
        let node = doc.node_at(at);
        if !is_running_text(doc, node) {
            continue;
        }
        if let Some(end) = end(doc, text, node, at) {
            found.push(Span::new(at, end));
            reached = end;
        }
    }
    found
}

/// The text with the formulas replaced by letters, line by line behind what containers put there.
/// Offsets stay the same. A block's last line is blank where it would be taken for a heading's text.
pub(super) fn mask(doc: &Document, text: &str, formulas: &[Span]) -> String {
    let mut masked = text.as_bytes().to_vec();
    for &formula in formulas {
        let containers = Containers::of(doc, text, doc.node_at(formula.start()), formula.start());
        for line in doc.lines_of(formula) {
            let content = containers.content(doc, text, line).unwrap_or(formula.end());
            let end = doc.lines.span(text, line).end().min(formula.end());
            let start = content.max(formula.start()).min(end);
            masked[start..end].fill(b'x');
            let is_last = end == formula.end();
            if is_last && stands_alone(doc, text, formula) && is_underlined(doc, text, line) {
                masked[start..end].fill(b' ');
            }
        }
    }
    String::from_utf8(masked).expect("whole lines of text became letters")
}

/// Whether a formula is a block: nothing stands beside its dollar signs.
fn stands_alone(doc: &Document, text: &str, formula: Span) -> bool {
    let is_fence = |rest: &str| rest.trim().bytes().all(|byte| byte == b'$');
    let first = doc.lines.line_at(formula.start());
    let last = doc.lines.line_at(formula.end() - 1);
    let opening = &text[formula.start()..doc.lines.span(text, first).end()];
    let closing = doc.lines.span(text, last).of(text);
    is_fence(opening) && is_fence(closing.trim_start_matches([' ', '\t', '>']))
}

/// Whether a line follows that would make a heading of text above it.
fn is_underlined(doc: &Document, text: &str, line: usize) -> bool {
    let below = line + 1;
    below < doc.lines.count() && {
        let below =
            doc.lines.span(text, below).of(text).trim_start_matches([' ', '\t', '>']).trim_end();
        !below.is_empty() && (below.bytes().all(|b| b == b'-') || below.bytes().all(|b| b == b'='))
    }
}

/// Marks the lines of the formulas.
pub(super) fn flag(doc: &mut Document, formulas: &[Span]) {
    for &formula in formulas {
        for line in doc.lines_of(formula) {
            doc.flags[line] |= Flags::FORMULA;
        }
    }
}

/// Whether nothing but what containers put there stands before the dollar signs.
fn starts_content(doc: &Document, text: &str, at: usize) -> bool {
    let start = doc.lines.start(doc.lines.line_at(at)).max(doc.body.start());
    let is_mark = |byte: u8| b" \t>-+*.)".contains(&byte) || byte.is_ascii_digit();
    text.as_bytes()[start..at].iter().all(|&byte| is_mark(byte))
}

/// Whether a node is text, and all of its ancestors are such that text may start a formula there.
fn is_running_text(doc: &Document, node: NodeId) -> bool {
    if doc.nodes[node].kind != Kind::Text {
        return false;
    }
    let parent = doc.nodes[doc.nodes[node].parent as usize].kind;
    matches!(parent, Kind::Paragraph | Kind::Item | Kind::Heading)
}

/// Where the formula ends that starts at `at`: with the next two dollar signs. Behind a blank line
/// only those count that stand alone on their line, and only if the opening ones do so, too.
fn end(doc: &Document, text: &str, node: NodeId, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let fence = run(bytes, at);
    let first = doc.lines.line_at(at);
    let rest = &text[at + fence..doc.lines.span(text, first).end()];
    if rest.contains("$$") {
        return None;
    }
    let opens_alone = rest.trim().is_empty();
    let containers = Containers::of(doc, text, node, at);
    let mut after_blank = false;
    for line in first + 1..doc.lines.count() {
        let content = containers.content(doc, text, line)?;
        let span = Span::new(content, doc.lines.span(text, line).end().max(content));
        let source = span.of(text);
        if source.trim().is_empty() {
            if !opens_alone {
                return None;
            }
            after_blank = true;
            continue;
        }
        let Some(dollars) = dollars(source) else { continue };
        let close = content + dollars;
        let closing = run(bytes, close);
        let stands_alone = source.trim().bytes().all(|byte| byte == b'$');
        let closes = closing >= fence && (stands_alone || !after_blank);
        return closes.then_some(close + closing);
    }
    None
}

/// The first two dollar signs that no backslash escapes.
fn dollars(source: &str) -> Option<usize> {
    let mut pairs = memchr::memmem::find_iter(source.as_bytes(), "$$");
    pairs.find(|&at| !inline::is_escaped(source.as_bytes(), at))
}

fn run(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|&&byte| byte == b'$').count()
}

/// What has to stand before the content of each line of a formula: `>` marks, and the columns of
/// indentation before and after them.
struct Containers {
    quotes: Vec<usize>,
    indent: usize,
}

impl Containers {
    /// Those of the line on which a formula starts that are its node's, too.
    fn of(doc: &Document, text: &str, node: NodeId, at: usize) -> Self {
        let line = doc.lines.line_at(at);
        let start = doc.lines.start(line).max(doc.body.start());
        let mut containers = Containers { quotes: Vec::new(), indent: 0 };
        let mut ancestors: Vec<NodeId> = doc.ancestors(node).collect();
        ancestors.reverse();
        // The column that the last mark on the way ends at; a quote starts counting anew.
        let mut from = start;
        for ancestor in ancestors {
            match doc.nodes[ancestor].kind {
                Kind::BlockQuote => {
                    let Some(mark) = text[from..at].find('>') else { break };
                    containers.quotes.push(containers.indent);
                    containers.indent = 0;
                    from += mark + 1;
                    from += usize::from(text.as_bytes().get(from) == Some(&b' '));
                }
                Kind::Item => {
                    let item = doc.items[doc.nodes[ancestor].data as usize];
                    let content = item.content_start as usize;
                    let width = content_column(doc, text, content);
                    let here = super::blocks::columns(&text.as_bytes()[from..at], 0);
                    if here < width {
                        break;
                    }
                    containers.indent = width;
                }
                Kind::FootnoteDefinition if doc.nodes[ancestor].span.start() < start => {
                    containers.indent += 4;
                }
                _ => {}
            }
        }
        containers
    }

    /// Where the content of a line starts; `None` if it is outside. Blank lines are inside of
    /// everything but quotes.
    fn content(&self, doc: &Document, text: &str, line: usize) -> Option<usize> {
        let span = doc.lines.span(text, line);
        let bytes = &text.as_bytes()[..span.end()];
        let mut at = span.start();
        for &indent in &self.quotes {
            at = skip(bytes, at, indent.max(3) + 3);
            if bytes.get(at) != Some(&b'>') {
                return None;
            }
            at += 1;
            at += usize::from(bytes.get(at) == Some(&b' '));
        }
        let content = skip(bytes, at, self.indent);
        let columns = super::blocks::columns(&bytes[at..content], 0);
        let is_blank = bytes[content..].iter().all(|byte| matches!(byte, b' ' | b'\t'));
        (columns >= self.indent || is_blank).then_some(content)
    }
}

/// How many columns the content of an item stands behind the last quote mark on the item's line.
fn content_column(doc: &Document, text: &str, content: usize) -> usize {
    let start = doc.lines.start(doc.lines.line_at(content)).max(doc.body.start());
    let prefix = &text[start..content];
    let after_quote = prefix
        .rfind('>')
        .map_or(0, |mark| mark + 1 + usize::from(prefix.as_bytes().get(mark + 1) == Some(&b' ')));
    super::blocks::columns(&prefix.as_bytes()[after_quote..], 0)
}

/// Goes over spaces and tabs of at most so many columns.
fn skip(bytes: &[u8], from: usize, width: usize) -> usize {
    let (mut at, mut columns) = (from, 0);
    while columns < width && matches!(bytes.get(at), Some(b' ' | b'\t')) {
        columns += super::blocks::columns(&bytes[at..=at], columns);
        at += 1;
    }
    at
}
