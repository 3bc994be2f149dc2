//! JSON Lines: one finding a line.

use super::json::Rows;
use super::{ReportFormat, ReportParts};

pub(super) const FORMAT: ReportFormat = ReportFormat {
    name: "jsonl",
    summary: "JSON Lines: one finding a line",
    shows_suppressed: true,
    render: |style, file, doc, out| {
        let all = file.all(style.suppressed);
        if all.is_empty() {
            return;
        }
        let mut rows = Rows::new(file, doc, out);
        for (finding, why) in all {
            rows.write(finding, why, out);
            out.push(b'\n');
        }
    },
    writer: |_| Box::new(ReportParts),
};
