//! The page's title: the same as in the front matter, fit for the file's name, of a pattern.

use std::path::Path;

use super::breach::{TemplateCheck, TemplateViolation};
use super::compile::TitleCheck;
use super::front_matter::Data;
use super::page::Outline;
use crate::diagnostic::{Fix, message};

pub(super) fn check(
    page: &Outline,
    wanted: &TitleCheck,
    path: &Path,
    data: Option<&Data>,
    out: &mut Vec<TemplateViolation>,
) {
    let h1 = page.headings.iter().position(|entry| entry.level == 1);
    if let Some(field) = &wanted.field {
        same_as(page, field, h1, data, out);
    }
    let field = || data.and_then(|data| data.text("title"));
    let (title, span) = match h1 {
        Some(h1) => (page.headings[h1].text.clone(), page.place(h1)),
        None => match field() {
            Some((title, span)) => (title, span),
            None if wanted.field.is_some() => return,
            None => {
                let message =
                    "the page has no title: expected an h1, or `title` in the front matter";
                out.push(TemplateViolation::new(TemplateCheck::Title, page.start(), message));
                return;
            }
        },
    };
    if let Some(pattern) = wanted.pattern.as_ref().filter(|pattern| !pattern.is_match(&title)) {
        let message = message!("title `{}` does not match `{}`", title, pattern.as_str());
        out.push(TemplateViolation::new(TemplateCheck::Title, span, message));
    }
    if wanted.file_name
        && let Some(name) = name(path)
        && !fits(path, &title)
    {
        let message = message!("title `{}` does not fit the file's name, `{}`", title, name);
        out.push(TemplateViolation::new(TemplateCheck::Title, span, message));
    }
}

/// The h1 is the value of a field of the front matter.
fn same_as(
    page: &Outline,
    field: &str,
    h1: Option<usize>,
    data: Option<&Data>,
    out: &mut Vec<TemplateViolation>,
) {
    // A front matter without the field is a matter for its schema.
    let Some((expected, _)) = data.and_then(|data| data.text(field)) else { return };
    let Some(h1) = h1 else {
        let message = message!("the page has no h1, expected `{}` as in `{}`", expected, field);
        out.push(TemplateViolation::new(TemplateCheck::Title, page.start(), message));
        return;
    };
    let found = &page.headings[h1].text;
    if *found != expected {
        let message = message!(
            "title `{}` is not that of the front matter: `{}` is `{}`",
            found,
            field,
            expected
        );
        let mut breach = TemplateViolation::new(TemplateCheck::Title, page.place(h1), message);
        let content = page.headings[h1].heading.content;
        // Only what stays the same text when it is read as Markdown can be put there.
        let is_plain = expected.chars().all(|c| c.is_alphanumeric() || " -.,:'()/?".contains(c));
        breach.fix = (is_plain && !content.is_empty()).then(|| Fix::review(content, expected));
        out.push(breach);
    }
}

/// Whether a title fits the file's name.
pub(super) fn fits(path: &Path, title: &str) -> bool {
    name(path).is_none_or(|name| slug(&name) == slug(title))
}

/// The name that a title has to fit: of an index page that of its directory.
fn name(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_str()?;
    let is_index = ["index", "_index", "readme"].iter().any(|name| stem.eq_ignore_ascii_case(name));
    if is_index {
        return Some(path.parent()?.file_name()?.to_str()?.to_owned());
    }
    Some(stem.to_owned())
}

/// Letters and digits in lower case: what is left of a title in a file's name.
fn slug(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
