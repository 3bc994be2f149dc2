//! Checks one file: read, parse once, rules, comments, positions.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;
use std::time::Instant;

use xxhash_rust::xxh3::xxh3_64;

use super::mend::mend_text;
use super::paths::{climb, rest, slashed};
use super::suppress::{self, Switches};
use super::{
    Base, Claim, Extra, File, FileReport, Rejections, Room, Source, Status, comments, dialect,
    place, read, schemas, shown,
};
use crate::cancel;
use crate::config::{
    CommentProblem, Comments, ConfigError, Project, RulesWithComments, check_structure_file,
};
use crate::diagnostic::{Diagnostic, Finding, Safety, Severity};
use crate::document::{Directive, DirectiveKind, Document};
use crate::rules::{self, Found, RuleSet, Unique};
use crate::structure::{Breach, is_structure_file};
use crate::text::Span;

/// A file's report, and the document if there was one to parse.
pub struct Checked {
    pub report: FileReport,
    pub doc: Option<Box<Document>>,
    /// What no other file may have.
    pub claims: Vec<Claim>,
}

/// How a file is checked.
#[derive(Clone, Copy, Default)]
pub struct How<'a> {
    /// Up to which risk fixes are applied to the text first.
    pub mend: Option<Safety>,
    /// What is known about the file besides.
    pub extra: Option<&'a Extra>,
    /// What was rejected in review: it is neither mended nor counted.
    pub rejections: Option<&'a Rejections>,
    /// Memory of a page that is done with.
    pub room: Option<&'a Room>,
}

/// Checks a file, and mends its text first if there is a limit up to which to apply fixes.
/// Whatever is wrong with the file stands in the report, and so does what is known besides.
pub fn check_file(project: &Project, file: &File, how: &How) -> Checked {
    let start = Instant::now();
    let mut checked = check_source(project, file, how);
    if let Some(rejections) = how.rejections {
        checked.report.set_aside(rejections);
    }
    checked.report.elapsed = start.elapsed();
    checked
}

fn check_source(project: &Project, file: &File, how: &How) -> Checked {
    let text = match &file.source {
        Source::Disk | Source::Recalled(_) => {
            read::read(&file.path, how.room.map(Room::text).unwrap_or_default())
        }
        Source::Bytes(bytes) => read::decode(bytes.clone()),
        Source::Unreadable(message) => {
            return FileReport::unread(file, read::finding("read-error", message.clone())).into();
        }
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => return FileReport::unread(file, Finding::from(&error)).into(),
    };
    let caught = catch(|| {
        let checked = match (&file.source, how.mend) {
            (Source::Recalled(recalled), _) if recalled.digest == xxh3_64(text.as_bytes()) => {
                recalled.report(project, file, text, how)
            }
            // Data files have no fixes.
            (_, Some(limit)) if project.format(&file.path).is_none() => {
                mend_text(project, file, text, limit, how)
            }
            _ => check_text(project, file, text, how),
        };
        checked.unwrap_or_else(|error| {
            let finding = read::finding("configuration-error", error.to_string());
            FileReport::unread(file, finding).into()
        })
    });
    caught.unwrap_or_else(|message| FileReport::internal_error(file, message).into())
}

impl From<FileReport> for Checked {
    fn from(report: FileReport) -> Self {
        Checked { report, doc: None, claims: Vec::new() }
    }
}

/// Checks a text as the content of a file, and adds what is known about this text besides.
///
/// # Errors
/// If the configuration that counts for the file has mistakes.
pub fn check_text(
    project: &Project,
    file: &File,
    text: String,
    how: &How,
) -> Result<Checked, ConfigError> {
    let mut doc = parse(project, file, text, how);
    schemas::attach(project, &file.path, &mut doc)?;
    let Diagnostics { mut found, unique, suppressed } = diagnose(project, &file.path, &doc)?;
    if let Some(extra) = how.extra.filter(|extra| extra.digest == doc.digest()) {
        found.extend_from_slice(&extra.found);
        found.sort_by_key(|found| found.span.start);
    }
    let findings = match found.is_empty() {
        true => Vec::new(),
        false => place::place(&doc, &below(project.root(), &file.path), found.drain(..)),
    };
    rules::reuse(found);
    let report = FileReport {
        findings,
        suppressed,
        bytes: doc.text.len(),
        lines: doc.lines.count(),
        ..FileReport::empty(file.path.clone(), file.shown.clone())
    };
    let line = |unique: &Unique| doc.position(unique.span.start()).line;
    let claims = unique.into_iter().map(|unique| Claim { line: line(&unique), unique }).collect();
    Ok(Checked { report, doc: Some(doc), claims })
}

/// The text as the document that a file of this name is.
pub(super) fn parse(project: &Project, file: &File, text: String, how: &How) -> Box<Document> {
    match project.format(&file.path) {
        Some(format) => Box::new(Document::parse_data(format, text)),
        None => {
            let mut doc = how.room.map(Room::doc).unwrap_or_default();
            doc.head = head(project, &file.path, &text);
            doc.parse_again(text);
            doc
        }
    }
}

/// Where a page's front matter ends if the configuration says what front matter is; 0 if the page
/// has none.
pub(super) fn head(project: &Project, path: &Path, text: &str) -> Option<usize> {
    let pattern = project.front_matter(path)?;
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let found = pattern.find(&text[bom..]).filter(|found| found.start() == 0);
    Some(found.map_or(0, |found| bom + found.end()))
}

/// The path relative to the project's root, which does not depend on the working folder.
pub fn below(root: &Path, path: &Path) -> String {
    match rest(root, path) {
        Some(relative) => slashed(relative.into()),
        None => climb(root, path).unwrap_or_else(|| shown(&Base::new(root).relative(path))),
    }
}

/// What was found in a document, in the order of place.
pub struct Diagnostics {
    pub found: Vec<Diagnostic>,
    /// What no other document may have.
    pub unique: Vec<Unique>,
    /// How many more there would be without comments that switch rules off.
    pub suppressed: usize,
}

/// Runs the rules that count for a file of this path, as its comments want them.
///
/// # Errors
/// If the configuration that counts for the file has mistakes.
pub fn diagnose(
    project: &Project,
    path: &Path,
    doc: &Document,
) -> Result<Diagnostics, ConfigError> {
    let mut diagnostics = run_rules(project, path, doc)?;
    dialect::caution(path, doc, &mut diagnostics.found);
    Ok(diagnostics)
}

fn run_rules(project: &Project, path: &Path, doc: &Document) -> Result<Diagnostics, ConfigError> {
    if is_structure_file(path) {
        return Ok(template_mistakes(doc, path));
    }
    if doc.directives.is_empty() || !project.reads_comments(path) {
        let rules = project.rules_for(path)?;
        let Found { diagnostics: mut found, unique } =
            check_rules(project, path, doc, &rules.rules)?;
        if !doc.comments.is_empty() && project.reads_comments(path) {
            add(&mut found, comments::mistakes(doc, project.has_other_rules(path)));
        }
        return Ok(Diagnostics { found, unique, suppressed: 0 });
    }
    let configure: Vec<&Directive> = doc
        .directives
        .iter()
        .filter(|directive| directive.kind == DirectiveKind::ConfigureFile)
        .collect();
    let texts: Vec<&str> =
        configure.iter().map(|directive| doc.slice(directive.argument)).collect();
    let comments = Comments { configure: &texts, enable: &suppress::enabled(doc) };
    let RulesWithComments { rules, problems } = project.rules_with_comments(path, &comments)?;
    let Found { diagnostics: mut found, mut unique } =
        check_rules(project, path, doc, &rules.rules)?;
    let is_dormant = |id: &str| rules.dormant.contains(&id);
    let is_on =
        |id: &str| !is_dormant(id) && rules.rules.rules.iter().any(|rule| rule.meta.id == id);
    let switches = Switches::read(doc, is_on);
    let (mut suppressed, mut is_used) = (0, vec![false; switches.names.len()]);
    let mut is_on = |rule: &str, at: usize| {
        let line = doc.line_of(at);
        if let Some(name) = switches.cause(rule, line) {
            is_used[name] = true;
        }
        switches.is_on(rule, line)
    };
    found.retain(|found| {
        let is_on = is_on(found.rule, found.span.start());
        suppressed += usize::from(!is_on && !is_dormant(found.rule));
        is_on
    });
    unique.retain(|found| is_on(found.rule, found.span.start()));
    let mut mistakes = comments::mistakes(doc, project.has_other_rules(path));
    mistakes.extend(
        problems.into_iter().map(|problem| comment_error(configure[problem.comment], problem)),
    );
    if let Some(is_narrowed) = project.reports_unused_disables(path) {
        mistakes.extend(comments::unused(doc, &switches, &is_used, &rules.rules, is_narrowed));
    }
    add(&mut found, mistakes);
    Ok(Diagnostics { found, unique, suppressed })
}

/// Adds what is wrong with comments, by place.
fn add(found: &mut Vec<Diagnostic>, mistakes: Vec<Diagnostic>) {
    if !mistakes.is_empty() {
        found.extend(mistakes);
        found.sort_by_key(|found| found.span.start);
    }
}

/// What the rules find, and what the templates of the page find for theirs.
fn check_rules(
    project: &Project,
    path: &Path,
    doc: &Document,
    rules: &RuleSet,
) -> Result<Found, ConfigError> {
    let Found { diagnostics: mut found, unique } = rules.find(doc);
    if doc.format.is_some() {
        return Ok(Found { diagnostics: found, unique });
    }
    let templates = project.templates_for(path)?;
    for template in templates.iter().filter(|template| template.structure.applies(doc)) {
        template.note_use();
        for breach in template.structure.check(doc, path) {
            let rule = breach.aspect.rule();
            let Some(severity) = rules.severity(rule) else { continue };
            let Breach { span, message, fix, .. } = breach;
            found.push(Diagnostic { rule, severity, span, message: message.into(), fix });
        }
    }
    if !templates.is_empty() {
        found.sort_by_key(|found| found.span.start);
    }
    Ok(Found { diagnostics: found, unique })
}

/// The mistakes in a structure file that is checked itself.
fn template_mistakes(doc: &Document, path: &Path) -> Diagnostics {
    let mistakes = check_structure_file(&doc.text, path).into_iter().map(|mistake| {
        let help = mistake.help.map(|help| format!("; {help}")).unwrap_or_default();
        Diagnostic {
            rule: "structure-file",
            severity: Severity::Error,
            span: mistake.span,
            message: format!("{}{help}", mistake.message).into(),
            fix: None,
        }
    });
    Diagnostics { found: mistakes.collect(), unique: Vec::new(), suppressed: 0 }
}

/// A mistake in a comment, at its place in the document.
fn comment_error(directive: &Directive, problem: CommentProblem) -> Diagnostic {
    let CommentProblem { span, message, help, .. } = problem;
    let from = directive.argument.start();
    let help = help.map(|help| format!("; {help}")).unwrap_or_default();
    Diagnostic {
        rule: "comment-error",
        severity: Severity::Warning,
        span: Span::new(from + span.start(), from + span.end()),
        message: format!("{message}{help}").into(),
        fix: None,
    }
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
        let finding = read::finding("internal-error", message);
        FileReport { status: Status::Failed, ..FileReport::unread(file, finding) }
    }
}

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static PANIC_PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `work`; a panic in it becomes a message, and is not printed.
pub(super) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let default = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CATCHING.get() {
                let place = info.location().map(|place| format!(" ({place})")).unwrap_or_default();
                PANIC_PLACE.set(place);
            } else {
                default(info);
            }
        }));
    });
    CATCHING.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(false);
    result.map_err(cancel::pass_on).map_err(|panic| {
        format!("validator failed on this file: {}{}", text(&*panic), PANIC_PLACE.take())
    })
}

fn text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
