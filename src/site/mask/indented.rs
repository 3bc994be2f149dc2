//! Indentation in MDX, where it makes no code.

use crate::document::Document;

/// How deep elements may be indented whose content is looked at.
const MAX_INDENTATIONS: usize = 6;

/// MDX has no code by indentation. For the parser such lines become items of lists, in which the same
/// indentation means the same.
pub fn without_indented_code(mut doc: Document) -> Document {
    for _ in 0..MAX_INDENTATIONS {
        let indented: Vec<usize> = doc
            .code_blocks
            .iter()
            .filter(|code| code.fence.is_none())
            .map(|code| doc.line_of(doc.nodes[code.node].span.start()))
            .collect();
        if indented.is_empty() {
            break;
        }
        let mut text = doc.text.clone().into_bytes();
        for line in indented {
            let span = doc.line_span(line);
            let spaces = span.of(&doc.text).bytes().take_while(|&byte| byte == b' ').count();
            if let Some(column) = spaces.checked_sub(4) {
                text[span.start() + column] = b'-';
            }
        }
        match String::from_utf8(text) {
            Ok(text) if text != doc.text => doc = Document::parse(text),
            _ => break,
        }
    }
    doc
}
