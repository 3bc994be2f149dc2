//! Answers records: the settings, and one page after the other.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use xxhash_rust::xxh3::Xxh3;

use super::answer::{self, PipeAnswer};
use super::record::{self, NoRecord, PipePage, PipeRecord, Want};
use super::{MAX_LINE, PROTOCOL, Totals};
use crate::config::{CommandLine, ConfigError, Request};
use crate::diagnostic::Safety;
use crate::document::Document;
use crate::engine::{self, Base, CheckOptions, Checked, File, Scratch, Source, Status, Workspace};
use crate::facts::{self, Fact};
use crate::rules::{Meta, Needs};

/// What a worker checks with, for all records.
#[derive(Clone, Debug, Default)]
pub struct PipeOptions {
    pub config: Option<PathBuf>,
    pub no_config: bool,
    /// The configuration itself, in place of a file.
    pub settings: Option<String>,
    pub overrides: CommandLine,
    /// The directory that paths count from, with the files that pages are held against. Without it,
    /// nothing is read from the disk.
    pub root: Option<PathBuf>,
    /// Most findings that an answer has; all if that is 0.
    pub max_findings: usize,
}

/// Settings that records may ask for besides those of the worker: so many are kept.
const MAX_SETTINGS: usize = 64;

/// Checks records against one configuration, from any thread.
pub struct Worker {
    options: PipeOptions,
    workspace: Arc<Workspace>,
    others: Mutex<HashMap<Asked, Result<Arc<Workspace>, String>>>,
    /// Where the paths of records count from.
    base: Base,
    digest: String,
}

/// What a record asks for in place of the worker's settings.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Asked {
    family: Option<String>,
    types: Option<Vec<String>>,
}

impl Worker {
    /// Reads the settings.
    ///
    /// # Errors
    /// All mistakes in them.
    pub fn new(options: PipeOptions) -> Result<Worker, ConfigError> {
        let workspace = open(&options, options.overrides.clone())?;
        let base = match &options.root {
            Some(root) => Base::new(&std::path::absolute(root).unwrap_or_else(|_| root.clone())),
            None => Base::new(workspace.root()),
        };
        let digest = digest(&options, &workspace)?;
        let workspace = Arc::new(workspace);
        Ok(Worker { options, workspace, others: Mutex::default(), base, digest })
    }

    /// Tells workers with other settings apart: equal where version, settings, and what else the
    /// answers depend on are equal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub(super) fn line(
        &self,
        number: u64,
        line: Option<&[u8]>,
        scratch: &Scratch,
        out: &mut Vec<u8>,
    ) -> Totals {
        let Some(line) = line else {
            let message = format!("the line is longer than {} MiB", MAX_LINE >> 20);
            answer::line_error(number, &NoRecord { id: None, path: None, message }, out);
            return Totals { records: 1, errors: 1, ..Totals::default() };
        };
        match record::read(line) {
            Ok(PipeRecord::Hello) => {
                self.hello(out);
                Totals::default()
            }
            Ok(PipeRecord::Page(page)) => {
                let start = out.len();
                let answered = engine::catch(|| self.page(&page, scratch, out));
                answered.unwrap_or_else(|message| {
                    // What there is of the answer is none.
                    out.truncate(start);
                    let id = page.id.map(|id| id.get().to_owned());
                    let refused = NoRecord { id, path: Some(page.path.into_owned()), message };
                    answer::line_error(number, &refused, out);
                    Totals { records: 1, errors: 1, ..Totals::default() }
                })
            }
            Err(refused) => {
                answer::line_error(number, &refused, out);
                Totals { records: 1, errors: 1, ..Totals::default() }
            }
        }
    }

    fn hello(&self, out: &mut Vec<u8>) {
        let rules = self.workspace.rules_for(&self.base.path().join("page.md"));
        let rules: Vec<&str> = rules
            .map(|rules| rules.rules.rules.iter().map(|rule| rule.meta.id).collect())
            .unwrap_or_default();
        let hello = serde_json::json!({
            "hello": 1,
            "tool": "validator",
            "version": env!("CARGO_PKG_VERSION"),
            "protocol": PROTOCOL,
            "digest": self.digest,
            "rules": rules,
        });
        out.extend_from_slice(hello.to_string().as_bytes());
        out.push(b'\n');
    }

    fn page(&self, page: &PipePage, scratch: &Scratch, out: &mut Vec<u8>) -> Totals {
        let mut answer = PipeAnswer::begin(page, out);
        let mut totals = Totals { records: 1, ..Totals::default() };
        let checked = self.file(page).and_then(|path| {
            let workspace = self.workspace(page)?;
            match workspace.leaves_out_named(&path) {
                true => self.left_out(&workspace, page, path, &mut answer).map(|()| None),
                false => self.check(&workspace, page, path, scratch, &mut answer).map(Some),
            }
        });
        match checked {
            Ok(Some((findings, None))) => totals.findings = findings,
            Ok(Some((findings, Some(message)))) => {
                totals.findings = findings;
                totals.errors = 1;
                answer.error(&message);
            }
            Ok(None) => {
                totals.excluded = 1;
                answer.excluded();
            }
            Err(message) => {
                totals.errors = 1;
                answer.error(&message);
            }
        }
        answer.end(&self.digest);
        totals
    }

    /// Checks a page, and answers what is wanted. Returns how much was found, and why the page could
    /// not be checked.
    fn check(
        &self,
        workspace: &Workspace,
        page: &PipePage,
        path: PathBuf,
        scratch: &Scratch,
        answer: &mut PipeAnswer,
    ) -> Result<(u64, Option<String>), String> {
        let source = Source::Bytes(page.text.as_bytes().to_vec());
        let file = File { path, shown: page.path.clone().into_owned(), source };
        let how = CheckOptions { scratch: Some(scratch), ..CheckOptions::default() };
        let Checked { report, doc } = engine::check_file(workspace, &file, &how);
        let found = report.findings.len() as u64;
        if page.wants(Want::Findings) {
            answer.findings(&report, doc.as_deref(), self.options.max_findings);
        }
        if report.status != Status::Checked {
            if page.wants(Want::Facts) {
                // It is there, whatever is in it.
                answer.facts(&[Fact::File { path: page.path.clone().into_owned() }]);
            }
            let message = report.findings.first().map(|finding| finding.message.to_string());
            return Ok((found, Some(message.unwrap_or_default())));
        }
        if page.wants(Want::Fixed) {
            let how = CheckOptions { fix: Some(Safety::Safe), ..how };
            answer.fixed(engine::check_file(workspace, &file, &how).report.fixed.as_deref());
        }
        let Some(doc) = doc else { return Ok((found, None)) };
        if page.wants(Want::Facts) {
            let facts = || facts::of(workspace, &file, &page.path, &self.digest, &doc);
            answer.facts(&engine::catch(facts)?.map_err(|error| error.to_string())?);
        }
        if page.wants(Want::Metrics) {
            engine::catch(|| answer.metrics(&doc))?;
        }
        if workspace.is_detached() {
            answer.deferred(&deferred(workspace, &file.path, &doc));
        }
        scratch.recycle(doc);
        Ok((found, None))
    }

    /// Answers what a page that the settings exclude is for others: links may lead there, and from
    /// there.
    fn left_out(
        &self,
        workspace: &Workspace,
        page: &PipePage,
        path: PathBuf,
        answer: &mut PipeAnswer,
    ) -> Result<(), String> {
        if !page.wants(Want::Facts) {
            return Ok(());
        }
        let doc = match workspace.format(&path) {
            Some(format) => Document::parse_data(format, page.text.clone()),
            None => Document::parse(page.text.clone()),
        };
        let file = File { path, shown: String::new(), source: Source::Disk };
        let facts = || facts::of(workspace, &file, &page.path, &self.digest, &doc);
        let mut facts = engine::catch(facts)?.map_err(|error| error.to_string())?;
        facts.retain(|fact| !matches!(fact, Fact::Field(_)));
        for fact in &mut facts {
            // Its links count for the pages that they lead to; nothing is found in the page itself.
            if let Fact::Page(page) = fact {
                page.rules.clear();
            }
        }
        answer.facts(&facts);
        Ok(())
    }

    /// Where the page would lie.
    fn file(&self, page: &PipePage) -> Result<PathBuf, String> {
        let path = &*page.path;
        if path.is_empty() || path.contains('\0') {
            return Err("`path` is not a file path".to_owned());
        }
        let is_rooted = self.options.root.is_some();
        let relative = if is_rooted { path } else { path.trim_start_matches('/') };
        let absolute = self.base.absolute(Path::new(relative));
        if absolute == self.base.path() || !absolute.starts_with(self.base.path()) {
            return Err(format!("`{path}` leads out of the root"));
        }
        Ok(absolute)
    }

    fn workspace(&self, page: &PipePage) -> Result<Arc<Workspace>, String> {
        if page.family.is_none() && page.types.is_none() {
            return Ok(self.workspace.clone());
        }
        let asked = Asked { family: page.family.clone(), types: page.types.clone() };
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = others.get(&asked) {
            return known.clone();
        }
        if others.len() >= MAX_SETTINGS {
            return Err(format!(
                "more than {MAX_SETTINGS} different `family` and `types`; sort the records into \
                 several workers"
            ));
        }
        let mut overrides = self.options.overrides.clone();
        overrides.family = asked.family.clone().or(overrides.family);
        overrides.types = asked.types.clone().unwrap_or(overrides.types);
        let opened = open(&self.options, overrides).map(Arc::new);
        let opened = opened.map_err(|error| error.to_string());
        others.insert(asked, opened.clone());
        opened
    }
}

fn open(options: &PipeOptions, overrides: CommandLine) -> Result<Workspace, ConfigError> {
    let workspace = Workspace::open(Request {
        start: options.root.clone().unwrap_or_else(|| PathBuf::from(".")),
        config: options.config.clone(),
        no_config: options.no_config,
        settings: options.settings.clone(),
        alone: options.root.is_none(),
        overrides,
    })?;
    let workspace = if options.root.is_some() { workspace } else { workspace.detached() };
    // What is wrong with the settings is said before the first record.
    workspace.prepare([workspace.root().join("page.md")])?;
    Ok(workspace)
}

fn digest(options: &PipeOptions, workspace: &Workspace) -> Result<String, ConfigError> {
    let mut hash = Xxh3::new();
    let settings = workspace.digest()?;
    let asked = format!(
        "{} {PROTOCOL} {settings:016x} {:?} {} {}",
        env!("CARGO_PKG_VERSION"),
        options.overrides,
        options.root.is_some(),
        options.max_findings,
    );
    hash.update(asked.as_bytes());
    Ok(format!("{:016x}", hash.digest()))
}

/// The rules that count for a page and that only the facts of all pages, or files, can answer.
fn deferred(workspace: &Workspace, path: &Path, doc: &Document) -> Vec<&'static str> {
    let Ok(rules) = workspace.rules_for(path) else { return Vec::new() };
    let defers_schema = engine::defers_schema(doc);
    let is_deferred =
        |meta: &Meta| meta.needs != Needs::Nothing || (defers_schema && meta.id == "DATA003");
    let rules = rules.rules.rules.iter().map(|rule| rule.meta);
    rules.filter(|meta| is_deferred(meta)).map(|meta| meta.id).collect()
}
