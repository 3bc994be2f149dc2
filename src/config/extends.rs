//! `extends`: configuration files that build on others.

use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::convert::convert;
use super::problem::{ConfigError, ConfigProblem};
use super::read::{Text, decode};
use super::settings::Settings;
use crate::data::{Format, NodeId};
use crate::files::normalize;

/// Longest chain of files that extend each other.
const MAX_DEPTH: usize = 16;
/// Most files that are read for one configuration.
const MAX_FILES: usize = 100;

/// Reads `validator.yaml` and the files it extends.
///
/// Globs count from the directory of the file in which they are written. A file that is extended
/// from outside its directory, such as `config/base.yaml` by `validator.yaml`, has no say about its
/// own directory: its globs count from that of the file that extends it.
///
/// # Errors
/// All mistakes in all of the files.
pub(super) fn load(
    path: &Path,
    globs_from: &Path,
    working_dir: &Path,
) -> Result<Settings, ConfigError> {
    let mut loader = Loader { working_dir, chain: Vec::new(), files: 0, problems: Vec::new() };
    let settings = loader.file(path, globs_from);
    loader.end(settings)
}

/// How a configuration is called that is no file.
pub(super) const GIVEN: &str = "--settings";

/// Reads a configuration that is given as text, and the files it extends. Paths and globs count from
/// `dir`.
///
/// # Errors
/// All mistakes in it.
pub(super) fn given(text: &str, dir: &Path, working_dir: &Path) -> Result<Settings, ConfigError> {
    let mut loader = Loader { working_dir, chain: Vec::new(), files: 0, problems: Vec::new() };
    let name = Path::new(GIVEN).into();
    let problems = &mut loader.problems;
    let text = Text::parse(name, dir.to_owned(), text.into(), Format::Yaml, problems);
    let settings = text.map(|text| loader.text(&text, &dir.join(GIVEN), dir));
    loader.end(settings)
}

struct Loader<'l> {
    working_dir: &'l Path,
    /// The files being read, each extended by the one before.
    chain: Vec<PathBuf>,
    /// How many files have been read.
    files: usize,
    problems: Vec<ConfigProblem>,
}

impl Loader<'_> {
    fn end(mut self, settings: Result<Settings, ConfigProblem>) -> Result<Settings, ConfigError> {
        match settings {
            Ok(settings) => ConfigError::check(self.problems).map(|()| settings),
            Err(problem) => {
                self.problems.push(problem);
                ConfigError::check(self.problems).map(|()| Settings::default())
            }
        }
    }

    fn file(&mut self, path: &Path, globs_from: &Path) -> Result<Settings, ConfigProblem> {
        let text = Text::read(path, self.working_dir, Format::Yaml, &mut self.problems)?;
        Ok(self.text(&text, path, globs_from))
    }

    fn text(&mut self, text: &Text, path: &Path, globs_from: &Path) -> Settings {
        let written = decode(text, &mut self.problems);
        self.chain.push(path.to_owned());
        self.files += 1;
        let mut settings = Settings::default();
        if let (Some(extends), Some(node)) =
            (&written.extends, text.tree.get(text.tree.root(), "extends"))
        {
            let items: Vec<NodeId> = text.tree.items(node).collect();
            for (index, base) in extends.0.iter().enumerate() {
                let node = *items.get(index).unwrap_or(&node);
                match self.base(text, globs_from, base) {
                    Ok(base) => settings = settings.then(base),
                    Err((message, help)) => {
                        let problem = text.problem(text.value(node), message, help);
                        self.problems.push(problem);
                    }
                }
            }
        }
        self.chain.pop();
        let mut own = convert(&written, text, globs_from, &mut self.problems);
        own.digest = xxh3_64(text.text.as_bytes());
        settings.then(own)
    }

    /// Reads a file that `text` extends; an error belongs to the place that names it.
    fn base(
        &mut self,
        text: &Text,
        globs_from: &Path,
        base: &str,
    ) -> Result<Settings, (String, Option<String>)> {
        let path = normalize(&text.dir.join(base));
        if let Some(at) = self.chain.iter().position(|file| *file == path) {
            let names: Vec<String> = self.chain[at..]
                .iter()
                .chain([&path])
                .map(|file| super::read::shown(file, self.working_dir).display().to_string())
                .collect();
            let message = format!("files extend each other in a circle: {}", names.join(" → "));
            return Err((message, None));
        }
        if self.chain.len() >= MAX_DEPTH {
            return Err((format!("more than {MAX_DEPTH} files extend each other"), None));
        }
        if self.files >= MAX_FILES {
            return Err((format!("more than {MAX_FILES} files in one configuration"), None));
        }
        if let Some((reason, help)) = super::read::leads_out(text, &path) {
            return Err((format!("`{base}` is ignored: {reason}"), Some(help)));
        }
        if let Err(error) = std::fs::metadata(&path) {
            let message = format!("`{base}` {}", super::read::cannot_read(&error));
            let help = format!("paths in `extends` count from {}", shown_dir(text));
            return Err((message, Some(help)));
        }
        let own = path.parent().unwrap_or(&path);
        let globs_from = if globs_from.starts_with(own) { own } else { globs_from };
        let problem = match self.file(&path, globs_from) {
            Ok(settings) => return Ok(settings),
            Err(problem) => problem,
        };
        // A file that is no YAML has a place of its own; one that cannot be read has none.
        match problem.text.is_empty() {
            true => Err((format!("`{base}` {}", problem.message), problem.help)),
            false => {
                self.problems.push(problem);
                Ok(Settings::default())
            }
        }
    }
}

fn shown_dir(text: &Text) -> String {
    match text.name.parent() {
        Some(dir) if dir != Path::new("") => format!("`{}`", dir.display()),
        _ => "the directory of this file".to_owned(),
    }
}
