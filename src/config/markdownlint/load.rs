//! Which of markdownlint's files count in a directory, and what they say.

use std::path::{Path, PathBuf};

use super::Markdownlint;
use super::loader::{MarkdownlintLoader, OPTIONS};
use super::source::{self, SourceForm, Within};
use super::table::select_of_markdownlint;
use crate::config::problem::ConfigError;
use crate::config::read::shown;
use crate::data::Format;

/// The files with a table of rules, the first of a directory counts.
pub(in crate::config) const CONFIG_NAMES: [&str; 6] = [
    ".markdownlint.jsonc",
    ".markdownlint.json",
    ".markdownlint.yaml",
    ".markdownlint.yml",
    ".markdownlint.cjs",
    ".markdownlint.mjs",
];
/// The files of markdownlint-cli2, the first of a directory counts.
pub(in crate::config) const OPTIONS_NAMES: [&str; 4] = [
    ".markdownlint-cli2.jsonc",
    ".markdownlint-cli2.yaml",
    ".markdownlint-cli2.cjs",
    ".markdownlint-cli2.mjs",
];
/// npm's own file, which may hold settings that count only when the file is named.
pub(super) const PACKAGE: &str = "package.json";
/// The files of markdownlint-cli: settings below all others, and what to leave out.
pub(super) const RC: &str = ".markdownlintrc";
const IGNORE: &str = ".markdownlintignore";

/// Whether the file that `--config` names is one of markdownlint's: by its name, or else by what
/// it says.
pub(in crate::config) fn is_config(path: &Path, working_dir: &Path) -> bool {
    let name = path.to_string_lossy();
    if CONFIG_NAMES.iter().chain(&OPTIONS_NAMES).chain([&RC]).any(|known| name.ends_with(known)) {
        return true;
    }
    let form = SourceForm::of(path);
    if matches!(form, SourceForm::Module | SourceForm::Any(Format::Toml)) || name.ends_with(PACKAGE)
    {
        return true;
    }
    let Ok(text) = source::read(path, Within::Anywhere, form, working_dir, &mut Vec::new()) else {
        return form == SourceForm::Any(Format::Jsonc);
    };
    let keys: Vec<&str> = text.tree.entries(text.tree.root()).map(|entry| entry.key).collect();
    let is_ours =
        |key: &&str| matches!(*key, "rules" | "include" | "exclude" | "types" | "profile");
    let is_theirs = |key: &&str| {
        let is_option = OPTIONS.contains(key) && *key != "overrides";
        is_option || key.eq_ignore_ascii_case("default") || !select_of_markdownlint(key).is_empty()
    };
    !keys.iter().any(is_ours) && keys.iter().any(is_theirs)
}

/// Reads what stands in `dir`, on top of what counts above it. `None` if nothing stands there.
/// The path is that of the file that says most.
///
/// # Errors
/// If a file cannot be read or parsed, or says what cannot be done.
pub(in crate::config) fn load_dir(
    dir: &Path,
    above: Option<&Markdownlint>,
    working_dir: &Path,
    notes: &mut Vec<String>,
) -> Result<Option<(PathBuf, Markdownlint)>, ConfigError> {
    let find = |names: &[&str]| {
        names.iter().map(|name| dir.join(name)).find(|path| path.try_exists().unwrap_or(true))
    };
    let (options, config) = (find(&OPTIONS_NAMES), find(&CONFIG_NAMES));
    if let Some(path) = find(&[PACKAGE]).filter(|path| has_options(path)) {
        let name = shown(&path, working_dir);
        let name = name.display();
        notes.push(format!(
            "the settings in {name} are not read, as markdownlint-cli2 does not by itself; pass \
             `--config {name}`"
        ));
    }
    let (rc, ignore) = (find(&[RC]), find(&[IGNORE]));
    let ignore_files = above.map_or_else(Vec::new, |above| above.ignore_files_in(dir));
    let files: Vec<&PathBuf> = options.iter().chain(&config).chain(&rc).chain(&ignore).collect();
    let named = config.as_ref().or(files.first().copied()).cloned();
    if files.is_empty() && ignore_files.is_empty() {
        return Ok(None);
    }
    for path in &files {
        let name = shown(path, working_dir);
        notes.push(format!("using {} (no validator.yaml found)", name.display()));
    }
    let boundary = boundary(dir, working_dir);
    let mut loader = MarkdownlintLoader::new(working_dir, Within::Dir(&boundary), notes);
    let mut found = above.cloned().unwrap_or_default();
    if let Some(path) = &options {
        let has_config = loader.options(path, dir, &mut found)?;
        // A table here counts before a file in a directory above.
        found.config.take_if(|_| has_config);
    }
    if let Some(path) = &config {
        found.config = Some(loader.config(path)?);
    }
    match rc {
        Some(path) if found.has_options => {
            let name = shown(&path, working_dir);
            loader.notes.push(format!(
                "{} is not read: markdownlint-cli2, whose files are here, does not read it",
                name.display()
            ));
        }
        Some(path) => found.rc = Some(loader.config(&path)?),
        None => {}
    }
    for path in ignore.iter().chain(&ignore_files) {
        found.ignore_files.push(loader.ignore_file(path, dir)?);
    }
    // What is said for this directory counts for its own ignore files, too.
    if above.is_none_or(|above| above.ignore_glob.is_none()) {
        for path in found.ignore_files_in(dir) {
            found.ignore_files.push(loader.ignore_file(&path, dir)?);
        }
    }
    loader.end()?;
    Ok(Some((named.unwrap_or_else(|| dir.to_owned()), found)))
}

/// Whether `package.json` has settings for markdownlint-cli2.
fn has_options(path: &Path) -> bool {
    let is_small = std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() < 1 << 20);
    let text = is_small.then(|| std::fs::read_to_string(path).ok()).flatten();
    text.is_some_and(|text| {
        text.contains("\"markdownlint-cli2\":") && {
            let parsed: Result<serde_json::Value, _> = serde_json::from_str(&text);
            parsed.is_ok_and(|package| {
                package.get("markdownlint-cli2").is_some_and(|it| it.is_object())
            })
        }
    })
}

/// The directory that what a file of `dir` names has to lie in.
fn boundary(dir: &Path, working_dir: &Path) -> PathBuf {
    let repository = dir.ancestors().find(|dir| dir.join(".git").exists());
    let around = dir.starts_with(working_dir).then_some(working_dir);
    repository.or(around).unwrap_or(dir).to_owned()
}

/// Reads one file that `--config` names, on which the files in directories build; globs count from
/// `globs_from`.
///
/// # Errors
/// As [`load_dir`].
pub(in crate::config) fn load_file(
    path: &Path,
    globs_from: &Path,
    working_dir: &Path,
    notes: &mut Vec<String>,
) -> Result<Markdownlint, ConfigError> {
    let boundary = boundary(path.parent().unwrap_or(path), working_dir);
    let mut loader = MarkdownlintLoader::new(working_dir, Within::Dir(&boundary), notes);
    loader.named = Some(path.to_owned());
    let mut found = Markdownlint::default();
    let name = path.to_string_lossy();
    if CONFIG_NAMES.iter().chain([&RC]).any(|known| name.ends_with(known)) {
        found.options_config = Some(loader.config(path)?);
    } else {
        loader.options(path, globs_from, &mut found)?;
    }
    loader.end()?;
    Ok(found)
}
