//! Where container directives end: `:::name` opens one, `:::` alone closes it. For CommonMark
//! the closing line is text of the item above it; for markdownlint it ends the list.

use crate::document::{Document, Flags};

/// The container directives of a document.
#[derive(Default)]
pub(super) struct Directives {
    /// From which line (from 0) on which directive is the innermost open one.
    innermost: Vec<(usize, Option<usize>)>,
    /// The closing line of each directive that is closed.
    closing: Vec<Option<usize>>,
}

impl Directives {
    pub(super) fn find(doc: &Document) -> Self {
        let mut found = Directives::default();
        if !doc.colons().any(|at| doc.text[at..].starts_with(":::")) {
            return found;
        }
        let mut open: Vec<(usize, usize)> = Vec::new();
        for line in doc.body_lines() {
            let Some((colons, rest)) = fence(doc, line) else { continue };
            if is_name(rest) {
                open.push((found.closing.len(), colons));
                found.closing.push(None);
            } else if rest.is_empty()
                && let Some((closed, _)) = open.pop_if(|(_, opened)| colons >= *opened)
            {
                found.closing[closed] = Some(line);
            } else {
                continue;
            }
            found.innermost.push((line + 1, open.last().map(|&(directive, _)| directive)));
        }
        found
    }

    /// The closing line of the directive that a line stands in.
    pub(super) fn closing_line(&self, line: usize) -> Option<usize> {
        let after = self.innermost.partition_point(|&(from, _)| from <= line);
        let (_, directive) = self.innermost[after.checked_sub(1)?];
        self.closing[directive?]
    }
}

/// The number of colons that a line starts with, three or more, and what follows them.
fn fence(doc: &Document, line: usize) -> Option<(usize, &str)> {
    let text = doc.line_text(line).trim_end();
    let fence = text.trim_start_matches(' ');
    let rest = fence.trim_start_matches(':');
    let colons = fence.len() - rest.len();
    let is_fence = colons >= 3
        && text.len() - fence.len() <= 3
        && doc.is_plain(line, Flags::CODE | Flags::HTML);
    is_fence.then_some((colons, rest))
}

/// Whether what follows the colons is a name, perhaps with a label in brackets and attributes in
/// braces.
fn is_name(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_alphanumeric() || c == '-' || c == '_');
    text.starts_with(char::is_alphanumeric)
        && (rest.is_empty() || (rest.starts_with(['[', '{']) && rest.ends_with([']', '}'])))
}
