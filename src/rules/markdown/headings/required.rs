//! MD043

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::message;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::Span;

/// Pages of one kind, such as reference pages or change proposals, have the same sections in the
/// same order, so that readers find their way and nothing is forgotten.
///
/// Nothing is checked until `headings` says which. Besides headings such as `## Usage`, it may
/// hold `*` for any number of headings, `+` for at least one, and `?` for exactly one.
///
/// ```markdown bad {"headings": ["?", "## Usage", "## License"]}
/// # Some tool
///
/// ## License
/// ```
///
/// ```markdown good {"headings": ["?", "## Usage", "## License"]}
/// # Some tool
///
/// ## Usage
///
/// ## License
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Required {
    /// The headings in order, with one `#` for each level whatever the page's style.
    headings: Option<Vec<String>>,
    /// Whether letter case matters.
    match_case: bool,
}

impl Rule for Required {
    const META: Meta = Meta {
        id: "MD043",
        name: "required-headings",
        tags: &["headings"],
        summary: "headings should follow the required structure",
        of_page: true,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        let Some(required) = &self.headings else { return };
        let mut pattern = Pattern { required, match_case: self.match_case, next: 0, any: false };
        for heading in &page.headings {
            let marks = "#".repeat(usize::from(heading.level));
            let found = format!("{marks} {}", page.heading_text(heading));
            if let Err(expected) = pattern.take(&found) {
                let expected =
                    expected.map_or("no more headings".into(), |text| format!("`{text}`"));
                out.report(heading.span, message!("expected {}, found `{}`", expected, found));
                return;
            }
        }
        if let Some(missing) = pattern.missing(!page.headings.is_empty()) {
            let message = message!("expected `{}`, found the end of the page", missing);
            out.report(Span::at(page.text.len()), message);
        }
    }
}

/// The required headings, and how far the page has come.
struct Pattern<'a> {
    required: &'a [String],
    match_case: bool,
    /// Index of the next one.
    next: usize,
    /// Whether other headings may come before the next one.
    any: bool,
}

impl<'a> Pattern<'a> {
    /// Takes the page's next heading; fails with the one that was expected.
    fn take(&mut self, found: &str) -> Result<(), Option<&'a str>> {
        let expected = self.advance();
        match expected {
            Some("*") => {
                let after = self.advance();
                if !self.is_same(after, found) {
                    self.any = true;
                    self.next -= 1;
                }
            }
            Some("+") => self.any = true,
            Some("?") => {}
            _ if self.is_same(expected, found) => self.any = false,
            _ if self.any => self.next -= 1,
            _ => return Err(expected),
        }
        Ok(())
    }

    fn advance(&mut self) -> Option<&'a str> {
        let heading = self.required.get(self.next);
        self.next += 1;
        heading.map(String::as_str)
    }

    fn is_same(&self, expected: Option<&str>, found: &str) -> bool {
        expected.is_some_and(|expected| {
            expected == found
                || (!self.match_case && expected.to_lowercase() == found.to_lowercase())
        })
    }

    /// What is still required once the page has ended.
    fn missing(&self, has_headings: bool) -> Option<&'a str> {
        let rest = self.required.get(self.next..)?;
        let optional = match rest {
            [] => true,
            [last] => last == "*",
            _ => false,
        };
        let needs_none = !has_headings && self.required.iter().all(|heading| heading == "*");
        rest.first().filter(|_| !optional && !needs_none).map(String::as_str)
    }
}
