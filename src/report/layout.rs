//! Text in the columns of a terminal: broken between words, or cut so that it shows.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text in lines of at most `width` columns, broken between words. A word that is wider than that
/// has a line to itself.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut taken = 0;
    for word in text.split_whitespace() {
        let columns = word.width();
        if taken > 0 && taken + 1 + columns > width {
            lines.push(word.to_owned());
            taken = columns;
            continue;
        }
        let line = lines.last_mut().expect("there is a line");
        if taken > 0 {
            line.push(' ');
            taken += 1;
        }
        line.push_str(word);
        taken += columns;
    }
    lines
}

/// As much of a line as fits, with `…` where something is left out. What stands around the byte `at`
/// is shown rather than the start.
pub(super) fn window(line: &str, at: usize, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let before = line.get(..at).unwrap_or(line).width();
    // The place stands in the first third, so that what follows it is seen.
    let skipped = if before < width / 2 { 0 } else { before - width / 3 };
    let mut shown = String::new();
    let (mut column, mut taken) = (0, 0);
    for character in line.chars() {
        let columns = character.width().unwrap_or(0);
        column += columns;
        if column <= skipped {
            continue;
        }
        if shown.is_empty() && skipped > 0 {
            shown.push('…');
            taken = 1;
        }
        if taken + columns + 1 > width {
            shown.push('…');
            break;
        }
        shown.push(character);
        taken += columns;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        let text = "a  sentence of 日本語 words and-one-long-word\nat last";
        for width in [8, 17, 40, 100] {
            let lines = wrapped(text, width);
            let words: Vec<&str> = lines.iter().flat_map(|line| line.split(' ')).collect();
            assert_eq!(words, text.split_whitespace().collect::<Vec<_>>());
            for line in &lines {
                assert!(line.width() <= width || !line.contains(' '), "{width}: {line}");
            }
        }
        assert_eq!(wrapped("", 10), [""]);
    }

    #[test]
    fn a_long_line_is_cut_around_a_place() {
        let line = format!("{}日本語 here{}", "a".repeat(50), "b".repeat(50));
        let at = line.find("here").expect("it is there");
        for width in [20, 33, 60] {
            let shown = window(&line, at, width);
            assert!(shown.width() <= width && shown.contains("here"), "{width}: {shown}");
            assert!(shown.starts_with('…') && shown.ends_with('…'), "{width}: {shown}");
            let start = window(&line, 0, width);
            assert!(start.starts_with("aaa") && start.ends_with('…'), "{start}");
        }
        assert_eq!(window(&line, at, 200), line);
    }
}
