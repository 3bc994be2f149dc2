//! One HTML file that asks for nothing: numbers and tables for everybody, and all findings in a list
//! of which only the rows in sight are drawn.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::xml;
use super::summary::by_weight;
use super::{ReportFormat, Style, Writer, count, facts, plural, printable};
use crate::diagnostic::Severity;
use crate::document::Document;
use crate::engine::{FileReport, Summary};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// By these hashes the page allows its own style and script and nothing else. A test holds them to
/// the files.
const STYLE_HASH: &str = "sha256-DAzK3z4PwVhO19nUnfnpgLQkRp+Yfkv3GABLVUPG3bg=";
const SCRIPT_HASH: &str = "sha256-ihONYDlGmi1egucpanbX4dmF5CZ7nZUiZK+WZs5mF6M=";

/// Rows of the table of files; the list has all findings.
const FILES: usize = 100;

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "html",
    summary: "one HTML file to read and to send, without any request",
    shows_suppressed: false,
    render,
    writer: |_| Box::new(Html::default()),
};

/// A finding in the page's data: line, column, severity, rule, message, whether it can be fixed.
#[derive(Serialize)]
struct HtmlRow<'a>(u32, u32, u8, &'static str, &'a str, u8);

fn render(_: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    if file.findings.is_empty() {
        return;
    }
    let messages: Vec<_> = file.findings.iter().map(|it| printable(&it.message)).collect();
    let row = |(finding, message): (&'_ crate::diagnostic::Finding, &'_ _)| {
        let severity = match finding.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Info => 2,
        };
        let fixable = u8::from(finding.fix.is_some());
        let message: &std::borrow::Cow<str> = message;
        let json = serde_json::to_string(&HtmlRow(
            finding.start.line,
            finding.start.column,
            severity,
            finding.rule.as_str(),
            message,
            fixable,
        ));
        json.expect("texts and numbers are JSON")
    };
    let rows: Vec<String> = file.findings.iter().zip(&messages).map(row).collect();
    let path = serde_json::to_string(&*printable(&file.root_relative)).expect("a text is JSON");
    let json = format!("[{path},[{}]]", rows.join(","));
    // In the page, data may not end its element.
    out.extend_from_slice(json.replace('<', "\\u003c").as_bytes());
}

/// Files with findings, the most first.
#[derive(Default)]
struct Html {
    has_data: bool,
    files: Vec<(usize, String)>,
    with_findings: usize,
}

impl Html {
    fn note_file(&mut self, file: &FileReport) {
        self.with_findings += 1;
        let findings = file.findings.len();
        let after = self.files.partition_point(|(more, _)| *more >= findings);
        if after < FILES {
            self.files.insert(after, (findings, file.root_relative.clone()));
            self.files.truncate(FILES);
        }
    }

    fn write_files(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.files.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "<h2>By file</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"By file\"><table>"
        )?;
        writeln!(out, "<thead><tr><th scope=\"col\">File</th>")?;
        writeln!(out, "<th scope=\"col\" class=\"number\">Findings</th></tr></thead><tbody>")?;
        for (findings, path) in &self.files {
            let (path, findings) = (xml(path), count(*findings));
            writeln!(out, "<tr><td>{path}</td><td class=\"number\">{findings}</td></tr>")?;
        }
        writeln!(out, "</tbody></table></div>")?;
        let rest = self.with_findings - self.files.len();
        if rest > 0 {
            writeln!(
                out,
                "<p class=\"soft\">{} with fewer findings.</p>",
                plural(rest, "more file")
            )?;
        }
        Ok(())
    }
}

impl Writer for Html {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src '{STYLE_HASH}'; script-src '{SCRIPT_HASH}'; base-uri 'none'; \
             form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>Documentation report</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <script type=\"application/json\" id=\"data\">["
        )
    }

    fn file(&mut self, file: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()> {
        if part.is_empty() {
            return Ok(());
        }
        self.note_file(file);
        let comma = if std::mem::replace(&mut self.has_data, true) { ",\n" } else { "\n" };
        out.write_all(comma.as_bytes())?;
        out.write_all(part)
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\n]</script>\n<main>\n<h1>Documentation report</h1>")?;
        write_numbers(summary, out)?;
        write_rules(summary, out)?;
        self.write_files(out)?;
        out.write_all(FINDINGS.as_bytes())?;
        write!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n")
    }
}

const FINDINGS: &str = r#"<section id="findings" hidden>
<h2>Findings</h2>
<form id="filter">
<label>Search <input id="search" type="search" autocomplete="off"></label>
<label>Severity <select id="severity"><option value="">all</option><option value="0">error</option><option value="1">warning</option><option value="2">info</option></select></label>
<label>Rule <select id="rule"><option value="">all</option></select></label>
</form>
<p id="told" class="soft" role="status"></p>
<div id="list" tabindex="0" role="region" aria-label="Findings"><div id="rows" role="list"></div></div>
</section>
<noscript><p class="soft">The list of findings needs JavaScript; the tables do not.</p></noscript>
"#;

fn write_numbers(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let checked = plural(summary.checked, "file");
    writeln!(out, "<p class=\"soft\">{checked} checked by validator {version}.</p>")?;
    for (number, told) in [
        (summary.failed, "could not be checked"),
        (
            if summary.interrupted { summary.left } else { 0 },
            "not reached: the run was interrupted",
        ),
    ] {
        if number > 0 {
            writeln!(out, "<p class=\"error\">{}: {told}.</p>", plural(number, "file"))?;
        }
    }
    if summary.findings() == 0 {
        return writeln!(out, "<p>No findings.</p>");
    }
    writeln!(out, "<ul class=\"numbers\">")?;
    for severity in Severity::ALL {
        let number = summary.severities.get(&severity).copied().unwrap_or(0);
        let (name, number) = (severity.name(), count(number));
        writeln!(out, "<li><b>{number}</b><span class=\"{name}\">{name}s</span></li>")?;
    }
    let fixable = count(summary.fixable);
    writeln!(out, "<li><b>{fixable}</b>can be fixed with --fix</li>\n</ul>")
}

fn write_rules(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    if summary.findings() == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "<h2>By rule</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"By rule\"><table>\n<thead><tr>"
    )?;
    for title in ["Rule", "Name", "Severity"] {
        writeln!(out, "<th scope=\"col\">{title}</th>")?;
    }
    for title in ["Findings", "Files", "Fixable"] {
        writeln!(out, "<th scope=\"col\" class=\"number\">{title}</th>")?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for (id, found) in by_weight(summary) {
        let (severity, name) = (found.severity.name(), xml(facts(id).name).into_owned());
        write!(out, "<tr><td>{}</td><td>{name}</td>", xml(&id))?;
        write!(out, "<td class=\"{severity}\">{severity}</td>")?;
        for number in [found.findings, found.files, found.fixable + found.reviewable] {
            write!(out, "<td class=\"number\">{}</td>", count(number))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div>")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_names_the_style_and_the_script() {
        let hash = |text: &str| format!("sha256-{}", STANDARD.encode(Sha256::digest(text)));
        assert_eq!((STYLE_HASH, SCRIPT_HASH), (&*hash(STYLE), &*hash(SCRIPT)));
    }
}
