//! Where in a page the bytes stand by which several things begin that the parser does not tell:
//! found in one look, for all who search for them.

use wide::u8x64;

use crate::text::for_each_match;

/// Writes the offsets of all `!`, `$`, `:` and `@`, of each `w` or `W` before a dot, and of each
/// `-` before a `>`.
pub(super) fn find(text: &str, marks: &mut Vec<u32>) {
    marks.clear();
    let is = |bytes: u8x64, byte| bytes.simd_eq(u8x64::splat(byte));
    let look = |bytes: u8x64, next: u8x64| {
        let single = is(bytes, b'!') | is(bytes, b'$') | is(bytes, b':') | is(bytes, b'@');
        let lower_case = bytes | u8x64::splat(0x20);
        let pairs = (is(lower_case, b'w') & is(next, b'.')) | (is(bytes, b'-') & is(next, b'>'));
        (single | pairs).to_bitmask()
    };
    for_each_match(text.as_bytes(), look, |at| marks.push(at as u32));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_at_every_place() {
        for length in 0..300 {
            let mut text = "=".repeat(length);
            let mut expected = Vec::new();
            for (index, mark) in
                ["!", "w.", "$", ":", "@", "W.", "www.", "w-", "日", "->"].iter().enumerate()
            {
                match *mark {
                    "www." => expected.push(text.len() as u32 + 2),
                    "w-" | "日" => {}
                    _ => expected.push(text.len() as u32),
                }
                text.push_str(mark);
                text.push_str(&"=".repeat(index * 7));
            }
            let mut marks = vec![9];
            find(&text, &mut marks);
            assert_eq!(marks, expected, "{length}");
        }
    }
}
