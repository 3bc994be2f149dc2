//! Reads markdownlint's files, and those that they extend.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::bases::{self, Base};
use super::load::{OPTIONS_NAMES, PACKAGE, RC};
use super::source::{self, SourceForm, Within};
use super::table::{Ignored, OptionTable, select_of_markdownlint};
use super::{Markdownlint, frontmatter};
use crate::config::problem::{ConfigError, ConfigProblem};
use crate::config::read::{Text, shown};
use crate::config::suggest::nearest;
use crate::data::{Format, NodeId, ValueKind};

/// What the files of markdownlint-cli2 may say.
pub(super) const OPTIONS: [&str; 15] = [
    "config",
    "customRules",
    "fix",
    "frontMatter",
    "gitignore",
    "globs",
    "ignores",
    "markdownItPlugins",
    "modulePaths",
    "noBanner",
    "noInlineConfig",
    "noProgress",
    "outputFormatters",
    "overrides",
    "showFound",
];
/// Longest chain of files that extend each other.
const MAX_DEPTH: usize = 16;

pub(super) struct MarkdownlintLoader<'l> {
    working_dir: &'l Path,
    within: Within<'l>,
    pub(super) notes: &'l mut Vec<String>,
    pub(super) problems: Vec<ConfigProblem>,
    /// The file that a person named, wherever it lies.
    pub(super) named: Option<PathBuf>,
    /// The files being read, each extended by the one before.
    chain: Vec<PathBuf>,
}

impl<'l> MarkdownlintLoader<'l> {
    pub(super) fn new(
        working_dir: &'l Path,
        within: Within<'l>,
        notes: &'l mut Vec<String>,
    ) -> Self {
        let (problems, chain) = (Vec::new(), Vec::new());
        MarkdownlintLoader { working_dir, within, notes, problems, named: None, chain }
    }

    pub(super) fn end(self) -> Result<(), ConfigError> {
        ConfigError::check(self.problems)
    }

    pub(super) fn config(&mut self, path: &Path) -> Result<OptionTable, ConfigError> {
        let text = self.read(path)?;
        self.chain.push(path.to_owned());
        let table = self.table(&text, text.tree.root());
        self.chain.pop();
        Ok(table)
    }

    pub(super) fn read(&mut self, path: &Path) -> Result<Text, ConfigProblem> {
        let name = path.to_string_lossy();
        let form = match &*name {
            _ if name.ends_with(RC) => SourceForm::Rc,
            _ if name.ends_with(PACKAGE) => SourceForm::Only(Format::Json),
            _ if name.ends_with(OPTIONS_NAMES[0]) => SourceForm::Only(Format::Jsonc),
            _ if name.ends_with(OPTIONS_NAMES[1]) => SourceForm::Only(Format::Yaml),
            _ => SourceForm::of(path),
        };
        let is_named = self.named.as_deref() == Some(path);
        let within = if is_named { Within::Anywhere } else { self.within };
        let mut problems = Vec::new();
        let text = source::read(path, within, form, self.working_dir, &mut problems)?;
        self.notes.extend(problems.iter().map(ToString::to_string));
        Ok(text)
    }

    pub(super) fn ignore_file(
        &mut self,
        path: &Path,
        dir: &Path,
    ) -> Result<Arc<Gitignore>, ConfigError> {
        let file = |message| ConfigProblem::file(shown(path, self.working_dir), message);
        let text = source::read_source(path, self.within).map_err(file)?;
        let mut builder = GitignoreBuilder::new(dir);
        for (index, line) in text.lines().enumerate() {
            if let Err(error) = builder.add_line(None, line) {
                self.problems.push(file(format!("line {}: {error}", index + 1)));
            }
        }
        let built = builder.build().map_err(|error| file(error.to_string()))?;
        Ok(Arc::new(built))
    }

    /// The table at a node, with what it extends below it.
    pub(super) fn table(&mut self, text: &Text, node: NodeId) -> OptionTable {
        let mut table = OptionTable::default();
        if let Some(extends) = text.tree.get(node, "extends") {
            let items: Vec<NodeId> = text.tree.items(extends).collect();
            let bases =
                if text.tree.kind(extends) == ValueKind::Sequence { items } else { vec![extends] };
            for base in bases {
                let reference = text.tree.text(base);
                // As in JavaScript, what is false says nothing.
                if text.tree.kind(base) != ValueKind::String || reference.is_empty() {
                    continue;
                }
                table = match self.base(text, reference) {
                    Ok(base) => table.then(&base),
                    Err((message, help)) => {
                        let problem = text.problem(text.value(base), message, help);
                        self.problems.push(problem);
                        table
                    }
                };
            }
        }
        let mut ignored = Ignored::default();
        let own = OptionTable::read(text, node, select_of_markdownlint, &mut ignored);
        self.note_ignored(text, &ignored);
        table.then(&own)
    }

    fn base(&mut self, text: &Text, base: &str) -> Result<OptionTable, (String, Option<String>)> {
        let boundary = match self.within {
            Within::Dir(dir) => dir.to_owned(),
            Within::Anywhere => text.dir.clone(),
        };
        let found = bases::find(base, &text.dir, &boundary);
        let (name, read) = match found.map_err(|(message, help)| (message, Some(help)))? {
            Base::Style(style) => {
                let path = PathBuf::from(base);
                let (dir, problems) = (text.dir.clone(), &mut Vec::new());
                let text = Text::parse((&*path).into(), dir, style.into(), Format::Json, problems);
                (path, text)
            }
            Base::File(path) => {
                if self.chain.contains(&path) || self.chain.len() >= MAX_DEPTH {
                    return Err((format!("`{base}` extends itself"), None));
                }
                let read = self.read(&path);
                (path, read)
            }
        };
        let base = match read {
            Ok(text) => text,
            // It has a place of its own.
            Err(problem) => {
                self.problems.push(problem);
                return Ok(OptionTable::default());
            }
        };
        self.chain.push(name);
        let table = self.table(&base, base.tree.root());
        self.chain.pop();
        Ok(table)
    }

    /// Reads a file of markdownlint-cli2 over what counts above it; says whether it has a table.
    pub(super) fn options(
        &mut self,
        path: &Path,
        globs_from: &Path,
        found: &mut Markdownlint,
    ) -> Result<bool, ConfigError> {
        let text = self.read(path)?;
        self.chain.push(path.to_owned());
        let mut root = text.tree.root();
        let inner = ["markdownlint-cli2", "markdownlint"];
        let tool = text.tree.get(root, "tool").unwrap_or(root);
        let inner = inner.iter().find_map(|name| text.tree.get(tool, name));
        root = inner.unwrap_or(root);
        let is_options = |key: &str| OPTIONS.contains(&key);
        let is_known = OPTIONS_NAMES.iter().any(|name| path.to_string_lossy().ends_with(name));
        if !is_known && !text.tree.entries(root).any(|entry| is_options(entry.key)) {
            found.options_config = Some(self.table(&text, root));
            self.chain.pop();
            return Ok(true);
        }
        found.has_options = true;
        for entry in text.tree.entries(root) {
            self.option(&text, entry.key, entry.value, globs_from, found);
            if !is_options(entry.key) && entry.key != "$schema" {
                let near = nearest(entry.key, OPTIONS);
                let near = near.map(|near| format!("did you mean `{near}`?"));
                let message = format!("`{}` means nothing in this file", entry.key);
                self.note(&text.problem(entry.key_span, message, near));
            }
        }
        self.chain.pop();
        Ok(text.tree.get(root, "config").is_some())
    }

    fn option(
        &mut self,
        text: &Text,
        key: &str,
        value: NodeId,
        globs_from: &Path,
        found: &mut Markdownlint,
    ) {
        let is_true = text.tree.text(value).eq_ignore_ascii_case("true");
        match key {
            "config" if text.tree.kind(value) == ValueKind::Mapping => {
                let table = self.table(text, value);
                let above = found.options_config.take().unwrap_or_default();
                found.options_config = Some(above.then(&table));
            }
            "globs" if self.is_list(text, value) => {
                found.globs = self.selection(text, value, globs_from);
            }
            "ignores" if self.is_list(text, value) => {
                let ignores = self.globs(text, value, globs_from).unwrap_or_default();
                found.ignores.extend(&ignores);
            }
            "gitignore" if text.tree.kind(value) == ValueKind::String => {
                found.ignore_glob = self.globs(text, value, globs_from);
            }
            "overrides" => found.overrides = self.overrides(text, value, globs_from),
            "noInlineConfig" => found.no_comments = is_true,
            "frontMatter" if text.tree.kind(value) == ValueKind::String => {
                match frontmatter::compile(text.tree.text(value)) {
                    Ok(pattern) => found.front_matter = Some(pattern),
                    Err((message, help)) => {
                        let problem = text.problem(text.value(value), message, Some(help));
                        self.problems.push(problem);
                    }
                }
            }
            "config" | "frontMatter" => {
                let kind = text.tree.kind(value).describe();
                let expected = if key == "config" { "a mapping" } else { "a string" };
                let message = format!("`{key}` is {kind}, expected {expected}");
                self.problems.push(text.problem(text.value(value), message, None));
            }
            "customRules" | "markdownItPlugins" if text.tree.items(value).next().is_some() => {
                found.has_other_rules |= key == "customRules";
                self.note_code(text, key, value);
            }
            "fix" if is_true => {
                let message = "`fix` is ignored: nothing is changed without `--fix`";
                self.note(&text.problem(text.key_or_value(value), message, None));
            }
            _ => {}
        }
    }

    /// Says which rules or plug-ins are not run.
    fn note_code(&mut self, text: &Text, key: &str, value: NodeId) {
        let items: Vec<NodeId> = text.tree.items(value).collect();
        let names = items.iter().map(|&item| match text.tree.items(item).next() {
            Some(first) => text.tree.text(first),
            None => text.tree.text(item),
        });
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        let what = if key == "customRules" { "custom rules" } else { "plug-ins of markdown-it" };
        let message = format!("{what} are not run: {}", names.join(", "));
        self.note(&text.problem(text.key_or_value(value), message, None));
    }

    pub(super) fn note(&mut self, problem: &ConfigProblem) {
        self.notes.push(problem.to_string());
    }

    fn note_ignored(&mut self, text: &Text, ignored: &Ignored) {
        for problem in &ignored.options {
            self.notes.push(format!("{problem}; ignored"));
        }
        for problem in &ignored.unmatched {
            self.notes.push(format!("{problem}; as in markdownlint, every place is reported"));
        }
        if !ignored.unknown.is_empty() {
            let names: Vec<&str> =
                ignored.unknown.iter().map(|problem| problem.span.of(&problem.text)).collect();
            let names = names.join(", ").replace(['"', '\''], "");
            self.notes.push(format!("{}: no such rules, ignored: {names}", text.name.display()));
        }
    }
}
