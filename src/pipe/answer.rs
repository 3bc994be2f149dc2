//! An answer: one JSON object on a line.

use std::io::Write;

use serde::Serialize;

use super::metrics::Metrics;
use super::record::{NoRecord, PipePage};
use crate::document::Document;
use crate::engine::{FileReport, Fixed};
use crate::facts::Fact;
use crate::report::{self, Style};

/// The answer to a page, being written.
pub(super) struct PipeAnswer<'o> {
    out: &'o mut Vec<u8>,
}

impl<'o> PipeAnswer<'o> {
    pub fn begin(page: &PipePage, out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        if let Some(id) = page.id {
            out.extend_from_slice(b"\"id\":");
            out.extend_from_slice(id.get().as_bytes());
            out.push(b',');
        }
        let mut answer = PipeAnswer { out };
        answer.out.extend_from_slice(b"\"path\":");
        answer.value(&page.path);
        answer
    }

    /// The findings, each as `batch --format jsonl` writes it; at most so many, unless that is 0.
    pub fn findings(&mut self, report: &FileReport, doc: Option<&Document>, most: usize) {
        self.out.extend_from_slice(b",\"findings\":[");
        let style = Style { color: false, width: 0, quiet: true, suppressed: false };
        let format = report::find("jsonl").expect("it is one of the formats");
        let start = self.out.len();
        (format.render)(&style, report, doc, self.out);
        // A row has no line ends but the one at its end.
        let ends = memchr::memchr_iter(b'\n', &self.out[start..]).map(|at| start + at);
        let ends: Vec<usize> = ends.collect();
        let shown = if most == 0 { ends.len() } else { ends.len().min(most) };
        for &end in &ends[..shown] {
            self.out[end] = b',';
        }
        self.out.truncate(shown.checked_sub(1).map_or(start, |last| ends[last]));
        self.out.push(b']');
        if shown < ends.len() {
            self.member("more_findings", &(ends.len() - shown));
        }
    }

    /// The page with all safe fixes applied, null if that changes nothing, and how many those were.
    pub fn fixed(&mut self, fixed: Option<&Fixed>) {
        #[derive(Serialize)]
        struct Fixes {
            applied: usize,
            refused: usize,
        }
        let changed = fixed.filter(|fixed| fixed.is_changed());
        self.member("fixed", &changed.map(|fixed| &*fixed.after));
        let fixes = fixed.map_or(Fixes { applied: 0, refused: 0 }, |fixed| Fixes {
            applied: if fixed.is_changed() { fixed.applied.len() } else { 0 },
            refused: fixed.refused,
        });
        self.member("fixes", &fixes);
    }

    pub fn facts(&mut self, facts: &[Fact]) {
        self.member("facts", facts);
    }

    pub fn metrics(&mut self, doc: &Document) {
        self.member("metrics", &Metrics::of(doc));
    }

    /// Rules that only the facts of all pages can answer.
    pub fn deferred(&mut self, rules: &[&str]) {
        if !rules.is_empty() {
            self.member("deferred", rules);
        }
    }

    pub fn excluded(&mut self) {
        self.member("excluded", &true);
    }

    pub fn error(&mut self, message: &str) {
        self.member("error", message);
    }

    pub fn end(self, digest: &str) {
        // Its digits need no escaping.
        writeln!(self.out, ",\"digest\":\"{digest}\"}}").expect("memory can be written");
    }

    fn member(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        write!(self.out, ",\"{name}\":").expect("memory can be written");
        self.value(value);
    }

    fn value(&mut self, value: &(impl Serialize + ?Sized)) {
        serde_json::to_writer(&mut *self.out, value).expect("texts and numbers are JSON");
    }
}

/// The answer to a line (from 1) that is no record. One that says whose it is goes back to them.
pub(super) fn line_error(number: u64, refused: &NoRecord, out: &mut Vec<u8>) {
    out.push(b'{');
    if let Some(id) = &refused.id {
        write!(out, "\"id\":{id},").expect("memory can be written");
    }
    if let Some(path) = &refused.path {
        let path = serde_json::Value::from(path.as_str());
        write!(out, "\"path\":{path},").expect("memory can be written");
    }
    let message = serde_json::Value::from(refused.message.as_str());
    writeln!(out, "\"line\":{number},\"error\":{message}}}").expect("memory can be written");
}
