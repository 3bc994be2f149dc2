//! YAML003

use schemars::JsonSchema;
use serde::Deserialize;

use super::fences::{self, Broken};
use crate::diagnostic::{Severity, message};
use crate::rules::{Meta, Page, Rule, Sink};

/// Most site generators take front matter with other delimiters, or below the first line, for text.
///
/// Front matter starts on the first line of the page, and opens and closes with exactly `---` for
/// YAML or `+++` for TOML.
///
/// ```markdown bad
/// ---
/// title: Install
/// ----
///
/// # Install
/// ```
///
/// ```markdown good
/// ---
/// title: Install
/// ---
///
/// # Install
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Delimiter {}

impl Rule for Delimiter {
    const META: Meta = Meta {
        id: "YAML003",
        name: "front-matter-delimiter",
        tags: &["front_matter"],
        summary: "front matter delimiters should be first and exact",
        severity: Some(Severity::Error),
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        match fences::broken(page) {
            Some(Broken::Closing { line, expected }) => {
                let found = page.slice(line).trim_end();
                let message =
                    message!("front matter is closed by `{}`, expected `{}`", found, expected);
                out.report(line, message);
            }
            Some(Broken::Opening { line, expected }) => {
                let found = page.slice(line).trim_end();
                let message =
                    message!("front matter is opened by `{}`, expected `{}`", found, expected);
                out.report(line, message);
            }
            Some(Broken::Late { opening }) => {
                let message =
                    "white space before front matter, expected it at the start of the page";
                out.report(opening, message);
            }
            Some(Broken::Open { .. }) | None => {}
        }
    }
}
