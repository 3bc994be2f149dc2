//! Recommendations: the list and the single one; and the audit trail.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::order::RowOrder;
use super::{ListPage, OF_WORKFLOW, Paged, Reader, Where};
use crate::diagnostic::Safety;
use crate::rules;
use crate::store::error::StoreError;
use crate::store::id::WorkflowId;
use crate::store::model::{Recommendation, RecommendationState, RecordChange};
use crate::store::recommendations::{safety, safety_name};
use crate::store::tally::directory;

/// Which recommendations are wanted; what is not set does not matter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecommendationFilter {
    pub state: Option<RecommendationState>,
    pub rule: Option<String>,
    pub safety: Option<Safety>,
    /// A file, a directory, or a pattern with `*`.
    pub path: Option<String>,
    /// Those for files that this workflow checked, as it found them.
    pub workflow: Option<WorkflowId>,
    /// Those for the file that this validation checked, as it found it.
    pub validation: Option<i64>,
}

/// What recommendations there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Those that are proven to leave the rendered page as it is, and those that need a look.
    pub safe: usize,
    pub review: usize,
    /// The runs that found them, the earliest first.
    pub runs: BTreeSet<WorkflowId>,
}

/// Recommendations of one rule for the files directly in one directory, counted by what became of
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecommendationGroup {
    pub rule: String,
    /// The rule's name in words; empty if this version does not know the rule.
    pub name: String,
    /// Empty for the root.
    pub directory: String,
    /// Proposed, and proven to leave the rendered page as it is.
    pub safe: u64,
    /// Proposed, and to be looked at.
    pub review: u64,
    pub approved: u64,
    pub rejected: u64,
    pub applied: u64,
    pub refused: u64,
    /// Files that something is proposed for.
    pub pages: u64,
}

/// Something that was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditEntry {
    pub id: i64,
    pub ts_us: i64,
    pub actor: String,
    pub user: Option<String>,
    pub action: String,
    pub subject: String,
    pub reason: Option<String>,
}

/// How decisions are ordered; those of which this says the same, newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditOrder {
    /// Those that were made last first.
    #[default]
    Newest,
    /// By the name of who decided; where there is none, those of command lines before others.
    Who,
    /// By what was done.
    Action,
    /// By what it was done to.
    Subject,
    /// By reason, at the end those without.
    Reason,
}

impl AuditOrder {
    fn rows(self, is_reversed: bool) -> RowOrder {
        let keys: &[&str] = match self {
            AuditOrder::Newest => &[],
            AuditOrder::Who => &["lower(coalesce(user, CASE WHEN actor GLOB 'cli:*'
                THEN 'command line' WHEN actor = 'web' THEN 'server' ELSE actor END))"],
            AuditOrder::Action => &["action"],
            // The number at its end counts as one.
            AuditOrder::Subject => &[
                "rtrim(subject, '0123456789')",
                "CAST(substr(subject, length(rtrim(subject, '0123456789')) + 1) AS INTEGER)",
            ],
            AuditOrder::Reason => &["reason IS NULL", "lower(coalesce(reason, ''))"],
        };
        RowOrder { what: "decision", tables: "audit", keys, id: "id", is_reversed }
    }
}

const SELECT: &str = "SELECT recommendations.id, validation, workflow, path, rule, instruction,
    rationale, confidence, safety, file_hash, state, changes, reason, until, decided_by, decided_us,
    created_us FROM recommendations JOIN files ON files.id = file";

impl RecommendationFilter {
    fn wanted(&self, after: Option<i64>) -> Where {
        // A recommendation may be older than the validation that found it again.
        let seen = |which: &str| {
            format!("(file, file_hash) IN (SELECT file, hash FROM validations WHERE {which})")
        };
        Where::default()
            .and("recommendations.id > ?", after)
            .and("state = ?", self.state)
            .and("rule = ? COLLATE NOCASE", self.rule.clone())
            .and("safety = ?", self.safety.map(safety_name))
            .and_each(&seen(OF_WORKFLOW), self.workflow)
            .and(&seen("id = ?"), self.validation)
            .and_path(self.path.as_deref())
    }
}

impl<C: Borrow<Connection>> Reader<C> {
    /// Recommendations, oldest first.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn recommendations(
        &self,
        filter: &RecommendationFilter,
        page: ListPage<i64>,
    ) -> Result<Paged<Recommendation, i64>, StoreError> {
        let limit = page.limit();
        let wanted = filter.wanted(page.after);
        let sql = format!("{SELECT}{} ORDER BY recommendations.id LIMIT {}", wanted.sql, limit + 1);
        let found = self.all(&sql, wanted.values(), recommendation)?;
        let found = found.into_iter().map(complete).collect::<Result<_, _>>()?;
        Ok(Paged::cut(found, limit, |recommendation| recommendation.id))
    }

    /// The ids of all recommendations that are wanted, for decisions about many at once.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn recommendation_ids(
        &self,
        filter: &RecommendationFilter,
    ) -> Result<Vec<i64>, StoreError> {
        let wanted = filter.wanted(None);
        let sql = format!(
            "SELECT recommendations.id FROM recommendations JOIN files ON files.id = file{}
             ORDER BY recommendations.id",
            wanted.sql
        );
        self.all(&sql, wanted.values(), |row| row.get(0))
    }

    /// What recommendations are wanted, in numbers.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn outline(&self, filter: &RecommendationFilter) -> Result<Outline, StoreError> {
        let wanted = filter.wanted(None);
        let sql = format!(
            "SELECT safety, workflow, count(*) FROM recommendations
             JOIN files ON files.id = file{} GROUP BY 1, 2",
            wanted.sql
        );
        let rows: Vec<(String, WorkflowId, usize)> =
            self.all(&sql, wanted.values(), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let mut outline = Outline::default();
        for (name, run, count) in rows {
            match safety(&name) {
                Safety::Safe => outline.safe += count,
                Safety::Review => outline.review += count,
            }
            outline.runs.insert(run);
        }
        Ok(outline)
    }

    /// How many files the recommendations that are wanted are for.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn recommended_pages(&self, filter: &RecommendationFilter) -> Result<u64, StoreError> {
        let wanted = filter.wanted(None);
        let sql = format!(
            "SELECT count(DISTINCT file) FROM recommendations JOIN files ON files.id = file{}",
            wanted.sql
        );
        Ok(self.one(&sql, wanted.values(), |row| row.get(0))?.unwrap_or_default())
    }

    /// How many recommendations there are by rule and directory, the rules with most that is
    /// proposed first. The filter's state does not count, and outdated ones are left out.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn recommendation_groups(
        &self,
        filter: &RecommendationFilter,
    ) -> Result<Vec<RecommendationGroup>, StoreError> {
        let wanted = RecommendationFilter { state: None, ..filter.clone() }.wanted(None);
        let sql = format!(
            "SELECT rule, path, safety, state, count(*) FROM recommendations
             JOIN files ON files.id = file{} GROUP BY 1, 2, 3, 4 ORDER BY 2",
            wanted.sql
        );
        type Row = (String, String, String, RecommendationState, u64);
        let rows: Vec<Row> = self.all(&sql, wanted.values(), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?;
        let mut groups = BTreeMap::<(String, String), RecommendationGroup>::new();
        let mut pages = BTreeSet::new();
        for (rule, path, safe, state, count) in rows {
            let group = groups.entry((rule.clone(), directory(&path).to_owned())).or_default();
            match state {
                RecommendationState::Proposed => {
                    group.pages += u64::from(pages.insert((rule, path)));
                    match safety(&safe) {
                        Safety::Safe => group.safe += count,
                        Safety::Review => group.review += count,
                    }
                }
                RecommendationState::Approved => group.approved += count,
                RecommendationState::Rejected => group.rejected += count,
                RecommendationState::Applied => group.applied += count,
                RecommendationState::Refused => group.refused += count,
                RecommendationState::Stale => {}
            }
        }
        Ok(sorted(groups))
    }

    /// The recommendation of this id.
    ///
    /// # Errors
    /// If there is none.
    pub fn recommendation(&self, id: i64) -> Result<Recommendation, StoreError> {
        let sql = format!("{SELECT} WHERE recommendations.id = ?1");
        let found = self.one(&sql, [id], recommendation)?;
        complete(found.ok_or_else(|| StoreError::not_found("recommendation", id))?)
    }

    /// What was decided, newest first.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn audit(&self, page: ListPage<i64>) -> Result<Paged<AuditEntry, i64>, StoreError> {
        self.audit_by((AuditOrder::Newest, false), page)
    }

    /// What was decided, in an order, or from its end.
    ///
    /// # Errors
    /// If the run history cannot be read, or there is no entry of which the page is to come after.
    pub fn audit_by(
        &self,
        (order, is_reversed): (AuditOrder, bool),
        page: ListPage<i64>,
    ) -> Result<Paged<AuditEntry, i64>, StoreError> {
        let (order, limit) = (order.rows(is_reversed), page.limit());
        let wanted = self.and_after(Where::default(), &order, page.after)?;
        let sql = format!(
            "SELECT id, ts_us, actor, user, action, subject, reason FROM audit{}
             ORDER BY {} LIMIT {}",
            wanted.sql,
            order.terms(),
            limit + 1
        );
        let found = self.all(&sql, wanted.values(), |row| {
            Ok(AuditEntry {
                id: row.get(0)?,
                ts_us: row.get(1)?,
                actor: row.get(2)?,
                user: row.get(3)?,
                action: row.get(4)?,
                subject: row.get(5)?,
                reason: row.get(6)?,
            })
        })?;
        Ok(Paged::cut(found, limit, |entry| entry.id))
    }
}

/// By rule, those with most that is proposed first, then by directory.
fn sorted(groups: BTreeMap<(String, String), RecommendationGroup>) -> Vec<RecommendationGroup> {
    let mut open = BTreeMap::<String, u64>::new();
    for ((rule, _), group) in &groups {
        *open.entry(rule.clone()).or_default() += group.safe + group.review;
    }
    let mut groups: Vec<RecommendationGroup> = groups
        .into_iter()
        .map(|((rule, directory), group)| {
            let name =
                rules::builtin().find(&rule).map_or("", |(_, entry)| entry.meta.name).to_owned();
            RecommendationGroup { rule, name, directory, ..group }
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(open[&group.rule]));
    groups
}

/// The row, and its changes as they are stored.
fn recommendation(row: &Row) -> rusqlite::Result<(Recommendation, String)> {
    let found = Recommendation {
        id: row.get(0)?,
        validation: row.get(1)?,
        workflow: row.get(2)?,
        path: row.get(3)?,
        rule: row.get(4)?,
        instruction: row.get(5)?,
        rationale: row.get(6)?,
        confidence: row.get(7)?,
        safety: safety(&row.get::<_, String>(8)?),
        file_hash: row.get(9)?,
        state: row.get(10)?,
        changes: Vec::new(),
        reason: row.get(12)?,
        until: row.get(13)?,
        decided_by: row.get(14)?,
        decided_us: row.get(15)?,
        created_us: row.get(16)?,
    };
    Ok((found, row.get(11)?))
}

fn complete((row, changes): (Recommendation, String)) -> Result<Recommendation, StoreError> {
    let changes: Vec<RecordChange> = serde_json::from_str(&changes)?;
    Ok(Recommendation { changes, ..row })
}
