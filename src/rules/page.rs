//! What a rule is given: a document, and what it stands among.

use std::cell::OnceCell;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use super::links::{DeadLink, dead_links};
use crate::data::{Schema, SchemaError};
use crate::document::Document;
use crate::site::{FileId, Site};
use crate::structure::{Breach, Structure};
use crate::text::Span;

/// A document with its context: what it is checked against besides rules, and the project it
/// belongs to. Dereferences to the document.
pub struct Page<'a> {
    doc: &'a Document,
    path: &'a Path,
    schemas: &'a [Attached],
    templates: &'a [&'a Structure],
    breaches: OnceCell<Vec<Breach>>,
    dead_links: OnceCell<Vec<DeadLink>>,
    project: &'a dyn Siblings,
    checks_links: bool,
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
            dead_links: OnceCell::new(),
            project: &Nobody,
            checks_links: false,
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

    /// Whether the document is as on the disk, where other pages find it.
    #[must_use]
    pub fn saved(mut self, is_saved: bool) -> Self {
        self.is_saved = is_saved;
        self
    }

    /// The schemas that the document's data has to fit.
    pub fn schemas(&self) -> &'a [Attached] {
        self.schemas
    }

    /// What the page does not keep to of its templates, in no order.
    pub fn breaches(&self) -> &[Breach] {
        self.breaches.get_or_init(|| {
            let breaches = |template: &&Structure| template.check(self.doc, self.path);
            self.templates.iter().flat_map(breaches).collect()
        })
    }

    /// Whether links are looked at as a generator other than GitHub's makes them.
    pub fn is_resolved(&self) -> bool {
        self.checks_links
            && self.project.site().is_some_and(|(site, page)| site.flavor_of(page).0 != "gfm")
    }

    /// The page's links that lead nowhere for certain.
    pub fn dead_links(&self) -> &[DeadLink] {
        self.dead_links.get_or_init(|| {
            let site = self.project.site();
            site.map(|(site, page)| dead_links(&site, page, self.doc, self.is_saved))
                .unwrap_or_default()
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

    /// The sites of the project, and which of their files the page is; `None` if it is none.
    fn site(&self) -> Option<(Arc<Site>, FileId)>;
}

/// No other pages.
struct Nobody;

impl Siblings for Nobody {
    fn earlier_holder(&self, _: &Claim) -> Option<Holder> {
        None
    }

    fn site(&self) -> Option<(Arc<Site>, FileId)> {
        None
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
