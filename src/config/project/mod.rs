//! The configuration of a run: finds what counts for each file, and keeps it.

mod comments;
mod schemas;
mod scopes;
mod templates;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::effective::Effective;
use super::flags::{CommandLine, RuleFlags};
use super::problem::{ConfigError, ConfigProblem};
use super::read::cannot_read;
use super::scope::DirConfig;
use super::settings::SourceLocation;
use super::templates::{PageTemplate, TemplateCache, Templates};
use super::{FailOn, FileKind, FileRules};
use crate::data::{Format, Schema, SchemaError};
use crate::files::normalize;
use crate::rules::{self, Registry, Subject};
use crate::structure::is_structure_file;

pub use comments::{CommentProblem, Comments, RulesWithComments};

/// The names of the configuration file, the first of a directory counts.
const NAMES: [&str; 2] = ["validator.yaml", "validator.yml"];

/// What a run is asked to be configured with.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// A file or directory that is to be checked: the search starts here.
    pub start: PathBuf,
    /// `--config`: this file counts for all files, and nothing else is looked for.
    pub config: Option<PathBuf>,
    /// `--no-config`: no configuration file is read.
    pub no_config: bool,
    /// The configuration itself, in place of a file.
    pub settings: Option<String>,
    /// Nothing is looked for in directories: the pages need not be on the disk.
    pub alone: bool,
    pub overrides: CommandLine,
}

/// What became of schemas, by the root that counts and by path or address.
type NamedSchemas = HashMap<(PathBuf, PathBuf), Result<Arc<Schema>, SchemaError>>;

/// The configuration of a run. Cheap to ask, from any thread.
pub struct Project {
    registry: &'static Registry,
    root: PathBuf,
    working_dir: PathBuf,
    /// Where the configuration for the start says that the baseline stands.
    baseline: Option<PathBuf>,
    pub(super) flags: RuleFlags,
    /// Counts for all files, if the request says so.
    fixed: Option<Arc<DirConfig>>,
    /// What `--config` names of markdownlint's: what is found in directories builds on it.
    base: Option<Arc<DirConfig>>,
    /// What counts in a directory, by its path as text: comparing paths by their parts takes
    /// longer.
    dirs: RwLock<foldhash::HashMap<OsString, Result<Arc<DirConfig>, ConfigError>>>,
    /// Schemas that files name themselves, by the root that counts and by path or address.
    schemas: Mutex<NamedSchemas>,
    templates: TemplateCache,
    /// By the directory of the configuration file.
    notes: Mutex<BTreeMap<PathBuf, Vec<String>>>,
}

/// What a file is checked against.
pub struct FileSettings {
    pub rules: Arc<FileRules>,
    /// Those that the configuration has for the file.
    pub schemas: Vec<Arc<Schema>>,
    /// Those whose path globs match. Those that the front matter selects have to look at it yet.
    pub templates: Vec<Arc<PageTemplate>>,
    /// How the data in the file is written; `None` for a page.
    pub format: Option<Format>,
    /// Whether comments in a page say something.
    pub reads_comments: bool,
    /// Whether rules are configured that only markdownlint can run.
    pub has_other_rules: bool,
    /// Whether comments that switch off nothing are findings; if so, whether the command line leaves
    /// out rules that they may be for.
    pub unused_disables: Option<bool>,
    /// What counts as front matter of a page if it begins the page, where that is configured.
    pub front_matter: Option<regex::Regex>,
}

impl Project {
    /// Checks the command line, finds the configuration for `start`, and reads it.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn load(request: Request) -> Result<Project, ConfigError> {
        let working_dir = std::env::current_dir()
            .map_err(|error| ConfigProblem::file(PathBuf::from("."), cannot_read(&error)))?;
        let start = normalize(&working_dir.join(&request.start));
        let is_dir = start.is_dir();
        let start = if is_dir { &start } else { start.parent().unwrap_or(&start) };
        let registry = rules::builtin();
        let flags = RuleFlags::check(registry, &request.overrides, &working_dir)?;
        let is_repository = |dir: &&Path| !request.alone && dir.join(".git").exists();
        let git_root = start.ancestors().find(is_repository);
        let mut project = Project {
            registry,
            root: git_root.unwrap_or(&working_dir).to_owned(),
            working_dir,
            baseline: None,
            flags,
            fixed: None,
            base: None,
            dirs: RwLock::default(),
            schemas: Mutex::default(),
            templates: TemplateCache::default(),
            notes: Mutex::default(),
        };
        if let Some(text) = &request.settings {
            project.fixed = Some(Arc::new(project.load_given(text)?));
        } else if request.no_config || (request.alone && request.config.is_none()) {
            project.fixed = Some(Arc::default());
        } else if let Some(path) = &request.config {
            let scope = project.load_named(&normalize(&project.working_dir.join(path)), start)?;
            let scope = Some(Arc::new(scope));
            match request.alone || scope.as_ref().is_some_and(|scope| scope.is_validator()) {
                true => project.fixed = scope,
                false => project.base = scope,
            }
        }
        let scope = project.scope(start)?;
        project.baseline = scope.baseline().map(Path::to_owned);
        if let Some(dir) = &scope.dir
            && start.starts_with(dir)
            && (scope.is_validator() || git_root.is_none())
        {
            project.root.clone_from(dir);
        }
        if let Some(family) = &project.flags.family {
            scope.family(family)?;
        }
        Ok(project)
    }

    /// The rules that the project knows.
    pub fn registry(&self) -> &'static Registry {
        self.registry
    }

    /// The directory of `validator.yaml`, else the git root, else the current directory. Absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The names of the families that the configuration for a directory declares.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn families(&self, dir: &Path) -> Result<Vec<String>, ConfigError> {
        let scope = self.scope(dir)?;
        Ok(scope.families().iter().map(|family| family.name.to_string()).collect())
    }

    /// Where the configuration says that the baseline stands. Absolute.
    pub fn baseline(&self) -> Option<&Path> {
        self.baseline.as_deref()
    }

    /// From which severity on findings in a file fail a run, and where that is written; `None` where
    /// its configuration says nothing.
    pub fn fail_on(&self, path: &Path) -> Option<(FailOn, SourceLocation)> {
        self.scope_of(&self.absolute(path)).ok()?.fail_on().cloned()
    }

    /// Whether the command line leaves out rules or files.
    pub fn is_narrowed(&self) -> bool {
        self.flags.leave_out_rules() || !self.flags.exclude.is_empty() || self.flags.globs.is_some()
    }

    /// Whether a rule says nothing about a file only because the command line leaves it out.
    pub fn leaves_out(&self, path: &Path, rule: &str) -> bool {
        self.flags.leave_out_rules()
            && !self.registry.select(rule).is_empty()
            && self.rules_for(path).is_ok_and(|rules| rules.rules.severity(rule).is_none())
    }

    /// Reads the configuration of all directories that these files are in.
    ///
    /// # Errors
    /// All mistakes in all of it.
    pub fn prepare<P: AsRef<Path>>(
        &self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<(), ConfigError> {
        let mut problems = Vec::new();
        let mut last: Option<OsString> = None;
        // A structure file that is checked itself says what is wrong with it.
        let is_page = |path: &P| !is_structure_file(path.as_ref());
        for path in paths.into_iter().filter(is_page) {
            let path = self.absolute(path.as_ref());
            let dir = path.parent();
            // Files of one directory follow one another, and there are many.
            if dir.map(Path::as_os_str) == last.as_deref() {
                continue;
            }
            if let Err(error) = self.rules_for(&path) {
                problems.extend(error.problems);
            } else if let Some(Err(error)) = dir.map(|at| self.templates(at)) {
                problems.extend(error.problems);
            }
            last = dir.map(|dir| dir.as_os_str().to_owned());
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
        scope.rules(self.registry, key, &self.flags)
    }

    /// All that a file is checked against, found in one go.
    ///
    /// # Errors
    /// As [`Project::rules_for`], and if a structure file has mistakes.
    pub fn settings_for(&self, path: &Path) -> Result<FileSettings, ConfigError> {
        let path = self.absolute(path);
        let scope = self.scope_of(&path)?;
        let key = scope.key(&path, &self.flags)?;
        let rules = scope.rules(self.registry, key, &self.flags)?;
        let schemas = schemas::of(&scope, &path);
        let format = self.format(&path);
        let templates = match format {
            None => self.templates_of(&path)?,
            Some(_) => Templates::default(),
        };
        let templates = templates.iter().filter(|template| template.matches(&path));
        let found = scope.markdownlint();
        let reports_unused = self.flags.report_unused_disables
            || scope.settings().and_then(|found| found.report_unused_disables) == Some(true);
        Ok(FileSettings {
            rules,
            schemas,
            templates: templates.cloned().collect(),
            format,
            reads_comments: !found.is_some_and(|found| found.no_comments),
            has_other_rules: found.is_some_and(|found| found.has_other_rules),
            unused_disables: reports_unused.then(|| self.flags.leave_out_rules()),
            front_matter: found.and_then(|found| found.front_matter.clone()),
        })
    }

    /// All settings for a file, each with where it comes from.
    ///
    /// # Errors
    /// As [`Project::rules_for`].
    pub fn effective(&self, path: &Path) -> Result<Effective, ConfigError> {
        let (scope, key) = self.scope_and_key(path)?;
        Ok(scope.effective(self.registry, &key, &self.flags))
    }

    /// The configuration file that counts for a file.
    ///
    /// # Errors
    /// If it has mistakes.
    pub fn config_file(&self, path: &Path) -> Result<Option<PathBuf>, ConfigError> {
        Ok(self.scope_of(&self.absolute(path))?.file.clone())
    }

    /// Whether a walk takes the file, as far as the configuration says: it is included, and not
    /// excluded.
    pub fn includes(&self, path: &Path) -> bool {
        self.is_included(path) && !self.excludes(path, false)
    }

    /// Whether a file is included; it may still be excluded. What has mistakes includes everything,
    /// so that the mistakes come up.
    pub fn is_included(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        self.scope_of(&path).map_or(true, |scope| scope.includes(&path, &self.flags))
    }

    /// Whether a glob names the file by its ending, such as `*.mdx`: then it is a page.
    pub fn names_ending(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        self.flags.globs.as_ref().is_some_and(|globs| globs.names_ending(&path))
            || self.scope_of(&path).is_ok_and(|scope| scope.names_ending(&path))
    }

    /// Whether a hidden file or directory is looked into, as markdownlint does.
    pub fn looks_into_hidden(&self, path: &Path) -> bool {
        let path = self.absolute(path);
        self.scope_of(&path).is_ok_and(|scope| scope.markdownlint().is_some())
    }

    /// What a file is, if the configuration says so under `files`.
    pub fn kind(&self, path: &Path) -> Option<FileKind> {
        self.scope_of(&self.absolute(path)).ok()?.settings()?.kinds.of(&self.absolute(path))
    }

    /// How the data in a file is written: what the configuration says, else its name. `None` for a
    /// page.
    pub fn format(&self, path: &Path) -> Option<Format> {
        match self.kind(path) {
            Some(kind) => kind.format(),
            None => Format::from_path(path),
        }
    }

    /// Whether there are rules for a file of this kind. What has mistakes has, so that the
    /// mistakes come up.
    pub fn looks_at(&self, path: &Path, subject: Subject) -> bool {
        self.rules_for(path).map_or(true, |rules| rules.rules.looks_at(subject))
    }

    /// Whether a file or directory is excluded, itself or with a directory it is in.
    pub fn excludes(&self, path: &Path, is_dir: bool) -> bool {
        let path = self.absolute(path);
        self.flags.exclude.matches(&path, is_dir)
            || self.scope_of(&path).is_ok_and(|scope| scope.excludes(&path, is_dir))
    }

    /// Whether `--exclude` names a file or directory, itself or with a directory it is in.
    pub fn excludes_by_flag(&self, path: &Path, is_dir: bool) -> bool {
        self.flags.exclude.matches(&self.absolute(path), is_dir)
    }

    /// Whether a file that was named is left out all the same, since the configuration excludes it.
    pub fn leaves_out_named(&self, path: &Path) -> bool {
        !self.flags.takes_excluded && self.excludes(path, false)
    }

    /// Lines for people about what was read and what in it means nothing here.
    pub fn notes(&self) -> Vec<String> {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.values().flatten().cloned().collect()
    }

    pub(super) fn absolute<'p>(&self, path: &'p Path) -> Cow<'p, Path> {
        let bytes = path.as_os_str().as_encoded_bytes();
        // Files that a walk found have nothing of the kind, and there are many.
        let goes_on = |at: usize| matches!(bytes.get(at + 1), Some(b'.' | b'/'));
        let is_plain = !bytes.starts_with(b".") && !memchr::memchr_iter(b'/', bytes).any(goes_on);
        match (is_plain, path.is_absolute()) {
            (true, true) => Cow::Borrowed(path),
            (true, false) => Cow::Owned(self.working_dir.join(path)),
            (false, _) => Cow::Owned(normalize(&self.working_dir.join(path))),
        }
    }
}
