//! The report of commands that put parts together: one format, to one place.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::output::{Renderer, stdout};
use super::terminal;
use crate::engine::{FileReport, Summary};
use crate::files;
use crate::report::{self, FORMATS, ReportFormat, Style, Writer};

/// Which report, and where to.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Report")]
pub(super) struct SingleReportArgs {
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = FORMATS[0].name)]
    #[arg(value_parser = PossibleValuesParser::new(FORMATS.iter().map(|format| {
        PossibleValue::new(format.name).help(format.summary)
    })))]
    format: String,
    /// Write the report to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl SingleReportArgs {
    pub(super) fn format(&self) -> &'static ReportFormat {
        report::find(&self.format).expect("clap takes only known formats")
    }

    /// How the report looks where it goes.
    pub(super) fn style(&self, terminal: &terminal::TerminalArgs) -> Style {
        if self.output.is_some() { terminal.file() } else { terminal.stdout() }
    }

    /// Whether it is read by people where it goes to standard output.
    pub(super) fn is_for_people(&self) -> bool {
        self.output.is_none() && self.format().name == FORMATS[0].name
    }

    /// Opens the file, or standard output. With `overview`, the command that shows everything.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn open(&self, style: Style, overview: Option<String>) -> anyhow::Result<Single> {
        Single::open(self.output.as_deref(), self.format(), style, overview)
    }
}

/// A report being written.
pub(super) struct Single {
    out: Box<dyn Write>,
    writer: Box<dyn Writer>,
    /// Instead of the writer, if only an overview is shown, and the command that shows all.
    overview: Option<String>,
    broken: Option<io::Error>,
}

impl Single {
    fn open(
        path: Option<&Path>,
        format: &ReportFormat,
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
    pub(super) fn end(mut self, summary: &Summary, drawing: Option<&Renderer>) -> io::Result<()> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        match (drawing, &self.overview) {
            (Some(Renderer::Overview(overview)), Some(all)) => {
                overview.end(summary, all, &mut self.out)?;
            }
            _ => self.writer.end(summary, &mut self.out)?,
        }
        self.out.flush()
    }
}
