//! The run in a few lines: what was checked, what was skipped and why, what was found.

use std::io::{self, Write};
use std::time::Duration;

use anstyle::{Effects, Style as Paint};

use super::text::severity_style;
use super::{Style, count, facts, plural, wrapped};
use crate::diagnostic::{RuleId, Severity};
use crate::engine::{RuleCount, Skipped, Summary};

/// Writes the numbers of a run.
///
/// # Errors
/// If writing fails.
pub fn write_summary(style: &Style, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    if summary.findings() > 1 {
        write_rules(style, summary, out)?;
        writeln!(out)?;
    }
    write_totals(style, summary, out)
}

/// One line for what was checked and found, and one for each thing that has to be added.
pub fn write_totals(style: &Style, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let bold = bold(style);
    let files = plural(summary.checked, "file");
    writeln!(
        out,
        "{bold}checked {files}{bold:#} in {}: {}",
        time(summary.elapsed),
        found(style, summary)
    )?;
    let unread = summary.failed - summary.unwritten;
    for (what, files) in [("not checked", unread), ("not written", summary.unwritten)] {
        if files > 0 {
            let paint = severity_style(style, Severity::Error);
            writeln!(out, "{paint}{what}: {}{paint:#}", plural(files, "file"))?;
        }
    }
    if let Some(skipped) = skipped(&summary.skipped) {
        writeln!(out, "skipped: {skipped}")?;
    }
    write_fixes(summary, out)?;
    write_aside(summary, out)?;
    if summary.suppressed > 0 {
        writeln!(out, "switched off by comments: {}", plural(summary.suppressed, "finding"))?;
    }
    write_unchecked(summary, out)?;
    if summary.rejected > 0 {
        let rejected = plural(summary.rejected, "finding");
        writeln!(out, "rejected in review: {rejected}; --no-review-state counts them")?;
    }
    if summary.interrupted {
        let paint = severity_style(style, Severity::Error);
        writeln!(out, "{paint}interrupted{paint:#}: {} not reached", plural(summary.left, "file"))?;
    }
    Ok(())
}

/// What the baseline and git take out of the findings.
fn write_aside(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    if summary.known > 0 {
        writeln!(out, "known by the baseline: {}", plural(summary.known, "finding"))?;
    }
    if summary.resolved > 0 {
        let number = plural(summary.resolved, "finding");
        writeln!(out, "resolved: {number} of the baseline; `validator baseline` takes them out")?;
    }
    if summary.elsewhere > 0 {
        let number = plural(summary.elsewhere, "finding");
        writeln!(out, "elsewhere: {number} on lines that did not change")?;
    }
    Ok(())
}

/// The links of which nobody can tell where they lead, the most frequent kinds first.
fn write_unchecked(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let mut kinds: Vec<_> =
        summary.unchecked.iter().map(|(what, links)| (*links, &**what)).collect();
    kinds.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    match kinds[..] {
        [] => Ok(()),
        [(links, what)] => writeln!(out, "not checked: {} {what}", plural(links, "link")),
        _ => {
            let total = kinds.iter().map(|(links, _)| links).sum();
            let parts: Vec<String> =
                kinds.iter().map(|(links, what)| format!("{} {what}", count(*links))).collect();
            writeln!(out, "not checked: {}: {}", plural(total, "link"), parts.join(", "))
        }
    }
}

/// How many findings can be fixed, and how.
fn write_fixes(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let (safe, review) = (summary.fixable, summary.reviewable);
    match (safe, review) {
        (0, 0) => Ok(()),
        (_, 0) => writeln!(out, "[*] {} can be fixed with --fix", count(safe)),
        (0, _) => {
            writeln!(out, "[*] {} can be fixed with --unsafe-fixes, after review", count(review))
        }
        (_, _) => writeln!(
            out,
            "[*] {} can be fixed with --fix, {} more with --unsafe-fixes, after review",
            count(safe),
            count(review)
        ),
    }
}

fn bold(style: &Style) -> Paint {
    if style.color { Paint::new().effects(Effects::BOLD) } else { Paint::new() }
}

/// Findings by severity, in words.
fn found(style: &Style, summary: &Summary) -> String {
    let parts: Vec<String> = Severity::ALL
        .into_iter()
        .filter_map(|severity| {
            let number = *summary.severities.get(&severity)?;
            let paint = severity_style(style, severity);
            Some(format!("{paint}{}{paint:#}", plural(number, severity.name())))
        })
        .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// Columns that a summary takes at least, if it is shown.
const LEAST: usize = 24;

/// A table of the rules that were broken, the worst and most frequent first.
pub(super) fn write_rules(style: &Style, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let rules = by_weight(summary);
    let digits = rules.iter().map(|(_, rule)| count(rule.findings).len()).max().unwrap_or(0);
    let ids = rules.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    let names = rules.iter().map(|(id, _)| facts(*id).name.len()).max().unwrap_or(0);
    let before = "warning".len() + digits + ids + names + 4 * 2;
    // Summaries are told of all rules or of none.
    let room = style.width.checked_sub(before).filter(|room| *room >= LEAST);
    for (id, rule) in rules {
        let facts = facts(id);
        let paint = severity_style(style, rule.severity);
        let severity = rule.severity.name();
        let number = count(rule.findings);
        let line = format!("{number:>digits$}  {id:<ids$}  {:<names$}", facts.name);
        write!(out, "{paint}{severity:<7}{paint:#}  ")?;
        match room.filter(|_| facts.name != facts.id) {
            Some(room) => {
                let summary = wrapped(facts.summary, room).join(&format!("\n{:before$}", ""));
                writeln!(out, "{line}  {summary}")?;
            }
            None => writeln!(out, "{}", line.trim_end())?,
        }
    }
    Ok(())
}

/// The rules of a run by severity, then by number of findings, then by id.
pub(super) fn by_weight(summary: &Summary) -> Vec<(RuleId, RuleCount)> {
    let mut rules: Vec<_> = summary.rules.iter().map(|(id, count)| (*id, *count)).collect();
    rules.sort_by(|(a_id, a), (b_id, b)| {
        (b.severity, b.findings).cmp(&(a.severity, a.findings)).then_with(|| a_id.cmp(b_id))
    });
    rules
}

/// What was skipped and why; `None` if nothing was.
pub fn skipped(skipped: &Skipped) -> Option<String> {
    let words = |number: usize, noun: &str| match noun {
        "" => count(number),
        noun => plural(number, noun),
    };
    let hidden = match skipped.hidden_pages {
        0 => " hidden".to_owned(),
        pages => format!(
            " hidden ({} in hidden directories that markdownlint-cli2 would read)",
            plural(pages, "page")
        ),
    };
    let parts: Vec<String> = [
        (skipped.ignored, "", " ignored by .gitignore or .validatorignore"),
        (skipped.hidden, "", hidden.as_str()),
        (skipped.excluded, "", " excluded"),
        (skipped.not_included, "", " not included"),
        (skipped.links, "symbolic link", ""),
        (skipped.data, "data file", ""),
        (skipped.other, "", " of other kinds"),
        (skipped.untracked, "", " not in git's index"),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, noun, rest)| format!("{}{rest}", words(number, noun)))
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A duration as people say it.
fn time(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if seconds < 1.0 {
        format!("{:.0} ms", (seconds * 1000.0).max(1.0))
    } else {
        format!("{seconds:.1} s")
    }
}
