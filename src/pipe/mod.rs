//! The worker of other people's pipelines: one JSON document a line in, one a line out, in order.
//!
//! A record carries its page's text, so nothing is read from the disk unless there is a root. What is
//! wrong with a record is an answer like any other: there are as many answers as records.

mod answer;
mod lines;
mod metrics;
mod parallel;
mod record;
mod serial;
mod worker;

use std::ops::AddAssign;

pub(crate) use lines::{InputLine, LineReader};
pub use metrics::Metrics;
pub use parallel::run_parallel;
pub use serial::run_serial;
pub use worker::{PipeOptions, Worker};

/// The number of the protocol that [`Worker`] speaks; a change that old coordinators would
/// misunderstand counts it up.
pub const PROTOCOL: u32 = 1;

/// Longest line that is read, in bytes.
pub const MAX_LINE: usize = 64 << 20;

/// What a stream of records came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Lines read, without those that only say hello.
    pub records: u64,
    /// Records that could not be checked, and lines that are no records.
    pub errors: u64,
    /// Pages that the settings exclude.
    pub excluded: u64,
    pub findings: u64,
}

impl AddAssign for Totals {
    fn add_assign(&mut self, more: Totals) {
        self.records += more.records;
        self.errors += more.errors;
        self.excluded += more.excluded;
        self.findings += more.findings;
    }
}
