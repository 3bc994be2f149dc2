//! A recommendation as people look at it: what, why, and the difference it would make.

use std::fmt::Write;

use anstyle::{AnsiColor, Style as Paint};
use similar::{ChangeTag, TextDiff};

use crate::config::Request;
use crate::diagnostic::Safety;
use crate::engine::Workspace;
use crate::report::{Style, facts, printable, wrapped};
use crate::store::enhance::preview_one;
use crate::store::{Plan, Recommendation, RecommendationState, RefusedChange, Store};

/// The name of a safety as people read it.
pub(super) fn safety(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::Review => "review",
    }
}

/// What applying it alone would make of its file; `None` if it is not what the recommendation was made from.
pub(super) fn plan(store: &Store, item: &Recommendation) -> Option<Plan> {
    let request = Request { start: store.root().to_owned(), ..Request::default() };
    let workspace = Workspace::open(request).ok()?;
    preview_one(store, &workspace, item)
}

/// The whole card.
pub(super) fn draw(style: &Style, store: &Store, item: &Recommendation) -> String {
    let bold = crate::cli::terminal::bold(style);
    let rule = crate::rules::builtin().id(&item.rule).map(facts);
    let name = rule.map_or("", |rule| rule.name);
    let mut card = format!(
        "{bold}{} {} {name}{bold:#} in {} ({})\n",
        item.id,
        item.rule,
        printable(&item.path),
        safety(item.safety)
    );
    // Writing to a text does not fail; likewise below.
    let _ = writeln!(card, "{}", printable(&item.instruction));
    for line in wrapped(&printable(&item.rationale), style.width.min(100) - 2) {
        let _ = writeln!(card, "  {line}");
    }
    if item.state != RecommendationState::Proposed {
        let _ = writeln!(card, "  {}", decision(item));
    }
    for (index, change) in item.changes.iter().enumerate() {
        let left_out = if change.excluded { " (left out)" } else { "" };
        let message = printable(&change.message);
        let _ = writeln!(card, "  {:>2}. line {}: {message}{left_out}", index + 1, change.line);
    }
    match plan(store, item) {
        Some(plan) => {
            difference(style, &plan.before, &plan.after, &mut card);
            for RefusedChange { line, message, reason, .. } in &plan.refused {
                let message = printable(message);
                let _ = writeln!(card, "  not made: line {line}: {message}: {reason}");
            }
        }
        None if item.state == RecommendationState::Applied => {}
        None => card.push_str("  the file has changed since it was checked: check it again\n"),
    }
    card
}

/// What was decided, by whom and why.
fn decision(item: &Recommendation) -> String {
    let by = item.decided_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let reason = item.reason.as_ref().map(|reason| format!(": {}", printable(reason)));
    format!("{}{by}{}", item.state, reason.unwrap_or_default())
}

/// The changed lines with three lines around each, with numbers, and with white space at the end
/// of changed lines shown.
pub(super) fn difference(style: &Style, before: &str, after: &str, out: &mut String) {
    let diff = TextDiff::from_lines(before, after);
    for (index, group) in diff.grouped_ops(3).iter().enumerate() {
        if index > 0 {
            out.push_str("    …\n");
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, color, number) = match change.tag() {
                ChangeTag::Delete => ('-', Some(AnsiColor::Red), change.old_index()),
                ChangeTag::Insert => ('+', Some(AnsiColor::Green), change.new_index()),
                ChangeTag::Equal => (' ', None, change.old_index()),
            };
            let paint = match color.filter(|_| style.color) {
                Some(color) => color.on_default(),
                None => Paint::new(),
            };
            let number = number.map_or(0, |number| number + 1);
            let line = shown(change.value(), change.tag() != ChangeTag::Equal);
            let line = format!("{number:>5} {paint}{sign} {line}{paint:#}");
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// A line without its ending and without what would steer the terminal.
fn shown(line: &str, is_changed: bool) -> String {
    let content = line.trim_end_matches(['\n', '\r']);
    if !is_changed {
        return visible(content);
    }
    let text = content.trim_end_matches([' ', '\t']);
    let mut result = visible(text);
    result.extend(content[text.len()..].chars().map(|space| if space == '\t' { '→' } else { '·' }));
    if !line.ends_with('\n') {
        result.push_str(" (no line ending)");
    }
    result
}

fn visible(text: &str) -> String {
    let parts: Vec<_> = text.split('\t').map(printable).collect();
    parts.join("    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown() {
        let style = Style { color: false, width: 80, quiet: false, suppressed: false };
        let mut out = String::new();
        difference(&style, "a\none \t\nb\u{1b}[2J\nend", "a\none\nb\u{1b}[2J\nend\n", &mut out);
        let expected = "    1   a\n    2 - one·→\n    2 + one\n    3   b\\u{1b}[2J\n    \
                        4 - end (no line ending)\n    4 + end\n";
        assert_eq!(out, expected);
    }
}
