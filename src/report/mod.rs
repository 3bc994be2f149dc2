//! What people and programs read: one file per output format.

mod change;
mod concise;
mod excerpt;
mod facts;
mod json;
mod jsonl;
mod layout;
mod overview;
mod source;
mod summary;
mod text;
mod words;

use std::io::{self, Write};

use crate::document::Document;
use crate::engine::{FileReport, Summary};

pub use facts::{Facts, facts};
pub use layout::wrapped;
pub use overview::Overview;
pub use summary::{skipped, write_summary, write_totals};
pub use words::{count, plural, printable};

/// A way to write a run.
pub struct Format {
    pub name: &'static str,
    /// What it is for, in a few words.
    pub summary: &'static str,
    /// Makes one file's part. Runs on worker threads, while the document is still there.
    pub render: fn(&Style, &FileReport, Option<&Document>, &mut Vec<u8>),
    /// Puts the parts together.
    pub writer: fn(Style) -> Box<dyn Writer>,
}

/// All formats; the first is the default.
pub const FORMATS: &[Format] = &[text::FORMAT, concise::FORMAT, json::FORMAT, jsonl::FORMAT];

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub color: bool,
    /// Columns of the screen, or what to assume if there is none.
    pub width: usize,
    /// Whether to leave out everything but findings.
    pub quiet: bool,
}

/// Writes a run as it goes: files in the order of their paths.
pub trait Writer {
    /// # Errors
    /// If writing fails; likewise below.
    fn begin(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn file(&mut self, file: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()>;

    fn end(&mut self, _summary: &Summary, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// The format of this name.
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Writes the parts one after the other.
struct Parts;

impl Writer for Parts {
    fn file(&mut self, _: &FileReport, part: &[u8], out: &mut dyn Write) -> io::Result<()> {
        out.write_all(part)
    }
}
