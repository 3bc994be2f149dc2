//! JSON Lines: one finding a line.

use super::json::Rows;
use super::{ReportFormat, ReportParts};

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "jsonl",
    summary: "JSON Lines: one finding a line",
    render: |_, file, doc, out| {
        if file.findings.is_empty() && file.rejected.is_empty() {
            return;
        }
        let mut rows = Rows::new(file, doc, out);
        for (finding, rejected) in file.all() {
            rows.write(finding, rejected, out);
            out.push(b'\n');
        }
    },
    writer: |_| Box::new(ReportParts),
};
