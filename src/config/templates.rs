//! Structure files: where they are found, and which pages they are for by path.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::globs::{Globs, GlobsBuilder};
use super::problem::{ConfigError, ConfigProblem, ConfigSource};
use super::read::{cannot_read, read_text, shown};
use crate::data::{self, Format};
use crate::files::{self, ignore_files};
use crate::structure::{self, Mistake, Structure, is_structure_file};
use crate::text::Span;

/// The templates that count in a directory.
pub(super) type Templates = Arc<[Arc<PageTemplate>]>;

/// A structure file, ready to check the pages it is for.
#[derive(Debug)]
pub struct PageTemplate {
    pub structure: Structure,
    path: PathBuf,
    /// As people see it.
    name: PathBuf,
    text: Arc<str>,
    /// The directory that its globs count from.
    dir: PathBuf,
    /// `None` for all pages below the directory.
    globs: Option<Globs>,
    /// Of the first glob, if there is one.
    place: Span,
    is_used: AtomicBool,
}

impl PageTemplate {
    /// The structure file as it was read.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Reads a structure file; its globs count from `dir`.
    ///
    /// # Errors
    /// All mistakes in it.
    pub(super) fn read(
        path: &Path,
        dir: &Path,
        working_dir: &Path,
    ) -> Result<PageTemplate, ConfigError> {
        let name = shown(path, working_dir);
        let text: Arc<str> =
            read_text(path).map_err(|message| ConfigProblem::file(name.clone(), message))?.into();
        match understand(&text, path, dir) {
            Ok((structure, globs, place)) => Ok(PageTemplate {
                structure,
                path: path.to_owned(),
                name,
                text,
                dir: dir.to_owned(),
                globs,
                place,
                is_used: AtomicBool::new(false),
            }),
            Err(mistakes) => {
                let problem = |mistake: Mistake| ConfigProblem {
                    source: ConfigSource::File(name.clone()),
                    text: text.clone(),
                    span: mistake.span,
                    message: mistake.message,
                    help: mistake.help,
                };
                Err(ConfigError { problems: mistakes.into_iter().map(problem).collect() })
            }
        }
    }

    /// Notes that a page was checked against it.
    pub fn note_use(&self) {
        self.is_used.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_used(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    /// Where the pages lie that it is for.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn matches(&self, page: &Path) -> bool {
        match &self.globs {
            Some(globs) => globs.matches(page, false),
            None => page.starts_with(&self.dir),
        }
    }

    /// The problem of being for no page.
    pub(super) fn idle(&self) -> ConfigProblem {
        let help = "correct `files:` and `when:`, or remove the structure file";
        ConfigProblem {
            source: ConfigSource::File(self.name.clone()),
            text: self.text.clone(),
            span: self.place,
            message: "the structure file is for none of the pages that were checked".to_owned(),
            help: Some(help.to_owned()),
        }
    }
}

/// What is wrong with the text of a structure file; empty if nothing is.
pub fn check_structure_file(text: &str, path: &Path) -> Vec<Mistake> {
    let dir = path.parent().unwrap_or(Path::new(""));
    understand(text, path, dir).err().unwrap_or_default()
}

type Understood = (Structure, Option<Globs>, Span);

fn understand(text: &str, path: &Path, dir: &Path) -> Result<Understood, Vec<Mistake>> {
    let structure::Read { globs, structure } = structure::read(text, path)?;
    let mut mistakes = Vec::new();
    let mut builder = GlobsBuilder::new(dir);
    let mut mistake = |span, message| mistakes.push(Mistake { span, message, help: None });
    for (glob, span) in &globs {
        if let Err(message) = builder.add(glob) {
            mistake(*span, message);
        }
    }
    let place = globs.first().map_or(Span::at(0), |(_, span)| *span);
    let built = match globs.is_empty() {
        true => None,
        false => builder.build().map_err(|message| mistake(place, message)).ok(),
    };
    if mistakes.is_empty() { Ok((structure, built, place)) } else { Err(mistakes) }
}

/// The structure files that a glob in the configuration names.
///
/// # Errors
/// Message and help, if it is no glob or there is no such file.
pub(super) fn named(glob: &str, dir: &Path) -> Result<Vec<PathBuf>, (String, String)> {
    let help = || format!("globs in `templates` count from `{}`", dir.display());
    let literal = dir.join(glob.trim_start_matches("./").trim_start_matches('/'));
    if !glob.contains(['*', '?', '[', '{', '!']) {
        if let Err(error) = files::exists_beneath(&literal, &files::project_root(dir)) {
            return Err((format!("`{glob}` is ignored: {error}"), help()));
        }
        return match std::fs::metadata(&literal) {
            Ok(data) if data.is_file() => Ok(vec![crate::files::normalize(&literal)]),
            Ok(_) => Err((format!("`{glob}` is a directory, expected files"), help())),
            Err(error) => Err((format!("`{glob}` {}", cannot_read(&error)), help())),
        };
    }
    let mut builder = GlobsBuilder::new(dir);
    let globs = builder.add(glob).and_then(|()| builder.build());
    let globs = globs.map_err(|message| (message, help()))?;
    // Only where the fixed part of the glob leads is there anything to find.
    let fixed: PathBuf = glob
        .trim_start_matches("./")
        .split('/')
        .take_while(|part| !part.contains(['*', '?', '[', '{', '!']))
        .filter(|part| !part.is_empty())
        .collect();
    let start = crate::files::normalize(&dir.join(fixed));
    if !start.starts_with(files::project_root(dir)) {
        let message = format!("`{glob}` lies outside of `{}`", dir.display());
        return Err((message, help()));
    }
    if let Some((path, error)) = ignore_files::refused_around(&start) {
        return Err((format!("`{}` cannot be read: {error}", path.display()), help()));
    }
    let mut walk = ignore::WalkBuilder::new(start);
    walk.require_git(false).filter_entry(|entry| {
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        !is_dir || ignore_files::refused(entry.path()).is_none()
    });
    let walk = walk.build();
    let found: Vec<PathBuf> = walk
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(|path| globs.matches(path, false) && is_structure_file(path))
        .collect();
    if found.is_empty() {
        let message = format!("`{glob}` matches no structure file, `*.structure.yaml`");
        return Err((message, help()));
    }
    Ok(found)
}

/// The structure files in a directory, in the order of their names.
fn in_dir(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if is_structure_file(&path) && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The structure files of a run: each is read once.
#[derive(Default)]
pub(super) struct TemplateCache {
    /// What counts in a directory, by its path as text.
    dirs: RwLock<foldhash::HashMap<OsString, Result<Templates, ConfigError>>>,
    /// What stands in a directory.
    own: RwLock<HashMap<PathBuf, Templates>>,
    /// Structure files with mistakes, by path.
    broken: RwLock<BTreeMap<PathBuf, Arc<Broken>>>,
}

/// A structure file with mistakes: the pages it is for cannot be checked.
pub(super) struct Broken {
    pub error: ConfigError,
    name: PathBuf,
    pub dir: PathBuf,
    /// `None` for all pages below the directory, also where that cannot be read.
    globs: Option<Globs>,
}

impl Broken {
    fn new(path: &Path, dir: &Path, working_dir: &Path, error: ConfigError) -> Self {
        let name = shown(path, working_dir);
        let globs = read_text(path).ok().and_then(|text| globs_of(&text, path, dir));
        Broken { error, name, dir: dir.to_owned(), globs }
    }

    pub fn matches(&self, page: &Path) -> bool {
        match &self.globs {
            Some(globs) => globs.matches(page, false),
            None => page.starts_with(&self.dir),
        }
    }

    /// Why pages are not checked, without all mistakes, which are told once.
    pub fn summary(&self) -> ConfigProblem {
        let message = "this structure file has mistakes, so the pages it is for are not checked";
        ConfigProblem::file(self.name.clone(), message.to_owned())
    }
}

/// The globs of a structure file, if only something else in it is wrong.
fn globs_of(text: &str, path: &Path, dir: &Path) -> Option<Globs> {
    let tree = data::parse_text(Format::from_path(path)?, text).tree;
    let files = tree.get(tree.root(), "files")?;
    let items: Vec<_> = tree.items(files).collect();
    let items = if items.is_empty() { vec![files] } else { items };
    let mut builder = GlobsBuilder::new(dir);
    for item in items {
        builder.add(tree.as_str(item)?).ok()?;
    }
    builder.build().ok()
}

impl TemplateCache {
    pub fn known(&self, dir: &Path) -> Option<Result<Templates, ConfigError>> {
        let dirs = self.dirs.read().unwrap_or_else(PoisonError::into_inner);
        dirs.get(dir.as_os_str()).cloned()
    }

    /// Finds what counts in a directory: what stands in the directories of `chain`, the innermost
    /// first, and what is `named`.
    pub fn fill(
        &self,
        dir: &Path,
        chain: &[&Path],
        named: &[Arc<PageTemplate>],
        working_dir: &Path,
        is_excluded: impl Fn(&Path) -> bool,
    ) -> Result<Templates, ConfigError> {
        let mut found: Vec<Arc<PageTemplate>> = named.to_vec();
        for at in chain {
            for template in self.in_dir(at, working_dir, &is_excluded).iter() {
                if !found.iter().any(|known| known.path == template.path) {
                    found.push(template.clone());
                }
            }
        }
        let templates = Ok(found.into());
        let mut dirs = self.dirs.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been first; everyone uses the same.
        dirs.entry(dir.into()).or_insert(templates).clone()
    }

    fn in_dir(
        &self,
        dir: &Path,
        working_dir: &Path,
        is_excluded: impl Fn(&Path) -> bool,
    ) -> Templates {
        let known = self.own.read().unwrap_or_else(PoisonError::into_inner).get(dir).cloned();
        if let Some(known) = known {
            return known;
        }
        // A directory that cannot be listed is told of by the walk.
        let paths = in_dir(dir).unwrap_or_default();
        let mut templates = Vec::new();
        for path in paths.iter().filter(|path| !is_excluded(path)) {
            match PageTemplate::read(path, dir, working_dir) {
                Ok(template) => templates.push(Arc::new(template)),
                Err(error) => {
                    let broken = Broken::new(path, dir, working_dir, error);
                    let mut known = self.broken.write().unwrap_or_else(PoisonError::into_inner);
                    known.insert(path.clone(), Arc::new(broken));
                }
            }
        }
        let templates = templates.into();
        let mut own = self.own.write().unwrap_or_else(PoisonError::into_inner);
        own.entry(dir.to_owned()).or_insert(templates).clone()
    }

    /// The structure files with mistakes, in the order of their paths.
    pub fn broken(&self) -> Vec<Arc<Broken>> {
        let broken = self.broken.read().unwrap_or_else(PoisonError::into_inner);
        broken.values().cloned().collect()
    }

    /// All that were read, each once, in the order of their paths.
    pub fn all(&self) -> Vec<Arc<PageTemplate>> {
        let dirs = self.dirs.read().unwrap_or_else(PoisonError::into_inner);
        let templates = dirs.values().flatten().flat_map(|templates| templates.iter());
        let by_path: BTreeMap<&Path, &Arc<PageTemplate>> =
            templates.map(|template| (template.path.as_path(), template)).collect();
        by_path.into_values().cloned().collect()
    }
}
