//! Mends one file's text: applies fixes until nothing is left, then checks what came of it.

use std::cell::RefCell;

use super::check::{Checked, check_text, diagnose};
use super::{Extra, File, fix};
use crate::config::{ConfigError, Project};
use crate::diagnostic::{Diagnostic, Finding, Safety};

/// What was done to a file's text. Nothing is written yet.
#[derive(Clone, Debug)]
pub struct Mended {
    pub before: String,
    pub after: String,
    /// The rules whose fixes were applied, once for each fix.
    pub applied: Vec<&'static str>,
    /// Fixes that claimed to be safe but would have changed the rendered page. Their findings
    /// stand in the report with fixes that need review.
    pub refused: usize,
    /// Whether fixing came to an end. If not, two fixes undo each other, and `after` is the text
    /// as it was.
    pub settled: bool,
}

impl Mended {
    pub fn is_changed(&self) -> bool {
        self.before != self.after
    }
}

/// Applies the fixes up to this limit and checks the text that results, to which what is known
/// about it besides is added.
///
/// # Errors
/// If the configuration that counts for the file has mistakes.
pub fn mend_text(
    project: &Project,
    file: &File,
    text: String,
    limit: Safety,
    extra: Option<&Extra>,
) -> Result<Checked, ConfigError> {
    let error = RefCell::new(None);
    let check = |doc: &_| match diagnose(project, &file.path, doc) {
        Ok(diagnostics) => diagnostics.found,
        Err(mistakes) => {
            error.replace(Some(mistakes));
            Vec::new()
        }
    };
    let before = text.clone();
    let settled = fix::settle(check, text, limit);
    if let Some(error) = error.into_inner() {
        return Err(error);
    }
    let after = if settled.settled { settled.text } else { before.clone() };
    let mut checked = check_text(project, file, after.clone(), extra)?;
    for finding in &mut checked.report.findings {
        if settled.refused.iter().any(|refused| is_same(refused, finding))
            && let Some(fix) = &mut finding.fix
        {
            fix.safety = Safety::Review;
        }
    }
    checked.report.mended = Some(Box::new(Mended {
        before,
        after,
        applied: settled.applied,
        refused: settled.refused.len(),
        settled: settled.settled,
    }));
    Ok(checked)
}

fn is_same(diagnostic: &Diagnostic, finding: &Finding) -> bool {
    (diagnostic.rule, diagnostic.span, &diagnostic.fix)
        == (finding.rule, finding.span, &finding.fix)
}
