//! Lines of `:::name` containers, as Docusaurus, VitePress and DocFX have them. markdownlint reads
//! them as blocks of their own, which the parser does not know.

use std::borrow::Cow;

use super::inline;

/// The text with the lines that open and close containers replaced by thematic breaks of the same
/// length: like those, they end paragraphs, lists and tables.
///
/// `colons` are offsets of the text, among them those of all `::`.
pub(super) fn mask(body: &str, colons: impl Iterator<Item = usize>) -> Cow<'_, str> {
    let fences = fences(body, colons);
    if fences.is_empty() {
        return Cow::Borrowed(body);
    }
    let mut masked = String::with_capacity(body.len());
    for (start, length) in fences {
        masked.push_str(&body[masked.len()..start]);
        masked.extend(std::iter::repeat_n('*', length));
    }
    masked.push_str(&body[masked.len()..]);
    Cow::Owned(masked)
}

/// Where the marks of containers start, and how many bytes there are up to the line's end.
fn fences(body: &str, colons: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut fences = Vec::new();
    let mut open = 0_usize;
    let mut reached = 0;
    for at in colons {
        let before = at.checked_sub(1).map(|before| body.as_bytes()[before]);
        if at < reached
            || !matches!(before, None | Some(b' ' | b'\n' | b'\r'))
            || !body.as_bytes()[at..].starts_with(b"::")
        {
            continue;
        }
        let line = body[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let end = body[at..].find(['\n', '\r']).map_or(body.len(), |end| at + end);
        reached = end;
        let indent = &body[line..at];
        if indent.len() > 3 || indent.bytes().any(|byte| byte != b' ') {
            continue;
        }
        let content = body[at..end].trim_end_matches([' ', '\t']);
        let colons = content.len() - content.trim_start_matches(':').len();
        let closes = colons == content.len();
        if (closes && colons > 2 && open > 0) || is_directive(&content[colons..]) {
            fences.push((at, content.len()));
            match (closes, colons) {
                (true, _) => open -= 1,
                (false, 2) => {}
                (false, _) => open += 1,
            }
        }
    }
    fences
}

/// `name`, `name[label]`, `name{attributes}` or all three, and nothing after them.
fn is_directive(content: &str) -> bool {
    let name = inline::directive_name(content);
    let rest = &content[name.len()..];
    let rest = if rest.starts_with('[') { after(rest, ']') } else { rest };
    let rest = if rest.starts_with('{') { after(rest, '}') } else { rest };
    !name.is_empty() && rest.is_empty()
}

fn after(text: &str, end: char) -> &str {
    text.rfind(end).map_or(text, |at| &text[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn container_lines_become_breaks_of_the_same_length() {
        let text = ":::note\ntext\n:::\n:::\n ::leaf{a=b}\n::: no\n:::row:::\na :::b\n";
        let masked = "*******\ntext\n***\n:::\n ***********\n::: no\n:::row:::\na :::b\n";
        assert_eq!(mask(text, 0..text.len()), masked);
        let text = "std::vector\n:::\n";
        assert!(matches!(mask(text, 0..text.len()), Cow::Borrowed(_)));
    }
}
