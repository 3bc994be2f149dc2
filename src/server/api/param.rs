//! Parameters: what a request may say besides its path, in which form, and the forms that many have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::server::errors::ApiError;
use crate::server::files;
use crate::store::WORKFLOW_ID;
use crate::store::query::{FindingCursor, ListPage, MAX_PAGE};

/// A parameter in the query.
#[derive(Debug, Clone)]
pub struct Param {
    pub name: &'static str,
    pub about: String,
    /// Without it the request means nothing.
    pub required: bool,
    /// What it takes, as a JSON Schema.
    pub schema: Value,
}

/// The greatest number that every reader of JSON has exactly.
pub const MAX_NUMBER: i64 = (1 << 53) - 1;

macro_rules! path {
    () => {
        concat!(
            r"^(?:[^/\\\x00.](?:[^/\\\x00:][^/\\\x00]*)?|\.[^/\\\x00.:][^/\\\x00]*|\.\.[^/\\\x00]+)",
            r"(?:/(?:[^/\\\x00.][^/\\\x00]*|\.[^/\\\x00.][^/\\\x00]*|\.\.[^/\\\x00]+))*/?$",
        )
    };
}

/// A path as requests name it: names separated by `/`, none of them `.` or `..`.
pub const PATH: &str = path!();
/// The same of a directory; `.` is the root.
pub const DIR_PATH: &str = concat!(r"^\.$|", path!());
/// Characters of a path.
pub const LONGEST_PATH: u32 = 1000;
/// A day, such as 2027-01-31.
pub const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
/// The end of a page of findings.
const CURSOR: &str = "^[0-9]{1,15}-[0-9]{1,9}$";
/// The fingerprint of a finding.
pub const FINGERPRINT: &str = "^[0-9a-f]{16}$";

/// Rows of a page.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
pub struct Limit(#[schemars(range(min = 1, max = MAX_PAGE))] pub usize);

impl Default for Limit {
    fn default() -> Self {
        Limit(100)
    }
}

/// How much of a list is wanted.
#[derive(Deserialize, JsonSchema)]
pub struct FirstRows {
    #[serde(default)]
    pub limit: Limit,
}

/// Which part of a list is wanted that is known in whole.
#[derive(Deserialize, JsonSchema)]
pub struct ListRange {
    /// The place in the list of the first row.
    #[serde(default)]
    #[schemars(range(min = 0, max = MAX_NUMBER))]
    pub offset: u64,
    #[serde(default)]
    pub limit: Limit,
}

/// Which page of a list is wanted, in which rows are known by a `K`.
#[derive(Deserialize, JsonSchema)]
pub struct Paging<K> {
    /// The `next` of the page before.
    after: Option<K>,
    #[serde(default)]
    limit: Limit,
}

impl<K: Into<T>, T> From<Paging<K>> for ListPage<T> {
    fn from(page: Paging<K>) -> Self {
        ListPage { after: page.after.map(Into::into), limit: page.limit.0 }
    }
}

/// The id of a validation or a recommendation.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
pub struct RowId(#[schemars(range(min = 1, max = MAX_NUMBER))] pub i64);

impl From<RowId> for i64 {
    fn from(id: RowId) -> Self {
        id.0
    }
}

/// The end of a page of findings.
#[derive(Deserialize, JsonSchema)]
pub struct ListCursor(#[schemars(regex(pattern = CURSOR))] FindingCursor);

impl From<ListCursor> for FindingCursor {
    fn from(cursor: ListCursor) -> Self {
        cursor.0
    }
}

impl Param {
    /// The parameter of a field, if the schema of its struct has it.
    pub(super) fn of_field(name: &'static str, schema: &Value) -> Option<Self> {
        let field = schema["properties"].get(name)?.as_object()?;
        let required = schema["required"].as_array();
        Some(Param {
            name,
            about: phrase(field["description"].as_str().unwrap_or_default()),
            required: required.is_some_and(|names| names.iter().any(|other| other == name)),
            schema: form(field),
        })
    }

    /// What a text in a query says. What does not fit stays a text, and is refused as that.
    pub(super) fn value(&self, text: String) -> Value {
        let is_number = || !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self.schema["type"].as_str() {
            Some("integer") if is_number() => {
                text.parse::<i64>().map_or(Value::String(text), Value::from)
            }
            Some("boolean") if text == "true" || text == "false" => (text == "true").into(),
            _ => {
                let is_it =
                    |word: &&Value| word.as_str().is_some_and(|w| w.eq_ignore_ascii_case(&text));
                let word = self.words().find(is_it).cloned();
                word.unwrap_or(Value::String(text))
            }
        }
    }

    /// The answer to a value that it cannot have.
    pub(super) fn refuse(&self, value: &Value) -> ApiError {
        if self.schema["pattern"] == PATH
            && let Some(Err(better)) = value.as_str().map(files::check_name)
        {
            return better;
        }
        invalid(self.name).hint(format!("it takes {}", self.expected()))
    }

    /// What it takes, in words.
    fn expected(&self) -> String {
        let words: Vec<&str> = self.words().filter_map(Value::as_str).collect();
        if !words.is_empty() {
            return format!("one of {}", words.join(", "));
        }
        match (&self.schema["type"], self.schema["pattern"].as_str()) {
            (kind, _) if kind == "integer" => {
                let (least, most) = (&self.schema["minimum"], &self.schema["maximum"]);
                format!("a whole number from {least} to {most}")
            }
            (kind, _) if kind == "boolean" => "true or false".to_owned(),
            (_, Some(PATH)) => "a path such as `docs/page.md`".to_owned(),
            (_, Some(WORKFLOW_ID)) => "the id of a run: GET /api/workflows".to_owned(),
            (_, Some(CURSOR)) => "the `next` of the page before".to_owned(),
            (_, Some(FINGERPRINT)) => "the `fingerprint` of a finding".to_owned(),
            _ => self.about.clone(),
        }
    }

    /// The words of which it takes one, if it takes words.
    fn words(&self) -> impl Iterator<Item = &Value> {
        self.schema["enum"].as_array().into_iter().flatten()
    }
}

/// The sentence of a comment as the words of a list.
fn phrase(sentence: &str) -> String {
    let text = sentence.replace('\n', " ");
    let mut characters = text.strip_suffix('.').unwrap_or(&text).chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

/// The schema of a field as that of a parameter, which is never `null`, and whose numbers are those
/// of no language.
fn form(field: &Map<String, Value>) -> Value {
    let words = words(field);
    if !words.is_empty() {
        return json!({"type": "string", "enum": words});
    }
    let mut form = field.clone();
    form.retain(|key, value| !matches!(&**key, "description" | "format") && !value.is_null());
    if let Some(Value::Array(types)) = form.get("type") {
        let kind = types.iter().find(|kind| *kind != "null").cloned();
        form.insert("type".to_owned(), kind.unwrap_or_default());
    }
    Value::Object(form)
}

/// The words of an enum, with comments or without.
fn words(schema: &Map<String, Value>) -> Vec<Value> {
    if let Some(Value::Array(words)) = schema.get("enum") {
        return words.iter().filter(|word| !word.is_null()).cloned().collect();
    }
    let parts = ["oneOf", "anyOf"].iter().filter_map(|key| schema.get(*key)?.as_array()).flatten();
    let of_parts = parts.filter_map(Value::as_object).flat_map(words);
    schema.get("const").cloned().into_iter().chain(of_parts).collect()
}

/// The answer to a value that a parameter cannot have.
pub(super) fn invalid(name: &str) -> ApiError {
    ApiError::bad_request("invalid_parameter", format!("`{name}` has a value that it cannot have"))
        .hint("GET /api/openapi.json says what each parameter takes")
}
