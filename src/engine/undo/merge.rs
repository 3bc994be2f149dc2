//! Three-way merging by lines.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

/// How long two texts are compared at most; afterwards differences come out larger than they are.
const PATIENCE: Duration = Duration::from_secs(2);

/// Lines of the text that both sides started from, and what one side has instead.
struct MergeEdit<'t> {
    base: Range<usize>,
    lines: &'t [&'t [u8]],
}

/// The text that has the edits of both sides, `ours` and `theirs`, of `base`; `None` where they meet.
///
/// Edits meet if they share a line of `base`, or if lines of ours are inserted, or deleted, right
/// beside lines that theirs inserts or deletes, so that it cannot be said how they are to stand.
pub(super) fn merge(base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    let (base, ours, theirs) = (lines(base), lines(ours), lines(theirs));
    let mut ours = edits(&base, &ours).into_iter().peekable();
    let mut theirs = edits(&base, &theirs).into_iter().peekable();
    let (mut merged, mut done): (Vec<&[u8]>, usize) = (Vec::new(), 0);
    while let Some(edit) = match (ours.peek(), theirs.peek()) {
        (Some(our), Some(their)) if our.base == their.base && our.lines == their.lines => {
            theirs.next();
            ours.next()
        }
        (Some(our), Some(their)) if meet(our, their) => return None,
        (Some(our), Some(their)) if !is_before(our, their) => theirs.next(),
        (None, _) => theirs.next(),
        (Some(_), _) => ours.next(),
    } {
        merged.extend(&base[done..edit.base.start]);
        merged.extend(edit.lines);
        done = edit.base.end;
    }
    merged.extend(&base[done..]);
    // A last line without an end that is no longer the last would become one with the next.
    let is_whole = |line: &&[u8]| line.ends_with(b"\n") || line.ends_with(b"\r");
    let inner = merged.len().saturating_sub(1);
    merged[..inner].iter().all(is_whole).then(|| merged.concat())
}

fn is_before(one: &MergeEdit, other: &MergeEdit) -> bool {
    (one.base.start, one.base.end) < (other.base.start, other.base.end)
}

fn meet(our: &MergeEdit, their: &MergeEdit) -> bool {
    let touch = our.base.start <= their.base.end && their.base.start <= our.base.end;
    let share = our.base.start < their.base.end && their.base.start < our.base.end;
    // Line for line, it does not matter what stands beside them.
    let is_even = their.base.len() == their.lines.len();
    let is_unclear = match our.base.is_empty() {
        true => !is_even,
        false => their.base.is_empty() && our.lines.is_empty(),
    };
    if is_unclear { touch } else { share }
}

/// Lines with their ends, which may be a carriage return alone.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut start = 0;
    for at in memchr::memchr2_iter(b'\n', b'\r', text) {
        if text[at] == b'\n' || text.get(at + 1) != Some(&b'\n') {
            lines.push(&text[start..=at]);
            start = at + 1;
        }
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

fn edits<'t>(base: &[&[u8]], side: &'t [&'t [u8]]) -> Vec<MergeEdit<'t>> {
    let deadline = Instant::now().checked_add(PATIENCE);
    let changes = capture_diff_slices_deadline(Algorithm::Myers, base, side, deadline);
    let changes = changes.into_iter().filter(|change| change.tag() != DiffTag::Equal);
    let mut edits: Vec<MergeEdit> = Vec::new();
    let mut end = 0;
    for change in changes {
        let (old, new) = (change.old_range(), change.new_range());
        match edits.last_mut() {
            // One edit may come in several pieces.
            Some(last) if last.base.end == old.start && end == new.start => {
                let start = new.start - last.lines.len();
                *last = MergeEdit { base: last.base.start..old.end, lines: &side[start..new.end] };
            }
            _ => edits.push(MergeEdit { base: old, lines: &side[new.clone()] }),
        }
        end = new.end;
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> Option<String> {
        let merged = merge(base.as_bytes(), ours.as_bytes(), theirs.as_bytes())?;
        Some(String::from_utf8(merged).unwrap())
    }

    #[test]
    fn edits_apart_are_both_kept() {
        let base = "1\n2\n3\n4\n5\n";
        let both = merged(base, "1\nours\n3\n4\n5\n", "1\n2\n3\ntheirs\n5\n");
        assert_eq!(both.as_deref(), Some("1\nours\n3\ntheirs\n5\n"));
        assert_eq!(
            merged(base, "0\n1\n2\n3\n4\n5\n", "1\n2\n3\n4\n").as_deref(),
            Some("0\n1\n2\n3\n4\n")
        );
        assert_eq!(
            merged(base, "2\n3\n4\n5\n", "1\n2\n3\n4\n5\n6\n").as_deref(),
            Some("2\n3\n4\n5\n6\n")
        );
        assert_eq!(merged(base, base, "1\n").as_deref(), Some("1\n"));
        assert_eq!(merged(base, "1\n", base).as_deref(), Some("1\n"));
    }

    #[test]
    fn neighbouring_lines_are_not_the_same_line() {
        assert_eq!(
            merged("1\n2\n3\n", "1\nours\n3\n", "1\n2\ntheirs\n").as_deref(),
            Some("1\nours\ntheirs\n")
        );
        assert_eq!(merged("1\n2\n", "1\nours\n", "1\n\n2\n").as_deref(), Some("1\n\nours\n"));
    }

    #[test]
    fn lines_can_be_added_beside_a_line_that_changed() {
        assert_eq!(merged("1\n2\n", "1\n2\n3\n", "1\ntwo\n").as_deref(), Some("1\ntwo\n3\n"));
        assert_eq!(merged("1\n2\n", "0\n1\n2\n", "one\n2\n").as_deref(), Some("0\none\n2\n"));
        assert_eq!(merged("1\n2\n", "1\nx\n2\n", "one\ntwo\n"), None);
        assert_eq!(merged("1\n2\n", "1\n2\n3\n", "1\n"), None);
    }

    #[test]
    fn the_same_edit_counts_once() {
        assert_eq!(merged("1\n2\n", "1\nx\n", "1\nx\n").as_deref(), Some("1\nx\n"));
        assert_eq!(
            merged("1\n2\n3\n", "0\n2\n3\n4\n", "0\n2\n3\n").as_deref(),
            Some("0\n2\n3\n4\n")
        );
    }

    #[test]
    fn edits_that_meet_are_refused() {
        assert_eq!(merged("1\n2\n3\n", "1\nours\n3\n", "1\ntheirs\n3\n"), None);
        assert_eq!(merged("1\n2\n3\n", "1\n3\n", "1\ntheirs\n3\n"), None);
        assert_eq!(merged("1\n2\n", "1\nours\n2\n", "1\ntheirs\n2\n"), None);
        // Ours stand between two lines that theirs puts together.
        assert_eq!(merged("text\n\n- a\n", "text\n\nours\n\n- a\n", "text\n- a\n"), None);
        assert_eq!(merged("1\n2\n3\n4\n", "1\n4\n", "1\n2\nx\n3\n4\n"), None);
    }

    #[test]
    fn lines_do_not_run_together() {
        assert_eq!(merged("1\n", "1\n2\n", "1"), None);
        assert_eq!(merged("1\n2\n", "0\n2\n", "1\n2").as_deref(), Some("0\n2"));
        assert_eq!(merged("1\r2\r3\r", "0\r2\r3\r", "1\r2\r4\r").as_deref(), Some("0\r2\r4\r"));
        assert_eq!(
            merged("1\r\n2\r\n3\r\n", "0\r\n2\r\n3\r\n", "1\r\n2\r\n3\n").as_deref(),
            Some("0\r\n2\r\n3\n")
        );
    }
}
