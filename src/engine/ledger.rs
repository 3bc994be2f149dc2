//! What documents leave behind for the project, and the findings that come of comparing it.
//!
//! Workers cannot know which of two pages comes first, so the thread that delivers compares, in
//! the order of the files. A page that repeats a value is then checked once more with the finding
//! added, so that it stands in its place in the page's report. Kept are values and places only.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::diagnostic::Diagnostic;
use crate::rules::Unique;

/// Findings to add to a file's own.
pub struct Extra {
    /// Of the text that they are about: they say nothing about another one.
    pub digest: u64,
    pub found: Vec<Diagnostic>,
}

/// A value that a document has for itself, with the line (from 1) where it stands.
pub struct Claim {
    pub unique: Unique,
    pub line: u32,
}

/// The values that have been claimed so far.
#[derive(Default)]
pub(super) struct Ledger {
    /// Rule, name and value to the file and line that had them first.
    claimed: HashMap<(&'static str, String, String), (usize, u32)>,
}

impl Ledger {
    /// Enters what file number `index` claims; returns what others have claimed before. `shown`
    /// names files.
    pub(super) fn enter<'f>(
        &mut self,
        index: usize,
        claims: Vec<Claim>,
        shown: impl Fn(usize) -> &'f str,
    ) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for Claim { unique, line } in claims {
            let Unique { rule, severity, name, value, span } = unique;
            match self.claimed.entry((rule, name, value)) {
                Entry::Vacant(free) => {
                    free.insert((index, line));
                }
                Entry::Occupied(taken) if taken.get().0 != index => {
                    let (_, name, value) = taken.key();
                    let (first, line) = *taken.get();
                    let message = format!(
                        "`{name}` is `{value}`, which {}:{line} has already; expected a value of \
                         its own",
                        shown(first)
                    );
                    found.push(Diagnostic {
                        rule,
                        severity,
                        span,
                        message: message.into(),
                        fix: None,
                    });
                }
                Entry::Occupied(_) => {}
            }
        }
        found
    }
}
