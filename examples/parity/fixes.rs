//! Compares fixed files byte for byte, fixes them a second time, and renders what safe fixes
//! made of them.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use validator::config::{Project, Request};
use validator::diagnostic::Safety;
use validator::engine::{Base, File, FileReport, How, mend_text};

use crate::html::html;
use crate::run::reports;

#[derive(Deserialize)]
pub struct Row {
    file: String,
    sha256: String,
    changed: bool,
    stable: bool,
}

/// What fixing came to.
#[derive(Default)]
pub struct Score {
    /// Share of equal bytes among the files that the reference changes and is stable on.
    pub same: f64,
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
        self.unsettled.len() + self.rendered_differently.len()
    }
}

impl fmt::Display for Score {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} safe fixes applied, {} refused; a second run changes {:?}; rendered differently {:?}",
            self.applied, self.refused, self.unsettled, self.rendered_differently
        )
    }
}

pub fn score(corpus: &Path, expected: Vec<Row>) -> anyhow::Result<Score> {
    let mut score = Score::default();
    let all: HashMap<String, FileReport> =
        reports(corpus, Some(Safety::Review))?.into_iter().collect();
    let comparable: Vec<&Row> = expected.iter().filter(|row| row.changed && row.stable).collect();
    let same = comparable.iter().filter(|row| digest(&all[&row.file]) == row.sha256).count();
    score.same = same as f64 / comparable.len().max(1) as f64;
    second_run(corpus, &all, Safety::Review, &mut score)?;

    let safe: HashMap<String, FileReport> =
        reports(corpus, Some(Safety::Safe))?.into_iter().collect();
    second_run(corpus, &safe, Safety::Safe, &mut score)?;
    for (file, report) in &safe {
        let Some(mended) = &report.mended else { continue };
        score.applied += mended.applied.len();
        score.refused += mended.refused;
        if mended.is_changed() && html(&mended.before) != html(&mended.after) {
            score.rendered_differently.push(file.clone());
        }
    }
    Ok(score)
}

fn digest(report: &FileReport) -> String {
    let text = report.mended.as_ref().map_or("", |mended| &mended.after);
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
    let request = Request { start: corpus.to_owned(), no_config: true, ..Request::default() };
    let project = Project::load(request)?;
    let base = Base::new(corpus);
    for (name, report) in reports {
        let Some(mended) = report.mended.as_ref().filter(|mended| mended.is_changed()) else {
            continue;
        };
        let file = File::new(&base, &report.path);
        let again = mend_text(&project, &file, mended.after.clone(), limit, &How::default())?;
        let changed = again.report.mended.is_none_or(|again| again.is_changed());
        if !mended.settled || changed {
            score.unsettled.push(name.clone());
        }
    }
    Ok(())
}
