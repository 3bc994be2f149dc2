//! JUnit's XML: a suite is a file, a case is a rule that the file breaks.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;

use super::escape::xml;
use super::{ReportFormat, Style, Writer, facts, plural};
use crate::diagnostic::{Finding, RuleId};
use crate::document::Document;
use crate::engine::{FileReport, Status, Summary};

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "junit",
    summary: "XML of JUnit: a suite for each file, a case for each rule",
    shows_suppressed: false,
    render,
    writer: |_| Box::new(Junit { timestamp: now(), suites: 0 }),
};

fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// What becomes of the findings of one rule in one file.
enum TestVerdict {
    /// The file could not be checked.
    Error,
    Failure,
    /// Findings below `--fail-on`: they do not make the tab of a pipeline red.
    Skipped,
}

fn verdict(file: &FileReport, findings: &[&Finding]) -> TestVerdict {
    let is_unchecked = matches!(file.status, Status::Unread | Status::Failed);
    match findings.iter().any(|finding| file.fails(finding.severity)) {
        _ if is_unchecked => TestVerdict::Error,
        true => TestVerdict::Failure,
        false => TestVerdict::Skipped,
    }
}

fn by_rule(file: &FileReport) -> BTreeMap<RuleId, Vec<&Finding>> {
    let mut rules: BTreeMap<RuleId, Vec<&Finding>> = BTreeMap::new();
    for finding in &file.findings {
        rules.entry(finding.rule).or_default().push(finding);
    }
    rules
}

/// The rest of a suite's element behind its number and time.
fn render(_: &Style, file: &FileReport, _: Option<&Document>, out: &mut Vec<u8>) {
    let rules = by_rule(file);
    let verdicts: Vec<TestVerdict> =
        rules.values().map(|findings| verdict(file, findings)).collect();
    let failures = verdicts.iter().filter(|it| matches!(it, TestVerdict::Failure)).count();
    let errors = verdicts.iter().filter(|it| matches!(it, TestVerdict::Error)).count();
    let path = file.repository_path();
    let name = xml(path);
    let seconds = file.elapsed.as_secs_f64();
    // Writing to memory does not fail; likewise below.
    let _ = writeln!(
        out,
        " name=\"{name}\" package=\"\" hostname=\"localhost\" tests=\"{}\" failures=\"{failures}\" \
         errors=\"{errors}\" time=\"{seconds:.6}\">\n    \
         <properties><property name=\"file\" value=\"{name}\"/></properties>",
        rules.len().max(1),
    );
    let stem = path.rsplit_once('.').filter(|(_, ending)| !ending.contains('/'));
    let class = xml(stem.map_or(path, |(stem, _)| stem));
    if rules.is_empty() {
        let _ = writeln!(
            out,
            "    <testcase classname=\"{class}\" name=\"no findings\" time=\"{seconds:.6}\"/>"
        );
    }
    for ((rule, findings), verdict) in rules.iter().zip(verdicts) {
        let facts = facts(*rule);
        let name = match facts.id == facts.name {
            true => facts.id.to_owned(),
            false => format!("{} {}", facts.id, facts.name),
        };
        let _ = writeln!(
            out,
            "    <testcase classname=\"{class}\" name=\"{}\" time=\"0\">",
            xml(&name)
        );
        write_verdict(path, findings, &verdict, out);
        out.extend_from_slice(b"    </testcase>\n");
    }
    out.extend_from_slice(b"    <system-out/>\n    <system-err/>\n  </testsuite>\n");
}

fn write_verdict(path: &str, findings: &[&Finding], verdict: &TestVerdict, out: &mut Vec<u8>) {
    let worst = findings.iter().map(|finding| finding.severity).max();
    let severity = worst.map_or("info", |severity| severity.name());
    let message = match findings {
        [only] => xml(&only.message).into_owned(),
        all => plural(all.len(), "finding"),
    };
    let _ = match verdict {
        TestVerdict::Error => {
            write!(out, "      <error type=\"{severity}\" message=\"{message}\">")
        }
        TestVerdict::Failure => {
            write!(out, "      <failure type=\"{severity}\" message=\"{message}\">")
        }
        TestVerdict::Skipped => write!(out, "      <skipped>"),
    };
    for finding in findings {
        let (line, column) = (finding.start.line, finding.start.column);
        let _ = write!(out, "\n{}:{line}:{column}: {}", xml(path), xml(&finding.message));
    }
    out.extend_from_slice(match verdict {
        TestVerdict::Error => b"\n      </error>\n",
        TestVerdict::Failure => b"\n      </failure>\n",
        TestVerdict::Skipped => b"\n      </skipped>\n",
    });
}

struct Junit {
    timestamp: String,
    suites: usize,
}

impl Junit {
    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "  <testsuite id=\"{}\" timestamp=\"{}\"", self.suites, self.timestamp)?;
        self.suites += 1;
        Ok(())
    }
}

impl Writer for Junit {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")
    }

    fn file(&mut self, _: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        out.write_all(part)
    }

    /// Some readers take a report without any case for a failure.
    fn end(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.suites == 0 {
            self.open(out)?;
            out.write_all(
                b" name=\"validator\" package=\"\" hostname=\"localhost\" tests=\"1\" failures=\"0\" \
                  errors=\"0\" time=\"0\">\n    \
                  <properties><property name=\"files\" value=\"0\"/></properties>\n    \
                  <testcase classname=\"validator\" name=\"no files\" time=\"0\"/>\n    \
                  <system-out/>\n    <system-err/>\n  </testsuite>\n",
            )?;
        }
        out.write_all(b"</testsuites>\n")
    }
}
