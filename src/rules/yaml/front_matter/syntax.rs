//! YAML001

use schemars::JsonSchema;
use serde::Deserialize;

use super::fences;
use crate::data::ValueKind;
use crate::diagnostic::{Severity, message};
use crate::rules::data::{is_duplicate, message};
use crate::rules::{Meta, Page, Rule, Sink};

/// Front matter that does not parse is lost: the site generator stops, or shows the page without
/// title, date and tags. A colon in a title without quotes is the usual reason.
///
/// Front matter between `---` lines is YAML, between `+++` lines TOML, in braces JSON. It is a
/// mapping of fields to values.
///
/// ```markdown bad
/// ---
/// title: Install: the short way
/// ---
/// ```
///
/// ```markdown good
/// ---
/// title: "Install: the short way"
/// ---
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FrontMatterSyntax {}

impl Rule for FrontMatterSyntax {
    const META: Meta = Meta {
        id: "YAML001",
        name: "front-matter-syntax",
        tags: &["front_matter"],
        summary: "front matter should parse",
        severity: Some(Severity::Error),
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(data) = page.data() else { return };
        // What follows a wrong closing line is not front matter.
        if !data.is_complete() && fences::wrong_closing_line(page).is_some() {
            return;
        }
        for problem in data.problems.iter().filter(|problem| !is_duplicate(problem)) {
            out.report(problem.span, message(problem));
        }
        let root = data.tree.root();
        let kind = data.tree.kind(root);
        if data.is_complete() && !matches!(kind, ValueKind::Mapping | ValueKind::Null) {
            let message =
                message!("front matter is {}, expected a mapping of fields", kind.describe());
            out.report(page.first_line(data.tree.span(root)), message);
        }
    }
}
