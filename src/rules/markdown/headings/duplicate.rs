//! MD024

use std::borrow::Cow;

use foldhash::HashSet;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::rules::{Meta, Page, Rule, Sink};

/// Two headings with the same text cannot be told apart in a table of contents, and links to
/// them depend on their order, because the address of a heading is made from its text.
///
/// ```markdown bad
/// # Parts
///
/// ## Example
///
/// ## Example
/// ```
///
/// ```markdown good
/// # Parts
///
/// ## Example of use
///
/// ## Example of failure
/// ```
///
/// With `siblings_only`, headings below different headings may be equal:
///
/// ```markdown good {"siblings_only": true}
/// # Changes
///
/// ## 2.0
///
/// ### Fixed
///
/// ## 1.0
///
/// ### Fixed
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Duplicate {
    /// Whether only headings below the same heading are compared.
    siblings_only: bool,
}

impl Rule for Duplicate {
    const META: Meta = Meta {
        id: "MD024",
        name: "no-duplicate-heading",
        tags: &["headings"],
        summary: "no multiple headings with the same content",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let mut known: [HashSet<Cow<str>>; 6] = Default::default();
        known[0].reserve(page.headings.len());
        let mut last = 0;
        for heading in &page.headings {
            let level = if self.siblings_only { usize::from(heading.level) - 1 } else { 0 };
            // Going down starts the levels below afresh, going up those that were left.
            let ended = if level > last { last + 1..level + 1 } else { level + 1..last + 1 };
            known[ended].iter_mut().for_each(HashSet::clear);
            last = level;
            let text = page.heading_text(heading);
            if !known[level].insert(text.clone()) {
                out.report(heading.span, message!("heading `{}` is not unique", text.trim()));
            }
        }
    }
}
