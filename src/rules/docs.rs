//! The page of a rule in its fixed sections, made of its doc comment, options and metadata.
//!
//! In the doc comment, the first paragraph says why the rule matters, further text what it checks,
//! and what follows from the first code block on are examples. `# Fixes` says what the fix does.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::{Entry, Fixable, Group, Subject, ValidationType};

/// The page of a rule; texts are Markdown. Examples are fenced with `markdown bad` or
/// `markdown good`.
#[derive(Debug)]
pub struct RuleDocs {
    pub checks: String,
    pub why: String,
    pub examples: String,
    pub options: Vec<OptionDocs>,
    pub fixes: String,
    pub references: Vec<String>,
}

/// An option of a rule.
#[derive(Debug)]
pub struct OptionDocs {
    pub name: String,
    /// Which values it takes, in words.
    pub kind: String,
    pub default: Option<Value>,
    pub about: String,
}

impl RuleDocs {
    pub fn of(group: &Group, entry: &Entry) -> Self {
        let schema = schema(entry);
        let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let (text, fixes) = text.split_once("\n# Fixes\n").unwrap_or((text, ""));
        let mut parts = DocParts::of(text);
        let why = match parts.paragraphs.is_empty() {
            true => String::new(),
            false => parts.paragraphs.remove(0),
        };
        let summary = sentence(entry.meta.summary);
        let checks = [&[summary][..], &parts.paragraphs].concat().join("\n\n");
        RuleDocs {
            checks,
            why,
            examples: parts.examples,
            options: options(&schema),
            fixes: fix_section(fixes.trim(), entry.meta.fixable),
            references: references(group, entry),
        }
    }

    /// Title and text of each section, always the same and in the same order.
    pub fn sections(&self) -> [(&'static str, String); 6] {
        let options = match self.options.is_empty() {
            true => NO_OPTIONS.to_owned(),
            false => lines(self.options.iter().map(OptionDocs::item)),
        };
        let references = lines(self.references.iter().map(|reference| format!("- {reference}")));
        [
            ("What it checks", self.checks.clone()),
            ("Why it matters", self.why.clone()),
            ("Examples", self.examples.clone()),
            ("Options", options),
            ("Fixes", self.fixes.clone()),
            ("References", references),
        ]
    }

    /// The whole page, with a heading of level 2 for each section.
    pub fn to_markdown(&self) -> String {
        let sections = self.sections().map(|(title, text)| format!("## {title}\n\n{text}\n"));
        sections.join("\n")
    }
}

/// What the section of options says where there are none.
pub const NO_OPTIONS: &str = "This rule has no options.";

impl OptionDocs {
    /// Such as `integer, default 80`.
    pub fn values(&self) -> String {
        let default = self.default.as_ref().map(|value| format!(", default {value}"));
        self.kind.clone() + &default.unwrap_or_default()
    }

    fn item(&self) -> String {
        let about = self.about.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("- `{}` ({}): {about}", self.name, self.values())
    }
}

/// The page of the rule with this id on the web: the rules of Markdown are those of markdownlint.
pub fn url(id: &str) -> Option<String> {
    const PAGES: &str = "https://github.com/DavidAnson/markdownlint/blob/main/doc";
    let number = id.strip_prefix("MD")?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{PAGES}/md{number}.md"))
}

/// A doc comment without what it says of fixes.
struct DocParts {
    paragraphs: Vec<String>,
    examples: String,
}

impl DocParts {
    fn of(text: &str) -> Self {
        let fence = match text.starts_with("```") {
            true => Some(0),
            false => text.find("\n```").map(|at| at + 1),
        };
        let (prose, examples) = text.split_at(fence.unwrap_or(text.len()));
        let mut paragraphs: Vec<String> = prose
            .split("\n\n")
            .map(|paragraph| paragraph.trim().to_owned())
            .filter(|paragraph| !paragraph.is_empty())
            .collect();
        let mut examples = examples.trim().to_owned();
        // What introduces the first example belongs to it.
        if let Some(last) = paragraphs.pop_if(|last| last.ends_with(':') && !examples.is_empty()) {
            examples = format!("{last}\n\n{examples}");
        }
        DocParts { paragraphs, examples }
    }
}

/// What the fix does, then how far it can be trusted.
fn fix_section(what: &str, fixable: Fixable) -> String {
    let trust = match fixable {
        Fixable::No => "This rule has no fix: what to change is up to the author.",
        Fixable::Safe => {
            "The fix is safe, and `--fix` applies it: the rendered page stays the same but for what \
             the rule is about, which is checked for every page."
        }
        Fixable::Review => {
            "The fix needs review, in `validator review` or with `--fix --unsafe-fixes`, because it \
             may change what readers see."
        }
        Fixable::Mixed => {
            "The fix is safe, and `--fix` applies it, where the rendered page stays the same; \
             elsewhere it needs review, in `validator review` or with `--fix --unsafe-fixes`."
        }
    };
    [what, trust].join("\n\n").trim_start().to_owned()
}

/// Where to read on.
fn references(group: &Group, entry: &Entry) -> Vec<String> {
    let id = entry.meta.id;
    let mut references = Vec::new();
    if let Some(url) = url(id) {
        references.push(format!("markdownlint {id}: <{url}>"));
        references.push("where findings differ from markdownlint's: `docs/markdownlint.md`".into());
    }
    let specification = match group.name {
        _ if group.validation == ValidationType::Links => None,
        "headings" => Some(("CommonMark", "https://spec.commonmark.org/0.31.2/#atx-headings")),
        "lists" => Some(("CommonMark", "https://spec.commonmark.org/0.31.2/#lists")),
        "quotes" => Some(("CommonMark", "https://spec.commonmark.org/0.31.2/#block-quotes")),
        "code" if id == "MD038" => {
            Some(("CommonMark", "https://spec.commonmark.org/0.31.2/#code-spans"))
        }
        "code" => Some(("CommonMark", "https://spec.commonmark.org/0.31.2/#fenced-code-blocks")),
        "emphasis" => {
            Some(("CommonMark", "https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis"))
        }
        "links" => Some(("CommonMark", "https://spec.commonmark.org/0.31.2/#links")),
        "html" => Some(("CommonMark", "https://spec.commonmark.org/0.31.2/#raw-html")),
        "tables" => {
            Some(("GitHub Flavored Markdown", "https://github.github.com/gfm/#tables-extension-"))
        }
        _ if entry.meta.tags.contains(&"schema") || id == "ST107" => {
            Some(("JSON Schema", "https://json-schema.org/specification"))
        }
        "front_matter" => Some(("YAML", "https://yaml.org/spec/1.2.2/")),
        _ => None,
    };
    references.extend(specification.map(|(name, url)| format!("{name}: <{url}>")));
    match group.validation {
        ValidationType::Markdown => {}
        ValidationType::Links => references.push("links in this tool: `docs/links.md`".into()),
        ValidationType::Yaml | ValidationType::Data | ValidationType::Structure => {
            let what = match entry.meta.subject {
                Subject::DataFile => "data files",
                Subject::Page if group.validation == ValidationType::Yaml => "front matter",
                Subject::Page => "structure",
            };
            let section = "*Front matter, data files and structure*";
            references.push(format!("{what} in this tool: `README.md`, section {section}"));
        }
    }
    references
}

/// The options' schema with nothing referred to.
fn schema(entry: &Entry) -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    match (entry.schema)(&mut settings.into_generator()).to_value() {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn options(schema: &Map<String, Value>) -> Vec<OptionDocs> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let options = properties.into_iter().flatten().map(|(name, option)| OptionDocs {
        name: name.clone(),
        kind: kind(option),
        default: option.get("default").cloned(),
        about: option["description"].as_str().unwrap_or_default().to_owned(),
    });
    options.collect()
}

/// Which values an option takes, in words.
fn kind(option: &Value) -> String {
    let alternatives = option.get("oneOf").or_else(|| option.get("anyOf"));
    if let Some(alternatives) = alternatives.and_then(Value::as_array) {
        let kinds: Vec<String> = alternatives.iter().map(kind).collect();
        return kinds.join(" or ");
    }
    if let Some(values) = option.get("enum").and_then(Value::as_array) {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return values.join(" or ");
    }
    if let Some(value) = option.get("const") {
        return value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    }
    match option.get("type") {
        Some(Value::String(kind)) if kind == "array" => {
            format!("list of {}", option.get("items").map_or("values".to_owned(), kind_of_item))
        }
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.join(" or ")
        }
        _ => "value".to_owned(),
    }
}

fn kind_of_item(item: &Value) -> String {
    format!("{}s", kind(item))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

/// A summary as a sentence.
fn sentence(summary: &str) -> String {
    let mut characters = summary.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    let end = if summary.ends_with('.') { "" } else { "." };
    first.into_iter().collect::<String>() + characters.as_str() + end
}
