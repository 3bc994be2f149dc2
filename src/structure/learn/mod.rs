//! From pages to a template: what most of them have in common, with how many do.

mod contents;
mod fields;
mod headings;
mod titles;
mod yaml;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::breach::{TemplateCheck, TemplateViolation};
use super::compile::Structure;
use super::page::Outline;
use super::template::{FrontMatterTemplate, OneOrMany, Template};
use crate::document::Document;

/// Fewer pages than this have nothing in common that could be told from chance.
pub const MIN_PAGES: usize = 3;
/// What fewer than this share of the pages have is not proposed, not even as optional.
const RARE: f64 = 0.05;

/// A page to learn from.
pub struct Sample {
    pub path: PathBuf,
    /// As people see it.
    pub shown: String,
    pub doc: Document,
}

/// What to learn.
pub struct Request {
    /// The share of pages, 0 to 1, from which on something is required.
    pub support: f64,
    /// What the template is called.
    pub name: String,
    /// The globs of the template.
    pub files: Vec<String>,
    /// Where the structure file is going to stand: it names pages from there.
    pub dir: PathBuf,
}

/// A template that was learned.
pub struct Proposal {
    pub template: Template,
    /// By JSON Pointer into the template: how many pages say so.
    notes: Notes,
    /// Number of pages it was learned from.
    pub pages: usize,
    /// The pages that do not keep to it.
    pub outliers: Vec<Outlier>,
}

/// A page that does not keep to the template, and why.
pub struct Outlier {
    pub shown: String,
    /// As the structure file names it.
    path: String,
    /// Each with its line.
    pub messages: Vec<String>,
    /// The same in short, as far as other pages may have it, too.
    reasons: Vec<String>,
}

/// Proposes a template for these pages.
pub fn learn(samples: &[Sample], request: &Request) -> Proposal {
    let pages: Vec<Outline> = samples.iter().map(|sample| Outline::new(&sample.doc)).collect();
    let mut notes = Notes::new(request.support);
    let matters = fields::read(samples);
    let scopes = pages.iter().map(|page| headings::HeadingScope { page, headings: page.scope() });
    let scopes: Vec<_> = scopes.collect();
    let sections = headings::learn(&scopes, 1, "", &mut notes);
    let intro = pages.iter().map(|page| (page, page.intro())).collect::<Vec<_>>();
    let template = Template {
        name: request.name.clone(),
        files: OneOrMany(request.files.clone()),
        title: titles::learn(samples, &pages, &mut notes),
        front_matter: fields::learn(&matters, "/front_matter", &mut notes, 0)
            .map(FrontMatterTemplate::Schema),
        intro: contents::learn(&intro, "/intro", &mut notes),
        sections: sections.list,
        order: sections.order,
        others: sections.others,
        ..Template::default()
    };
    let outliers = outliers(samples, &template, &request.dir);
    Proposal { template, notes, pages: samples.len(), outliers }
}

impl Proposal {
    /// The template as YAML, with what was counted as comments.
    pub fn to_yaml(&self) -> String {
        yaml::write(self)
    }

    /// The template as JSON.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&self.template).unwrap_or_default()
    }

    /// Whether the pages have anything in common.
    pub fn is_empty(&self) -> bool {
        let Template { title, front_matter, intro, sections, .. } = &self.template;
        title.is_none() && front_matter.is_none() && intro.is_none() && sections.is_empty()
    }
}

/// What the template finds in the pages it was learned from.
fn outliers(samples: &[Sample], template: &Template, dir: &Path) -> Vec<Outlier> {
    let Ok(structure) = Structure::of(template.clone()) else { return Vec::new() };
    let check = |sample: &Sample| {
        let mut breaches = structure.check(&sample.doc, &sample.path);
        breaches.sort_by_key(|breach| breach.span.start);
        let reasons = breaches.iter().map(reason).collect();
        let say = |breach: TemplateViolation| {
            let line = sample.doc.line_of(breach.span.start()) + 1;
            format!("line {line}: {}", breach.message)
        };
        let messages: Vec<String> = breaches.into_iter().map(say).collect();
        let shown = sample.shown.clone();
        let path = sample.path.strip_prefix(dir).ok().and_then(Path::to_str);
        let path = path.unwrap_or(&shown).replace('\\', "/");
        (!messages.is_empty()).then_some(Outlier { shown, path, messages, reasons })
    };
    samples.iter().filter_map(check).collect()
}

/// Why a page differs, without what only this page has: texts that are quoted, and places.
fn reason(breach: &TemplateViolation) -> String {
    let message = breach.message.as_str();
    let until = |end: &str| message.split(end).next().unwrap_or(message).to_owned();
    match breach.aspect {
        TemplateCheck::Missing | TemplateCheck::Order | TemplateCheck::Level => until(": expected"),
        TemplateCheck::Unexpected if message.contains("not in the template") => {
            "sections that are not in the template".to_owned()
        }
        TemplateCheck::Unexpected | TemplateCheck::Content => message.to_owned(),
        TemplateCheck::Title => {
            let rest = message.strip_prefix("title `").and_then(|rest| rest.split_once("` "));
            let rest = rest.map_or(message, |(_, rest)| rest);
            format!("title {}", rest.split([':', ',']).next().unwrap_or(rest))
        }
        TemplateCheck::FrontMatter => match message.split_once("` does not match") {
            Some((before, after)) => {
                let field = before.split(": `").next().unwrap_or(before);
                format!("{field} does not match{after}")
            }
            None => message.to_owned(),
        },
    }
}

/// How many pages say what, and how many have to.
struct Notes {
    support: f64,
    texts: HashMap<String, String>,
}

impl Notes {
    fn new(support: f64) -> Self {
        Notes { support, texts: HashMap::new() }
    }

    /// Whether so many of so many are enough for everyone to have to.
    fn is_common(&self, count: usize, of: usize) -> bool {
        of > 0 && count as f64 >= self.support * of as f64
    }

    /// Whether so many of so many are worth a word.
    fn is_known(&self, count: usize, of: usize) -> bool {
        count >= MIN_PAGES && count as f64 >= RARE * of as f64
    }

    fn add(&mut self, pointer: &str, count: usize, of: usize, more: &str) {
        let text = match count == of {
            true => format!("all {of}{more}"),
            false => format!("{count} of {of}{more}"),
        };
        self.texts.insert(pointer.to_owned(), text);
    }

    fn get(&self, pointer: &str) -> Option<&str> {
        self.texts.get(pointer).map(String::as_str)
    }
}

/// Counts, the most frequent first; of equal ones the first in the order of the alphabet.
fn most_frequent<K: Ord>(items: impl IntoIterator<Item = K>) -> Vec<(K, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for item in items {
        *counts.entry(item).or_insert(0) += 1;
    }
    let mut counts: Vec<(K, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// A mapping of these entries.
fn mapping<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Object(
        entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>(),
    )
}

/// A text with its digits, as a regular expression for all texts with other digits.
fn digits_pattern(text: &str) -> String {
    let mut pattern = String::from("^");
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        pattern += &regex::escape(&rest[..at]);
        pattern += "\\d+";
        rest = rest[at..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    pattern + &regex::escape(rest) + "$"
}
