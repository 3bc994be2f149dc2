//! What stands under a heading.

use crate::document::{Document, Heading, Kind};

/// A heading without content before the next one.
pub(super) struct Bare<'d> {
    pub(super) heading: &'d Heading,
    /// The heading right after it; `None` at the end of the page.
    pub(super) next: Option<&'d Heading>,
}

/// The headings that stand directly in the page and have nothing between them and the next one,
/// or the end. Comments and definitions are nothing to a reader.
pub(super) fn bare_headings(doc: &Document) -> impl Iterator<Item = Bare<'_>> {
    let blocks = doc.children(0).filter(|&block| {
        let node = doc.nodes[block];
        let source = doc.slice(node.span);
        node.kind != Kind::HtmlBlock || !(source.starts_with("<!--") && source.ends_with("-->"))
    });
    let heading = |block: usize| {
        let node = doc.nodes[block];
        (node.kind == Kind::Heading).then(|| &doc.headings[node.data as usize])
    };
    let mut blocks = blocks.peekable();
    std::iter::from_fn(move || {
        loop {
            let Some(found) = heading(blocks.next()?) else { continue };
            match blocks.peek().map(|&next| heading(next)) {
                None => return Some(Bare { heading: found, next: None }),
                Some(Some(next)) => return Some(Bare { heading: found, next: Some(next) }),
                Some(None) => {}
            }
        }
    })
}
