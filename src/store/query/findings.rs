//! Findings by file, rule and severity, of one run or as things stand now.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use rusqlite::{Connection, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ListPage, OF_WORKFLOW, Paged, Reader, Where};
use crate::diagnostic::Severity;
use crate::store::error::StoreError;
use crate::store::finding::RecordedFinding;
use crate::store::id::WorkflowId;
use crate::store::model::Decision;
use crate::store::packed::{Packed, PackedKind};

/// Over which validations a question goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindingScope {
    /// The newest validation of every file.
    #[default]
    Current,
    Workflow(WorkflowId),
    Validation(i64),
}

/// Which findings are wanted; what is not set does not matter.
#[derive(Clone, Debug, Default)]
pub struct FindingFilter {
    pub scope: FindingScope,
    /// A file, a directory, or a pattern with `*`.
    pub path: Option<String>,
    pub rule: Option<String>,
    pub severity: Option<Severity>,
}

/// A place in a list of findings: a validation, and how many of its findings lie before. Written
/// as `123-4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "String", try_from = "String")]
pub struct FindingCursor {
    pub validation: i64,
    pub index: usize,
}

impl fmt::Display for FindingCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.validation, self.index)
    }
}

impl From<FindingCursor> for String {
    fn from(cursor: FindingCursor) -> Self {
        cursor.to_string()
    }
}

impl TryFrom<String> for FindingCursor {
    type Error = StoreError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for FindingCursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('-');
        let parse = |(validation, index): (&str, &str)| {
            Some(FindingCursor { validation: validation.parse().ok()?, index: index.parse().ok()? })
        };
        parts
            .and_then(parse)
            .ok_or_else(|| StoreError::Invalid("not a place in a list of findings".into()))
    }
}

/// A finding and where it was found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FindingRow {
    pub validation: i64,
    pub workflow: WorkflowId,
    pub path: String,
    /// Its place among the validation's findings.
    pub index: usize,
    #[serde(flatten)]
    pub finding: RecordedFinding,
    /// The rejection of it that holds today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Decision>,
}

/// How often a rule found something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleCount {
    pub rule: String,
    pub severity: Severity,
    pub count: u64,
}

impl FindingFilter {
    pub(super) fn wants(&self, kind: &PackedKind) -> bool {
        self.rule.as_ref().is_none_or(|rule| rule.eq_ignore_ascii_case(kind.rule))
            && self.severity.is_none_or(|severity| severity == kind.severity)
    }

    /// The validations, joined with their files, that the filter is about.
    pub(super) fn of_files(&self) -> Where {
        let (workflow, validation) = match self.scope {
            FindingScope::Current => (None, None),
            FindingScope::Workflow(id) => (Some(id), None),
            FindingScope::Validation(id) => (None, Some(id)),
        };
        let mut wanted = Where::default()
            .and_each(OF_WORKFLOW, workflow)
            .and("validations.id = ?", validation)
            .and_path(self.path.as_deref());
        if self.scope == FindingScope::Current {
            wanted.add("latest = validations.id");
        }
        wanted
    }

    fn sql(&self, after: Option<i64>) -> (String, Where) {
        let wanted = self.of_files().and("validations.id >= ?", after);
        let sql = format!(
            "SELECT validations.id, workflow, path, body FROM validations
             JOIN files ON files.id = file JOIN findings ON findings.id = found{}
             ORDER BY validations.id",
            wanted.sql
        );
        (sql, wanted)
    }
}

impl<C: Borrow<Connection>> Reader<C> {
    /// Findings, file by file in the order of validation, in a file in the order of place.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn findings(
        &self,
        filter: &FindingFilter,
        page: ListPage<FindingCursor>,
    ) -> Result<Paged<FindingRow, FindingCursor>, StoreError> {
        let limit = page.limit();
        let rejected = self.rejected()?;
        let mut items: Vec<FindingRow> = Vec::new();
        self.packs(filter, page.after.map(|after| after.validation), |row, packed| {
            let validation = row.get(0)?;
            let first = page
                .after
                .filter(|after| after.validation == validation)
                .map_or(0, |after| after.index);
            let mut room = limit + 1 - items.len();
            let found = packed.findings(|index, _, kind| {
                let take = index >= first && room > 0 && filter.wants(kind);
                room -= usize::from(take);
                take
            })?;
            for (index, finding) in found {
                let rejected = rejected.get(&finding.fingerprint).cloned();
                let (workflow, path) = (row.get(1)?, row.get(2)?);
                items.push(FindingRow { validation, workflow, path, index, finding, rejected });
            }
            Ok(items.len() <= limit)
        })?;
        let next =
            |row: &FindingRow| FindingCursor { validation: row.validation, index: row.index + 1 };
        Ok(Paged::cut(items, limit, next))
    }

    /// How often each rule found something, most first.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn rule_counts(&self, filter: &FindingFilter) -> Result<Vec<RuleCount>, StoreError> {
        let mut counts: Vec<RuleCount> = Vec::new();
        self.packs(filter, None, |_, packed| {
            for kind in packed.kinds.iter().filter(|kind| filter.wants(kind)) {
                let same = |known: &&mut RuleCount| {
                    known.rule == kind.rule && known.severity == kind.severity
                };
                match counts.iter_mut().find(same) {
                    Some(known) => known.count = known.count.saturating_add(kind.count),
                    None => {
                        let (rule, severity) = (kind.rule.to_owned(), kind.severity);
                        counts.push(RuleCount { rule, severity, count: kind.count });
                    }
                }
            }
            Ok(true)
        })?;
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.rule.cmp(&b.rule)));
        Ok(counts)
    }

    /// Goes over the packed findings that may hold something wanted, until `visit` says no.
    fn packs(
        &self,
        filter: &FindingFilter,
        after: Option<i64>,
        mut visit: impl FnMut(&Row, &Packed) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let (sql, wanted) = filter.sql(after);
        let mut query = self.connection().prepare_cached(&sql)?;
        let mut rows = query.query(wanted.values())?;
        while let Some(row) = rows.next()? {
            let packed = Packed::open(row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?)?;
            if packed.kinds.iter().any(|kind| filter.wants(kind)) && !visit(row, &packed)? {
                break;
            }
        }
        Ok(())
    }
}
