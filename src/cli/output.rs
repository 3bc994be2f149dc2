//! Where reports go: standard output or files, as they are or as an overview.

mod beside;
mod log;

use std::fs;
use std::io::{self, BufWriter, Write};

use self::beside::Beside;
pub(super) use self::beside::is_step_summary;
use super::fix::{self, DiffReader};
use super::formats::{Destination, FormatTarget};
use crate::document::Document;
use crate::engine::{FileReport, Summary};
use crate::report::{
    FORMATS, GroupOf, Overview, ReportContext, ReportFormat, Stats, Style, Writer,
};

/// What draws files on the worker threads.
pub(super) enum Renderer {
    Format(&'static ReportFormat, Style),
    Overview(Overview),
    /// What fixing changes, and nothing else.
    Diff(Style, DiffReader),
    /// Nothing: the numbers are written at the end.
    Numbers,
}

impl Renderer {
    /// What people call it on the command line.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Renderer::Format(format, _) => format.name,
            Renderer::Overview(_) => FORMATS[0].name,
            Renderer::Diff(..) => "--diff",
            Renderer::Numbers => "--stats",
        }
    }

    pub(super) fn draw(&self, file: &FileReport, doc: Option<&Document>, part: &mut Vec<u8>) {
        match self {
            Renderer::Format(format, style) => (format.render)(style, file, doc, part),
            Renderer::Overview(overview) => overview.render(file, doc),
            Renderer::Diff(style, reader) => {
                if let Some(fixed) = &file.fixed {
                    fix::draw_diff(style, *reader, &file.shown, fixed, part);
                }
            }
            Renderer::Numbers => {}
        }
    }
}

/// Draws a file for each of the reports: parts behind their lengths, unless there is only one.
pub(super) fn draw(
    drawings: &[Renderer],
    file: &FileReport,
    doc: Option<&Document>,
    out: &mut Vec<u8>,
) {
    if let [only] = drawings {
        return only.draw(file, doc, out);
    }
    let mut part = Vec::new();
    for drawing in drawings {
        part.clear();
        drawing.draw(file, doc, &mut part);
        out.extend_from_slice(&(part.len() as u64).to_le_bytes());
        out.extend_from_slice(&part);
    }
}

/// The next part of what [`draw`] made, and the rest.
fn split(parts: &[u8]) -> (&[u8], &[u8]) {
    let Some((length, rest)) = parts.split_first_chunk() else { return (&[], &[]) };
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    rest.split_at_checked(length).unwrap_or((rest, &[]))
}

/// All reports of a run being written.
pub(super) struct Outputs {
    all: Vec<ReportOutput>,
    broken: Option<io::Error>,
    is_ended: bool,
}

impl Outputs {
    pub(super) fn new(all: Vec<ReportOutput>) -> Self {
        Outputs { all, broken: None, is_ended: false }
    }

    /// Adds a file. Returns whether it is worth going on.
    pub(super) fn file(&mut self, file: &FileReport, parts: &[u8]) -> bool {
        let mut rest = parts;
        let is_only = self.all.len() == 1;
        for output in &mut self.all {
            let part = match is_only {
                true => parts,
                false => {
                    let (part, behind) = split(rest);
                    rest = behind;
                    part
                }
            };
            if self.broken.is_none() {
                self.broken = output.file(file, part).err();
            }
        }
        self.broken.is_none()
    }

    /// Ends the reports, the first time. Returns what is good to know about them.
    ///
    /// # Errors
    /// If a report could not be written, now or before.
    pub(super) fn end(
        &mut self,
        summary: &Summary,
        drawings: &[Renderer],
    ) -> io::Result<Vec<String>> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        if std::mem::replace(&mut self.is_ended, true) {
            return Ok(Vec::new());
        }
        let mut notes = Vec::new();
        for (output, drawing) in self.all.iter_mut().zip(drawings) {
            output.end(summary, drawing)?;
            notes.extend(output.writer.note());
        }
        Ok(notes)
    }

    /// Keeps why a report could not be written until they are ended again.
    pub(super) fn fail(&mut self, error: io::Error) {
        self.broken = Some(error);
    }
}

/// A report being written.
pub(super) struct ReportOutput {
    out: Box<dyn Write>,
    writer: Box<dyn Writer>,
    /// Instead of the writer, if only an overview is shown, and the command that shows all.
    overview: Option<String>,
    beside: Option<Beside>,
    /// What switches commands in a log of CI on again.
    resume: Option<String>,
}

/// What a report is written with.
pub(super) struct OutputPlan<'a> {
    pub target: &'a FormatTarget,
    pub drawing: &'a Renderer,
    pub style: Style,
    pub context: ReportContext,
    /// The command that shows all, for an overview.
    pub all: String,
    /// For numbers, by what they are grouped.
    pub group: Option<GroupOf>,
}

impl ReportOutput {
    /// Opens what the report goes to and begins it.
    pub(super) fn open(plan: OutputPlan) -> anyhow::Result<Self> {
        let (out, beside): (Box<dyn Write>, _) = match &plan.target.to {
            Destination::Stdout => (stdout(), None),
            Destination::Stderr => (Box::new(io::stderr()), None),
            Destination::File(path) => {
                let (file, beside) = beside::open(path)?;
                (Box::new(file), beside)
            }
        };
        let mut out: Box<dyn Write> = Box::new(BufWriter::with_capacity(1 << 16, out));
        let mut resume = None;
        if log::is_read_by_machines(&plan) {
            (out, resume) = log::guarded(out)?;
        }
        let writer = match plan.drawing {
            Renderer::Numbers => Box::new(Stats::new(plan.style, plan.group)) as Box<dyn Writer>,
            _ => (plan.target.format.writer)(plan.style),
        };
        let overview = matches!(plan.drawing, Renderer::Overview(_)).then_some(plan.all);
        let mut output = ReportOutput { out, writer, overview, beside, resume };
        output.writer.configure(&plan.context);
        if output.overview.is_none() && !matches!(plan.drawing, Renderer::Diff(..)) {
            output.writer.begin(&mut output.out)?;
        }
        Ok(output)
    }

    fn file(&mut self, file: &FileReport, part: &[u8]) -> io::Result<()> {
        match self.overview {
            Some(_) => Ok(()),
            None => self.writer.file(file, part, &mut self.out),
        }
    }

    fn end(&mut self, summary: &Summary, drawing: &Renderer) -> io::Result<()> {
        match (drawing, &self.overview) {
            (Renderer::Overview(overview), Some(all)) => {
                overview.end(summary, all, &mut self.out)?;
            }
            (Renderer::Diff(..), _) => {}
            _ => self.writer.end(summary, &mut self.out)?,
        }
        if let Some(resume) = &self.resume {
            writeln!(self.out, "{resume}")?;
        }
        self.out.flush()?;
        self.beside.take().map_or(Ok(()), Beside::replace)
    }
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
