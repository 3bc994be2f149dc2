//! JSON Schema over positioned data: compiles a schema, and finds the place of what it refuses.
//! Nothing is fetched from the network; references to files are read beside the schema.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jsonschema::{PatternOptions, ValidationError, Validator, error::ValidationErrorKind};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::schema_cost::{Cost, MAX_REFERENCES, MAX_STEPS, MAX_STEPS_IN_FULL};
use super::schema_files::{SchemaFiles, file_uri, read};
use super::schema_graph::Graph;
use super::schema_message;
use super::schema_violation::{Violation, Violations};
use super::tree::{NodeId, Tree};
use crate::files;

/// How often a pattern may try again before a match counts as undecided.
const BACKTRACKS: usize = 100_000;
/// Checks of so few steps do not go deep.
const MAX_STEPS_ON_OWN_STACK: u64 = 2_000;
const TOO_EXPENSIVE: &str = "not checked against its schema, which is too expensive: its parts refer \
    to one another so often that the check would take more than 20 million steps";
const TOO_MUCH_TO_LIST: &str = "does not fit its schema; the check takes more than 300,000 steps, \
    too many to gather where";
/// Room for parts that refer to parts that refer to parts; what is not used costs nothing.
const STACK: usize = 256 << 20;

/// A schema that is ready to check. The dialect is that of its `$schema`, draft 2020-12 without.
#[derive(Debug)]
pub struct Schema {
    validator: Validator,
    source: Value,
    /// The schema and those it refers to by the addresses they have in errors.
    documents: Documents,
    digest: u64,
    cost: Cost,
}

pub(super) type Documents = HashMap<String, Value>;

/// Why a schema cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// A reference to the network.
    #[error(
        "the schema refers to {uri}, and nothing is fetched from the network; \
         save that schema beside this one and refer to the file"
    )]
    Remote { uri: String },
    /// A file that the schema is in, or refers to, cannot be read.
    #[error("cannot read the schema {path}: {cause}")]
    Unreadable { path: String, cause: String },
    /// A file beyond the project that the reference is written in. What is there is not said.
    #[error(
        "the schema {reference} is not read: it lies outside of {root}; copy it into the project"
    )]
    Outside { reference: String, root: String },
    /// It has, or refers to, more than can be read.
    #[error("the schema is too large: {what}")]
    TooLarge { what: String },
    /// A file that is not of its format.
    #[error("the schema {path} does not parse: line {line}: {message}")]
    Unparsable { path: String, line: usize, message: String },
    /// A reference to a part of a schema that does not exist.
    #[error("the schema refers to {reference}, which does not exist")]
    Dangling { reference: String },
    /// `$schema` names a dialect that is not known.
    #[error(
        "`$schema` names {dialect}, which is not known; \
         known are the drafts 4, 6, 7, 2019-09 and 2020-12"
    )]
    UnknownDialect { dialect: String },
    /// The schema breaks the rules for schemas at the place that `pointer` names.
    #[error("the schema is wrong at {}: {message}", place(pointer))]
    Invalid { pointer: String, message: String },
}

fn place(pointer: &str) -> &str {
    if pointer.is_empty() { "its root" } else { pointer }
}

impl SchemaError {
    /// The JSON Pointer into the schema where it is wrong, if that is known.
    pub fn pointer(&self) -> Option<&str> {
        match self {
            SchemaError::Invalid { pointer, .. } => Some(pointer),
            _ => None,
        }
    }
}

fn digest(documents: &Documents) -> u64 {
    // By the content, since addresses depend on where the project lies.
    let mut digests: Vec<u64> =
        documents.values().map(|document| xxh3_64(document.to_string().as_bytes())).collect();
    digests.sort_unstable();
    let bytes: Vec<u8> = digests.iter().flat_map(|digest| digest.to_le_bytes()).collect();
    xxh3_64(&bytes)
}

impl Schema {
    /// Compiles a schema. Relative references are read from the directory of `base`, the path of
    /// the file that the schema is written in.
    ///
    /// # Errors
    /// Says what is wrong with the schema or with one it refers to.
    pub fn compile(schema: &Value, base: &Path) -> Result<Schema, SchemaError> {
        let dir = base.parent().unwrap_or(base);
        Schema::compile_beneath(schema, base, &files::project_root(dir))
    }

    /// The same; all files that it refers to lie beneath `root`.
    ///
    /// # Errors
    /// As [`Schema::compile`].
    pub fn compile_beneath(
        schema: &Value,
        base: &Path,
        root: &Path,
    ) -> Result<Schema, SchemaError> {
        on_large_stack(|| Schema::build(schema, base, root))
    }

    fn build(schema: &Value, base: &Path, root: &Path) -> Result<Schema, SchemaError> {
        few_references(schema)?;
        let base = std::path::absolute(base).unwrap_or_else(|_| base.to_owned());
        let address = file_uri(&base);
        let documents = Arc::new(Mutex::new(Documents::new()));
        let validator = jsonschema::options()
            .with_base_uri(address.clone())
            .with_retriever(SchemaFiles::new(schema, &base, root, Arc::clone(&documents)))
            .should_validate_formats(true)
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACKS))
            .build(schema)
            .map_err(|error| compile_error(&error))?;
        let mut documents =
            std::mem::take(&mut *documents.lock().unwrap_or_else(|lock| lock.into_inner()));
        let address = id(schema).map_or(address, |id| id.trim_end_matches('#').to_owned());
        documents.insert(address.clone(), schema.clone());
        let digest = digest(&documents);
        let graph = Graph::read(&documents, &address);
        if graph.references > MAX_REFERENCES {
            return Err(too_many_references());
        }
        let cost = Cost::new(graph);
        Ok(Schema { validator, source: schema.clone(), documents, digest, cost })
    }

    /// A number that is another for another schema, or when one that it refers to is another.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// Reads and compiles a schema file: JSON, YAML or TOML by its name, otherwise JSON.
    ///
    /// # Errors
    /// Says why the file cannot be read, or what is wrong with the schema.
    pub fn load(path: &Path) -> Result<Schema, SchemaError> {
        Schema::load_beneath(path, &files::project_root(path.parent().unwrap_or(path)))
    }

    /// The same; it and all files that it refers to lie beneath `root`.
    ///
    /// # Errors
    /// As [`Schema::load`].
    pub fn load_beneath(path: &Path, root: &Path) -> Result<Schema, SchemaError> {
        Schema::compile_beneath(&read(path, root)?.0, path, root)
    }

    /// What the schema refuses in the value `node`, in the order of the text.
    pub fn check(&self, tree: &Tree, node: NodeId) -> Vec<Violation> {
        let instance = match tree.to_json(node) {
            Ok(instance) => instance,
            Err(problem) => return vec![Violation::of_problem(problem)],
        };
        let steps = self.cost.of(&instance);
        if steps > MAX_STEPS {
            return vec![Violation::of_cost(tree, node, TOO_EXPENSIVE)];
        }
        if steps <= MAX_STEPS_ON_OWN_STACK {
            return self.violations(tree, node, &instance, steps);
        }
        on_large_stack(|| self.violations(tree, node, &instance, steps))
    }

    fn violations(
        &self,
        tree: &Tree,
        node: NodeId,
        instance: &Value,
        steps: u64,
    ) -> Vec<Violation> {
        if self.validator.is_valid(instance) {
            return Vec::new();
        }
        if steps > MAX_STEPS_IN_FULL {
            return vec![Violation::of_cost(tree, node, TOO_MUCH_TO_LIST)];
        }
        let mut violations = Violations::new(&self.documents, tree, node);
        for error in self.validator.iter_errors(instance) {
            if !violations.add(&error) {
                break;
            }
        }
        violations.finish()
    }

    /// The schema as it was given.
    pub fn source(&self) -> &Value {
        &self.source
    }
}

pub(super) fn id(schema: &Value) -> Option<&str> {
    schema.get("$id").or_else(|| schema.get("id"))?.as_str()
}

/// What is refused before it is compiled, which goes one deeper with each reference.
pub(super) fn few_references(schema: &Value) -> Result<(), SchemaError> {
    let mut references = 0;
    let mut waiting = vec![schema];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(entries) => {
                references +=
                    entries.keys().filter(|key| key.ends_with("Ref") || *key == "$ref").count();
                waiting.extend(entries.values());
            }
            _ => {}
        }
    }
    if references > MAX_REFERENCES { Err(too_many_references()) } else { Ok(()) }
}

fn too_many_references() -> SchemaError {
    SchemaError::TooLarge { what: format!("it has more than {MAX_REFERENCES} references") }
}

/// Runs what may go deep on a thread with room for that.
pub(super) fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let thread = thread.expect("the system starts threads");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

pub(super) fn percent_decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

fn compile_error(error: &ValidationError<'_>) -> SchemaError {
    use jsonschema::ReferencingError;
    let ValidationErrorKind::Referencing(reference) = error.kind() else {
        let pointer = error.instance_path().as_str().to_owned();
        return SchemaError::Invalid { pointer, message: invalid_schema(error) };
    };
    match reference {
        ReferencingError::Unretrievable { uri, source } => {
            match source.downcast_ref::<SchemaError>() {
                Some(cause) => cause.clone(),
                None => SchemaError::Unreadable { path: uri.clone(), cause: source.to_string() },
            }
        }
        ReferencingError::PointerToNowhere { pointer } => {
            SchemaError::Dangling { reference: format!("`#{pointer}`") }
        }
        ReferencingError::NoSuchAnchor { anchor } | ReferencingError::InvalidAnchor { anchor } => {
            SchemaError::Dangling { reference: format!("the anchor `{anchor}`") }
        }
        ReferencingError::UnknownSpecification { specification } => {
            SchemaError::UnknownDialect { dialect: specification.clone() }
        }
        other => SchemaError::Invalid { pointer: String::new(), message: other.to_string() },
    }
}

/// What the rules for schemas say about a wrong one.
fn invalid_schema(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Format { format } if format == "regex" => {
            let pattern = error.instance().as_str().unwrap_or_default();
            format!("{} is not a regular expression", schema_message::quote(pattern))
        }
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            let reasons = context.iter().filter_map(|branch| branch.first()).map(invalid_schema);
            reasons.reduce(|first, _| first).unwrap_or_else(|| error.to_string())
        }
        kind => super::schema_violation::describe(kind, error.instance())
            .unwrap_or_else(|| error.to_string()),
    }
}
