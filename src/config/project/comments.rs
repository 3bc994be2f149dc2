//! The rules for pages with comments about rules.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::FileRules;
use super::super::markdownlint::{Ignored, OptionTable, parse_any};
use super::super::problem::ConfigError;
use super::super::read::Text;
use super::super::scope::FromComments;
use super::Project;
use crate::data::{Format, ValueKind};
use crate::rules::Registry;
use crate::text::Span;

/// What comments in a page say about rules; empty for most pages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Comments<'c> {
    /// The texts of `configure-file` comments, in order.
    pub configure: &'c [&'c str],
    /// The names in `enable` comments of any kind; `all` for a comment without names.
    pub enable: &'c [&'c str],
}

/// The rules for a page with comments.
pub struct RulesWithComments {
    pub rules: Arc<FileRules>,
    /// What is wrong with the comments.
    pub problems: Vec<CommentProblem>,
}

/// A mistake in a `configure-file` comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentProblem {
    /// Which of [`Comments::configure`].
    pub comment: usize,
    /// Bytes of that text.
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
}

impl Project {
    /// The rules for a page with comments about rules.
    ///
    /// # Errors
    /// As [`Project::rules_for`]; mistakes in the comments are not errors.
    pub fn rules_with_comments(
        &self,
        path: &Path,
        comments: &Comments<'_>,
    ) -> Result<RulesWithComments, ConfigError> {
        let mut problems = Vec::new();
        if comments.configure.is_empty() && comments.enable.is_empty() {
            return Ok(RulesWithComments { rules: self.rules_for(path)?, problems });
        }
        let (scope, key) = self.scope_and_key(path)?;
        let mut table = OptionTable::default();
        for (comment, text) in comments.configure.iter().enumerate() {
            table = table.then(&read_comment(self.registry, comment, text, &mut problems));
        }
        let enabled = comments.enable.iter().flat_map(|name| self.registry.select(name)).copied();
        let from_comments = FromComments { table, enabled: enabled.collect() };
        let rules = Arc::new(scope.configure(self.registry, &key, &self.flags, &from_comments)?);
        Ok(RulesWithComments { rules, problems })
    }
}

/// The table in a `configure-file` comment: JSON, TOML or YAML.
fn read_comment(
    registry: &Registry,
    comment: usize,
    source: &str,
    problems: &mut Vec<CommentProblem>,
) -> OptionTable {
    let mut found = Vec::new();
    let mut parse = |format, found: &mut _| {
        Text::parse(Path::new("").into(), PathBuf::new(), source.into(), format, found)
    };
    let text = parse_any(Format::Jsonc, &mut parse, &mut found);
    let is_yaml = |text: &Text| text.tree.kind(text.tree.root()) == ValueKind::Mapping;
    let text =
        text.or_else(|error| parse(Format::Yaml, &mut found).ok().filter(is_yaml).ok_or(error));
    let mut ignored = Ignored::default();
    let table = match text {
        Ok(text) => {
            let select = |name: &str| registry.select(name).to_vec();
            OptionTable::read(&text, text.tree.root(), select, &mut ignored)
        }
        Err(problem) => {
            found.push(problem);
            OptionTable::default()
        }
    };
    found.extend(ignored.unknown);
    found.extend(ignored.options);
    found.extend(ignored.unmatched);
    problems.extend(found.into_iter().map(|problem| CommentProblem {
        comment,
        span: problem.span,
        message: problem.message,
        help: problem.help,
    }));
    table
}
