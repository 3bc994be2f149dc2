//! JSON Lines: one finding a line.

use super::json::{begin, write_finding};
use super::{Format, Parts};

pub(super) const FORMAT: Format = Format {
    name: "jsonl",
    summary: "JSON Lines: one finding a line",
    render: |_, file, _, out| {
        if file.findings.is_empty() && file.rejected.is_empty() {
            return;
        }
        let begin = begin(file, out);
        for (finding, rejected) in file.all() {
            write_finding(&begin, finding, rejected, out);
            out.push(b'\n');
        }
    },
    writer: |_| Box::new(Parts),
};
