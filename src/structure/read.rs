//! From a structure file's text to a template: every mistake in its shape, with its place.

use std::path::Path;
use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::compile::{self, Structure};
use super::template::Template;
use crate::data::{self, Format, Schema, ValueKind};
use crate::text::Span;

/// Something wrong in a structure file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Bytes of the text.
    pub span: Span,
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A structure file that was read.
pub struct Read {
    /// Where each glob of `files` stands in the text.
    pub globs: Vec<(String, Span)>,
    pub structure: Structure,
}

/// Reads a structure file. `path` tells the format, and where files it refers to lie.
///
/// # Errors
/// All mistakes, in the order of the text; at least one.
pub fn read(text: &str, path: &Path) -> Result<Read, Vec<Mistake>> {
    let format = Format::from_path(path).unwrap_or(Format::Yaml);
    let parsed = data::parse_text(format, text).expect_one_document();
    if !parsed.problems.is_empty() {
        return Err(parsed.problems.into_iter().map(Mistake::from).collect());
    }
    let tree = parsed.tree;
    let root = tree.root();
    if tree.kind(root) == ValueKind::Null {
        let help = "list its `sections:`, for example".to_owned();
        let message = "the structure file says nothing".to_owned();
        return Err(vec![Mistake { span: Span::at(0), message, help: Some(help) }]);
    }
    let violations = SHAPE.check(&tree, root);
    if !violations.is_empty() {
        let mistake = |violation: data::Violation| Mistake {
            span: violation.span,
            message: violation.message,
            help: None,
        };
        return Err(violations.into_iter().map(mistake).collect());
    }
    let value = tree.to_json(root).map_err(|problem| vec![Mistake::from(problem)])?;
    let template: Template = serde_json::from_value(value).map_err(|error| {
        // The schema lets nothing through that cannot be read; this is a second guard.
        vec![Mistake { span: Span::at(0), message: error.to_string(), help: None }]
    })?;
    let globs = globs(&tree, &template);
    compile::compile(template, &tree, path).map(|structure| Read { globs, structure })
}

fn globs(tree: &data::Tree, template: &Template) -> Vec<(String, Span)> {
    let Some(files) = tree.get(tree.root(), "files") else { return Vec::new() };
    let items: Vec<_> = tree.items(files).collect();
    let place = |index| tree.span(*items.get(index).unwrap_or(&files));
    let globs = template.files.0.iter().enumerate();
    globs.map(|(index, glob)| (glob.clone(), place(index))).collect()
}

/// The JSON Schema of structure files.
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<Template>().to_value()
}

static SHAPE: LazyLock<Schema> = LazyLock::new(|| {
    Schema::compile(&schema(), Path::new("structure.schema.json"))
        .expect("the schema of structure files is a schema")
});

impl From<data::Problem> for Mistake {
    fn from(problem: data::Problem) -> Self {
        Mistake { span: problem.span, message: problem.message, help: problem.help }
    }
}
