//! What people and programs read: one file per output format.

mod agent;
mod azure;
mod change;
mod checkstyle;
mod concise;
mod escape;
mod excerpt;
mod facts;
mod github;
mod gitlab;
mod html;
mod json;
mod jsonl;
mod junit;
mod layout;
mod line_hash;
mod markdown;
mod overview;
mod places;
mod rdjson;
mod row;
mod sarif;
mod source;
mod stats;
mod summary;
mod text;
mod words;
mod worst;

use std::io::{self, Write};

use crate::diagnostic::Finding;
use crate::document::Document;
use crate::engine::{FileReport, Status, Summary, moved};

pub use facts::{RuleDescriptor, facts, rule_page};
pub use json::write_row;
pub use layout::wrapped;
pub use overview::Overview;
pub use row::{EditRow, FixRow, RejectedRow, RelatedRow, Row, SuppressedRow, schema};
pub use stats::{GroupOf, Stats};
pub use summary::{skipped, write_summary, write_totals};
pub use words::{count, plural, printable};

/// A way to write a run.
pub struct ReportFormat {
    pub name: &'static str,
    /// What it is for, in a few words.
    pub summary: &'static str,
    /// Whether its readers can tell what does not count: see [`Style::suppressed`].
    pub shows_suppressed: bool,
    /// Makes one file's part. Runs on worker threads, while the document is still there.
    pub render: fn(&Style, &FileReport, Option<&Document>, &mut Vec<u8>),
    /// Puts the parts together.
    pub writer: fn(Style) -> Box<dyn Writer>,
}

/// All formats; the first is the default.
pub const FORMATS: &[ReportFormat] = &[
    text::FORMAT,
    concise::FORMAT,
    json::FORMAT,
    jsonl::FORMAT,
    sarif::FORMAT,
    github::FORMAT,
    gitlab::FORMAT,
    junit::FORMAT,
    checkstyle::FORMAT,
    rdjson::FORMAT,
    azure::FORMAT,
    markdown::FORMAT,
    html::FORMAT,
    agent::FORMAT,
];

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub color: bool,
    /// Columns of the screen, or what to assume if there is none.
    pub width: usize,
    /// Whether to leave out everything but findings.
    pub quiet: bool,
    /// Whether to write what the baseline has and comments disable, too, where a format can mark it.
    pub suppressed: bool,
}

/// What a report may say of where it is made and read. Formats take what they have a use for.
#[derive(Clone, Debug, Default)]
pub struct ReportContext {
    /// Where the repository's files are on the web, ending in `/`.
    pub source: Option<String>,
    /// Bytes that the reader takes.
    pub limit: Option<usize>,
    /// Lines of findings that the reader wants.
    pub budget: Option<usize>,
    /// The command that made the report.
    pub command: Option<String>,
}

/// Writes a run as it goes: files in the order of their paths.
pub trait Writer {
    /// Called before anything is written, if there is something to say.
    fn configure(&mut self, _context: &ReportContext) {}

    /// # Errors
    /// If writing fails; likewise below.
    fn begin(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn file(&mut self, file: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()>;

    fn end(&mut self, _summary: &Summary, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// What somebody who does not read the report should know of it, once it is written.
    fn note(&self) -> Option<String> {
        None
    }
}

/// The format of this name.
pub fn find(name: &str) -> Option<&'static ReportFormat> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The fingerprint of a finding as a text that no other finding of the run has. What says why a
/// file could not be checked has the same print in every file.
fn unique_print(file: &FileReport, finding: &Finding) -> String {
    match file.status {
        Status::Checked => finding.fingerprint.to_string(),
        _ => moved(finding.fingerprint, "", &file.root_relative).to_string(),
    }
}

/// Writes the parts one after the other.
struct ReportParts;

impl Writer for ReportParts {
    fn file(&mut self, _: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()> {
        out.write_all(part)
    }
}
