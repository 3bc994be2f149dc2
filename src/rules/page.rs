//! What a rule is given: a document, and what it stands among.

use std::cell::OnceCell;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use super::links::{DeadLink, JudgedLinks, Unchecked, judge_page};
use crate::data::{Schema, SchemaError};
use crate::document::Document;
use crate::site::{FileId, Site, github_facts};
use crate::structure::{Structure, TemplateViolation};
use crate::text::Span;

/// A document with its context: what it is checked against besides rules, and the project it
/// belongs to. Dereferences to the document.
pub struct Page<'a> {
    doc: &'a Document,
    path: &'a Path,
    schemas: &'a [Attached],
    templates: &'a [&'a Structure],
    breaches: OnceCell<Vec<TemplateViolation>>,
    links: OnceCell<JudgedLinks>,
    project: &'a dyn Siblings,
    checks_links: bool,
    is_markdownlint: bool,
    is_saved: bool,
}

impl<'a> Page<'a> {
    /// A document that stands alone: without a path, schemas, templates and other pages.
    pub fn alone(doc: &'a Document) -> Self {
        Page {
            doc,
            path: Path::new(""),
            schemas: &[],
            templates: &[],
            breaches: OnceCell::new(),
            links: OnceCell::new(),
            project: &Nobody,
            checks_links: false,
            is_markdownlint: true,
            is_saved: false,
        }
    }

    /// The document under a path, which need not exist.
    #[must_use]
    pub fn at(mut self, path: &'a Path) -> Self {
        self.path = path;
        self
    }

    /// The document with schemas that its data has to fit.
    #[must_use]
    pub fn with_schemas(mut self, schemas: &'a [Attached]) -> Self {
        self.schemas = schemas;
        self
    }

    /// The document with structure files that apply to it.
    #[must_use]
    pub fn with_templates(mut self, templates: &'a [&'a Structure]) -> Self {
        self.templates = templates;
        self
    }

    /// The document among others.
    #[must_use]
    pub fn among(mut self, project: &'a dyn Siblings) -> Self {
        self.project = project;
        self
    }

    /// Whether rules about where links lead are among those that the page is checked with.
    #[must_use]
    pub fn with_links(mut self, checks_links: bool) -> Self {
        self.checks_links = checks_links;
        self
    }

    /// Whether markdownlint's answers count, whatever is right for the site.
    #[must_use]
    pub fn as_markdownlint(mut self, is_markdownlint: bool) -> Self {
        self.is_markdownlint = is_markdownlint;
        self
    }

    /// Whether the document is as on the disk, where other pages find it.
    #[must_use]
    pub fn saved(mut self, is_saved: bool) -> Self {
        self.is_saved = is_saved;
        self
    }

    /// The path of the file, which need not exist.
    pub fn path(&self) -> &'a Path {
        self.path
    }

    /// The schemas that the document's data has to fit.
    pub fn schemas(&self) -> &'a [Attached] {
        self.schemas
    }

    /// What the page does not keep to of its templates, in no order.
    pub fn breaches(&self) -> &[TemplateViolation] {
        self.breaches.get_or_init(|| {
            let breaches = |template: &&Structure| template.check(self.doc, self.path);
            self.templates.iter().flat_map(breaches).collect()
        })
    }

    /// Whether rules answer as markdownlint does, and not as is right for the site.
    pub fn is_markdownlint(&self) -> bool {
        self.is_markdownlint
    }

    /// Whether links are looked at as a generator other than GitHub's makes them.
    pub fn is_resolved(&self) -> bool {
        self.checks_links
            && !self.is_markdownlint
            && self.project.site().is_ok_and(|(site, page)| site.flavor_of(page).0 != "gfm")
    }

    /// The sites of the project, and which of their files the page is; `None` for a page that no
    /// project has.
    pub fn site(&self) -> Option<(Arc<Site>, FileId)> {
        self.project.site().ok()
    }

    /// Where the ids are written that the writer of the page gave, in the order of the page.
    pub fn own_ids(&self) -> Vec<Span> {
        match self.project.site() {
            Ok((site, page)) => site.own_ids(page, self.doc),
            Err(_) => github_facts(self.doc).own_ids(self.doc),
        }
    }

    /// The page's links that lead nowhere for certain.
    pub fn dead_links(&self) -> &[DeadLink] {
        &self.judged_links().dead
    }

    /// The links of the page of which nobody can tell where they lead, if the page is checked for
    /// that.
    pub fn unchecked_links(&self) -> Unchecked {
        match self.checks_links && self.doc.format.is_none() {
            true => self.judged_links().unchecked.clone(),
            false => Unchecked::new(),
        }
    }

    fn judged_links(&self) -> &JudgedLinks {
        self.links.get_or_init(|| match self.project.site() {
            Ok((site, page)) => judge_page(&site, page, self.doc, self.is_saved),
            Err(why) => {
                let links = self.doc.links.len() + self.doc.autolinks.len();
                let unchecked = (links > 0).then_some((why.into(), links)).into_iter().collect();
                JudgedLinks { unchecked, ..JudgedLinks::default() }
            }
        })
    }

    /// Who has a value already that this page claims for itself; `None` if the page has it first,
    /// or alone.
    pub fn earlier_holder(&self, claim: &Claim) -> Option<Holder> {
        self.project.earlier_holder(claim)
    }
}

impl Deref for Page<'_> {
    type Target = Document;

    fn deref(&self) -> &Document {
        self.doc
    }
}

/// A schema that a document's data has to fit.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Where the file itself names the schema; `None` if the configuration does.
    pub reference: Option<Span>,
    /// The schema, or why it cannot be used.
    pub schema: Result<Arc<Schema>, SchemaError>,
}

/// The other pages of a page's project, as far as rules ask for them.
pub trait Siblings {
    /// The first page before this one, in the order of paths, that has a value which only one page
    /// may have.
    fn earlier_holder(&self, claim: &Claim) -> Option<Holder>;

    /// The sites of the project, and which of their files the page is.
    ///
    /// # Errors
    /// Why there are none: what the links are that nobody can follow.
    fn site(&self) -> Result<(Arc<Site>, FileId), &'static str>;
}

/// The links of a page that no project has.
pub const OUTSIDE: &str = "on pages outside the project";

/// No other pages.
struct Nobody;

impl Siblings for Nobody {
    fn earlier_holder(&self, _: &Claim) -> Option<Holder> {
        None
    }

    fn site(&self) -> Result<(Arc<Site>, FileId), &'static str> {
        Err(OUTSIDE)
    }
}

/// A value that only one page of a project may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What has the value, such as the field `slug`.
    pub name: String,
    pub value: String,
    pub span: Span,
}

/// Where a value stands that only one page may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// From the project's root, with `/`.
    pub path: Arc<str>,
    /// From 1.
    pub line: u32,
}
