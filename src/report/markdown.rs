//! A summary in Markdown, for a comment or the page of a job.

use std::io::{self, Write};

use super::escape::{markdown, uri};
use super::summary::by_weight;
use super::{ReportContext, ReportFormat, Style, Writer, count, facts, plural};
use crate::diagnostic::{Finding, Severity};
use crate::document::Document;
use crate::engine::{FileReport, Summary};

/// By this line the comment to update is found again.
const MARKER: &str = "<!-- validator:summary -->\n";

/// Bytes that fit into a comment on GitHub, with room for more text.
const LIMIT: usize = 60_000;

/// Bytes kept for what stands around the rows.
const AROUND: usize = 2_000;

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "markdown",
    summary: "summary in Markdown, cut to the size of a comment",
    shows_suppressed: false,
    render,
    writer: |_| Box::new(Markdown::new()),
};

/// A row for each finding behind the cell of its file.
fn render(_: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    for finding in &file.findings {
        let facts = facts(finding.rule);
        // Writing to memory does not fail.
        let _ = writeln!(
            out,
            " | {} | {} | {} | {} |",
            finding.severity.name(),
            markdown(facts.id),
            markdown(&finding.message),
            if finding.fix.is_some() { "yes" } else { "" },
        );
    }
}

/// Keeps rows up to a limit.
#[derive(Default)]
struct Rows {
    text: String,
    left_out: usize,
}

impl Rows {
    fn push(&mut self, row: &str, limit: usize) {
        if self.left_out > 0 || self.text.len() + row.len() > limit {
            self.left_out += 1;
        } else {
            self.text.push_str(row);
        }
    }

    fn write_rest(&self, noun: &str, out: &mut dyn Write) -> io::Result<()> {
        match self.left_out {
            0 => Ok(()),
            rest => writeln!(out, "\n{} not shown here.", plural(rest, &format!("more {noun}"))),
        }
    }
}

struct Markdown {
    limit: usize,
    source: Option<String>,
    files: Rows,
    findings: Rows,
}

impl Markdown {
    fn new() -> Self {
        Markdown { limit: LIMIT, source: None, files: Rows::default(), findings: Rows::default() }
    }

    /// A link to a place, if it is known where the files are on the web. Of pages, the source is
    /// shown, since the rendered page has no lines.
    fn link(&self, path: &str, line: Option<u32>) -> String {
        let place = line.map_or(String::new(), |line| format!(":{line}"));
        let text = format!("{}{place}", markdown(path));
        let Some(source) = &self.source else { return text };
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_page = matches!(ending.to_ascii_lowercase().as_str(), "md" | "mdx" | "markdown");
        let plain = if is_page { "?plain=1" } else { "" };
        let anchor = line.map_or(String::new(), |line| format!("#L{line}"));
        format!("[{text}]({source}{}{plain}{anchor})", uri(path))
    }

    fn row_of_file(&self, file: &FileReport) -> String {
        let number = |severity| {
            let is = |finding: &&Finding| finding.severity == severity;
            match file.findings.iter().filter(is).count() {
                0 => String::new(),
                number => count(number),
            }
        };
        let [errors, warnings, infos] = Severity::ALL.map(number);
        let link = self.link(file.repository_path(), None);
        format!("| {link} | {errors} | {warnings} | {infos} |\n")
    }
}

impl Writer for Markdown {
    fn configure(&mut self, context: &ReportContext) {
        self.limit = context.limit.unwrap_or(LIMIT).max(2 * AROUND);
        self.source.clone_from(&context.source);
    }

    fn file(&mut self, file: &FileReport, part: &[u8], _: &mut dyn Write) -> io::Result<()> {
        if file.findings.is_empty() {
            return Ok(());
        }
        let room = self.limit - AROUND;
        let row = self.row_of_file(file);
        self.files.push(&row, room / 3);
        let part = String::from_utf8_lossy(part);
        for (finding, row) in file.findings.iter().zip(part.split_inclusive('\n')) {
            if self.findings.left_out > 0 {
                self.findings.left_out += 1;
                continue;
            }
            let link = self.link(file.repository_path(), Some(finding.start.line));
            self.findings.push(&format!("| {link}{row}"), room / 2);
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(MARKER.as_bytes())?;
        writeln!(out, "\n{}\n", verdict(summary))?;
        if summary.findings() == 0 {
            return Ok(());
        }
        let mut rules = Rows::default();
        for (id, found) in by_weight(summary) {
            let (fixable, facts) = (found.fixable + found.reviewable, facts(id));
            let row = format!(
                "| {} | {} | {} | {} | {} | {} |\n",
                markdown(&id),
                markdown(facts.name),
                found.severity.name(),
                count(found.findings),
                count(found.files),
                if fixable > 0 { count(fixable) } else { String::new() },
            );
            rules.push(&row, self.limit / 6 - AROUND / 6);
        }
        out.write_all(b"| Rule | Name | Severity | Findings | Files | Fixable |\n")?;
        out.write_all(b"| --- | --- | --- | --: | --: | --: |\n")?;
        out.write_all(rules.text.as_bytes())?;
        rules.write_rest("rule", out)?;
        out.write_all(b"\n| File | Errors | Warnings | Infos |\n| --- | --: | --: | --: |\n")?;
        out.write_all(self.files.text.as_bytes())?;
        self.files.write_rest("file", out)?;
        out.write_all(b"\n<details>\n<summary>Findings</summary>\n\n")?;
        out.write_all(b"| Place | Severity | Rule | Message | Fix |\n")?;
        out.write_all(b"| --- | --- | --- | --- | --- |\n")?;
        out.write_all(self.findings.text.as_bytes())?;
        self.findings.write_rest("finding", out)?;
        out.write_all(b"\n</details>\n")
    }
}

/// The run in one sentence.
fn verdict(summary: &Summary) -> String {
    let mut text = format!("**validator** checked {}: ", plural(summary.checked, "file"));
    let parts: Vec<String> = Severity::ALL
        .into_iter()
        .filter_map(|severity| {
            let number = *summary.severities.get(&severity)?;
            Some(plural(number, severity.name()))
        })
        .collect();
    text += &if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") };
    if summary.fixable > 0 {
        text += &format!("; {} can be fixed with `--fix`", count(summary.fixable));
    }
    if summary.known > 0 {
        text += &format!("; {} known by the baseline", count(summary.known));
    }
    if summary.failed > 0 {
        text += &format!("; {} not checked", plural(summary.failed, "file"));
    }
    if summary.interrupted {
        text += &format!("; interrupted, {} not reached", plural(summary.left, "file"));
    }
    text + "."
}
