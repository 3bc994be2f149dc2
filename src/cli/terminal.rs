//! Colours, width, and how much to say.

use std::io::{self, IsTerminal, Write};

use anstyle::Style as Paint;
use clap::ValueEnum;

use crate::report::{Style, plural, printable};

/// Columns to assume where there is no terminal.
const WIDTH: usize = 120;

/// Notes of one kind that are shown to those who did not ask for more.
const MAX_NOTES: usize = 25;

#[derive(clap::Args)]
#[group(skip)]
pub(super) struct TerminalArgs {
    /// When to use colors; `auto` depends on the terminal, NO_COLOR and CLICOLOR_FORCE
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: When,
    /// Print findings only, without summary, notes and progress
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print which files were read and how long it took
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

impl TerminalArgs {
    /// How to write to standard output.
    pub(super) fn stdout(&self) -> Style {
        let stdout = io::stdout();
        let auto = anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
        self.style(auto, stdout.is_terminal())
    }

    /// How to write to standard error.
    pub(super) fn stderr(&self) -> Style {
        let stderr = io::stderr();
        let auto = anstream::AutoStream::choice(&stderr) != anstream::ColorChoice::Never;
        self.style(auto, stderr.is_terminal())
    }

    /// How to write to a file.
    pub(super) fn file(&self) -> Style {
        self.style(false, false)
    }

    /// Prints lines that are good to know, unless they are not wanted.
    pub(super) fn note(&self, notes: &[String]) {
        if self.quiet {
            return;
        }
        let shown = if self.verbose { notes.len() } else { notes.len().min(MAX_NOTES) };
        for note in &notes[..shown] {
            // Who closed standard error does not want to know.
            let _ = writeln!(io::stderr(), "note: {}", printable(note));
        }
        if shown < notes.len() {
            let more = plural(notes.len() - shown, "more note");
            let _ = writeln!(io::stderr(), "note: {more}; --verbose shows all");
        }
    }

    /// Says that a command has a new name; the old one keeps working.
    pub(super) fn renamed(&self, old: &str, new: &str) {
        self.note(&[format!("{old} is now called {new}")]);
    }

    fn style(&self, auto: bool, is_terminal: bool) -> Style {
        let color = match self.color {
            When::Auto => auto,
            When::Always => true,
            When::Never => false,
        };
        let columns = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let asked = || std::env::var("COLUMNS").ok()?.parse().ok();
        let width = asked().or_else(|| is_terminal.then(columns).flatten()).unwrap_or(WIDTH);
        Style { color, width: width.max(40), quiet: self.quiet, suppressed: false }
    }
}

/// Whether an error means that nobody reads the output any more, as in `validator … | head`.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let json = cause.downcast_ref::<serde_json::Error>();
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        io.or_else(|| json.and_then(serde_json::Error::io_error_kind))
    };
    error.chain().any(|cause| kind(cause) == Some(io::ErrorKind::BrokenPipe))
}

/// How headings are written.
pub(super) fn bold(style: &Style) -> Paint {
    if style.color { Paint::new().bold() } else { Paint::new() }
}
