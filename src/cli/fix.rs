//! `--fix`, `--unsafe-fixes` and `--diff`: what becomes of fixed files.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style as Paint};
use similar::TextDiff;

use super::terminal;
use crate::diagnostic::Safety;
use crate::engine::undo::Journal;
use crate::engine::{FileReport, FixStats, Fixed};
use crate::report::{Style, plural, printable};
use crate::store::recorder::RunWritten;

#[derive(Clone, clap::Args)]
#[group(skip)]
pub(super) struct FixArgs {
    /// Apply safe fixes, which leave the rendered page unchanged
    #[arg(help_heading = "Fix", long)]
    fix: bool,
    /// Also apply fixes that need review: they change words, code, outline or links (implies --fix)
    #[arg(help_heading = "Fix", long)]
    unsafe_fixes: bool,
    /// Print the changes of --fix (or --unsafe-fixes) without writing them
    #[arg(help_heading = "Fix", long)]
    diff: bool,
}

impl FixArgs {
    /// What a run was asked for, as the run history tells it.
    pub(super) fn of_run(fix: bool, unsafe_fixes: bool) -> Self {
        FixArgs { fix, unsafe_fixes, diff: false }
    }

    /// Up to which risk fixes are applied.
    pub(super) fn limit(&self) -> Option<Safety> {
        match (self.unsafe_fixes, self.fix || self.diff) {
            (true, _) => Some(Safety::Review),
            (false, true) => Some(Safety::Safe),
            (false, false) => None,
        }
    }

    pub(super) fn is_diff(&self) -> bool {
        self.diff
    }

    /// What writes fixed files; nothing if only the difference is shown.
    pub(super) fn scribe(&self, root: &Path) -> Option<FixWriter> {
        (self.limit().is_some() && !self.diff).then(|| FixWriter {
            journal: Journal::new(root),
            written: 0,
            failures: Vec::new(),
        })
    }
}

/// Writes fixed files, with a journal to take them back.
pub(super) struct FixWriter {
    journal: Journal,
    written: usize,
    failures: Vec<String>,
}

impl FixWriter {
    /// Writes a file if it was fixed.
    pub(super) fn write(&mut self, file: &FileReport) -> RunWritten {
        let Some(fixed) = file.fixed.as_ref().filter(|fixed| fixed.is_changed()) else {
            return RunWritten::Nothing;
        };
        let (before, after) = (fixed.before.as_bytes(), fixed.after.as_bytes());
        let changed = self.journal.change(&file.path, before, after);
        match changed.map_err(|error| error.to_string()).and_then(|()| self.run()) {
            Ok(run) => {
                self.written += 1;
                RunWritten::Journalled(run)
            }
            Err(error) => {
                self.failures.push(error.clone());
                RunWritten::Failed(error)
            }
        }
    }

    fn run(&mut self) -> Result<u32, String> {
        self.journal.number().map_err(|error| error.to_string())
    }

    /// Says what was done, and what went wrong. Returns whether everything went well.
    pub(super) fn end(self, fixes: &FixStats, terminal: &terminal::TerminalArgs) -> bool {
        let mut err = io::stderr();
        for failure in &self.failures {
            // If standard error is gone, the exit status still tells; likewise below.
            let _ = writeln!(err, "error: {}", printable(failure));
        }
        if !terminal.quiet {
            let _ = writeln!(err, "{}", summary(fixes, "fixed"));
            if self.written > 0 {
                let _ = writeln!(err, "`validator undo` reverts it");
            }
        }
        self.failures.is_empty() && fixes.unsettled == 0
    }
}

/// One line for what fixing came to.
pub(super) fn summary(fixes: &FixStats, verb: &str) -> String {
    let mut line =
        format!("{verb} {} in {}", plural(fixes.applied, "finding"), plural(fixes.files, "file"));
    if fixes.refused > 0 {
        line.push_str(&format!(
            "; {} refused, which would have changed the rendered page",
            plural(fixes.refused, "fix")
        ));
    }
    if fixes.unsettled > 0 {
        line.push_str(&format!(
            "; {} left as they were, because fixes undo each other there (a bug: please report it)",
            plural(fixes.unsettled, "file")
        ));
    }
    line
}

/// Writes what was fixed as a unified diff.
pub(super) fn draw_diff(
    style: &Style,
    reader: DiffReader,
    path: &str,
    fixed: &Fixed,
    out: &mut Vec<u8>,
) {
    if !fixed.is_changed() {
        return;
    }
    unified(style, reader, path, &fixed.before, &fixed.after, out);
}

/// Who gets a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DiffReader {
    /// Sees what a page would tell the terminal to do, instead of its being done.
    Person,
    /// Gets every byte, as `patch` and `git apply` need it.
    Program,
}

impl DiffReader {
    /// Who reads standard output.
    pub(super) fn of_stdout(style: &Style) -> Self {
        if style.color || io::stdout().is_terminal() {
            DiffReader::Person
        } else {
            DiffReader::Program
        }
    }
}

/// A line of a page for a person; tabs are harmless, and line endings of Windows no news.
fn shown(line: &str) -> String {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let parts: Vec<_> = line.split('\t').map(printable).collect();
    parts.join("\t")
}

/// Writes the difference of two texts as a unified diff.
pub(super) fn unified(
    style: &Style,
    reader: DiffReader,
    path: &str,
    before: &str,
    after: &str,
    out: &mut Vec<u8>,
) {
    let path = printable(path);
    let diff = TextDiff::from_lines(before, after);
    let mut unified = diff.unified_diff();
    let text =
        unified.context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")).to_string();
    for line in text.split_inclusive('\n') {
        let paint = match line.as_bytes().first() {
            _ if !style.color => Paint::new(),
            Some(b'+') => AnsiColor::Green.on_default(),
            Some(b'-') => AnsiColor::Red.on_default(),
            Some(b'@') => AnsiColor::Cyan.on_default(),
            _ => Paint::new(),
        };
        let content = line.trim_end_matches('\n');
        let content = match reader {
            DiffReader::Person => shown(content).into(),
            DiffReader::Program => Cow::Borrowed(content),
        };
        // Writing to memory does not fail.
        let _ = writeln!(out, "{paint}{content}{paint:#}");
    }
}
