//! Front matter: the block of data before the body, cut off before the parser sees the page.

use crate::text::Span;

/// A page's front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    pub format: FrontMatterFormat,
    /// With both fences and the white space after the closing one, which belongs to no line of
    /// the body.
    pub span: Span,
    /// What stands between the fences; for JSON, the object with its braces.
    pub content: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontMatterFormat {
    /// Between `---` lines.
    Yaml,
    /// Between `+++` lines.
    Toml,
    /// From a line `{` to a line that starts with `}`.
    Json,
}

impl FrontMatter {
    /// The front matter of a page; a byte order mark may stand before it.
    pub fn of(text: &str) -> Option<FrontMatter> {
        let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        find(text, bom)
    }
}

/// Finds front matter at the start of `text[from..]`, as markdownlint does: the opening fence is
/// the first line, at least one character stands before the closing one, and the white space
/// after the closing fence is swallowed up to the last line ending.
pub(super) fn find(text: &str, from: usize) -> Option<FrontMatter> {
    let rest = &text[from..];
    let (format, fence) = match rest.as_bytes() {
        [b'-', b'-', b'-', ..] => (FrontMatterFormat::Yaml, "---"),
        [b'+', b'+', b'+', ..] => (FrontMatterFormat::Toml, "+++"),
        [b'{', ..] => (FrontMatterFormat::Json, "{"),
        _ => return None,
    };
    let first_line_end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    if !rest[fence.len()..first_line_end].chars().all(crate::text::is_js_space) {
        return None;
    }
    let opening_end = skip_line_ending(rest, first_line_end);
    // One character of any kind stands between the opening line and the closing fence.
    let mut line_start = opening_end;
    loop {
        if line_start >= rest.len() {
            return None;
        }
        let line = &rest[line_start..];
        let closing = match format {
            FrontMatterFormat::Yaml => line.starts_with("---"),
            FrontMatterFormat::Toml => line.starts_with("+++") || line.starts_with("..."),
            FrontMatterFormat::Json => line.starts_with('}'),
        };
        let fence_len = if format == FrontMatterFormat::Json { 1 } else { 3 };
        if closing && let Some(end) = swallow_space(rest, line_start + fence_len) {
            let content = match format {
                FrontMatterFormat::Json => Span::new(from, from + line_start + 1),
                _ => Span::new(from + opening_end, from + line_start),
            };
            return Some(FrontMatter { format, span: Span::new(from, from + end), content });
        }
        let ending = memchr::memchr2(b'\n', b'\r', line.as_bytes())?;
        line_start = skip_line_ending(rest, line_start + ending);
    }
}

/// Front matter up to `end` of which nothing is known but that.
pub(super) fn opaque(from: usize, end: usize) -> Option<FrontMatter> {
    let (span, content) = (Span::new(from, end.max(from)), Span::at(end.max(from)));
    (end > from).then_some(FrontMatter { format: FrontMatterFormat::Yaml, span, content })
}

/// Where the front matter ends if its closing fence ends at `at`: past the last line ending of
/// the white space there, or at the end of the text; `None` if anything else follows.
fn swallow_space(text: &str, at: usize) -> Option<usize> {
    let space: usize =
        text[at..].chars().take_while(|&c| crate::text::is_js_space(c)).map(char::len_utf8).sum();
    let end = at + space;
    if end == text.len() {
        return Some(end);
    }
    let last = text[at..end].rfind(['\n', '\r'])?;
    Some(at + last + 1)
}

fn skip_line_ending(text: &str, at: usize) -> usize {
    match &text.as_bytes()[at..] {
        [b'\r', b'\n', ..] => at + 2,
        [b'\n' | b'\r', ..] => at + 1,
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Option<(&str, &str)> {
        find(text, 0).map(|found| (found.content.of(text), &text[found.span.end()..]))
    }

    #[test]
    fn fences_of_three_kinds() {
        assert_eq!(content("---\ntitle: a\n---\n\n\n# H\n"), Some(("title: a\n", "# H\n")));
        assert_eq!(content("+++\na = 1\n+++\nx"), Some(("a = 1\n", "x")));
        assert_eq!(content("{\n\"a\": 1\n}\nx"), Some(("{\n\"a\": 1\n}", "x")));
    }

    #[test]
    fn not_front_matter() {
        assert_eq!(content("---\ntitle: a\n"), None);
        assert_eq!(content("--- x\n---\n"), None);
        assert_eq!(content("---\na\n--- b\n"), None);
    }

    #[test]
    fn indentation_after_the_fence_stays_in_the_body() {
        assert_eq!(content("---\na: 1\n---\n\n    code\n"), Some(("a: 1\n", "    code\n")));
    }
}
