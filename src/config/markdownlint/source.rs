//! From a file of markdownlint's to a tree, whatever form it has.

use std::path::Path;
use std::sync::Arc;

use super::{module, rc};
use crate::config::problem::ConfigProblem;
use crate::config::read::{Text, read_text, shown};
use crate::data::{Format, ValueKind};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SourceForm {
    /// This format only.
    Only(Format),
    /// Any format that fits; mistakes are told in terms of this one.
    Any(Format),
    /// A module of JavaScript.
    Module,
    /// `.markdownlintrc`
    Rc,
}

impl SourceForm {
    /// By the file's ending; any format fits.
    pub fn of(path: &Path) -> SourceForm {
        let extension = path.extension().and_then(|text| text.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "cjs" | "mjs" | "js" => SourceForm::Module,
            "toml" => SourceForm::Any(Format::Toml),
            "json" | "jsonc" => SourceForm::Any(Format::Jsonc),
            _ => SourceForm::Any(Format::Yaml),
        }
    }
}

/// Where files may be read: what a repository's file names lies in the repository.
#[derive(Clone, Copy, Debug)]
pub(super) enum Within<'p> {
    Dir(&'p Path),
    /// A person named the file.
    Anywhere,
}

/// Reads and parses a file. Duplicate keys are added to `problems`.
///
/// # Errors
/// If it cannot be read, is not of its form, or has code in it.
pub(super) fn read(
    path: &Path,
    within: Within<'_>,
    form: SourceForm,
    working_dir: &Path,
    problems: &mut Vec<ConfigProblem>,
) -> Result<Text, ConfigProblem> {
    let name = shown(path, working_dir);
    let source =
        read_source(path, within).map_err(|message| ConfigProblem::file(name.clone(), message))?;
    let source = match form {
        SourceForm::Module => {
            module::to_json(&source).map_err(|code| code_problem(path, &name, &source, &code))?
        }
        SourceForm::Rc if rc::is_ini(&source) => rc::to_json(&source),
        _ => source,
    };
    let mut text = parse(&name, path, source.into(), form, problems)?;
    text.working_dir = working_dir.to_owned();
    let root = text.tree.root();
    match text.tree.kind(root) {
        ValueKind::Mapping | ValueKind::Null => Ok(text),
        kind => {
            let message = format!("the file is {}, expected a mapping", kind.describe());
            Err(text.problem(text.value(root), message, None))
        }
    }
}

/// The one place where the text of a file of markdownlint's is read.
///
/// # Errors
/// If it cannot be read, is no regular file, or lies outside.
pub(super) fn read_source(path: &Path, within: Within<'_>) -> Result<String, String> {
    let data = std::fs::metadata(path).map_err(|error| crate::config::read::cannot_read(&error))?;
    if !data.is_file() {
        return Err("cannot be read: it is not a regular file".to_owned());
    }
    if let Within::Dir(dir) = within {
        let is_inside = match (path.canonicalize(), dir.canonicalize()) {
            (Ok(path), Ok(dir)) => path.starts_with(dir),
            _ => false,
        };
        if !is_inside {
            return Err("is ignored: it leads out of the repository".to_owned());
        }
    }
    read_text(path)
}

fn parse(
    name: &Path,
    path: &Path,
    source: Arc<str>,
    form: SourceForm,
    problems: &mut Vec<ConfigProblem>,
) -> Result<Text, ConfigProblem> {
    let dir = path.parent().unwrap_or(Path::new(""));
    let mut as_format = |format, problems: &mut Vec<ConfigProblem>| {
        Text::parse(name.into(), dir.to_owned(), source.clone(), format, problems)
    };
    match form {
        SourceForm::Only(format) => as_format(format, problems),
        SourceForm::Module => as_format(Format::Jsonc, problems),
        SourceForm::Rc => parse_any(Format::Jsonc, &mut as_format, problems),
        SourceForm::Any(format) => parse_any(format, &mut as_format, problems),
    }
}

/// Tries JSON, TOML and YAML, as TOML may pass for YAML. If none fits without a mistake, it is the
/// format that was expected whose mistakes are told.
pub(in crate::config) fn parse_any(
    expected: Format,
    parse: &mut impl FnMut(Format, &mut Vec<ConfigProblem>) -> Result<Text, ConfigProblem>,
    problems: &mut Vec<ConfigProblem>,
) -> Result<Text, ConfigProblem> {
    for format in [Format::Jsonc, Format::Toml, Format::Yaml] {
        let mut found = Vec::new();
        let is_table = |text: &Text| {
            matches!(text.tree.kind(text.tree.root()), ValueKind::Mapping | ValueKind::Null)
        };
        if let Ok(text) = parse(format, &mut found)
            && found.is_empty()
            && is_table(&text)
        {
            return Ok(text);
        }
    }
    parse(expected, problems)
}

fn code_problem(
    path: &Path,
    name: &Path,
    source: &str,
    code: &module::ModuleCode,
) -> ConfigProblem {
    let is_options = path.to_string_lossy().contains("markdownlint-cli2");
    let better = if is_options { ".markdownlint-cli2.jsonc" } else { ".markdownlint.jsonc" };
    let mut problem = ConfigProblem::file(name.to_owned(), code.message.clone());
    problem.text = source.into();
    problem.span = crate::text::Span::at(code.at);
    let help = format!("export an object of literals, or write the settings as `{better}`");
    problem.help = Some(help);
    problem
}
