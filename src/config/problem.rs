//! Mistakes in what people wrote, with the place and what to do about it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::text::{LineIndex, Position, Span};

/// Everything that is wrong with a configuration; there is at least one problem.
#[derive(Clone, Debug)]
pub struct ConfigError {
    /// In the order of files, then of places.
    pub problems: Vec<ConfigProblem>,
}

/// One mistake.
#[derive(Clone, Debug)]
pub struct ConfigProblem {
    pub source: ConfigSource,
    /// The text of the source, empty if it could not be read.
    pub text: Arc<str>,
    /// Bytes of `text`.
    pub span: Span,
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Where something was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConfigSource {
    /// A file; the path is relative to the current directory where it lies in it.
    File(PathBuf),
    /// A command line option, such as `--select`.
    Flag(&'static str),
}

impl ConfigError {
    /// The error of these problems, if there are any.
    pub(super) fn check(mut problems: Vec<ConfigProblem>) -> Result<(), ConfigError> {
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort_by(|a, b| (&a.source, a.span.start).cmp(&(&b.source, b.span.start)));
        problems
            .dedup_by(|a, b| (&a.source, a.span, &a.message) == (&b.source, b.span, &b.message));
        Err(ConfigError { problems })
    }
}

impl From<ConfigProblem> for ConfigError {
    fn from(problem: ConfigProblem) -> Self {
        ConfigError { problems: vec![problem] }
    }
}

impl ConfigProblem {
    /// A mistake in the value of a command line option.
    pub(super) fn flag(
        flag: &'static str,
        value: &str,
        message: String,
        help: Option<String>,
    ) -> Self {
        let span = Span::new(0, value.len());
        ConfigProblem { source: ConfigSource::Flag(flag), text: value.into(), span, message, help }
    }

    /// A file that cannot be used at all.
    pub(super) fn file(path: PathBuf, message: String) -> Self {
        let (source, text) = (ConfigSource::File(path), "".into());
        ConfigProblem { source, text, span: Span::at(0), message, help: None }
    }

    /// Line and column of the place; `None` where no text could be read.
    pub fn position(&self) -> Option<Position> {
        let index = LineIndex::new(&self.text);
        (!self.text.is_empty()).then(|| index.position(&self.text, self.span.start()))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            problem.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// One line: place, message, help.
impl fmt::Display for ConfigProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.source, self.position()) {
            (ConfigSource::File(path), Some(Position { line, column })) => {
                write!(formatter, "{}:{line}:{column}: ", path.display())?;
            }
            (ConfigSource::File(path), None) => write!(formatter, "{}: ", path.display())?,
            (ConfigSource::Flag(flag), _) => write!(formatter, "{flag}: ")?,
        }
        formatter.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(formatter, "; {help}"),
            None => Ok(()),
        }
    }
}
