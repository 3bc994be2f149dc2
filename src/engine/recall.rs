//! Takes up what an earlier run found in a file, so that a run that was interrupted reports it
//! without checking the file again.

use std::path::Path;

use super::check::{CheckOptions, CheckSubject, Checked};
use super::paths::root_relative;
use super::{File, FileReport, Source, Workspace, read};
use crate::diagnostic::Finding;
use crate::document::Document;
use crate::text::{Position, Span};

/// What was found in a text.
#[derive(Clone, Debug)]
pub struct CachedResult {
    /// Hash of the text.
    pub digest: u64,
    /// In the order of place. Their spans are made anew from lines and columns.
    pub findings: Vec<Finding>,
    pub suppressed: usize,
}

impl CachedResult {
    /// The report on the file, whose text is the one that was checked.
    pub(super) fn report(
        &self,
        subject: &CheckSubject,
        file: &File,
        text: String,
        how: &CheckOptions,
    ) -> Checked {
        let doc = subject.parse(text, how);
        // A template that is for no page is a mistake; this page may be the one.
        subject.templates(&doc);
        let mut findings = self.findings.clone();
        for finding in &mut findings {
            let start = offset(&doc, finding.start);
            finding.span = Span::new(start, offset(&doc, finding.end).max(start));
        }
        let report = FileReport {
            findings,
            suppressed: self.suppressed,
            bytes: doc.text.len(),
            lines: doc.lines.count(),
            is_recalled: true,
            ..FileReport::empty(file.path.clone(), file.shown.clone())
        };
        Checked { report, doc: Some(doc) }
    }
}

/// A file as it is on the disk, as the document that it is checked as; `None` where it cannot be read.
pub fn read_document(workspace: &Workspace, path: &Path) -> Option<Box<Document>> {
    let text = read::read(path, Vec::new()).ok()?;
    let settings = workspace.settings_for(path).ok()?;
    let below = root_relative(workspace.root(), path);
    let (path, shown) = (path.to_owned(), String::new());
    let file = File { path, shown, source: Source::Disk };
    let how = CheckOptions::default();
    Some(CheckSubject::new(workspace, &settings, &file, &below, &how).parse(text, &how))
}

/// The byte at which a position stands; the end of the text if it has none such.
fn offset(doc: &Document, position: Position) -> usize {
    let line = (position.line as usize).saturating_sub(1);
    if line >= doc.lines.count() {
        return doc.text.len();
    }
    let (start, end) = (doc.lines.start(line), doc.lines.next_start(line));
    let text = &doc.text[start..end];
    let column = (position.column as usize).saturating_sub(1);
    // The mark at the start of a file takes no column.
    let column = column + usize::from(line == 0 && column > 0 && text.starts_with('\u{feff}'));
    text.char_indices().nth(column).map_or(end, |(at, _)| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_again() {
        let doc = Document::parse("\u{feff}ab\r\n日本 x\nend");
        let at = |line, column| offset(&doc, Position { line, column });
        assert_eq!((at(1, 1), at(1, 2), at(1, 3)), (0, 4, 5));
        assert_eq!((at(2, 1), at(2, 2), at(2, 4)), (7, 10, 14));
        assert_eq!((at(3, 4), at(9, 1)), (19, 19));
    }
}
