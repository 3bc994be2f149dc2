//! The facts of pages as rows: what is needed to judge links, anchors and unique fields without the
//! pages, on one machine or in the tables of an engine that joins.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::ConfigError;
use crate::diagnostic::{RuleId, Severity};
use crate::document::Document;
use crate::engine::{self, Context, Crossing, File, Workspace};
use crate::site::facts::{Link, LinkKind, PageFacts};
use crate::site::ids::HeadingId;
use crate::site::target::{Target, decode, directory, join};
use crate::text::{Position, Span};

/// A fact of a page, as a row. Paths count from the project's root, with `/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[schemars(title = "A fact of a page")]
pub enum Fact {
    /// The page itself; every page has one.
    Page(PageRow),
    /// A file that is no page and that links may lead to, such as an image.
    File {
        path: String,
    },
    Anchor(AnchorRow),
    Link(LinkRow),
    Field(FieldRow),
}

/// A page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageRow {
    pub path: String,
    /// Of the settings that the page was read with: facts of different ones do not belong together.
    pub digest: String,
    /// The severities of the rules that other pages have a say in, by id; rules that are off are not
    /// here.
    pub rules: BTreeMap<String, Severity>,
    /// Whether components that only a browser runs may add anchors.
    pub open: bool,
    /// The first line with content, where findings about the page as a whole stand; only where a rule
    /// asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Place>,
}

/// A place in a page to which a link may lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnchorRow {
    pub page: String,
    /// Its place among the anchors of the page, from 0.
    pub at: u32,
    /// The fragment that leads there, without `#`.
    pub name: String,
    /// The text of the heading, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A link or an image that leads to a page or file of the project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkRow {
    pub page: String,
    /// Its place among the links of the page, from 0.
    pub at: u32,
    pub form: LinkForm,
    /// The destination, with escapes and entities decoded.
    pub target: String,
    /// The destination as it stands in the page, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// The path that it leads to: from the page, percent-decoded; null above the root.
    pub to: Option<String>,
    /// The fragment, decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fragment: Option<String>,
    /// Bytes of the destination in the page.
    pub destination: (u32, u32),
    /// Where a reference is used, whose definition is the place below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Extent>,
    #[serde(flatten)]
    pub place: Place,
}

/// The value of a field of front matter that no other page may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldRow {
    pub page: String,
    /// Its place among the fields of the page, from 0.
    pub at: u32,
    pub name: String,
    pub value: String,
    #[serde(flatten)]
    pub place: Place,
}

/// Where a finding would stand, and by what it would be known again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Bytes of the page.
    pub span: (u32, u32),
    /// Line and column, from 1.
    pub start: (u32, u32),
    /// The same one past the end.
    pub end: (u32, u32),
    /// Hashes of the headings above and of the line, 32 hexadecimal digits.
    pub context: String,
    /// Rules that comments in the page have switched off there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<String>,
}

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Extent {
    /// Bytes of the page.
    pub span: (u32, u32),
    /// Line and column, from 1.
    pub start: (u32, u32),
    /// The same one past the end.
    pub end: (u32, u32),
}

impl Extent {
    pub fn span(&self) -> Span {
        Span { start: self.span.0, end: self.span.1.max(self.span.0) }
    }

    fn of(doc: &Document, span: Span) -> Extent {
        let span = doc.first_line(span);
        let position = |offset: usize| {
            let Position { line, column } = doc.position(offset);
            (line, column)
        };
        Extent {
            span: (span.start, span.end),
            start: position(span.start()),
            end: position(span.end()),
        }
    }
}

/// How a link is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkForm {
    Link,
    Image,
    /// `<a>` and other elements that lead somewhere.
    Html,
    /// `<img>` and other elements that show something.
    Asset,
}

/// The JSON Schema of a fact.
pub fn schema() -> Value {
    let generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<Fact>().to_value()
}

/// The facts of a page, under a path; of a data file, that it is there.
///
/// # Errors
/// If the configuration that counts for the file has mistakes.
pub fn of(
    workspace: &Workspace,
    file: &File,
    path: &str,
    digest: &str,
    doc: &Document,
) -> Result<Vec<Fact>, ConfigError> {
    let Some(crossing) = engine::crossing(workspace, file, doc)? else {
        return Ok(vec![Fact::File { path: path.to_owned() }]);
    };
    let Crossing { rules, facts, first, links, claims } = crossing;
    let mut rows = vec![Fact::Page(PageRow {
        path: path.to_owned(),
        digest: digest.to_owned(),
        rules: rules.into_iter().map(|(id, severity)| (id.to_string(), severity)).collect(),
        open: facts.is_open,
        first: first.map(Place::from),
    })];
    rows.extend(anchors(path, &facts).map(Fact::Anchor));
    for (at, (link, spot)) in facts.links.iter().zip(links).enumerate() {
        let target = Target::parse(&link.target);
        // Other sites, and places in the page itself, concern no other page.
        if target.scheme.is_none() && !link.target.starts_with('#') {
            let place = Place::from(spot);
            rows.push(Fact::Link(link_row(path, at, link, &target, doc, place)));
        }
    }
    rows.extend(claims.into_iter().enumerate().map(|(at, (claim, spot))| {
        let (page, at) = (path.to_owned(), at as u32);
        let (name, value) = (claim.name, claim.value);
        Fact::Field(FieldRow { page, at, name, value, place: spot.into() })
    }));
    Ok(rows)
}

/// The anchors, those of headings with their texts.
fn anchors(path: &str, facts: &PageFacts) -> impl Iterator<Item = AnchorRow> {
    let with_id = |heading: &&HeadingId| heading.id.is_some();
    let headings: Vec<&HeadingId> = facts.headings.iter().filter(with_id).collect();
    // They stand in one piece.
    let is_here = |names: &[String]| {
        let mut pairs = names.iter().zip(&headings);
        pairs.all(|(name, heading)| heading.id.as_ref() == Some(name))
    };
    let count = headings.len();
    let first = facts.anchors.windows(count.max(1)).rposition(|names| count > 0 && is_here(names));
    let text = |at: usize| {
        let heading = at.checked_sub(first?)?;
        headings.get(heading).map(|heading| heading.text.clone())
    };
    let row = |(at, name): (usize, &String)| AnchorRow {
        page: path.to_owned(),
        at: at as u32,
        name: name.clone(),
        text: text(at),
    };
    facts.anchors.iter().enumerate().map(row).collect::<Vec<_>>().into_iter()
}

fn link_row(
    page: &str,
    at: usize,
    link: &Link,
    target: &Target,
    doc: &Document,
    place: Place,
) -> LinkRow {
    let written = doc.slice(link.destination);
    let path = decode(target.path);
    let (to, above) = match path.strip_prefix('/') {
        Some(path) => join("", path),
        None if path.is_empty() => (page.to_owned(), 0),
        None => join(directory(page), &path),
    };
    LinkRow {
        page: page.to_owned(),
        at: at as u32,
        form: link.kind.into(),
        written: (written != link.target).then(|| written.to_owned()),
        to: (above == 0).then(|| to.trim_end_matches('/').to_owned()),
        fragment: target.anchor().map(std::borrow::Cow::into_owned),
        target: link.target.clone(),
        destination: (link.destination.start, link.destination.end),
        used: link.definition.map(|_| Extent::of(doc, link.span)),
        place,
    }
}

impl LinkRow {
    /// The link as it was in the page, but for what only generators other than GitHub's look at.
    pub fn link(&self) -> Link {
        Link {
            kind: self.form.into(),
            span: self.used.map_or(self.place.span(), |used| used.span()),
            destination: Span { start: self.destination.0, end: self.destination.1 },
            definition: self.used.map(|_| self.place.span()),
            target: self.target.clone(),
            is_component: false,
            is_simple: false,
        }
    }
}

impl From<engine::Spot> for Place {
    fn from(spot: engine::Spot) -> Self {
        let position = |position: Position| (position.line, position.column);
        Place {
            span: (spot.span.start, spot.span.end),
            start: position(spot.start),
            end: position(spot.end),
            context: format!("{:016x}{:016x}", spot.context.headings, spot.context.line),
            off: spot.off.iter().map(RuleId::to_string).collect(),
        }
    }
}

impl Place {
    pub fn span(&self) -> Span {
        Span { start: self.span.0, end: self.span.1.max(self.span.0) }
    }

    /// By what a finding there is known again; `None` if it is not written as facts have it.
    pub fn context(&self) -> Option<Context> {
        let number = |digits: Option<&str>| u64::from_str_radix(digits?, 16).ok();
        let headings = number(self.context.get(..16))?;
        Some(Context { headings, line: number(self.context.get(16..))? })
    }
}

impl From<LinkKind> for LinkForm {
    fn from(kind: LinkKind) -> Self {
        match kind {
            LinkKind::Link => LinkForm::Link,
            LinkKind::Image => LinkForm::Image,
            LinkKind::Html => LinkForm::Html,
            LinkKind::HtmlAsset => LinkForm::Asset,
        }
    }
}

impl From<LinkForm> for LinkKind {
    fn from(form: LinkForm) -> Self {
        match form {
            LinkForm::Link => LinkKind::Link,
            LinkForm::Image => LinkKind::Image,
            LinkForm::Html => LinkKind::Html,
            LinkForm::Asset => LinkKind::HtmlAsset,
        }
    }
}
