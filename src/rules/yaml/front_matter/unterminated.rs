//! YAML002

use schemars::JsonSchema;
use serde::Deserialize;

use super::fences::{self, Broken};
use crate::diagnostic::{Severity, message};
use crate::rules::{Meta, Page, Rule, Sink};

/// Without a closing line, readers see the fields as text, and the site generator sees none.
///
/// Front matter ends at a line like the one it starts with.
///
/// ````markdown bad
/// ---
/// title: Install
///
/// # Install
/// ````
///
/// ````markdown good
/// ---
/// title: Install
/// ---
///
/// # Install
/// ````
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Unterminated {}

impl Rule for Unterminated {
    const META: Meta = Meta {
        id: "YAML002",
        name: "front-matter-unterminated",
        tags: &["front_matter"],
        summary: "front matter should be closed",
        severity: Some(Severity::Error),
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        if let Some(Broken::Open { opening, closing }) = fences::broken(page) {
            let message = message!("front matter is not closed, expected a line `{}`", closing);
            out.report(opening, message);
        }
    }
}
