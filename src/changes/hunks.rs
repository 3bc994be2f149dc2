//! Reads a diff without context: which lines of which files are new.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::ChangedLines;
use super::git::path;

/// The changed lines by file, from the output of `git diff --unified=0`.
pub(super) fn read(diff: &[u8]) -> HashMap<PathBuf, ChangedLines> {
    let mut files = HashMap::new();
    let mut file: Option<(PathBuf, ChangedLines)> = None;
    let mut is_new = false;
    // Lines of a hunk that are still to come: they may look like anything.
    let mut content = 0_usize;
    for line in diff.split(|byte| *byte == b'\n') {
        if content > 0 {
            // A note that there is no line ending is not counted.
            content -= usize::from(!line.starts_with(b"\\"));
        } else if line.starts_with(b"diff --git ") {
            files.extend(file.take());
            is_new = false;
        } else if line.starts_with(b"new file mode ") {
            is_new = true;
        } else if let Some(name) = line.strip_prefix(b"+++ ") {
            let lines = if is_new { ChangedLines::All } else { ChangedLines::Some(Vec::new()) };
            file = new_name(name).map(|name| (name, lines));
        } else if let Some(hunk) = line.strip_prefix(b"@@ ").and_then(Hunk::read) {
            content = hunk.removed + hunk.added;
            if let Some((_, ChangedLines::Some(ranges))) = &mut file {
                ranges.push(hunk.touched());
            }
        }
    }
    files.extend(file);
    files
}

/// The files that are taken for binary, from the output of `git diff --numstat -z`.
pub(super) fn binary(numbers: &[u8]) -> Vec<PathBuf> {
    let mut names = Vec::new();
    let mut fields = numbers.split(|byte| *byte == 0);
    while let Some(field) = fields.next() {
        let mut parts = field.splitn(3, |byte| *byte == b'\t');
        let (added, removed) = (parts.next(), parts.next());
        let Some(mut name) = parts.next() else { continue };
        // Of a renamed file the old name and the new one come after it.
        if name.is_empty() {
            name = fields.nth(1).unwrap_or_default();
        }
        if added == Some(b"-") && removed == Some(b"-") {
            names.push(path(name));
        }
    }
    names
}

/// The name after `+++ `, without the prefix; `None` for a file that is removed.
fn new_name(written: &[u8]) -> Option<PathBuf> {
    // After a name with spaces git puts a tab.
    let written = written.strip_suffix(b"\t").unwrap_or(written);
    let name = match written.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) {
        Some(quoted) => unquote(quoted),
        None => written.to_owned(),
    };
    name.strip_prefix(b"b/").map(path)
}

/// A name as C writes strings.
fn unquote(quoted: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(quoted.len());
    let mut rest = quoted.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            name.push(byte);
            continue;
        }
        name.push(match rest.next() {
            Some(b'a') => 7,
            Some(b'b') => 8,
            Some(b't') => b'\t',
            Some(b'n') => b'\n',
            Some(b'v') => 11,
            Some(b'f') => 12,
            Some(b'r') => b'\r',
            Some(digit @ b'0'..=b'3') => {
                let digits = [digit, rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                digits.iter().fold(0, |code: u8, digit| {
                    code.wrapping_mul(8).wrapping_add(digit.wrapping_sub(b'0'))
                })
            }
            Some(other) => other,
            None => break,
        });
    }
    name
}

/// The numbers of `@@ -from,removed +start,added @@`.
struct Hunk {
    removed: usize,
    start: u32,
    added: usize,
}

impl Hunk {
    fn read(text: &[u8]) -> Option<Hunk> {
        let text = std::str::from_utf8(text.split(|byte| *byte == b'@').next()?).ok()?;
        let mut parts = text.split_whitespace();
        let range = |part: &str, sign| -> Option<(u32, usize)> {
            let part = part.strip_prefix(sign)?;
            let (start, length) = part.split_once(',').unwrap_or((part, "1"));
            Some((start.parse().ok()?, length.parse().ok()?))
        };
        let (_, removed) = range(parts.next()?, '-')?;
        let (start, added) = range(parts.next()?, '+')?;
        Some(Hunk { removed, start, added })
    }

    /// The lines that are new; where lines were only removed, those on both sides.
    fn touched(&self) -> RangeInclusive<u32> {
        match u32::try_from(self.added).unwrap_or(u32::MAX) {
            0 => self.start..=self.start.saturating_add(1),
            added => self.start..=self.start.saturating_add(added - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(diff: &str) -> Vec<(String, ChangedLines)> {
        let mut files: Vec<(String, ChangedLines)> = read(diff.as_bytes())
            .into_iter()
            .map(|(path, lines)| (path.to_string_lossy().into_owned(), lines))
            .collect();
        files.sort_by(|a, b| a.0.cmp(&b.0));
        files
    }

    #[test]
    fn content_that_looks_like_a_header_is_content() {
        let diff = "\
diff --git a/a.md b/a.md
--- a/a.md
+++ b/a.md
@@ -3,0 +4,2 @@ diff --git a/x b/x
+++ b/evil.md
+@@ -1 +1 @@
@@ -9 +12 @@
-old
\\ No newline at end of file
+new
\\ No newline at end of file
@@ -20,3 +22,0 @@
-a
-b
--- c
";
        assert_eq!(
            lines(diff),
            [("a.md".to_owned(), ChangedLines::Some(vec![4..=5, 12..=12, 22..=23]))]
        );
    }

    #[test]
    fn binary_files_are_told_by_their_numbers() {
        let fields =
            ["1\t0\ta.md", "-\t-\tb c.md", "-\t-\t", "old.md", "new.md", "2\t2\t", "x.md", "y.md"];
        let numbers = fields.join("\0").into_bytes();
        assert_eq!(binary(&numbers), [PathBuf::from("b c.md"), PathBuf::from("new.md")]);
        assert!(binary(b"").is_empty());
    }

    #[test]
    fn new_renamed_and_removed_files_are_told_apart() {
        let diff = "\
diff --git a/gone.md b/gone.md
deleted file mode 100644
--- a/gone.md
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/old.md b/moved.md
similarity index 100%
rename from old.md
rename to moved.md
diff --git a/new file.md b/new file.md
new file mode 100644
--- /dev/null
+++ b/new file.md\t
@@ -0,0 +1 @@
+x
diff --git \"a/tab\\there \\303\\251\\n.md\" \"b/tab\\there \\303\\251\\n.md\"
--- \"a/tab\\there \\303\\251\\n.md\"
+++ \"b/tab\\there \\303\\251\\n.md\"
@@ -1 +1 @@
-x
+y
";
        assert_eq!(
            lines(diff),
            [
                ("new file.md".to_owned(), ChangedLines::All),
                ("tab\there é\n.md".to_owned(), ChangedLines::Some(vec![1..=1])),
            ]
        );
    }
}
