//! For agents, who pay for every word: each path and each rule once, and what to do next.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::{ReportContext, ReportFormat, Style, Writer, count, facts, plural, printable};
use crate::diagnostic::{Finding, RuleId, Safety, Severity};
use crate::document::Document;
use crate::engine::{FileReport, Summary};

/// Lines of findings that are written if nobody says how many.
const LINES: usize = 400;

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "agent",
    summary: "few words for agents: each path and rule once, at most 400 lines",
    shows_suppressed: false,
    render,
    writer: |_| Box::new(Agent::new()),
};

/// A line for each rule and message of a file, with the lines where it stands.
fn render(_: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    let mut places: BTreeMap<AgentKey, Vec<u32>> = BTreeMap::new();
    for finding in &file.findings {
        places.entry(AgentKey::of(finding)).or_default().push(finding.start.line);
    }
    let mut lines: Vec<(AgentKey, Vec<u32>)> = places.into_iter().collect();
    lines.sort_by_key(|(_, places)| places.first().copied());
    for (key, mut places) in lines {
        places.dedup();
        let places: Vec<String> = places.iter().map(u32::to_string).collect();
        let mark = match key.severity {
            Severity::Error => "error ",
            Severity::Warning => "",
            Severity::Info => "info ",
        };
        let fix = match key.fix {
            Some(Safety::Safe) => " [fix]",
            Some(Safety::Review) => " [review]",
            None => "",
        };
        // Writing to memory does not fail.
        let (rule, message) = (key.rule, printable(key.message));
        let _ = writeln!(out, " {mark}{rule} {}: {message}{fix}", places.join(","));
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct AgentKey<'a> {
    severity: Severity,
    rule: RuleId,
    message: &'a str,
    fix: Option<Safety>,
}

impl<'a> AgentKey<'a> {
    fn of(finding: &'a Finding) -> Self {
        AgentKey {
            severity: finding.severity,
            rule: finding.rule,
            message: &finding.message,
            fix: finding.fix.as_ref().map(|fix| fix.safety),
        }
    }
}

/// The verdict stands first, so the lines wait, up to the budget.
struct Agent {
    budget: usize,
    command: Option<String>,
    text: Vec<u8>,
    lines: usize,
    rules: BTreeSet<RuleId>,
    files: usize,
    left_out: usize,
}

impl Agent {
    fn new() -> Self {
        Agent {
            budget: LINES,
            command: None,
            text: Vec::new(),
            lines: 0,
            rules: BTreeSet::new(),
            files: 0,
            left_out: 0,
        }
    }
}

impl Writer for Agent {
    fn configure(&mut self, context: &ReportContext) {
        self.budget = context.budget.unwrap_or(LINES);
        self.command.clone_from(&context.command);
    }

    fn file(&mut self, file: &FileReport, part: &[u8], _: &mut dyn Write) -> io::Result<()> {
        if file.findings.is_empty() {
            return Ok(());
        }
        self.files += 1;
        let room = self.budget.saturating_sub(self.lines);
        let lines: Vec<&[u8]> = part.split_inclusive(|byte| *byte == b'\n').collect();
        let shown = lines.len().min(room);
        self.left_out += lines.len() - shown;
        if shown > 0 {
            self.text.extend_from_slice(printable(&file.shown).as_bytes());
            self.text.push(b'\n');
            self.text.extend(lines[..shown].concat());
            self.lines += shown;
            self.rules.extend(file.findings.iter().map(|finding| finding.rule));
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", verdict(summary, self.files))?;
        out.write_all(&self.text)?;
        if self.left_out > 0 {
            writeln!(out, "… {}", plural(self.left_out, "more line"))?;
        }
        for rule in &self.rules {
            writeln!(out, "{rule}: {}", facts(*rule).summary)?;
        }
        let command = self.command.as_deref().unwrap_or("validator batch");
        if summary.fixable > 0 {
            let all = count(summary.findings());
            writeln!(out, "next: `{command} --fix` fixes {} of {all}", count(summary.fixable))?;
        }
        Ok(())
    }
}

fn verdict(summary: &Summary, files: usize) -> String {
    let checked = plural(summary.checked, "file");
    let failed = match summary.failed {
        0 => String::new(),
        failed => format!("; {} not checked", plural(failed, "file")),
    };
    if summary.findings() == 0 {
        return format!("no findings in {checked}{failed}");
    }
    let by_severity = Severity::ALL.into_iter().filter_map(|severity| {
        let number = *summary.severities.get(&severity)?;
        Some(plural(number, severity.name()))
    });
    let by_severity: Vec<String> = by_severity.collect();
    format!("{} in {} of {checked}{failed}", by_severity.join(", "), count(files))
}
