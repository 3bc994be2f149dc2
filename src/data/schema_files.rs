//! Where a schema and what it refers to are read from: files beneath a root, and nothing else.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jsonschema::{Retrieve, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::schema::{Documents, SchemaError, few_references, id, percent_decode};
use super::{Format, parse_text};
use crate::files::{self, FileError, MAX_CONFIG_BYTES};

/// Most bytes of all the files of a schema.
const MAX_TOTAL: usize = 64 << 20;

/// Reads the files that a schema refers to.
pub(super) struct SchemaFiles {
    /// The schema's own `$id` up to its last `/`: what it names stands in `dir`.
    id: Option<String>,
    dir: Option<PathBuf>,
    /// All lies beneath it.
    root: PathBuf,
    /// Bytes that have been read.
    total: AtomicUsize,
    read: Arc<Mutex<Documents>>,
}

impl Retrieve for SchemaFiles {
    fn retrieve(
        &self,
        uri: &Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let uri = uri.as_str();
        let path = match file_path(uri) {
            Some(path) => Some(path),
            None => self.beside(uri)?,
        };
        let path = path.ok_or_else(|| SchemaError::Remote { uri: uri.to_owned() })?;
        let (document, bytes) = read(&path, &self.root)?;
        few_references(&document)?;
        let total = self.total.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if total > MAX_TOTAL {
            let what = format!("it refers to files of more than {} MiB", MAX_TOTAL >> 20);
            return Err(SchemaError::TooLarge { what }.into());
        }
        let mut read = self.read.lock().unwrap_or_else(|lock| lock.into_inner());
        read.insert(uri.to_owned(), document.clone());
        Ok(document)
    }
}

impl SchemaFiles {
    /// The files beside the schema of a file at `base`, all beneath `root`; what is read is added to
    /// `read`.
    pub(super) fn new(
        schema: &Value,
        base: &Path,
        root: &Path,
        read: Arc<Mutex<Documents>>,
    ) -> SchemaFiles {
        SchemaFiles {
            id: base_id(schema),
            dir: base.parent().map(Path::to_owned),
            root: root.to_owned(),
            total: AtomicUsize::new(0),
            read,
        }
    }

    /// The file for a reference that the schema's `$id` has turned into an address.
    fn beside(&self, uri: &str) -> Result<Option<PathBuf>, SchemaError> {
        let name = self.id.as_deref().and_then(|id| uri.strip_prefix(id));
        let (Some(name), Some(dir)) = (name, &self.dir) else { return Ok(None) };
        let path = dir.join(&*percent_decode(name));
        match files::exists_beneath(&path, &self.root) {
            Ok(is_there) => Ok(is_there.then_some(path)),
            Err(_) => Err(outside(&path, &self.root)),
        }
    }
}

fn base_id(schema: &Value) -> Option<String> {
    let id = id(schema)?;
    id.rfind('/').map(|end| id[..=end].to_owned())
}

fn outside(path: &Path, root: &Path) -> SchemaError {
    SchemaError::Outside { reference: path.display().to_string(), root: root.display().to_string() }
}

/// The schema in a file beneath a root, and its size in bytes.
pub(super) fn read(path: &Path, root: &Path) -> Result<(Value, usize), SchemaError> {
    let name = path.display().to_string();
    let text = files::read_text_beneath(path, root, MAX_CONFIG_BYTES);
    let text = text.map_err(|error| match error {
        FileError::Outside(_) => outside(path, root),
        error => SchemaError::Unreadable { path: name.clone(), cause: error.to_string() },
    })?;
    let format = Format::from_path(path).unwrap_or(Format::Json);
    let parsed = parse_text(format, &text);
    let converted = match parsed.problems.into_iter().next() {
        Some(problem) => Err(problem),
        None => parsed.tree.to_json(parsed.tree.root()),
    };
    let bytes = text.len();
    converted.map(|value| (value, bytes)).map_err(|problem| SchemaError::Unparsable {
        path: name,
        line: crate::text::LineIndex::new(&text).line_at(problem.span.start()) + 1,
        message: problem.message,
    })
}

/// What stays as it is in the path of an address.
const PATH_BYTES: AsciiSet =
    NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn file_uri(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("file://{slash}{}", utf8_percent_encode(&path, &PATH_BYTES))
}

fn file_path(uri: &str) -> Option<PathBuf> {
    let path = percent_decode(uri.strip_prefix("file://")?);
    // A drive letter: `/C:/…`.
    let is_drive = path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if is_drive { &path[1..] } else { &path }))
}
