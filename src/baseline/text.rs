//! The baseline as text: a header, then one finding a line, sorted, so that two branches merge.

use std::fmt::Write;

use super::{BaselineKey, Known};
use crate::diagnostic::Fingerprint;

const TITLE: &str = "# validator baseline, version ";
const VERSION: u32 = 1;
const NOTE: &str = "\
# Findings that do not fail a run: path, rule, fingerprint and message, with tabs between.
# `validator baseline` takes out what is resolved; `validator baseline --update` enters what is new.
";

/// Longest message that is kept, in characters: it is there for people.
const MAX_MESSAGE: usize = 120;

/// Why a text is no baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Malformed {
    /// From 1.
    pub line: usize,
    pub message: String,
}

impl Known {
    /// The text of the file.
    pub fn to_text(&self) -> String {
        let mut lines: Vec<String> = Vec::with_capacity(self.len());
        for (path, findings) in &self.files {
            let path = escape(path);
            for (BaselineKey { rule, fingerprint }, message) in findings {
                let message: String = message.chars().take(MAX_MESSAGE).collect();
                lines.push(format!("{path}\t{rule}\t{fingerprint}\t{}\n", escape(&message)));
            }
        }
        lines.sort_unstable();
        let mut text = format!("{TITLE}{VERSION}\n{NOTE}");
        text.extend(lines);
        text
    }

    /// Reads the text of a file. Lines in any order are understood, as merging leaves them.
    ///
    /// # Errors
    /// The first line that is not understood.
    pub fn parse(text: &str) -> Result<Known, Malformed> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut known = Known::default();
        let mut lines = text.lines().enumerate();
        let malformed = |(index, message)| Malformed { line: index + 1, message };
        let header = lines.next().map_or("", |(_, line)| line);
        read_header(header).map_err(|message| malformed((0, message)))?;
        for (index, line) in lines {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let (path, key, message) =
                read_line(line).map_err(|message| malformed((index, message)))?;
            known.insert(&path, key, message);
        }
        Ok(known)
    }
}

fn read_header(line: &str) -> Result<(), String> {
    let Some(version) = line.trim_end().strip_prefix(TITLE) else {
        return Err(format!("found `{}`, expected `{TITLE}{VERSION}`", short(line)));
    };
    match version.parse::<u32>() {
        Ok(VERSION) => Ok(()),
        Ok(newer) if newer > VERSION => Err(format!(
            "the baseline has version {newer}, which a newer validator wrote; expected {VERSION}"
        )),
        _ => Err(format!("version `{}`, expected {VERSION}", short(version))),
    }
}

fn read_line(line: &str) -> Result<(String, BaselineKey, String), String> {
    const CONFLICT: [&str; 4] = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"];
    if CONFLICT.iter().any(|mark| line.starts_with(mark)) {
        return Err("a conflict of a merge; keep the findings of both sides".to_owned());
    }
    let mut fields = line.splitn(4, '\t');
    let mut field = |name: &str| match fields.next() {
        Some(field) if !field.is_empty() => Ok(field),
        _ => Err(format!("no {name}; expected path, rule, fingerprint and message between tabs")),
    };
    let (path, rule, print) = (field("path")?, field("rule")?, field("fingerprint")?);
    let message = fields.next().unwrap_or_default();
    let is_hex = print.len() == 16 && print.bytes().all(|byte| byte.is_ascii_hexdigit());
    let fingerprint: Option<Fingerprint> = print.parse().ok().filter(|_| is_hex);
    let fingerprint = fingerprint
        .ok_or_else(|| format!("fingerprint `{}`, expected 16 hexadecimal digits", short(print)))?;
    let key = BaselineKey { rule: unescape(rule)?, fingerprint };
    Ok((unescape(path)?, key, unescape(message)?))
}

/// As much of a text as fits into a message.
fn short(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    escape(&start)
}

/// Writes what would end a line or a field, or start a comment, with a backslash.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, c) in text.chars().enumerate() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '#' | '<' | '=' | '>' | '|' if index == 0 => {
                escaped.push('\\');
                escaped.push(c);
            }
            // Writing to a string does not fail.
            c if c.is_control() => drop(write!(escaped, "\\u{{{:x}}}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

fn unescape(text: &str) -> Result<String, String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('u') => {
                let code: String =
                    rest.by_ref().skip_while(|c| *c == '{').take_while(|c| *c != '}').collect();
                let c = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                plain.push(c.ok_or_else(|| format!("`\\u{{{code}}}` is not a character"))?);
            }
            Some(c) if !c.is_alphanumeric() => plain.push(c),
            other => {
                let other: String = other.into_iter().collect();
                return Err(format!("`\\{other}`, expected `\\\\` for a backslash"));
            }
        }
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(entries: &[(&str, &str, u64, &str)]) -> Known {
        let mut known = Known::default();
        for (path, rule, print, message) in entries {
            let key = BaselineKey { rule: (*rule).to_owned(), fingerprint: Fingerprint(*print) };
            known.insert(path, key, (*message).to_owned());
        }
        known
    }

    #[test]
    fn names_of_any_kind_come_back() {
        let strange = ["#a.md", "a\tb\nc.md", "<<<<<<< x.md", "a b\\c.md", "\u{7}é.md", "=x.md"];
        let before = known(&strange.map(|name| (name, "MD013", 7, "a\tmessage\\ with\r\nends")));
        assert_eq!(Known::parse(&before.to_text()), Ok(before));
    }

    #[test]
    fn lines_are_sorted_and_read_in_any_order() {
        let before = known(&[("b.md", "MD001", 1, "x"), ("a.md", "MD013", 2, "y")]);
        let text = before.to_text();
        let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(rows, ["a.md\tMD013\t0000000000000002\ty", "b.md\tMD001\t0000000000000001\tx"]);
        let mixed = format!("{TITLE}1\r\n{}\r\n\r\n{}\r\n{}\r\n", rows[1], rows[0], rows[1]);
        assert_eq!(Known::parse(&mixed), Ok(before));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let header = format!("{TITLE}1\n");
        let row = "a.md\tMD001\t0000000000000001\tx\n";
        for (text, line, said) in [
            (String::new(), 1, "expected `# validator baseline, version 1`"),
            ("a.md: x\n".to_owned(), 1, "found `a.md: x`"),
            (format!("{TITLE}2\n"), 1, "newer validator"),
            (format!("{TITLE}x\n"), 1, "version `x`"),
            (format!("{header}{row}a.md MD001\n"), 3, "no rule"),
            (format!("{header}a.md\tMD001\n"), 2, "no fingerprint"),
            (format!("{header}a.md\tMD001\txyz\tm\n"), 2, "16 hexadecimal digits"),
            (format!("{header}a.md\tMD001\t+000000000000001\tm\n"), 2, "16 hexadecimal digits"),
            (format!("{header}{row}<<<<<<< HEAD\n"), 3, "conflict"),
            (format!("{header}a\\q.md\tMD001\t0000000000000001\tm\n"), 2, "`\\q`"),
        ] {
            let error = Known::parse(&text).expect_err(&text);
            assert_eq!(error.line, line, "{text}");
            assert!(error.message.contains(said), "{error}");
        }
    }
}
