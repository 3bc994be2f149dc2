//! Tabs that the parser does not take for white space: after a closing fence, and in the row under
//! the header of a table.

use std::borrow::Cow;

/// The text with such tabs replaced by spaces. Offsets stay the same.
pub(super) fn mask(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut masked: Option<Vec<u8>> = None;
    let mut reached = 0;
    while let Some(tab) = memchr::memchr(b'\t', &bytes[reached..]) {
        let at = reached + tab;
        let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        let start = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |before| before + 1);
        if let Some(from) = place(&bytes[start..end]) {
            let masked = masked.get_or_insert_with(|| bytes.to_vec());
            for byte in &mut masked[start + from..end] {
                *byte = if *byte == b'\t' { b' ' } else { *byte };
            }
        }
        reached = end;
    }
    masked.map_or(Cow::Borrowed(text), |masked| {
        Cow::Owned(String::from_utf8(masked).expect("spaces took the place of tabs"))
    })
}

/// From where on tabs of a line count as spaces, if they do.
fn place(line: &[u8]) -> Option<usize> {
    let prefix = line.iter().take_while(|byte| b" \t>".contains(byte)).count();
    let rest = &line[prefix..];
    match *rest.first()? {
        mark @ (b'`' | b'~') => {
            let run = rest.iter().take_while(|&&byte| byte == mark).count();
            let is_closing = run >= 3 && rest[run..].iter().all(|byte| b" \t".contains(byte));
            is_closing.then_some(prefix + run)
        }
        b'|' | b':' | b'-' => {
            // After a lone hyphen, the tab is the indentation of a list item.
            let is_item = rest.starts_with(b"-\t") || rest.starts_with(b"- ");
            let is_row = rest.iter().all(|byte| b"|:- \t".contains(byte))
                && rest.contains(&b'-')
                && rest.iter().any(|byte| b"|:".contains(byte));
            (is_row && !is_item).then_some(prefix)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tabs_that_are_white_space_anyway_become_spaces() {
        let text = "a\tb\n```\t\n~~~\t x\n> | -\t|\t-|\t\n-\t|-|\n\t```\t";
        let masked = "a\tb\n``` \n~~~\t x\n> | - | -| \n-\t|-|\n\t``` ";
        assert_eq!(mask(text), masked);
        assert!(matches!(mask("a\tb"), Cow::Borrowed(_)));
    }
}
