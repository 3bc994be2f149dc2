//! Lines outside front matter and fenced code, and code spans: what all masks look at first.

use crate::text::Span;

/// The length of front matter in `---` or `+++` at the start of a text.
pub fn front_matter(text: &str) -> usize {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.len() - body.len();
    let Some(fence) = ["---", "+++"].into_iter().find(|fence| body.starts_with(fence)) else {
        return 0;
    };
    let mut at = start;
    for (index, line) in body.split_inclusive('\n').enumerate() {
        at += line.len();
        let is_fence = line.trim_end() == fence;
        if index == 0 && !is_fence {
            return 0;
        }
        if index > 0 && is_fence {
            return at;
        }
    }
    0
}

/// A line of a text.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Without its line ending.
    pub span: Span,
    /// Whether it is part of a fenced code block, fences included.
    pub in_fence: bool,
}

/// The lines after the front matter. Fences count however deep they stand.
pub fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = front_matter(text);
    let mut fence: Option<(u8, usize)> = None;
    for line in text[at..].split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let span = Span::new(at, at + content.len());
        at += line.len();
        let run = fence_of(content);
        let in_fence = match (fence, run) {
            (None, Some((mark, length, _))) => {
                fence = Some((mark, length));
                true
            }
            (Some((mark, length)), Some((other, longer, "")))
                if mark == other && longer >= length =>
            {
                fence = None;
                true
            }
            (fence, _) => fence.is_some(),
        };
        lines.push(Line { span, in_fence });
    }
    lines
}

/// The mark, its count, and the info string of a line that may be a fence.
pub fn fence_of(line: &str) -> Option<(u8, usize, &str)> {
    let inner = line.trim_start_matches([' ', '\t', '>']);
    // A fence may be the first thing in a list item, and that in another one.
    let mut inner = inner;
    while let Some((marker, rest)) = inner.split_once(' ')
        && (matches!(marker, "-" | "*" | "+") || is_number(marker))
    {
        inner = rest.trim_start();
    }
    let mark = inner.bytes().next().filter(|b| matches!(b, b'`' | b'~'))?;
    let length = inner.bytes().take_while(|&byte| byte == mark).count();
    let info = inner[length..].trim();
    (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some((mark, length, info))
}

fn is_number(marker: &str) -> bool {
    let digits = marker.strip_suffix(['.', ')']);
    digits.is_some_and(|d| !d.is_empty() && d.len() < 10 && d.bytes().all(|b| b.is_ascii_digit()))
}

/// The number of backticks at a place.
pub fn ticks(bytes: &[u8], at: usize, end: usize) -> usize {
    bytes[at..end].iter().take_while(|&&byte| byte == b'`').count()
}

/// Where the code span that starts at `at` ends, if it does before `end`.
///
/// # Errors
/// `end`, if it does not.
pub fn code_span_end(bytes: &[u8], at: usize, end: usize) -> Result<usize, usize> {
    let wanted = ticks(bytes, at, end);
    let mut next = at + wanted;
    while next < end {
        let Some(found) = memchr::memchr(b'`', &bytes[next..end]) else { break };
        let start = next + found;
        let length = ticks(bytes, start, end);
        if length == wanted {
            return Ok(start + length);
        }
        next = start + length;
    }
    Err(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_and_front_matter_are_seen() {
        let text = "---\na: b\n---\nx\n- ```js\n  y\n  ```\nz `a\nb` c\n\n~~~\n```\n~~~\nw";
        let plain = lines(text).into_iter().filter(|line| !line.in_fence);
        let seen: Vec<_> = plain.map(|line| line.span.of(text)).collect();
        assert_eq!(seen, ["x", "z `a", "b` c", "", "w"]);
        assert_eq!(front_matter("---\na\n"), 0);
        assert_eq!(code_span_end(b"``a`b`` c", 0, 9), Ok(7));
        assert_eq!(code_span_end(b"`a", 0, 2), Err(2));
    }
}
