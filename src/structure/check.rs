//! Checks a page against its template.

use std::path::Path;

use super::breach::{TemplateCheck, TemplateViolation};
use super::compile::Structure;
use super::front_matter::{self, Data};
use super::page::Outline;
use super::{content, sections, title};
use crate::diagnostic::message;
use crate::document::Document;

impl Structure {
    /// Whether the template is for this page, as far as its front matter tells.
    pub fn applies(&self, doc: &Document) -> bool {
        self.when.is_empty()
            || Data::of(doc).is_some_and(|data| {
                self.when.iter().all(|(key, wanted)| data.is_one_of(key, wanted))
            })
    }

    /// What the page does not keep to, in no order.
    pub fn check(&self, doc: &Document, path: &Path) -> Vec<TemplateViolation> {
        let page = Outline::new(doc);
        let needs_data = self.front_matter.is_some() || self.title.is_some();
        let data = needs_data.then(|| Data::of(doc)).flatten();
        let mut out = Vec::new();
        if let Some(wanted) = &self.front_matter {
            front_matter::check(&page, wanted, data.as_ref(), &mut out);
        }
        if let Some(wanted) = &self.title {
            title::check(&page, wanted, path, data.as_ref(), &mut out);
        }
        if let Some(wanted) = &self.intro {
            let place = page.start();
            content::check(&page, wanted, page.intro(), place, "the introduction", &mut out);
        }
        sections::check(&page, &self.sections, page.scope(), &mut out);
        self.check_forbidden(&page, &mut out);
        out
    }

    fn check_forbidden(&self, page: &Outline, out: &mut Vec<TemplateViolation>) {
        for (index, entry) in page.headings.iter().enumerate() {
            let found = self.forbidden.iter().find(|(matcher, _)| matcher.matches(&entry.text));
            if let Some((_, reason)) = found {
                let reason = reason.as_ref().map(|reason| format!(": {reason}"));
                let message = message!(
                    "section `{}` is not allowed here{}",
                    entry.text,
                    reason.unwrap_or_default()
                );
                let breach =
                    TemplateViolation::new(TemplateCheck::Unexpected, page.place(index), message);
                // That it is none of the template's sections goes without saying.
                out.retain(|other| (other.aspect, other.span) != (breach.aspect, breach.span));
                out.push(breach);
            }
        }
    }
}
