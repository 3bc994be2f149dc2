//! ST008

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::{Severity, message};
use crate::rules::{Meta, Page, Rule, Sink};

/// Few readers can tell the fifth level from the fourth: deep outlines are a sign that a page
/// should be divided, or that a list would do.
///
/// ```markdown bad
/// # One
///
/// ## Two
///
/// ### Three
///
/// #### Four
///
/// ##### Five
/// ```
///
/// ```markdown good
/// # One
///
/// ## Two
///
/// ### Three
///
/// #### Four
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Deep {
    /// Deepest level of a heading.
    level: u8,
}

impl Default for Deep {
    fn default() -> Self {
        Deep { level: 4 }
    }
}

impl Rule for Deep {
    const META: Meta = Meta {
        id: "ST008",
        name: "deep-nesting",
        tags: &["outline"],
        summary: "headings should not be nested too deeply",
        severity: Some(Severity::Info),
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for heading in page.headings.iter().filter(|heading| heading.level > self.level) {
            let (found, limit) = (heading.level, self.level);
            out.report(
                page.first_line(heading.span),
                message!("heading at level {}, expected at most {}", found, limit),
            );
        }
    }
}
