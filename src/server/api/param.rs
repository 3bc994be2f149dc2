//! Parameters: what a request may say besides its path, and in which form.

use crate::diagnostic::Fingerprint;
use crate::server::errors::ApiError;
use crate::server::files as beneath;
use crate::store::WorkflowId;
use crate::store::query::{FindingCursor, MAX_PAGE};

/// A parameter in the query.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    pub name: &'static str,
    pub kind: ParamKind,
    pub about: &'static str,
    pub required: bool,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    Text,
    /// A whole number within these bounds, and what counts if it is not said.
    Number {
        least: i64,
        most: i64,
        default: Option<i64>,
    },
    /// A file relative to the root.
    Path,
    /// The id of a workflow.
    Workflow,
    /// The end of a page of findings.
    Finding,
    /// The fingerprint of a finding.
    Fingerprint,
    /// The id or the name of a rule.
    Rule,
    Flag,
    /// One of these words, in any letter case.
    Word(&'static [&'static str]),
}

/// Rows of a page, if nothing is said.
pub(super) const PAGE: usize = 100;

/// The greatest number that every reader of JSON has exactly.
pub const MAX_NUMBER: i64 = (1 << 53) - 1;
/// A number from 0, such as that of an event.
pub(super) const COUNT: ParamKind = ParamKind::Number { least: 0, most: MAX_NUMBER, default: None };
/// The id of a validation or a recommendation.
pub const ID: ParamKind = ParamKind::Number { least: 1, most: MAX_NUMBER, default: None };

pub(super) const LIMIT: Param = param(
    "limit",
    ParamKind::Number { least: 1, most: MAX_PAGE as i64, default: Some(PAGE as i64) },
    "rows of a page",
);

/// Where in a list that is known in whole to begin.
pub(super) const OFFSET: Param = param(
    "offset",
    ParamKind::Number { least: 0, most: MAX_NUMBER, default: Some(0) },
    "the place in the list of the first row",
);

/// Where a page begins, in a list whose rows are known by this.
pub(super) const fn after(kind: ParamKind) -> Param {
    param("after", kind, "the `next` of the page before")
}

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
/// The same of a folder; `.` is the root.
pub const FOLDER_PATH: &str = concat!(r"^\.$|", path!());
/// Characters of a path.
pub const LONGEST_PATH: u32 = 1000;
/// Characters of a rule's id or name.
pub const LONGEST_RULE: u32 = 100;
/// A day, such as 2027-01-31.
pub const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

pub(super) const WORKFLOW: ParamKind = ParamKind::Workflow;

pub(super) const fn param(name: &'static str, kind: ParamKind, about: &'static str) -> Param {
    Param { name, kind, about, required: false }
}

impl Param {
    /// Without it the request means nothing.
    pub(super) const fn required(self) -> Self {
        Param { required: true, ..self }
    }
}

pub(super) const fn text(name: &'static str, about: &'static str) -> Param {
    param(name, ParamKind::Text, about)
}

pub(super) const fn number(name: &'static str, about: &'static str) -> Param {
    param(name, COUNT, about)
}

pub(super) const fn flag(name: &'static str, about: &'static str) -> Param {
    param(name, ParamKind::Flag, about)
}

pub(super) const fn word(
    name: &'static str,
    words: &'static [&'static str],
    about: &'static str,
) -> Param {
    param(name, ParamKind::Word(words), about)
}

/// Parameters of every WebSocket.
pub const SOCKET_PARAMS: [Param; 2] = [
    number("since", "the last event that the client has"),
    text("epoch", "the log that `since` is from"),
];

impl ParamKind {
    pub(super) fn check(self, name: &str, value: &str) -> Result<(), ApiError> {
        let (fits, expected) = match self {
            ParamKind::Text => return Ok(()),
            ParamKind::Path => {
                beneath::check_name(value)?;
                let is_odd = ["//", "/./"].iter().any(|odd| value.contains(odd));
                let is_long = value.chars().count() > LONGEST_PATH as usize;
                let fits = !is_odd && !value.ends_with("/.") && !is_long;
                (fits, "a path such as `docs/page.md`".to_owned())
            }
            ParamKind::Number { least, most, .. } => {
                let digits = value.bytes().all(|byte| byte.is_ascii_digit());
                let fits = value.parse().is_ok_and(|number: i64| (least..=most).contains(&number));
                (digits && fits, format!("a whole number from {least} to {most}"))
            }
            ParamKind::Workflow => (
                value.parse::<WorkflowId>().is_ok(),
                "the id of a run: GET /api/workflows".to_owned(),
            ),
            ParamKind::Finding => {
                (value.parse::<FindingCursor>().is_ok(), "the `next` of the page before".to_owned())
            }
            ParamKind::Fingerprint => (
                value.len() == 16 && value.parse::<Fingerprint>().is_ok(),
                "the `fingerprint` of a finding".to_owned(),
            ),
            ParamKind::Rule => {
                let fits = !value.is_empty() && value.chars().count() <= LONGEST_RULE as usize;
                (fits, "the id or the name of a rule, such as MD013".to_owned())
            }
            ParamKind::Flag => (matches!(value, "true" | "false"), "true or false".to_owned()),
            ParamKind::Word(words) => {
                let known = words.iter().any(|word| word.eq_ignore_ascii_case(value));
                (known, format!("one of {}", words.join(", ")))
            }
        };
        if fits { Ok(()) } else { Err(invalid(name).hint(format!("it takes {expected}"))) }
    }
}

/// The answer to a value that a parameter cannot have.
pub(super) fn invalid(name: &str) -> ApiError {
    ApiError::bad_request("invalid_parameter", format!("`{name}` has a value that it cannot have"))
        .hint("GET /api/openapi.json says what each parameter takes")
}
