//! ST004

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::plural;

/// A top-level heading is the title of a page. One or two more may be wanted by a site's style;
/// with many of them the page is several pages.
///
/// ```markdown bad
/// # One
///
/// # Two
///
/// # Three
///
/// # Four
/// ```
///
/// ```markdown good
/// # One
///
/// ## Two
///
/// ## Three
///
/// ## Four
/// ```
#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TooManyH1 {
    /// Most top-level headings of a page.
    maximum: usize,
}

impl Default for TooManyH1 {
    fn default() -> Self {
        TooManyH1 { maximum: 3 }
    }
}

impl Rule for TooManyH1 {
    const META: Meta = Meta {
        id: "ST004",
        name: "too-many-h1",
        tags: &["outline"],
        summary: "pages should not have too many top-level headings",
        of_page: true,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut top = page.headings.iter().filter(|heading| heading.level == 1);
        let Some(first) = top.by_ref().nth(self.maximum) else { return };
        let count = self.maximum + 1 + top.count();
        let maximum = self.maximum;
        out.report(
            page.first_line(first.span),
            message!("found {}, expected at most {}", plural(count, "top-level heading"), maximum),
        );
    }
}
