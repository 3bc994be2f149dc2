//! From a template to what checks pages: patterns and schemas compiled, headings in a table.

use std::collections::HashMap;
use std::path::Path;

use regex::Regex;
use serde_json::{Map, Value};

use super::read::Mistake;
use super::template::{
    Forbidden, FrontMatterTemplate, OneOrMany, Order, Section, Template, TemplateContent,
};
use crate::data::{Schema, SchemaError, Tree};

/// A template that is ready to check pages.
#[derive(Debug)]
pub struct Structure {
    /// What kind of page it is for, in words; empty if the file does not say.
    pub name: String,
    pub(super) when: Map<String, Value>,
    pub(super) title: Option<TitleCheck>,
    pub(super) front_matter: Option<FrontMatterCheck>,
    pub(super) intro: Option<TemplateContent>,
    pub(super) sections: Sections,
    pub(super) forbidden: Vec<(HeadingMatcher, Option<String>)>,
}

#[derive(Debug)]
pub(super) struct TitleCheck {
    pub field: Option<String>,
    pub file_name: bool,
    pub pattern: Option<Regex>,
}

/// What the front matter has to be.
#[derive(Debug)]
pub(super) enum FrontMatterCheck {
    /// There has to be some.
    Required,
    Fits(Schema),
}

/// The sections of a page, or of a section.
#[derive(Debug, Default)]
pub(super) struct Sections {
    pub list: Vec<CompiledPart>,
    pub order: Order,
    /// Whether there may be others.
    pub others: bool,
    /// The level of sections that do not say otherwise.
    pub level: u8,
    /// Which section a literal heading belongs to.
    literals: HashMap<String, usize>,
}

/// A section in a template.
#[derive(Debug)]
pub(super) struct CompiledPart {
    pub matcher: HeadingMatcher,
    pub level: u8,
    pub required: bool,
    pub repeat: bool,
    pub content: Option<TemplateContent>,
    pub sections: Sections,
}

/// What a heading's text has to be.
#[derive(Debug)]
pub(super) enum HeadingMatcher {
    Literal(Vec<String>),
    Pattern(Regex),
}

impl HeadingMatcher {
    pub fn matches(&self, text: &str) -> bool {
        match self {
            HeadingMatcher::Literal(texts) => texts.iter().any(|literal| literal == text),
            HeadingMatcher::Pattern(pattern) => pattern.is_match(text),
        }
    }

    /// The texts that a heading may have; none for a pattern.
    pub fn literals(&self) -> &[String] {
        match self {
            HeadingMatcher::Literal(texts) => texts,
            HeadingMatcher::Pattern(_) => &[],
        }
    }

    /// In words, for messages: "`Usage` or `How to use`".
    pub fn describe(&self) -> String {
        match self {
            HeadingMatcher::Literal(texts) => {
                let quoted: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
                quoted.join(" or ")
            }
            HeadingMatcher::Pattern(pattern) => format!("like `{pattern}`"),
        }
    }
}

impl Sections {
    /// Which section a heading of this text is: a literal one comes before patterns.
    pub fn find(&self, text: &str) -> Option<usize> {
        let pattern = |part: &CompiledPart| match &part.matcher {
            HeadingMatcher::Pattern(pattern) => pattern.is_match(text),
            HeadingMatcher::Literal(_) => false,
        };
        self.literals.get(text).copied().or_else(|| self.list.iter().position(pattern))
    }
}

impl Structure {
    /// A template that no person wrote, compiled.
    ///
    /// # Errors
    /// All mistakes, without places.
    pub(super) fn of(template: Template) -> Result<Structure, Vec<Mistake>> {
        let tree = crate::data::parse_text(crate::data::Format::Json, "{}").tree;
        compile(template, &tree, Path::new(""))
    }
}

/// Compiles a template; `tree` says where things are written.
pub(super) fn compile(
    template: Template,
    tree: &Tree,
    path: &Path,
) -> Result<Structure, Vec<Mistake>> {
    let mut compiler = Compiler { tree, path, mistakes: Vec::new() };
    let asks_for_nothing = template.title.is_none()
        && template.front_matter.is_none()
        && template.intro.is_none()
        && template.sections.is_empty()
        && template.forbidden.is_empty();
    if asks_for_nothing {
        let help = "list `sections:`, or say what `title:`, `front_matter:` or `intro:` have to be";
        compiler.mistake("", "the structure file asks for nothing", Some(help.to_owned()));
    }
    let title = template.title.map(|title| TitleCheck {
        field: title.field,
        file_name: title.file_name,
        pattern: title.pattern.and_then(|text| compiler.pattern("/title/pattern", &text)),
    });
    for (key, value) in &template.when {
        let pointer = format!("/when/{}", token(key));
        compiler.check_condition(&pointer, value);
    }
    let structure = Structure {
        name: template.name,
        title,
        front_matter: template.front_matter.and_then(|value| compiler.front_matter(&value)),
        intro: template.intro.inspect(|content| compiler.check_content("/intro", content)),
        sections: compiler.sections("", template.sections, template.order, template.others, 1),
        forbidden: compiler.forbidden(template.forbidden),
        when: template.when,
    };
    compiler.mistakes.sort_by_key(|mistake| mistake.span.start);
    if compiler.mistakes.is_empty() { Ok(structure) } else { Err(compiler.mistakes) }
}

struct Compiler<'c> {
    tree: &'c Tree,
    path: &'c Path,
    mistakes: Vec<Mistake>,
}

/// A key as part of a JSON Pointer.
fn token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

impl Compiler<'_> {
    /// Adds a mistake at the value that a JSON Pointer names; at the start of a collection.
    fn mistake(&mut self, pointer: &str, message: impl Into<String>, help: Option<String>) {
        let node = self.tree.pointer(pointer).unwrap_or(self.tree.root());
        let mut span = self.tree.span(node);
        if self.tree.kind(node).is_collection() {
            let first = self.tree.entries(node).next().map(|entry| entry.key_span);
            span = self.tree.key_span(node).or(first).unwrap_or(span);
        }
        self.mistakes.push(Mistake { span, message: message.into(), help });
    }

    fn pattern(&mut self, pointer: &str, text: &str) -> Option<Regex> {
        match Regex::new(text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let text = error.to_string();
                // The reason is the last line of a drawing of the place.
                let reason = text.rsplit("error: ").next().unwrap_or_default().to_owned();
                self.mistake(pointer, format!("not a regular expression: {reason}"), None);
                None
            }
        }
    }

    fn check_condition(&mut self, pointer: &str, value: &Value) {
        let is_scalar = |value: &Value| !value.is_array() && !value.is_object();
        let is_right = match value {
            Value::Array(values) => !values.is_empty() && values.iter().all(is_scalar),
            value => is_scalar(value),
        };
        if !is_right {
            self.mistake(pointer, "expected a value, or a list of values", None);
        }
    }

    fn front_matter(&mut self, written: &FrontMatterTemplate) -> Option<FrontMatterCheck> {
        let compiled = match written {
            FrontMatterTemplate::Required => return Some(FrontMatterCheck::Required),
            FrontMatterTemplate::Path(file) => {
                let dir = self.path.parent().unwrap_or(Path::new(""));
                Schema::load_beneath(&dir.join(file), &crate::files::project_root(dir))
            }
            FrontMatterTemplate::Schema(schema) => Schema::compile(schema, self.path),
        };
        match compiled {
            Ok(schema) => Some(FrontMatterCheck::Fits(schema)),
            Err(SchemaError::Invalid { pointer, message })
                if matches!(written, FrontMatterTemplate::Schema(_)) =>
            {
                self.mistake(&format!("/front_matter{pointer}"), message, None);
                None
            }
            Err(error) => {
                self.mistake("/front_matter", error.to_string(), None);
                None
            }
        }
    }

    fn forbidden(&mut self, forbidden: Vec<Forbidden>) -> Vec<(HeadingMatcher, Option<String>)> {
        let mut matchers = Vec::new();
        for (index, item) in forbidden.into_iter().enumerate() {
            let pointer = format!("/forbidden/{index}");
            let matcher = self.matcher(&pointer, item.heading, item.pattern);
            matchers.extend(matcher.map(|matcher| (matcher, item.reason)));
        }
        matchers
    }

    fn matcher(
        &mut self,
        pointer: &str,
        heading: OneOrMany,
        pattern: Option<String>,
    ) -> Option<HeadingMatcher> {
        match (heading.is_empty(), pattern) {
            (false, None) => Some(HeadingMatcher::Literal(heading.0)),
            (true, Some(text)) => {
                self.pattern(&format!("{pointer}/pattern"), &text).map(HeadingMatcher::Pattern)
            }
            (true, None) => {
                let help = "say which one it is: `heading: Usage`, or `pattern: ^Step`".to_owned();
                self.mistake(pointer, "section without `heading` or `pattern`", Some(help));
                None
            }
            (false, Some(_)) => {
                let message = "section with both `heading` and `pattern`, expected one";
                self.mistake(&format!("{pointer}/pattern"), message, None);
                None
            }
        }
    }

    /// Compiles the sections of the section at `pointer`, whose level is `above`. Levels grow, so
    /// this goes no deeper than they do.
    fn sections(
        &mut self,
        pointer: &str,
        written: Vec<Section>,
        order: Order,
        others: bool,
        above: u8,
    ) -> Sections {
        let mut sections = Sections { order, others, level: above + 1, ..Sections::default() };
        for (index, section) in written.into_iter().enumerate() {
            let pointer = format!("{pointer}/sections/{index}");
            let lowest = if pointer.matches("/sections/").count() == 1 { 0 } else { above };
            let level = section.level.unwrap_or(above + 1);
            if level > 6 {
                self.mistake(&pointer, "section below level 6, the deepest there is", None);
                continue;
            }
            if level <= lowest {
                let message =
                    format!("level {level} in a section of level {above}, expected a deeper one");
                self.mistake(&format!("{pointer}/level"), message, None);
                continue;
            }
            if let Some(content) = &section.content {
                self.check_content(&format!("{pointer}/content"), content);
            }
            let inner =
                self.sections(&pointer, section.sections, section.order, section.others, level);
            let Some(matcher) = self.matcher(&pointer, section.heading, section.pattern) else {
                continue;
            };
            let place = sections.list.len();
            for text in matcher.literals() {
                if sections.literals.insert(text.clone(), place).is_some() {
                    let message = format!("a second section `{text}` at the same place");
                    let help = "allow it more than once with `repeat: true`".to_owned();
                    self.mistake(&format!("{pointer}/heading"), message, Some(help));
                }
            }
            sections.list.push(CompiledPart {
                matcher,
                level,
                required: section.required,
                repeat: section.repeat,
                content: section.content,
                sections: inner,
            });
        }
        sections
    }

    fn check_content(&mut self, pointer: &str, content: &TemplateContent) {
        let counts = [
            ("words", content.words.map(|count| (count.min, count.max))),
            ("paragraphs", content.paragraphs.map(|count| (count.min, count.max))),
            ("links", content.links.map(|count| (count.min, count.max))),
            ("lists", content.lists.map(|count| (count.min, count.max))),
            ("code", content.code.as_ref().map(|count| (count.min, count.max))),
            ("tables", content.tables.as_ref().map(|count| (count.min, count.max))),
            ("images", content.images.map(|count| (count.min, count.max))),
        ];
        for (name, range) in counts {
            if let Some((min, Some(max))) = range
                && min > max
            {
                let message = format!("at least {min} and at most {max} {name}: no number is both");
                let help = "`min` is 1 where nothing else is written".to_owned();
                let is_default = self.tree.pointer(&format!("{pointer}/{name}/min")).is_none();
                let pointer = format!("{pointer}/{name}/max");
                self.mistake(&pointer, message, is_default.then_some(help));
            }
        }
    }
}
