//! JSON Lines: one finding a line.

use super::json::write_finding;
use super::{Format, Parts};

pub(super) const FORMAT: Format = Format {
    name: "jsonl",
    summary: "JSON Lines: one finding a line",
    render: |_, file, _, out| {
        for finding in &file.findings {
            write_finding(file, finding, out);
            out.push(b'\n');
        }
    },
    writer: |_| Box::new(Parts),
};
