//! From a file to [`ConfigFile`]: every mistake in its shape is found, with its place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_path_to_error::Segment;
use serde_yaml::Value;

use super::problem::{ConfigProblem, ConfigSource};
use super::suggest::explain;
use super::written::ConfigFile;
use crate::data::{self, Format, NodeId, Tree, ValueKind};
use crate::files::{self, FileError};
use crate::text::{LineIndex, Span};

/// Largest configuration file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;
/// Most mistakes that are listed for one file.
const MAX_MISTAKES: usize = 50;

/// A configuration file that could be read and parsed.
pub(super) struct Text {
    /// As people see it: relative to the current directory where it lies in it.
    pub name: Arc<Path>,
    /// The directory it stands in, absolute.
    pub dir: PathBuf,
    /// Paths are shown relative to this one.
    pub working_dir: PathBuf,
    pub text: Arc<str>,
    pub tree: Tree,
    lines: LineIndex,
}

impl Text {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// If it cannot be read or is not of its format. Duplicate keys are added to `problems`.
    pub fn read(
        path: &Path,
        working_dir: &Path,
        format: Format,
        problems: &mut Vec<ConfigProblem>,
    ) -> Result<Text, ConfigProblem> {
        let name = shown(path, working_dir);
        let text = read_text(path).map_err(|message| ConfigProblem::file(name.clone(), message))?;
        let text: Arc<str> = text.into();
        let dir = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut text = Text::parse(name.into(), dir, text, format, problems)?;
        text.working_dir = working_dir.to_owned();
        Ok(text)
    }

    /// Parses a text that stands in a file or in a comment.
    ///
    /// # Errors
    /// If it is not of its format. Duplicate keys are added to `problems`.
    pub fn parse(
        name: Arc<Path>,
        dir: PathBuf,
        text: Arc<str>,
        format: Format,
        problems: &mut Vec<ConfigProblem>,
    ) -> Result<Text, ConfigProblem> {
        let parsed = data::parse_text(format, &text).expect_one_document();
        let is_complete = parsed.is_complete();
        let lines = LineIndex::new(&text);
        let working_dir = PathBuf::new();
        let text = Text { name, dir, working_dir, text, tree: parsed.tree, lines };
        let mut found = parsed
            .problems
            .into_iter()
            .map(|problem| text.problem(problem.span, problem.message, problem.help));
        if !is_complete && let Some(first) = found.next() {
            return Err(first);
        }
        problems.extend(found);
        Ok(text)
    }

    pub fn problem(
        &self,
        span: Span,
        message: impl Into<String>,
        help: Option<String>,
    ) -> ConfigProblem {
        ConfigProblem {
            source: ConfigSource::File(self.name.to_path_buf()),
            text: self.text.clone(),
            span,
            message: message.into(),
            help,
        }
    }

    /// The line (from 1) on which the node's key stands, or the node itself.
    pub fn line(&self, node: NodeId) -> u32 {
        self.lines.line_at(self.key_or_value(node).start()) as u32 + 1
    }

    /// The place of the key of a value in a mapping, of any other value itself.
    pub fn key_or_value(&self, node: NodeId) -> Span {
        self.tree.key_span(node).unwrap_or_else(|| self.tree.span(node))
    }

    /// The place of a value; of its key if the value is empty or goes over several lines.
    pub fn value(&self, node: NodeId) -> Span {
        let span = self.tree.span(node);
        if span.is_empty() || span.of(&self.text).contains('\n') {
            self.key_or_value(node)
        } else {
            span
        }
    }
}

/// The path as people see it.
pub(super) fn shown(path: &Path, working_dir: &Path) -> PathBuf {
    path.strip_prefix(working_dir).unwrap_or(path).to_owned()
}

pub(super) fn read_text(path: &Path) -> Result<String, String> {
    let root = files::project_root(path.parent().unwrap_or(path));
    let refused = |error: FileError| match error {
        FileError::TooLarge(limit) => format!("more than {limit} bytes, expected at most that"),
        error => format!("cannot be read: {error}"),
    };
    let bytes = files::read_beneath(path, &root, MAX_BYTES).map_err(refused)?;
    String::from_utf8(bytes)
        .map_err(|error| format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to()))
}

/// Why a file that stands in the text of another may not be read: it lies or leads outside of that
/// one's project. Nothing is said about whether it is there.
pub(super) fn leads_out(text: &Text, path: &Path) -> Option<(String, String)> {
    let root = files::project_root(&text.dir);
    match files::exists_beneath(path, &root) {
        Err(error) => {
            let help = format!("copy it to a place beneath `{}`", root.display());
            Some((error.to_string(), help))
        }
        Ok(_) => None,
    }
}

/// Why a file cannot be read, without the number of the operating system's error.
pub(super) fn cannot_read(error: &std::io::Error) -> String {
    let reason = error.to_string().to_lowercase();
    let reason = reason.split(" (os error").next().unwrap_or_default();
    format!("cannot be read: {reason}")
}

/// Reads the settings, and adds all mistakes in their shape to `problems`. What is wrong is left
/// out of the result.
pub(super) fn decode(text: &Text, problems: &mut Vec<ConfigProblem>) -> ConfigFile {
    let strange_keys = strange_keys(text);
    if !strange_keys.is_empty() {
        problems.extend(strange_keys);
        return ConfigFile::default();
    }
    let mut value = match to_value(text) {
        Ok(value) => value,
        Err(problem) => {
            // Duplicate keys and a second document are known already, at better places.
            if problems.is_empty() {
                problems.push(problem);
            }
            return ConfigFile::default();
        }
    };
    // serde stops at the first mistake: note it, take it out, and read again.
    for _ in 0..MAX_MISTAKES {
        let (path, message) = match serde_path_to_error::deserialize(&value) {
            Ok(written) => return written,
            Err(error) => (error.path().clone(), error.into_inner().to_string()),
        };
        let path: Vec<&Segment> = path.iter().collect();
        problems.push(mistake(text, &path, &message));
        if !remove(&mut value, &path) {
            break;
        }
    }
    ConfigFile::default()
}

/// Keys that are not strings: numbers, collections, nothing.
fn strange_keys(text: &Text) -> Vec<ConfigProblem> {
    let tree = &text.tree;
    let mut problems = Vec::new();
    let mut pending = vec![tree.root()];
    while let Some(node) = pending.pop() {
        // What an alias stands for is written elsewhere.
        if tree.is_alias(node) {
            continue;
        }
        pending.extend(tree.items(node));
        for entry in tree.written_entries(node) {
            pending.push(entry.value);
            if let Some(key) =
                tree.key(entry.value).filter(|&key| tree.kind(key) != ValueKind::String)
            {
                let kind = tree.kind(key).describe();
                let message = format!("key is {kind}, expected a string");
                problems.push(text.problem(entry.key_span, message, None));
            }
        }
    }
    problems
}

fn to_value(text: &Text) -> Result<Value, ConfigProblem> {
    let source = text.text.trim_start_matches('\u{feff}');
    let parsed = serde_yaml::from_str::<Value>(source).and_then(|mut value| {
        value.apply_merge()?;
        Ok(value)
    });
    match parsed {
        // An empty file is an empty table.
        Ok(Value::Null) => Ok(Value::Mapping(serde_yaml::Mapping::new())),
        Ok(value) => Ok(value),
        Err(error) => {
            let skipped = text.text.len() - source.len();
            let at = error.location().map_or(0, |location| location.index() + skipped);
            Err(text.problem(Span::at(at.min(text.text.len())), error.to_string(), None))
        }
    }
}

fn mistake(text: &Text, path: &[&Segment], message: &str) -> ConfigProblem {
    let node = node_at(text, path);
    let key = path.iter().rev().find_map(|segment| match segment {
        Segment::Map { key } => Some(key.as_str()),
        _ => None,
    });
    let item_of = if let Some(Segment::Seq { .. }) = path.last() { "value in " } else { "" };
    let subject = key.map_or_else(|| "the file".to_owned(), |key| format!("{item_of}`{key}`"));
    let (message, help) = explain(&subject, text.tree.kind(node).describe(), message);
    if message.starts_with("unknown key") {
        let help = misplaced(key.unwrap_or_default(), path).or(help);
        return text.problem(text.key_or_value(node), message, help);
    }
    text.problem(text.value(node), message, help)
}

/// Help for a rule at the top, where other tools have them.
fn misplaced(key: &str, path: &[&Segment]) -> Option<String> {
    let is_rule = path.len() == 1 && !crate::rules::builtin().select(key).is_empty();
    is_rule.then(|| "rules belong under `rules:`".to_owned())
}

/// The node that the path leads to, as far as it can be followed.
pub(super) fn node_at(text: &Text, path: &[&Segment]) -> NodeId {
    follow(&text.tree, text.tree.root(), path)
}

pub(super) fn follow(tree: &Tree, node: NodeId, path: &[&Segment]) -> NodeId {
    let mut node = node;
    for segment in path {
        let next = match segment {
            Segment::Map { key } => tree.get(node, key),
            Segment::Seq { index } => tree.items(node).nth(*index),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}

/// Takes the innermost entry of a mapping on the path out of the value.
fn remove(value: &mut Value, path: &[&Segment]) -> bool {
    let Some(last) = path.iter().rposition(|segment| matches!(segment, Segment::Map { .. })) else {
        return false;
    };
    let mut value = value;
    for segment in &path[..last] {
        let next = match segment {
            Segment::Map { key } => value.get_mut(key.as_str()),
            Segment::Seq { index } => value.get_mut(*index),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        match next {
            Some(next) => value = next,
            None => return false,
        }
    }
    match (value.as_mapping_mut(), path[last]) {
        (Some(mapping), Segment::Map { key }) => mapping.remove(key.as_str()).is_some(),
        _ => false,
    }
}
