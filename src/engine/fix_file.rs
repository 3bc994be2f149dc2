//! Mends one file's text: applies fixes until nothing is left, then checks what came of it.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::check::{CheckOptions, CheckSubject, Checked};
use super::{File, Rejections, fix, place};
use crate::config::ConfigError;
use crate::diagnostic::{Diagnostic, Finding, RuleId, Safety};
use crate::document::Document;

/// What was done to a file's text. Nothing is written yet.
#[derive(Clone, Debug)]
pub struct Fixed {
    pub before: String,
    pub after: String,
    /// The rules whose fixes were applied, once for each fix.
    pub applied: Vec<RuleId>,
    /// Fixes that claimed to be safe but would have changed the rendered page. Their findings
    /// stand in the report with fixes that need review.
    pub refused: usize,
    /// Whether fixing came to an end. If not, two fixes undo each other, and `after` is the text
    /// as it was.
    pub settled: bool,
}

impl Fixed {
    pub fn is_changed(&self) -> bool {
        self.before != self.after
    }
}

impl CheckSubject<'_> {
    /// Applies the fixes up to this limit and checks the text that results.
    ///
    /// # Errors
    /// If the configuration that counts for the file has mistakes.
    pub fn fix_file(
        &self,
        file: &File,
        text: String,
        limit: Safety,
        how: &CheckOptions,
    ) -> Result<Checked, ConfigError> {
        let error = RefCell::new(None);
        let shield = RejectedFixes::new(how.rejections, self.root_relative);
        let check = |doc: &Document| match self.diagnose(doc) {
            Ok(diagnostics) => shield.pass(doc, diagnostics.found),
            Err(mistakes) => {
                error.replace(Some(mistakes));
                Vec::new()
            }
        };
        let before = text.clone();
        // What is front matter by configuration only is no page for the proofs.
        let head = self.head(&text).unwrap_or(0);
        let mut settled = fix::settle(check, text[head..].to_owned(), limit);
        settled.text.insert_str(0, &before[..head]);
        if let Some(error) = error.into_inner() {
            return Err(error);
        }
        let after = if settled.settled { settled.text } else { before.clone() };
        let mut checked = self.check(file, after.clone(), how)?;
        hold_back(&mut checked.report.findings, &settled.refused);
        checked.report.fixed = Some(Box::new(Fixed {
            before,
            after,
            applied: settled.applied,
            refused: settled.refused.len(),
            settled: settled.settled,
        }));
        Ok(checked)
    }
}

/// What was refused needs review.
fn hold_back(findings: &mut [Finding], refused: &[Diagnostic]) {
    let mut places: HashMap<_, Vec<&Diagnostic>> = HashMap::new();
    for diagnostic in refused {
        places.entry((diagnostic.rule, diagnostic.span)).or_default().push(diagnostic);
    }
    for finding in findings {
        let same = places.get(&(finding.rule, finding.span));
        if same.is_some_and(|same| same.iter().any(|refused| refused.fix == finding.fix))
            && let Some(fix) = &mut finding.fix
        {
            fix.safety = Safety::Review;
        }
    }
}

/// Keeps fixes away from what was rejected in review.
struct RejectedFixes<'r> {
    rejections: Option<&'r Rejections>,
    path: &'r str,
    /// Where something was rejected. Fixing one of several equal places renumbers the others, so
    /// after the first pass all of them are left alone.
    places: RefCell<Option<HashSet<u64>>>,
}

impl<'r> RejectedFixes<'r> {
    fn new(rejections: Option<&'r Rejections>, path: &'r str) -> Self {
        let rejections = rejections.filter(|rejections| !rejections.is_empty());
        RejectedFixes { rejections, path, places: RefCell::default() }
    }

    /// The diagnostics that may be fixed.
    fn pass(&self, doc: &Document, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let Some(rejections) = self.rejections else { return found };
        let mut prints = place::prints(doc, self.path, &found).into_iter();
        let mut places = self.places.borrow_mut();
        if let Some(places) = &*places {
            found.retain(|_| prints.next().is_none_or(|print| !places.contains(&print.place)));
            return found;
        }
        let places = places.insert(HashSet::new());
        found.retain(|_| {
            let Some(print) = prints.next() else { return true };
            let is_rejected = rejections.contains_key(&print.fingerprint);
            if is_rejected {
                places.insert(print.place);
            }
            !is_rejected
        });
        found
    }
}
