//! Rules: the table, and the page of each.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Call, Nothing, Route};
use crate::diagnostic::Severity;
use crate::rules::{
    self, Entry, FileProblem, Fixable, Group, OptionDocs, RuleDocs, ValidationType,
};
use crate::server::ServerContext;
use crate::server::errors::ApiError;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/rules", "All rules", |_, _, _: Nothing| {
            Ok(rules::builtin().all().map(row).collect::<Vec<_>>())
        }),
        Route::get("/api/rules/{rule}", "The page of a rule", show),
    ]
}

/// A rule in the table.
#[derive(Serialize, JsonSchema)]
struct RuleRow {
    id: &'static str,
    /// In words, such as `line-length`.
    name: &'static str,
    summary: &'static str,
    /// Unless the configuration says otherwise; none where it is off by default.
    severity: Option<Severity>,
    /// How safe its fixes are: `none`, `safe`, `review` or `mixed`.
    fix: &'static str,
    #[serde(rename = "type")]
    validation_type: Option<ValidationType>,
}

fn row((group, entry): (&Group, &Entry)) -> RuleRow {
    let meta = entry.meta;
    let fix = match meta.fixable {
        Fixable::No => "none",
        Fixable::Safe => "safe",
        Fixable::Review => "review",
        Fixable::Mixed => "mixed",
    };
    RuleRow {
        id: meta.id,
        name: meta.name,
        summary: meta.summary,
        severity: meta.severity,
        fix,
        validation_type: Some(group.validation),
    }
}

/// A rule with its page.
#[derive(Serialize, JsonSchema)]
struct RulePage {
    #[serde(flatten)]
    row: RuleRow,
    aliases: Vec<&'static str>,
    tags: Vec<&'static str>,
    /// The page in Markdown, with a heading for each of *What it checks*, *Why it matters*, *Examples*,
    /// *Options*, *Fixes* and *References*; examples are fenced with `markdown bad` and
    /// `markdown good`.
    text: String,
    options: Vec<RuleOption>,
}

/// What can be set of a rule.
#[derive(Serialize, JsonSchema)]
struct RuleOption {
    name: String,
    about: String,
    default: Value,
}

impl From<OptionDocs> for RuleOption {
    fn from(option: OptionDocs) -> Self {
        let default = option.default.unwrap_or_default();
        RuleOption { name: option.name, about: option.about, default }
    }
}

fn show(_: &ServerContext, call: &Call, _: Nothing) -> Result<RulePage, ApiError> {
    let name: String = call.id()?;
    if let Some((group, entry)) = rules::builtin().find(&name) {
        let docs = RuleDocs::of(group, entry);
        return Ok(RulePage {
            row: row((group, entry)),
            aliases: entry.meta.aliases.to_vec(),
            tags: entry.meta.tags.to_vec(),
            text: docs.to_markdown(),
            options: docs.options.into_iter().map(RuleOption::from).collect(),
        });
    }
    let problem = FileProblem::find(&name).ok_or_else(|| {
        let shown: String = name.chars().take(40).flat_map(char::escape_default).collect();
        ApiError::not_found(format!("there is no rule `{shown}`"))
            .hint("GET /api/rules lists all rules")
    })?;
    let row = RuleRow {
        id: problem.id(),
        name: "",
        summary: problem.summary(),
        severity: Some(Severity::Error),
        fix: "none",
        validation_type: None,
    };
    let text = format!(
        "This is not a rule and cannot be switched off: it says why a file was not checked.\n\n\
         What to do: {}.",
        problem.help()
    );
    Ok(RulePage { row, aliases: Vec::new(), tags: Vec::new(), text, options: Vec::new() })
}
