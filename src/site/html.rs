//! Attributes of tags: ids, and links.

use crate::text::Span;

/// An attribute of a tag with a literal value.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    pub name: &'a str,
    pub value: &'a str,
    /// Where the value stands in the text that the tag was cut from.
    pub span: Span,
}

/// The attributes of a tag that stands at `tag` of a text, from its `<` to its `>`; those without
/// value, and with one in braces as in JSX, are left out.
pub fn attributes(text: &str, tag: Span) -> Vec<Attribute<'_>> {
    let bytes = text.as_bytes();
    let end = tag.end().min(text.len());
    let mut at = tag.start() + 1;
    while at < end && !bytes[at].is_ascii_whitespace() {
        at += 1;
    }
    let mut found = Vec::new();
    while at < end {
        let start = at;
        while at < end && !bytes[at].is_ascii_whitespace() && !b"=>".contains(&bytes[at]) {
            at += 1;
        }
        let name = &text[start..at];
        let mut value = at;
        while value < end && bytes[value].is_ascii_whitespace() {
            value += 1;
        }
        if name.is_empty() || bytes.get(value) != Some(&b'=') {
            at = at.max(start + 1);
            while at < end && !text.is_char_boundary(at) {
                at += 1;
            }
            continue;
        }
        value += 1;
        while value < end && bytes[value].is_ascii_whitespace() {
            value += 1;
        }
        let (span, next) = match bytes.get(value) {
            Some(&quote @ (b'"' | b'\'')) => {
                let length = memchr::memchr(quote, &bytes[value + 1..end]);
                let close = length.map_or(end, |length| value + 1 + length);
                (Some(Span::new(value + 1, close)), close + 1)
            }
            Some(b'{') => {
                let close = closing_brace(&text[..end], value).unwrap_or(end);
                (literal_in_braces(text, Span::new(value, close)), close)
            }
            _ => {
                let stops = |b: &u8| b.is_ascii_whitespace() || *b == b'>';
                let length = bytes[value.min(end)..end].iter().position(stops);
                let close = length.map_or(end, |length| value + length);
                (Some(Span::new(value.min(close), close)), close)
            }
        };
        if let Some(span) = span {
            found.push(Attribute { name, value: span.of(text), span });
        }
        at = next.max(value);
    }
    found
}

/// `{'literal'}`
fn literal_in_braces(text: &str, braces: Span) -> Option<Span> {
    let source = braces.of(text);
    let inner = source.strip_prefix('{')?.strip_suffix('}')?;
    let trimmed = inner.trim();
    let quote = trimmed.bytes().next().filter(|b| b"\"'`".contains(b))? as char;
    let literal = trimmed.strip_prefix(quote)?.strip_suffix(quote)?;
    if literal.contains([quote, '$']) {
        return None;
    }
    let start = braces.start() + source.find(quote)? + 1;
    Some(Span::new(start, start + literal.len()))
}

/// Where the brace that opens at `open` is closed again, one past it; strings are skipped.
///
/// # Errors
/// The end of the text, if it is not closed.
pub fn closing_brace(text: &str, open: usize) -> Result<usize, usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (open, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Ok(at + 1);
                }
            }
            quote @ (b'"' | b'\'' | b'`') if depth > 0 => {
                // An apostrophe in text opens nothing: strings end on their line.
                let line =
                    memchr::memchr(b'\n', &bytes[at + 1..]).map_or(bytes.len(), |n| at + 1 + n);
                let until = if quote == b'`' { bytes.len() } else { line };
                if let Some(length) = memchr::memchr(quote, &bytes[at + 1..until]) {
                    at += length + 1;
                }
            }
            b'/' if bytes[at..].starts_with(b"/*") => {
                let end = memchr::memmem::find(&bytes[at + 2..], b"*/");
                at = end.map(|end| at + 2 + end + 1).ok_or(bytes.len())?;
            }
            _ => {}
        }
        at += 1;
    }
    Err(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_of_all_kinds() {
        let text = "<a href = 'x y' hidden data-x=plain id=\"é\" to={`/z`} n={a+'b'} last=1>";
        let found = attributes(text, Span::new(0, text.len()));
        let found: Vec<_> = found.iter().map(|a| (a.name, a.value)).collect();
        assert_eq!(
            found,
            [("href", "x y"), ("data-x", "plain"), ("id", "é"), ("to", "/z"), ("last", "1")]
        );
        for text in ["<a href=", "<a href='", "<a =", "<a é=\"", "<", "<a {", "<a b={"] {
            attributes(text, Span::new(0, text.len()));
        }
        assert_eq!(closing_brace("{a: '}' /* } */ {}} x", 0), Ok(19));
    }
}
