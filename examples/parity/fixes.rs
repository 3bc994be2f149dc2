//! Compares fixed files byte for byte, fixes them a second time, and renders what safe fixes
//! made of them.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::run::markdownlint;
use validator::config::Request;
use validator::diagnostic::Safety;
use validator::engine::{Base, CheckOptions, File, FileReport, Source, Workspace, check_file};

use crate::html::html;
use crate::run::reports;

#[derive(Deserialize)]
pub struct Row {
    file: String,
    sha256: String,
    changed: bool,
    stable: bool,
}

/// Files on which we differ on purpose: what the reference does there takes away what the page is
/// made of. The list may only shrink.
const DELIBERATE: &[&str] = &[
    // A tab that makes code of a line: with one space, the code is text.
    "content/en/commands/hugo_completion_bash.md",
    "content/en/commands/hugo_completion_fish.md",
    "content/en/commands/hugo_completion_powershell.md",
    "content/en/commands/hugo_completion_zsh.md",
    "content/en/commands/hugo_gen_doc.md",
    // Lists in the text of a definition: at the margin, their last item takes in what follows.
    "content/en/contribute/development.md",
    "content/en/contribute/documentation/index.md",
    "content/en/functions/css/Build.md",
    // The second step of two: with the number 1, the page shows two first steps.
    "docs/build/vscpp-step-2-build.md",
];

/// What fixing came to.
#[derive(Default)]
pub struct Score {
    /// Share of equal bytes among the files that the reference changes and is stable on, but for those
    /// on which we differ on purpose.
    pub same: f64,
    /// How many those are, and which of them are the same all the same.
    deliberate: usize,
    not_deliberate: Vec<String>,
    /// Files that a second run changes, or that do not settle.
    unsettled: Vec<String>,
    /// Files that render differently after safe fixes.
    rendered_differently: Vec<String>,
    /// Safe fixes that were applied, and that were refused at run time.
    applied: usize,
    refused: usize,
}

impl Score {
    /// Files on which a promise is broken.
    pub fn faults(&self) -> usize {
        self.unsettled.len() + self.rendered_differently.len() + self.not_deliberate.len()
    }
}

impl fmt::Display for Score {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} safe fixes applied, {} refused; a second run changes {:?}; rendered differently {:?}; \
             {} files fixed otherwise on purpose, of which the same {:?}",
            self.applied,
            self.refused,
            self.unsettled,
            self.rendered_differently,
            self.deliberate,
            self.not_deliberate
        )
    }
}

pub fn score(corpus: &Path, expected: Vec<Row>) -> anyhow::Result<Score> {
    let mut score = Score::default();
    let all: HashMap<String, FileReport> =
        reports(corpus, Some(Safety::Review))?.into_iter().collect();
    let comparable = expected.iter().filter(|row| row.changed && row.stable);
    let (deliberate, comparable): (Vec<&Row>, Vec<&Row>) =
        comparable.partition(|row| DELIBERATE.contains(&row.file.as_str()));
    let is_same = |row: &&&Row| digest(&all[&row.file]) == row.sha256;
    let same = comparable.iter().filter(is_same).count();
    score.deliberate = deliberate.len();
    score.not_deliberate = deliberate.iter().filter(is_same).map(|row| row.file.clone()).collect();
    score.same = same as f64 / comparable.len().max(1) as f64;
    second_run(corpus, &all, Safety::Review, &mut score)?;

    let safe: HashMap<String, FileReport> =
        reports(corpus, Some(Safety::Safe))?.into_iter().collect();
    second_run(corpus, &safe, Safety::Safe, &mut score)?;
    for (file, report) in &safe {
        let Some(fixed) = &report.fixed else { continue };
        score.applied += fixed.applied.len();
        score.refused += fixed.refused;
        if fixed.is_changed() && html(&fixed.before) != html(&fixed.after) {
            score.rendered_differently.push(file.clone());
        }
    }
    Ok(score)
}

fn digest(report: &FileReport) -> String {
    let text = report.fixed.as_ref().map_or("", |fixed| &fixed.after);
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Fixes what fixing changed once more.
fn second_run(
    corpus: &Path,
    reports: &HashMap<String, FileReport>,
    limit: Safety,
    score: &mut Score,
) -> anyhow::Result<()> {
    let request = Request {
        start: corpus.to_owned(),
        no_config: true,
        overrides: markdownlint(),
        ..Request::default()
    };
    let workspace = Workspace::open(request)?;
    let base = Base::new(corpus);
    for (name, report) in reports {
        let Some(fixed) = report.fixed.as_ref().filter(|fixed| fixed.is_changed()) else {
            continue;
        };
        let source = Source::Bytes(fixed.after.clone().into_bytes());
        let file = File { source, ..File::new(&base, &report.path) };
        let how = CheckOptions { fix: Some(limit), ..CheckOptions::default() };
        let again = check_file(&workspace, &file, &how);
        let changed = again.report.fixed.is_none_or(|again| again.is_changed());
        if !fixed.settled || changed {
            score.unsettled.push(name.clone());
        }
    }
    Ok(())
}
