//! JSON Lines: one finding a line.

use super::json::{path_of, reserve, write_finding};
use super::{Format, Parts};

pub(super) const FORMAT: Format = Format {
    name: "jsonl",
    summary: "JSON Lines: one finding a line",
    render: |_, file, _, out| {
        if file.findings.is_empty() && file.rejected.is_empty() {
            return;
        }
        let path = path_of(file);
        reserve(file, &path, out);
        for (finding, rejected) in file.all() {
            write_finding(&path, finding, rejected, out);
            out.push(b'\n');
        }
    },
    writer: |_| Box::new(Parts),
};
