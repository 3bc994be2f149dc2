//! Which of markdownlint's files count in a folder, and what they say.

use std::path::{Path, PathBuf};

use super::table::{Ignored, Table, select_of_markdownlint};
use super::{Markdownlint, Override};
use crate::config::extends::plain;
use crate::config::globs::{Globs, GlobsBuilder};
use crate::config::problem::{ConfigError, ConfigProblem};
use crate::config::read::{Text, shown};
use crate::data::{Format, Kind, NodeId};

/// The files with a table of rules, the first of a folder counts.
pub(in crate::config) const CONFIG_NAMES: [&str; 4] =
    [".markdownlint.jsonc", ".markdownlint.json", ".markdownlint.yaml", ".markdownlint.yml"];
/// The files of markdownlint-cli2, the first of a folder counts.
pub(in crate::config) const OPTIONS_NAMES: [&str; 2] =
    [".markdownlint-cli2.jsonc", ".markdownlint-cli2.yaml"];
/// What those say about rules or about how pages are read, and is not understood here.
const UNREAD_OPTIONS: [&str; 4] =
    ["customRules", "frontMatter", "markdownItPlugins", "noInlineConfig"];
/// Longest chain of files that extend each other.
const MAX_DEPTH: usize = 16;

/// Whether a file of this name, as given by `--config`, is one of markdownlint's.
pub(in crate::config) fn is_config_name(name: &str) -> bool {
    CONFIG_NAMES.iter().chain(&OPTIONS_NAMES).any(|known| name.ends_with(known))
}

/// Reads what stands in `folder`, on top of what counts above it. `None` if nothing stands there.
///
/// # Errors
/// If a file cannot be read or parsed.
pub(in crate::config) fn load_folder(
    folder: &Path,
    above: Option<&Markdownlint>,
    working_folder: &Path,
    notes: &mut Vec<String>,
) -> Result<Option<Markdownlint>, ConfigError> {
    let find =
        |names: &[&str]| names.iter().map(|name| folder.join(name)).find(|path| path.is_file());
    let (options, config) = (find(&OPTIONS_NAMES), find(&CONFIG_NAMES));
    if options.is_none() && config.is_none() {
        return Ok(None);
    }
    for path in options.iter().chain(&config) {
        let name = shown(path, working_folder);
        notes.push(format!("using {} (no validator.yaml found)", name.display()));
    }
    let mut loader = Loader { working_folder, notes, chain: Vec::new() };
    let mut found = above.cloned().unwrap_or_default();
    if let Some(path) = &options {
        let has_config = loader.options(path, folder, &mut found)?;
        // A table here counts before a file in a folder above.
        found.config.take_if(|_| has_config);
    }
    if let Some(path) = &config {
        found.config = Some(loader.config(path)?);
    }
    Ok(Some(found))
}

/// Reads one file that `--config` names; globs count from `globs_from`.
///
/// # Errors
/// If it cannot be read or parsed.
pub(in crate::config) fn load_file(
    path: &Path,
    globs_from: &Path,
    working_folder: &Path,
    notes: &mut Vec<String>,
) -> Result<Markdownlint, ConfigError> {
    let mut loader = Loader { working_folder, notes, chain: Vec::new() };
    let mut found = Markdownlint::default();
    let name = path.to_string_lossy();
    if OPTIONS_NAMES.iter().any(|known| name.ends_with(known)) {
        loader.options(path, globs_from, &mut found)?;
    } else {
        found.config = Some(loader.config(path)?);
    }
    Ok(found)
}

struct Loader<'l> {
    working_folder: &'l Path,
    notes: &'l mut Vec<String>,
    /// The files being read, each extended by the one before.
    chain: Vec<PathBuf>,
}

impl Loader<'_> {
    fn config(&mut self, path: &Path) -> Result<Table, ConfigError> {
        let text = self.read(path)?;
        self.chain.push(path.to_owned());
        let table = self.table(&text, text.tree.root());
        self.chain.pop();
        Ok(table)
    }

    fn read(&mut self, path: &Path) -> Result<Text, ConfigProblem> {
        let is_json = path.extension().is_some_and(|extension| {
            extension.eq_ignore_ascii_case("json") || extension.eq_ignore_ascii_case("jsonc")
        });
        let format = if is_json { Format::Jsonc } else { Format::Yaml };
        let mut problems = Vec::new();
        let text = Text::read(path, self.working_folder, format, &mut problems)?;
        self.notes.extend(problems.iter().map(ToString::to_string));
        Ok(text)
    }

    /// The table at a node, with what it extends below it.
    fn table(&mut self, text: &Text, node: NodeId) -> Table {
        let mut table = Table::default();
        if let Some(extends) = text.tree.get(node, "extends") {
            let items: Vec<NodeId> = text.tree.items(extends).collect();
            let bases = if items.is_empty() { vec![extends] } else { items };
            for base in bases {
                table = match self.base(text, text.tree.text(base)) {
                    Ok(base) => table.then(&base),
                    Err(message) => {
                        self.note(&text.problem(text.value(base), message, None));
                        table
                    }
                };
            }
        }
        let mut ignored = Ignored::default();
        let own = Table::read(text, node, select_of_markdownlint, &mut ignored);
        self.note_ignored(text, &ignored);
        table.then(&own)
    }

    fn base(&mut self, text: &Text, base: &str) -> Result<Table, String> {
        let path = plain(&text.folder.join(base));
        if self.chain.contains(&path) || self.chain.len() >= MAX_DEPTH {
            return Err(format!("`{base}` extends itself, not read again"));
        }
        if let Some((reason, help)) = crate::config::read::leads_out(text, &path) {
            return Err(format!("`{base}` is not read: {reason}; {help}"));
        }
        if !path.is_file() {
            return Err(format!("`{base}` is not read: there is no such file beside this one"));
        }
        let base = self.read(&path).map_err(|problem| problem.to_string())?;
        self.chain.push(path);
        let table = self.table(&base, base.tree.root());
        self.chain.pop();
        Ok(table)
    }

    /// Reads a file of markdownlint-cli2 over what counts above it; says whether it has a table.
    fn options(
        &mut self,
        path: &Path,
        globs_from: &Path,
        found: &mut Markdownlint,
    ) -> Result<bool, ConfigError> {
        let text = self.read(path)?;
        self.chain.push(path.to_owned());
        let root = text.tree.root();
        for entry in text.tree.entries(root) {
            match entry.key {
                "config" => {
                    let table = self.table(&text, entry.value);
                    let above = found.options_config.take().unwrap_or_default();
                    found.options_config = Some(above.then(&table));
                }
                "globs" => found.globs = self.globs(&text, entry.value, globs_from),
                "ignores" => {
                    let ignores = self.globs(&text, entry.value, globs_from).unwrap_or_default();
                    found.ignores.extend(&ignores);
                }
                "overrides" => found.overrides = self.overrides(&text, entry.value, globs_from),
                key if UNREAD_OPTIONS.contains(&key) => {
                    let message = format!("`{key}` is not read");
                    self.note(&text.problem(entry.key_span, message, None));
                }
                _ => {}
            }
        }
        self.chain.pop();
        Ok(text.tree.get(root, "config").is_some())
    }

    fn overrides(&mut self, text: &Text, node: NodeId, globs_from: &Path) -> Vec<Override> {
        let items: Vec<NodeId> = text.tree.items(node).collect();
        let mut overrides = Vec::new();
        for item in items {
            let get = |key| text.tree.get(item, key);
            let (Some(filter), Some(config)) = (get("filter"), get("config")) else {
                let message = "override without `filter` and `config` is not read";
                self.note(&text.problem(text.value(item), message, None));
                continue;
            };
            let is_merged = get("combine").is_none_or(|node| text.tree.text(node) == "merge");
            let config = self.table(text, config);
            if let Some(filter) = self.globs(text, filter, globs_from) {
                overrides.push(Override { filter, config, is_merged });
            }
        }
        overrides
    }

    fn globs(&mut self, text: &Text, node: NodeId, globs_from: &Path) -> Option<Globs> {
        let items: Vec<NodeId> = text.tree.items(node).collect();
        let items = if text.tree.kind(node) == Kind::String { vec![node] } else { items };
        let mut builder = GlobsBuilder::new(globs_from);
        for item in items {
            if let Err(message) = builder.add(&anchored(text.tree.text(item))) {
                self.note(&text.problem(text.value(item), message + ", not read", None));
            }
        }
        builder.build().ok()
    }

    fn note(&mut self, problem: &ConfigProblem) {
        self.notes.push(problem.to_string());
    }

    fn note_ignored(&mut self, text: &Text, ignored: &Ignored) {
        for problem in &ignored.options {
            self.notes.push(format!("{problem}; ignored"));
        }
        if !ignored.unknown.is_empty() {
            let names: Vec<&str> =
                ignored.unknown.iter().map(|problem| problem.span.of(&problem.text)).collect();
            let names = names.join(", ").replace(['"', '\''], "");
            self.notes.push(format!("{}: no such rules, ignored: {names}", text.name.display()));
        }
    }
}

/// The glob as `.gitignore` would have it: here a name without `/` stands for one in this folder,
/// and `#` takes back as `!` does.
fn anchored(glob: &str) -> String {
    let (not, path) = match glob.strip_prefix(['!', '#']) {
        Some(path) => ("!", path),
        None => ("", glob),
    };
    let path = path.strip_prefix("./").unwrap_or(path);
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{not}{slash}{path}")
}
