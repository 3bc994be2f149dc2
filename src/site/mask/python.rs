//! Python-Markdown's blocks by indentation. For the parser they become items of lists, in which the
//! same indentation means the same.

use super::Cover;
use super::blocks::lines;

pub fn cover(cover: &mut Cover) {
    let text = cover.text;
    // The indentation of a block of mkdocstrings, whose body is settings.
    let mut object: Option<usize> = None;
    for line in lines(text) {
        let source = line.span.of(text);
        let inner = source.trim_start_matches(' ');
        let at = line.span.end() - inner.len();
        if line.in_fence {
            continue;
        }
        let indent = source.len() - inner.len();
        if object.is_some_and(|outer| indent > outer || inner.is_empty()) {
            cover.blank(line.span);
            continue;
        }
        object = inner.strip_prefix("::: ").is_some_and(is_object).then_some(indent);
        // Snippets, and what mkdocstrings makes of code.
        if let Some(name) = inner.strip_prefix("--8<-- ") {
            cover.includes.push(format!("/{}", name.trim().trim_matches(['"', '\''])));
        }
        cover.is_open |= inner.strip_prefix("::: ").is_some_and(|name| !name.contains('.'));
        let opens = |mark: &str| {
            inner
                .strip_prefix(mark)
                .and_then(|rest| rest.strip_prefix(' '))
                .is_some_and(|rest| !rest.trim().is_empty())
        };
        if opens("!!!") || opens("???") || (opens("===") && inner.contains('"')) || opens("///") {
            cover.put(at, "-  ");
        } else if opens("???+") || opens("===!") || opens("===+") {
            cover.put(at, "-   .");
        } else if inner.starts_with(":   ") && inner.trim().len() > 1 {
            cover.put(at, "-");
        }
    }
}

/// Whether a name is one of Python's objects.
fn is_object(name: &str) -> bool {
    let name = name.trim_end();
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::super::{Syntax, mask};
    use crate::document::Document;

    #[test]
    fn what_is_indented_is_markdown() {
        let text = "!!! note \"T\"\n\n    [a](b.md)\n\n    ??? tip\n\n        [c](d.md)\n\n=== \"Tab\"\n\n    ## Head\n\nTerm\n:   [e](f.md)\n\n        [code](g.md)\n\n    ```\n    !!! no\n    ```\n";
        let masked = mask(Syntax::Python, text).expect("there are admonitions");
        let doc = Document::parse(masked.text);
        let found: Vec<_> =
            doc.links.iter().filter_map(|l| l.destination).map(|d| d.of(text)).collect();
        assert_eq!(found, ["b.md", "d.md", "f.md"]);
        assert_eq!(doc.headings.len(), 1);
        let _ = mask(Syntax::Python, "!!! é\n???+ é\n:   é\n===\n!!!");
    }
}
