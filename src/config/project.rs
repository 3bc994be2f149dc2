//! The configuration of a run: finds what counts for each file, and keeps it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use serde_json::json;

use super::FileRules;
use super::effective::Effective;
use super::extends::{self, plain};
use super::flags::{CommandLine, Flags};
use super::markdownlint::{self, Ignored, Table};
use super::problem::{ConfigError, ConfigProblem};
use super::read::{Text, cannot_read, shown};
use super::scope::{Content, FromComments, Key, Scope};
use super::settings::{Place, SchemaFor};
use super::templates::{PageTemplate, Shelf, Templates};
use crate::data::{Format, Schema, SchemaError};
use crate::rules::{self, Subject};
use crate::structure::is_structure_file;
use crate::text::Span;

/// The names of the configuration file, the first of a folder counts.
const NAMES: [&str; 2] = ["validator.yaml", "validator.yml"];

/// What a run is asked to be configured with.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// A file or folder that is to be checked: the search starts here.
    pub start: PathBuf,
    /// `--config`: this file counts for all files, and nothing else is looked for.
    pub config: Option<PathBuf>,
    /// `--no-config`: no configuration file is read.
    pub no_config: bool,
    pub overrides: CommandLine,
}

/// The configuration of a run. Cheap to ask, from any thread.
pub struct Project {
    root: PathBuf,
    working_folder: PathBuf,
    /// Where the configuration for the start says that the baseline stands.
    baseline: Option<PathBuf>,
    flags: Flags,
    /// Counts for all files, if the request says so.
    fixed: Option<Arc<Scope>>,
    /// What counts in a folder.
    folders: RwLock<HashMap<PathBuf, Result<Arc<Scope>, ConfigError>>>,
    /// Schemas that files name themselves, by path or address.
    schemas: Mutex<HashMap<PathBuf, Result<Arc<Schema>, SchemaError>>>,
    templates: Shelf,
    /// By the folder of the configuration file.
    notes: Mutex<BTreeMap<PathBuf, Vec<String>>>,
}

/// What comments in a page say about rules; empty for most pages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Comments<'c> {
    /// The texts of `configure-file` comments, in order.
    pub configure: &'c [&'c str],
    /// The names in `enable` comments of any kind; `all` for a comment without names.
    pub enable: &'c [&'c str],
}

/// The rules for a page with comments.
pub struct RulesWithComments {
    pub rules: Arc<FileRules>,
    /// What is wrong with the comments.
    pub problems: Vec<CommentProblem>,
}

/// A mistake in a `configure-file` comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentProblem {
    /// Which of [`Comments::configure`].
    pub comment: usize,
    /// Bytes of that text.
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
}

impl Project {
    /// Checks the command line, finds the configuration for `start`, and reads it.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn load(request: Request) -> Result<Project, ConfigError> {
        let working_folder = std::env::current_dir()
            .map_err(|error| ConfigProblem::file(PathBuf::from("."), cannot_read(&error)))?;
        let start = plain(&working_folder.join(&request.start));
        let is_folder = start.is_dir();
        let start = if is_folder { &start } else { start.parent().unwrap_or(&start) };
        let flags = Flags::check(&request.overrides, &working_folder)?;
        let git_root = start.ancestors().find(|folder| folder.join(".git").exists());
        let mut project = Project {
            root: git_root.unwrap_or(&working_folder).to_owned(),
            working_folder,
            baseline: None,
            flags,
            fixed: None,
            folders: RwLock::default(),
            schemas: Mutex::default(),
            templates: Shelf::default(),
            notes: Mutex::default(),
        };
        if request.no_config {
            project.fixed = Some(Arc::default());
        } else if let Some(path) = &request.config {
            let scope = project.load_named(&plain(&project.working_folder.join(path)), start)?;
            project.fixed = Some(Arc::new(scope));
        }
        let scope = project.scope(start)?;
        project.baseline = scope.baseline().map(Path::to_owned);
        if let Some(folder) = &scope.folder
            && start.starts_with(folder)
            && (scope.is_validator() || git_root.is_none())
        {
            project.root.clone_from(folder);
        }
        if let Some(family) = &project.flags.family {
            scope.family(family)?;
        }
        Ok(project)
    }

    /// The folder of `validator.yaml`, else the git root, else the working folder. Absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the configuration says that the baseline stands. Absolute.
    pub fn baseline(&self) -> Option<&Path> {
        self.baseline.as_deref()
    }

    /// Whether a rule says nothing about a file only because the command line leaves it out.
    pub fn leaves_out(&self, path: &Path, rule: &str) -> bool {
        let flags = &self.flags;
        let is_narrowed =
            flags.select.is_some() || flags.types.is_some() || !flags.ignore.is_empty();
        is_narrowed
            && !rules::select(rule).is_empty()
            && self.rules_for(path).is_ok_and(|rules| rules.rules.severity(rule).is_none())
    }

    /// Reads the configuration of all folders that these files are in.
    ///
    /// # Errors
    /// All mistakes in all of it.
    pub fn prepare<P: AsRef<Path>>(
        &self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<(), ConfigError> {
        let mut problems = Vec::new();
        let mut last = None;
        // A structure file that is checked itself says what is wrong with it.
        let is_page = |path: &P| !is_structure_file(path.as_ref());
        for path in paths.into_iter().filter(is_page) {
            let path = self.absolute(path.as_ref()).into_owned();
            let folder = path.parent().map(Path::to_owned);
            if folder != last {
                if let Err(error) = self.rules_for(&path) {
                    problems.extend(error.problems);
                } else if let Some(Err(error)) = folder.as_deref().map(|at| self.templates(at)) {
                    problems.extend(error.problems);
                }
                last = folder;
            }
        }
        ConfigError::check(problems)
    }

    /// The rules for a file; it need not exist.
    ///
    /// # Errors
    /// If its configuration has mistakes, or does not declare the family that was asked for;
    /// [`Project::prepare`] finds these before a run.
    pub fn rules_for(&self, path: &Path) -> Result<Arc<FileRules>, ConfigError> {
        let (scope, key) = self.scope_and_key(path)?;
        scope.rules(key, &self.flags)
    }

    /// The rules for a page with comments about rules.
    ///
    /// # Errors
    /// As [`Project::rules_for`]; mistakes in the comments are not errors.
    pub fn rules_with_comments(
        &self,
        path: &Path,
        comments: &Comments<'_>,
    ) -> Result<RulesWithComments, ConfigError> {
        let mut problems = Vec::new();
        if comments.configure.is_empty() && comments.enable.is_empty() {
            return Ok(RulesWithComments { rules: self.rules_for(path)?, problems });
        }
        let (scope, key) = self.scope_and_key(path)?;
        let mut table = Table::default();
        for (comment, text) in comments.configure.iter().enumerate() {
            table = table.then(&read_comment(comment, text, &mut problems));
        }
        let enabled = comments.enable.iter().flat_map(|name| rules::select(name)).copied();
        let from_comments = FromComments { table, enabled: enabled.collect() };
        let rules = Arc::new(scope.configure(&key, &self.flags, &from_comments)?);
        Ok(RulesWithComments { rules, problems })
    }

    /// The schemas that the configuration has for a file.
    ///
    /// # Errors
    /// If it has mistakes.
    pub fn schemas_for(&self, path: &Path) -> Result<Vec<Arc<Schema>>, ConfigError> {
        let path = self.absolute(path);
        let scope = self.scope_of(&path)?;
        let schemas = scope.schemas().iter().filter(|item| item.files.matches(&path, false));
        Ok(schemas.map(|item| item.schema.clone()).collect())
    }

    /// The schema that a file at `path` refers to: a path from its folder, or an address. Each is
    /// read once.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn referenced_schema(
        &self,
        path: &Path,
        reference: &str,
    ) -> Result<Arc<Schema>, SchemaError> {
        let is_address = reference.contains("://") && !reference.starts_with("file://");
        let local = reference.strip_prefix("file://").unwrap_or(reference);
        let local = local.strip_suffix('#').unwrap_or(local);
        let key = match is_address {
            true => PathBuf::from(reference),
            false => plain(&self.absolute(path).parent().unwrap_or(path).join(local)),
        };
        let mut known = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        let load = || match is_address {
            // The schemas of the drafts are built in.
            true => Schema::compile(&json!({ "$ref": reference }), path),
            // A part of a schema.
            false if local.contains('#') => Schema::compile(&json!({ "$ref": local }), path),
            false => Schema::load(&key),
        };
        known.entry(key.clone()).or_insert_with(|| load().map(Arc::new)).clone()
    }

    /// The places of schemas in the configuration of a folder that are for none of these files.
    pub fn unused_schemas(&self, folder: &Path, files: &[&Path]) -> Vec<Place> {
        let folder = self.absolute(folder);
        let Ok(scope) = self.scope(&folder) else { return Vec::new() };
        // What is only a part of the files says nothing about the others.
        let is_all = scope.folder.as_ref().is_some_and(|own| own.starts_with(&folder));
        if !is_all || self.flags.types.is_some() || self.flags.select.is_some() {
            return Vec::new();
        }
        let files: Vec<_> = files.iter().map(|file| self.absolute(file)).collect();
        let is_unused =
            |item: &&SchemaFor| !files.iter().any(|file| item.files.matches(file, false));
        scope.schemas().iter().filter(is_unused).map(|item| item.place.clone()).collect()
    }

    /// The templates whose path globs match a page. Those that the front matter selects have to
    /// look at it yet.
    ///
    /// # Errors
    /// If a structure file has mistakes.
    pub fn templates_for(&self, page: &Path) -> Result<Vec<Arc<PageTemplate>>, ConfigError> {
        let page = self.absolute(page);
        let templates = self.templates(page.parent().unwrap_or(&page))?;
        Ok(templates.iter().filter(|template| template.matches(&page)).cloned().collect())
    }

    /// The templates that count in a folder (absolute): those beside its pages and above them, up
    /// to the folder of the configuration or of the repository, and those that the configuration
    /// names.
    fn templates(&self, folder: &Path) -> Result<Templates, ConfigError> {
        if let Some(known) = self.templates.known(folder) {
            return known;
        }
        let scope = self.scope(folder)?;
        let named = scope.templates();
        let mut chain: Vec<&Path> = Vec::new();
        let climbs = self.fixed.is_none().then(|| folder.ancestors());
        for at in climbs.into_iter().flatten() {
            chain.push(at);
            let has_config = NAMES.iter().any(|name| at.join(name).is_file());
            if has_config || at == self.root || !at.starts_with(&self.root) || is_repository(at) {
                break;
            }
        }
        let is_excluded = |path: &Path| self.excludes(path, false);
        self.templates.fill(folder, &chain, named, &self.working_folder, is_excluded)
    }

    /// Reads the structure files in the folders of these ones, so that those without any page
    /// come up, too.
    ///
    /// # Errors
    /// All mistakes in them.
    pub fn prepare_templates(&self, files: &[PathBuf]) -> Result<(), ConfigError> {
        let mut problems = Vec::new();
        for file in files {
            let file = self.absolute(file);
            if let Err(error) = self.templates(file.parent().unwrap_or(&file)) {
                problems.extend(error.problems);
            }
        }
        ConfigError::check(problems)
    }

    /// Whether every structure file for pages in these folders was for one of the pages that were
    /// checked.
    ///
    /// # Errors
    /// One problem for each that was for none.
    pub fn check_templates_used(&self, folders: &[PathBuf]) -> Result<(), ConfigError> {
        let folders: Vec<PathBuf> =
            folders.iter().map(|folder| self.absolute(folder).into_owned()).collect();
        let is_asked = |template: &PageTemplate| {
            folders.iter().any(|folder| template.folder().starts_with(folder))
        };
        let all = self.templates.all();
        let idle = all.iter().filter(|template| !template.is_used() && is_asked(template));
        ConfigError::check(idle.map(|template| template.idle()).collect())
    }

    /// All settings for a file, each with where it comes from.
    ///
    /// # Errors
    /// As [`Project::rules_for`].
    pub fn effective(&self, path: &Path) -> Result<Effective, ConfigError> {
        let (scope, key) = self.scope_and_key(path)?;
        Ok(scope.effective(&key, &self.flags))
    }

    /// The configuration file that counts for a file.
    ///
    /// # Errors
    /// If it has mistakes.
    pub fn config_file(&self, path: &Path) -> Result<Option<PathBuf>, ConfigError> {
        Ok(self.scope_of(&self.absolute(path))?.file.clone())
    }

    /// Whether a walk takes the file, as far as the configuration says: it is included, and not
    /// excluded. What has mistakes includes everything, so that the mistakes come up.
    pub fn includes(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        let is_included = self.scope_of(&path).map_or(true, |scope| scope.includes(&path));
        is_included && !self.excludes(&path, false)
    }

    /// Whether there are rules for a file of this kind. What has mistakes has, so that the
    /// mistakes come up.
    pub fn looks_at(&self, path: &Path, subject: Subject) -> bool {
        self.rules_for(path).map_or(true, |rules| rules.rules.looks_at(subject))
    }

    /// Whether a file or folder is excluded, itself or with a folder it is in.
    pub fn excludes(&self, path: &Path, is_folder: bool) -> bool {
        let path = self.absolute(path);
        let matches = |globs: &super::globs::Globs| globs.matches(&path, is_folder);
        matches(&self.flags.exclude)
            || self.scope_of(&path).is_ok_and(|scope| scope.exclude().is_some_and(matches))
    }

    /// Whether `--exclude` names a file or folder, itself or with a folder it is in.
    pub fn excludes_by_flag(&self, path: &Path, is_folder: bool) -> bool {
        self.flags.exclude.matches(&self.absolute(path), is_folder)
    }

    /// Lines for people about what was read and what in it means nothing here.
    pub fn notes(&self) -> Vec<String> {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.values().flatten().cloned().collect()
    }

    fn absolute<'p>(&self, path: &'p Path) -> Cow<'p, Path> {
        let is_plain = path.is_absolute()
            && !path.components().any(|part| part == std::path::Component::ParentDir);
        match is_plain {
            true => Cow::Borrowed(path),
            false => Cow::Owned(plain(&self.working_folder.join(path))),
        }
    }

    fn scope_and_key(&self, path: &Path) -> Result<(Arc<Scope>, Key), ConfigError> {
        let path = self.absolute(path);
        let scope = self.scope_of(&path)?;
        let key = scope.key(&path, &self.flags)?;
        Ok((scope, key))
    }

    fn scope_of(&self, path: &Path) -> Result<Arc<Scope>, ConfigError> {
        self.scope(path.parent().unwrap_or(path))
    }

    /// What counts in a folder (absolute).
    fn scope(&self, folder: &Path) -> Result<Arc<Scope>, ConfigError> {
        if let Some(fixed) = &self.fixed {
            return Ok(fixed.clone());
        }
        if let Some(known) = self.known(folder) {
            return known;
        }
        let unknown: Vec<&Path> =
            folder.ancestors().take_while(|folder| self.known(folder).is_none()).collect();
        let above = unknown.last().and_then(|top| top.parent());
        let mut scope =
            above.and_then(|above| self.known(above)).unwrap_or_else(|| Ok(Arc::default()));
        for folder in unknown.into_iter().rev() {
            scope = scope.and_then(|above| self.load_folder(folder, above));
            let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
            // Another thread may have been first; everyone uses the same.
            scope = folders.entry(folder.to_owned()).or_insert(scope).clone();
        }
        scope
    }

    fn known(&self, folder: &Path) -> Option<Result<Arc<Scope>, ConfigError>> {
        self.folders.read().unwrap_or_else(PoisonError::into_inner).get(folder).cloned()
    }

    /// What counts in a folder, when `above` counts in the one it is in.
    fn load_folder(&self, folder: &Path, above: Arc<Scope>) -> Result<Arc<Scope>, ConfigError> {
        // Another repository in this one has its own configuration or none. The `.git` of a
        // submodule or a second working tree is a file.
        let is_repository = folder.join(".git").is_dir();
        let above = if is_repository { Arc::default() } else { above };
        if let Some(path) = NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
            return self.load_validator(&path, folder).map(Arc::new);
        }
        if above.is_validator() {
            return Ok(above);
        }
        let mut notes = Vec::new();
        let found = markdownlint::load_folder(
            folder,
            above.markdownlint(),
            &self.working_folder,
            &mut notes,
        )?;
        let Some(found) = found else { return Ok(above) };
        self.note(folder, notes);
        let name = markdownlint::CONFIG_NAMES
            .iter()
            .chain(&markdownlint::OPTIONS_NAMES)
            .map(|name| folder.join(name))
            .find(|path| path.is_file());
        let file = shown(&name.unwrap_or_else(|| folder.to_owned()), &self.working_folder);
        Ok(Arc::new(Scope::new(file, folder.to_owned(), Content::Markdownlint(found))))
    }

    /// Reads the file that `--config` names.
    fn load_named(&self, path: &Path, start: &Path) -> Result<Scope, ConfigError> {
        let folder = path.parent().unwrap_or(path);
        // A file from elsewhere says nothing about its own folder.
        let globs_from = if start.starts_with(folder) { folder } else { &self.root };
        let is_markdownlint = path
            .file_name()
            .is_some_and(|name| markdownlint::is_config_name(&name.to_string_lossy()));
        if !is_markdownlint {
            return self.load_validator(path, globs_from);
        }
        let mut notes = Vec::new();
        let found = markdownlint::load_file(path, globs_from, &self.working_folder, &mut notes)?;
        self.note(folder, notes);
        let file = shown(path, &self.working_folder);
        Ok(Scope::new(file, folder.to_owned(), Content::Markdownlint(found)))
    }

    fn load_validator(&self, path: &Path, globs_from: &Path) -> Result<Scope, ConfigError> {
        let settings = extends::load(path, globs_from, &self.working_folder)?;
        let folder = path.parent().unwrap_or(path).to_owned();
        let file = shown(path, &self.working_folder);
        Ok(Scope::new(file, folder, Content::Validator(settings)))
    }

    fn note(&self, folder: &Path, notes: Vec<String>) {
        let mut known = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(folder.to_owned(), notes);
    }
}

fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

/// The table in a `configure-file` comment: JSON, or else YAML.
fn read_comment(comment: usize, source: &str, problems: &mut Vec<CommentProblem>) -> Table {
    let mut found = Vec::new();
    let mut parse = |format| {
        Text::parse(Path::new("").into(), PathBuf::new(), source.into(), format, &mut found)
    };
    let text = parse(Format::Jsonc);
    let is_yaml = |text: &Text| text.tree.kind(text.tree.root()) == crate::data::Kind::Mapping;
    let text = text.or_else(|error| parse(Format::Yaml).ok().filter(is_yaml).ok_or(error));
    let mut ignored = Ignored::default();
    let table = match text {
        Ok(text) => {
            let select = |name: &str| rules::select(name).to_vec();
            Table::read(&text, text.tree.root(), select, &mut ignored)
        }
        Err(problem) => {
            found.push(problem);
            Table::default()
        }
    };
    found.extend(ignored.unknown);
    found.extend(ignored.options);
    problems.extend(found.into_iter().map(|problem| CommentProblem {
        comment,
        span: problem.span,
        message: problem.message,
        help: problem.help,
    }));
    table
}
