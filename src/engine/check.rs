//! Checks one file: read, parse once, rules, comments, positions.

use std::path::Path;
use std::time::Instant;

use xxhash_rust::xxh3::xxh3_64;

use super::catch::catch;
use super::dialect::Dialect;
use super::paths::root_relative;
use super::place::Placer;
use super::suppress::{self, Switches};
use super::workspace::{View, Workspace};
use super::{
    File, FileReport, Filtered, Rejections, Scratch, Source, Status, comments, dialect, read,
    schemas,
};
use crate::config::{Comments, ConfigError, FileSettings, RulesWithComments, check_structure_file};
use crate::diagnostic::{Diagnostic, Finding, Message, Safety, Severity};
use crate::document::{Directive, DirectiveKind, Document};
use crate::rules::{self, FileProblem, Page, Registry, RuleSet, Siblings, Unchecked};
use crate::site::mask::Syntax;
use crate::structure::{Structure, is_structure_file};

/// A file's report, and the document if there was one to parse.
pub struct Checked {
    pub report: FileReport,
    pub doc: Option<Box<Document>>,
}

/// How a file is checked.
#[derive(Clone, Copy, Default)]
pub struct CheckOptions<'a> {
    /// Up to which risk fixes are applied to the text first.
    pub fix: Option<Safety>,
    /// What was rejected in review: it is neither fixed nor counted.
    pub rejections: Option<&'a Rejections>,
    /// Memory of a page that is done with.
    pub scratch: Option<&'a Scratch>,
    /// Whether to keep what comments disable: see [`FileReport::aside`].
    pub keep_disabled: bool,
}

/// Checks a file, and fixes its text first if there is a limit up to which to apply fixes.
/// Whatever is wrong with the file stands in the report.
pub fn check_file(workspace: &Workspace, file: &File, how: &CheckOptions) -> Checked {
    let start = Instant::now();
    let path = root_relative(workspace.root(), &file.path);
    let mut checked = check_source(workspace, file, &path, how);
    if let Some(rejections) = how.rejections {
        checked.report.set_aside(rejections);
    }
    checked.report.root_relative = if file.shown == STDIN { STDIN.to_owned() } else { path };
    checked.report.elapsed = start.elapsed();
    checked
}

/// Standard input without a name, which has no directory.
const STDIN: &str = "<stdin>";

/// The path of a file from the project's root, as reports have it.
pub(super) fn report_path(workspace: &Workspace, file: &File) -> String {
    match file.shown.as_str() {
        STDIN => STDIN.to_owned(),
        _ => root_relative(workspace.root(), &file.path),
    }
}

fn check_source(workspace: &Workspace, file: &File, path: &str, how: &CheckOptions) -> Checked {
    let text = match &file.source {
        Source::Disk | Source::Recalled(_) => {
            read::read(&file.path, how.scratch.map(Scratch::text).unwrap_or_default())
        }
        Source::Bytes(bytes) => read::decode(bytes.clone()),
        Source::Unreadable(message) => {
            return FileReport::unread(
                file,
                read::finding(FileProblem::ReadError, message.clone()),
            )
            .into();
        }
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => return FileReport::unread(file, Finding::from(&error)).into(),
    };
    let caught = catch(|| {
        let settings = workspace.settings_for(&file.path)?;
        let subject = CheckSubject::new(workspace, &settings, file, path, how);
        match (&file.source, how.fix) {
            // Of what comments disabled, only the number was kept.
            (Source::Recalled(recalled), _)
                if recalled.digest == xxh3_64(text.as_bytes())
                    && !(how.keep_disabled && recalled.suppressed > 0) =>
            {
                Ok(recalled.report(&subject, file, text, how))
            }
            // Data files have no fixes.
            (_, Some(limit)) if settings.format.is_none() => {
                subject.fix_file(file, text, limit, how)
            }
            _ => subject.check(file, text, how),
        }
    });
    let caught = caught.map(|checked: Result<Checked, ConfigError>| {
        checked.unwrap_or_else(|error| {
            let finding = read::finding(FileProblem::Configuration, error.to_string());
            FileReport::unread(file, finding).into()
        })
    });
    caught.unwrap_or_else(|message| FileReport::internal_error(file, message).into())
}

impl From<FileReport> for Checked {
    fn from(report: FileReport) -> Self {
        Checked { report, doc: None }
    }
}

/// Checks a text as the content of a file.
///
/// # Errors
/// If the configuration that counts for the file has mistakes.
pub fn check_text(
    workspace: &Workspace,
    file: &File,
    text: String,
    how: &CheckOptions,
) -> Result<Checked, ConfigError> {
    let settings = workspace.settings_for(&file.path)?;
    let path = root_relative(workspace.root(), &file.path);
    let mut subject = CheckSubject::new(workspace, &settings, file, &path, how);
    subject.is_saved = false;
    subject.check(file, text, how)
}

/// A file with all that it is checked against.
pub(super) struct CheckSubject<'w> {
    pub workspace: &'w Workspace,
    pub settings: &'w FileSettings,
    pub path: &'w Path,
    /// From the project's root, which does not depend on the current directory.
    pub root_relative: &'w str,
    /// Whether what is checked is what is on the disk.
    is_saved: bool,
    keep_disabled: bool,
}

impl<'w> CheckSubject<'w> {
    pub fn new(
        workspace: &'w Workspace,
        settings: &'w FileSettings,
        file: &'w File,
        root_relative: &'w str,
        how: &CheckOptions,
    ) -> Self {
        let path = file.path.as_path();
        let is_saved = matches!(file.source, Source::Disk) && how.fix.is_none();
        CheckSubject {
            workspace,
            settings,
            path,
            root_relative,
            is_saved,
            keep_disabled: how.keep_disabled,
        }
    }

    pub fn check(
        &self,
        file: &File,
        text: String,
        how: &CheckOptions,
    ) -> Result<Checked, ConfigError> {
        let doc = self.parse(text, how);
        let Diagnostics { mut found, suppressed, disabled, unchecked } = self.diagnose(&doc)?;
        let (findings, disabled) = match found.is_empty() && disabled.is_empty() {
            true => (Vec::new(), Vec::new()),
            false => {
                let mut placer = Placer::new(&doc, self.root_relative, found.len());
                let findings = found.drain(..).map(|found| placer.next(found)).collect();
                placer.rewind();
                let placed = |(found, directive): (Diagnostic, usize)| {
                    suppress::disabled(&doc, placer.next(found), directive)
                };
                (findings, disabled.into_iter().map(placed).collect())
            }
        };
        rules::reuse(found);
        let report = FileReport {
            findings,
            suppressed,
            aside: Filtered { disabled, ..Filtered::default() },
            unchecked,
            bytes: doc.text.len(),
            lines: doc.lines.count(),
            ..FileReport::empty(file.path.clone(), file.shown.clone())
        };
        Ok(Checked { report, doc: Some(doc) })
    }

    /// The text as the document that a file of this name is.
    pub fn parse(&self, text: String, how: &CheckOptions) -> Box<Document> {
        match self.settings.format {
            Some(format) => Box::new(Document::parse_data(format, text)),
            None => {
                let mut doc = how.scratch.map(Scratch::doc).unwrap_or_default();
                doc.head = self.head(&text);
                doc.parse_again(text);
                doc
            }
        }
    }

    /// Where a page's front matter ends if the configuration says what front matter is; 0 if the
    /// page has none.
    pub fn head(&self, text: &str) -> Option<usize> {
        let pattern = self.settings.front_matter.as_ref()?;
        let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let found = pattern.find(&text[bom..]).filter(|found| found.start() == 0);
        Some(found.map_or(0, |found| bom + found.end()))
    }

    /// Runs the rules that count for the file, as its comments want them.
    ///
    /// # Errors
    /// If the configuration that counts for the file has mistakes.
    pub fn diagnose(&self, doc: &Document) -> Result<Diagnostics, ConfigError> {
        let mut diagnostics = match is_structure_file(self.path) {
            true => template_mistakes(self.registry(), doc, self.path),
            false => self.run_rules(doc)?,
        };
        dialect::caution(doc, || self.dialect_of_fixes(doc), &mut diagnostics.found);
        Ok(diagnostics)
    }

    /// The rules that its project knows.
    pub fn registry(&self) -> &'static Registry {
        self.workspace.project().registry()
    }

    /// The templates of the page; they are noted as used.
    pub fn templates(&self, doc: &Document) -> Vec<&'w Structure> {
        if doc.format.is_some() {
            return Vec::new();
        }
        let templates = self.settings.templates.iter();
        let applying = templates.filter(|template| template.structure.applies(doc));
        applying.inspect(|template| template.note_use()).map(|found| &found.structure).collect()
    }

    fn check_rules(&self, doc: &Document, rules: &RuleSet) -> (Vec<Diagnostic>, Unchecked) {
        let schemas = schemas::of(self.workspace, self.settings, self.path, doc);
        let templates = self.templates(doc);
        let view = View { workspace: self.workspace, path: self.root_relative };
        let page = Page::alone(doc).at(self.path).with_schemas(&schemas);
        let page = page.with_templates(&templates).among(&view);
        let is_markdownlint = self.settings.rules.is_markdownlint;
        let page = page.with_links(rules.checks_links()).saved(self.is_saved);
        let page = page.as_markdownlint(is_markdownlint);
        let mut found = rules.check_page(&page);
        if !is_markdownlint && doc.format.is_none() {
            dialect::depart(&page, || self.dialect(doc, &view), rules, &mut found);
        }
        (found, page.unchecked_links())
    }

    /// What the page is written for.
    fn dialect(&self, doc: &Document, view: &View<'_>) -> Dialect {
        let site = view.site().ok();
        let site = site.as_ref().map(|(site, page)| (&**site, *page));
        Dialect::of(self.path, doc, self.settings.rules.flavor, site)
    }

    /// What the page has to stay the same for.
    fn dialect_of_fixes(&self, doc: &Document) -> Dialect {
        if doc.format.is_some() {
            return Dialect::PLAIN;
        }
        let view = View { workspace: self.workspace, path: self.root_relative };
        let chosen = self.settings.rules.flavor;
        if view.site().is_err()
            && let Some(dialect) = Dialect::by_dirs(self.path, chosen)
        {
            return dialect;
        }
        let dialect = self.dialect(doc, &view);
        // Marks in a page tell nothing where everything is to be as with markdownlint.
        let is_guess = dialect.flavor == "gfm" && dialect.syntax != Syntax::Mdx;
        if is_guess && self.settings.rules.is_markdownlint { Dialect::PLAIN } else { dialect }
    }

    fn run_rules(&self, doc: &Document) -> Result<Diagnostics, ConfigError> {
        let registry = self.registry();
        if doc.directives.is_empty() || !self.settings.reads_comments {
            let (mut found, unchecked) = self.check_rules(doc, &self.settings.rules.rules);
            if !doc.comments.is_empty() && self.settings.reads_comments {
                add(&mut found, comments::mistakes(registry, doc, self.settings.has_other_rules));
            }
            return Ok(Diagnostics { found, unchecked, ..Diagnostics::default() });
        }
        let is_configuration =
            |directive: &&Directive| directive.kind == DirectiveKind::ConfigureFile;
        let configure: Vec<&Directive> = doc.directives.iter().filter(is_configuration).collect();
        let texts: Vec<&str> =
            configure.iter().map(|directive| doc.slice(directive.argument)).collect();
        let comments = Comments { configure: &texts, enable: &suppress::enabled(doc) };
        let RulesWithComments { rules, problems } =
            self.workspace.rules_with_comments(self.path, &comments)?;
        let (mut found, unchecked) = self.check_rules(doc, &rules.rules);
        let is_dormant = |id: &str| rules.dormant.contains(&id);
        let is_on =
            |id: &str| !is_dormant(id) && rules.rules.rules.iter().any(|rule| rule.meta.id == id);
        let switches = Switches::read(registry, doc, is_on);
        let (mut suppressed, mut is_used) = (0, vec![false; switches.names.len()]);
        let mut disabled = Vec::new();
        found.retain(|found| {
            let line = doc.line_of(found.span.start());
            let cause = switches.cause(found.rule, line);
            if let Some(name) = cause {
                is_used[name] = true;
            }
            let is_on = switches.is_on(found.rule, line);
            if !is_on && !is_dormant(&found.rule) {
                suppressed += 1;
                let cause = cause.filter(|_| self.keep_disabled);
                let directive = cause.map(|name| switches.names[name].directive);
                disabled.extend(directive.map(|directive| (found.clone(), directive)));
            }
            is_on
        });
        let mut mistakes = comments::mistakes(registry, doc, self.settings.has_other_rules);
        mistakes.extend(
            problems.into_iter().map(|problem| {
                comments::comment_error(registry, configure[problem.comment], problem)
            }),
        );
        if let Some(is_narrowed) = self.settings.unused_disables {
            let ran = &rules.rules;
            let idle = comments::unused(registry, doc, &switches, &is_used, ran, is_narrowed);
            mistakes.extend(idle);
        }
        add(&mut found, mistakes);
        Ok(Diagnostics { found, suppressed, disabled, unchecked })
    }
}

/// What was found in a document, in the order of place.
#[derive(Default)]
pub(super) struct Diagnostics {
    pub found: Vec<Diagnostic>,
    /// How many more there would be without comments that switch rules off.
    pub suppressed: usize,
    /// Those, if they are kept, each with the index of the comment among the document's directives.
    pub disabled: Vec<(Diagnostic, usize)>,
    /// Links of which nobody can tell where they lead.
    pub unchecked: Unchecked,
}

/// Adds what is wrong with comments, by place.
fn add(found: &mut Vec<Diagnostic>, mistakes: Vec<Diagnostic>) {
    if !mistakes.is_empty() {
        found.extend(mistakes);
        found.sort_by_key(|found| found.span.start);
    }
}

/// The mistakes in a structure file that is checked itself.
fn template_mistakes(registry: &Registry, doc: &Document, path: &Path) -> Diagnostics {
    let mistakes = check_structure_file(&doc.text, path).into_iter().map(|mistake| Diagnostic {
        rule: registry.problem(FileProblem::StructureFile),
        severity: Severity::Error,
        span: mistake.span,
        message: Message::of_problem(&mistake.message, mistake.help.as_deref()),
        fix: None,
        details: None,
    });
    Diagnostics { found: mistakes.collect(), ..Diagnostics::default() }
}

impl FileReport {
    /// The report on a file that could not be read.
    fn unread(file: &File, finding: Finding) -> Self {
        FileReport {
            status: Status::Unread,
            findings: vec![finding],
            ..FileReport::empty(file.path.clone(), file.shown.clone())
        }
    }

    /// The report on a file on which validator itself failed.
    pub(super) fn internal_error(file: &File, message: String) -> Self {
        let finding = read::finding(FileProblem::Internal, message);
        FileReport { status: Status::Failed, ..FileReport::unread(file, finding) }
    }
}
