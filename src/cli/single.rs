//! The report of commands that put parts together: one format, to one place.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;

use super::output::{Drawing, stdout};
use crate::engine::{FileReport, Summary};
use crate::files;
use crate::report::{Format, Style, Writer};

/// A report being written.
pub(super) struct Single {
    out: Box<dyn Write>,
    writer: Box<dyn Writer>,
    /// Instead of the writer, if only an overview is shown, and the command that shows all.
    overview: Option<String>,
    broken: Option<io::Error>,
}

impl Single {
    /// Opens the file, or standard output if there is none. With `overview`, the command that
    /// shows everything.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn open(
        path: Option<&Path>,
        format: &Format,
        style: Style,
        overview: Option<String>,
    ) -> anyhow::Result<Self> {
        let out: Box<dyn Write> = match path {
            Some(path) => Box::new(files::create(path).with_context(|| {
                format!("the report cannot be written to `{}`", path.display())
            })?),
            None => stdout(),
        };
        let out = Box::new(BufWriter::with_capacity(1 << 16, out));
        let mut single = Single { out, writer: (format.writer)(style), overview, broken: None };
        if single.overview.is_none() {
            let result = single.writer.begin(&mut single.out);
            single.broken = result.err();
        }
        Ok(single)
    }

    /// Adds a file. Returns whether it is worth going on.
    pub(super) fn file(&mut self, file: &FileReport, part: &[u8]) -> bool {
        if self.broken.is_none() && self.overview.is_none() {
            self.broken = self.writer.file(file, part, &mut self.out).err();
        }
        self.broken.is_none()
    }

    /// Ends the report, with what drew its files if there was an overview.
    ///
    /// # Errors
    /// If the report could not be written, now or before.
    pub(super) fn end(mut self, summary: &Summary, drawing: Option<&Drawing>) -> io::Result<()> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        match (drawing, &self.overview) {
            (Some(Drawing::Overview(overview)), Some(all)) => {
                overview.end(summary, all, &mut self.out)?;
            }
            _ => self.writer.end(summary, &mut self.out)?,
        }
        self.out.flush()
    }
}
