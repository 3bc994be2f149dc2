//! `check - --fix`: standard input is fixed and printed, as formatters do it.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;

use super::listener::Ending;
use crate::cli::{Outcome, fix};
use crate::engine::{File, FileReport, Source};

/// The text that standard input becomes.
pub(super) struct Filter {
    path: PathBuf,
    text: Vec<u8>,
}

impl Filter {
    /// A filter for standard input, if it is to be fixed.
    pub fn of(given: &[File], fix: &fix::FixArgs) -> Option<Self> {
        let is_fixing = fix.limit().is_some() && !fix.is_diff();
        let file = given.first().filter(|_| is_fixing)?;
        match &file.source {
            Source::Bytes(text) => Some(Filter { path: file.path.clone(), text: text.clone() }),
            _ => None,
        }
    }

    /// Takes the fixed text, if the file is standard input.
    pub fn take(&mut self, file: &FileReport) -> bool {
        if file.path != self.path {
            return false;
        }
        if let Some(fixed) = file.fixed.as_ref().filter(|fixed| fixed.is_changed()) {
            self.text = fixed.after.clone().into_bytes();
        }
        true
    }

    /// Prints the text, which is all that is asked for: findings that are left do not fail.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn end(&self, ending: &mut Ending) -> anyhow::Result<()> {
        if matches!(ending.outcome, Outcome::Fine | Outcome::Findings) {
            let mut out = io::stdout().lock();
            out.write_all(&self.text)
                .and_then(|()| out.flush())
                .context("the text cannot be written")?;
            ending.outcome = Outcome::Fine;
            ending.excuse = None;
        }
        Ok(())
    }
}
