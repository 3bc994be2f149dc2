//! What follows a run while it goes on, and tells how it ended.

use std::io::{self, Write};
use std::ops::ControlFlow;

use anyhow::Context;

use super::Invocation;
use crate::cli::gate::FindingFilter;
use crate::cli::output::{Outputs, Renderer};
use crate::cli::verdict::Verdict;
use crate::cli::{Outcome, fix, interrupt, record};
use crate::engine::{Event, Summary};
use crate::progress::Progress;
use crate::report;
use crate::store::recorder::{Ended, Recorder};

/// How a run ended.
pub(super) struct Ending {
    pub outcome: Outcome,
    /// Why it does not fail in spite of findings.
    pub excuse: Option<String>,
}

/// What follows every run. What was recorded and written joins it at the end.
pub(super) struct RunListener<'p> {
    pub output: Outputs,
    pub progress: Option<Progress>,
    pub scribe: Option<fix::FixWriter>,
    pub recorder: Option<Recorder<'p>>,
    pub verdict: Verdict<'p>,
    pub drawings: &'p [Renderer],
    /// Whether the totals go to standard error, since no report is for people.
    pub tells_totals: bool,
    pub gate: &'p FindingFilter,
}

impl RunListener<'_> {
    pub fn on_event<N>(&mut self, event: &Event<N>) -> ControlFlow<()> {
        if let Some(progress) = &mut self.progress {
            progress.follow(event);
        }
        let mut is_told = true;
        if let Event::Checked { file, rendered, .. } = event {
            self.verdict.on_file(file);
            is_told = self.output.file(file, rendered);
        }
        if let Event::Finished(summary) = event
            && summary.interrupted
        {
            self.end_early(summary);
        }
        if is_told && !interrupt::is_interrupted() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    /// Ends the report before the workers are gone: they may take more time than there is.
    fn end_early(&mut self, summary: &Summary) {
        let mut summary = (*summary).clone();
        self.gate.end(&mut summary);
        if let Err(error) = self.output.end(&summary, self.drawings) {
            self.output.fail(error);
        }
    }

    /// Ends the report, and says what is not in it.
    pub fn end(self, asked: &Invocation, summary: &Summary) -> anyhow::Result<Ending> {
        let excuse = self.verdict.excuse().or_else(|| self.verdict.complaint());
        let outcome = self.conclude(asked, summary)?;
        Ok(Ending { outcome, excuse })
    }

    fn conclude(mut self, asked: &Invocation, summary: &Summary) -> anyhow::Result<Outcome> {
        let recorded = self.recorder.map(Recorder::finish);
        let mut outcome = match &recorded {
            Some(Ended { cancelled: true, .. }) => Outcome::Interrupted,
            _ => outcome(summary, &self.verdict),
        };
        match self.output.end(summary, self.drawings) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(outcome),
            result => asked.note_reports(&result.context("the report cannot be written")?),
        }
        if self.tells_totals {
            let mut text = Vec::new();
            report::write_totals(&asked.terminal.stderr(), summary, &mut text)?;
            // The report is complete; who closed standard error does not want this.
            let _ = io::stderr().write_all(&text);
        }
        if asked.options.fix.is_diff() {
            let line = fix::summary(&summary.fixes, "would fix");
            let _ = writeln!(io::stderr(), "{line}");
            if outcome != Outcome::Unanswered && summary.fixes.files > 0 {
                outcome = Outcome::Findings;
            }
        }
        if let Some(scribe) = self.scribe
            && !scribe.end(&summary.fixes, asked.terminal)
        {
            outcome = Outcome::Unanswered;
        }
        if let Some(ended) = &recorded {
            record::conclude(ended, asked.terminal, asked.is_batch);
        }
        Ok(outcome)
    }
}

fn outcome(summary: &Summary, verdict: &Verdict) -> Outcome {
    if interrupt::is_interrupted() {
        Outcome::Interrupted
    } else if summary.failed > 0 {
        Outcome::Unanswered
    } else if verdict.fails() {
        Outcome::Findings
    } else {
        Outcome::Fine
    }
}
