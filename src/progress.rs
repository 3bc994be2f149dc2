//! Events to a progress bar on standard error, or to a line now and then.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::Event;
use crate::report::{count, plural, printable};

/// Files that take longer are named.
const SLOW: Duration = Duration::from_millis(500);

/// Runs that are shorter show no bar.
const DELAY: Duration = Duration::from_millis(300);

/// How often a line is written where a bar cannot be drawn.
const PAUSE: Duration = Duration::from_secs(1);

/// Shows how far a run is, how fast it goes, and which file keeps it waiting.
pub struct Progress {
    shape: Shape,
    files: usize,
    done: usize,
    findings: usize,
}

enum Shape {
    /// Nothing yet: short runs are over before anybody looks.
    Waiting(Instant),
    Bar(ProgressBar),
    /// When the last line was written.
    Lines(Instant),
}

impl Progress {
    /// A bar if standard error is a terminal, else lines.
    pub fn new() -> Self {
        let shape = match io::stderr().is_terminal() {
            true => Shape::Waiting(Instant::now()),
            false => Shape::Lines(Instant::now()),
        };
        Progress { shape, files: 0, done: 0, findings: 0 }
    }

    /// Follows one event of the run.
    pub fn follow<N>(&mut self, event: &Event<N>) {
        match event {
            Event::Started { files } => self.files = *files,
            Event::Checked { file, .. } => {
                self.done += 1;
                self.findings += file.findings.len();
                if self.done.is_multiple_of(32) {
                    self.show("");
                }
            }
            Event::Waiting { file, elapsed } if *elapsed > SLOW => {
                let seconds = elapsed.as_secs_f64();
                self.show(&format!(", {} since {seconds:.1} s", printable(file)));
            }
            Event::Waiting { .. } => {}
            Event::Finished(_) => {
                if let Shape::Bar(bar) = &self.shape {
                    bar.finish_and_clear();
                }
            }
        }
    }

    fn show(&mut self, slow: &str) {
        let findings = plural(self.findings, "finding");
        if let Shape::Waiting(since) = self.shape
            && since.elapsed() >= DELAY
        {
            self.shape = Shape::Bar(bar(self.files));
        }
        match &mut self.shape {
            Shape::Waiting(_) => {}
            Shape::Bar(bar) => {
                bar.set_position(self.done as u64);
                bar.set_message(format!("{findings}{slow}"));
            }
            Shape::Lines(last) if last.elapsed() >= PAUSE => {
                *last = Instant::now();
                let (done, files) = (count(self.done), count(self.files));
                // Progress is no part of the result: if nobody can read it, so be it.
                let _ = writeln!(io::stderr(), "{done}/{files} files, {findings}{slow}");
            }
            Shape::Lines(_) => {}
        }
    }
}

fn bar(files: usize) -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(10);
    let template = "{bar:24} {human_pos}/{human_len} files, {per_sec:.0}, {msg}";
    let style = ProgressStyle::with_template(template);
    ProgressBar::with_draw_target(Some(files as u64), target)
        .with_style(style.expect("the template is well-formed"))
}

impl Default for Progress {
    fn default() -> Self {
        Progress::new()
    }
}
