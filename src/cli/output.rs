//! Where a report goes: standard output or a file, as it is or as an overview.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;

use super::fix::{self, Reader};
use crate::document::Document;
use crate::engine::{FileReport, Summary};
use crate::files;
use crate::report::{Format, Overview, Style, Writer};

/// A report being written.
pub(super) struct Output {
    out: Box<dyn Write>,
    writer: Box<dyn Writer>,
    /// Instead of the writer, if only an overview is shown, and the command that shows all.
    overview: Option<String>,
    broken: Option<io::Error>,
    is_ended: bool,
}

/// Standard output without the line buffer that the library puts before it.
pub(super) fn stdout() -> Box<dyn Write> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        if let Ok(handle) = io::stdout().as_fd().try_clone_to_owned() {
            return Box::new(fs::File::from(handle));
        }
    }
    Box::new(io::stdout())
}

/// What draws files on the worker threads.
pub(super) enum Drawing {
    Format(&'static Format, Style),
    Overview(Overview),
    /// What mending changes, and nothing else.
    Diff(Style, Reader),
}

impl Drawing {
    pub(super) fn draw(&self, file: &FileReport, doc: Option<&Document>, part: &mut Vec<u8>) {
        match self {
            Drawing::Format(format, style) => (format.render)(style, file, doc, part),
            Drawing::Overview(overview) => overview.render(file, doc),
            Drawing::Diff(style, reader) => {
                if let Some(mended) = &file.mended {
                    fix::draw_diff(style, *reader, &file.shown, mended, part);
                }
            }
        }
    }
}

impl Output {
    /// Opens the file, or standard output if there is none. With `overview`, the command that
    /// shows everything.
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
        let writer = (format.writer)(style);
        let mut output = Output { out, writer, overview, broken: None, is_ended: false };
        if output.overview.is_none() {
            let result = output.writer.begin(&mut output.out);
            output.note(result);
        }
        Ok(output)
    }

    /// Adds a file. Returns whether it is worth going on.
    pub(super) fn file(&mut self, file: &FileReport, part: &[u8]) -> bool {
        if self.broken.is_none() && self.overview.is_none() {
            let result = self.writer.file(file, part, &mut self.out);
            self.note(result);
        }
        self.broken.is_none()
    }

    /// Ends the report, the first time.
    ///
    /// # Errors
    /// If the report could not be written, now or before.
    pub(super) fn end(&mut self, summary: &Summary, drawing: &Drawing) -> io::Result<()> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        if std::mem::replace(&mut self.is_ended, true) {
            return Ok(());
        }
        match (drawing, &self.overview) {
            (Drawing::Overview(overview), Some(all)) => {
                overview.end(summary, all, &mut self.out)?;
            }
            (Drawing::Diff(..), _) => {}
            _ => self.writer.end(summary, &mut self.out)?,
        }
        self.out.flush()
    }

    /// Ends the report of one that is drawn elsewhere, as [`Output::end`].
    pub(super) fn end_of(&mut self, summary: &Summary) -> io::Result<()> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        self.is_ended = true;
        self.writer.end(summary, &mut self.out)?;
        self.out.flush()
    }

    /// Keeps why the report could not be written until it is ended again.
    pub(super) fn fail(&mut self, error: io::Error) {
        self.broken = Some(error);
    }

    fn note(&mut self, result: io::Result<()>) {
        self.broken = result.err();
    }
}
