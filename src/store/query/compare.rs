//! Two runs held against each other: what is new, what is resolved, what stayed.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap, HashSet};

use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use super::{OF_WORKFLOW, Reader};
use crate::diagnostic::Fingerprint;
use crate::store::error::StoreError;
use crate::store::finding::RecordedFinding;
use crate::store::id::WorkflowId;
use crate::store::packed::Packed;
use crate::store::tally::directory;

/// What changed from one run to another, over the files that both checked.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Comparison {
    pub before: WorkflowId,
    pub after: WorkflowId,
    /// Files that both runs checked.
    pub files: u64,
    /// Files that only the earlier, and only the later run checked; their findings are not counted.
    pub only_before: u64,
    pub only_after: u64,
    pub new: u64,
    pub resolved: u64,
    pub unchanged: u64,
    pub by_rule: BTreeMap<String, Delta>,
    pub by_directory: BTreeMap<String, Delta>,
    /// What stayed, of each rule and in each directory.
    pub unchanged_by_rule: BTreeMap<String, u64>,
    pub unchanged_by_directory: BTreeMap<String, u64>,
    /// The first of the new findings, as many as were asked for.
    pub new_findings: Vec<Located>,
    /// The first of the resolved findings, as many as were asked for.
    pub resolved_findings: Vec<Located>,
}

/// How many came and went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Delta {
    pub new: u64,
    pub resolved: u64,
}

/// A finding with its file.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Located {
    pub path: String,
    #[serde(flatten)]
    pub finding: RecordedFinding,
}

/// What a run found in a file: the packed findings' id, and their number.
type ComparedFinding = (Option<i64>, u64);

impl<C: Borrow<Connection>> Reader<C> {
    /// Holds two runs against each other and lists up to `limit` new and resolved findings.
    ///
    /// # Errors
    /// If one of them does not exist.
    pub fn compare(
        &self,
        before: WorkflowId,
        after: WorkflowId,
        limit: usize,
    ) -> Result<Comparison, StoreError> {
        let mut earlier = self.found_by(before)?;
        let mut result = Comparison {
            before,
            after,
            files: 0,
            only_before: 0,
            only_after: 0,
            new: 0,
            resolved: 0,
            unchanged: 0,
            by_rule: BTreeMap::new(),
            by_directory: BTreeMap::new(),
            unchanged_by_rule: BTreeMap::new(),
            unchanged_by_directory: BTreeMap::new(),
            new_findings: Vec::new(),
            resolved_findings: Vec::new(),
        };
        let later = self.found_by(after)?.into_iter().collect::<BTreeMap<_, _>>();
        for (path, (now, _)) in later {
            let Some((then, _)) = earlier.remove(&path) else {
                result.only_after += 1;
                continue;
            };
            result.files += 1;
            if now == then {
                result.same(&path, &self.body(now)?)?;
                continue;
            }
            let (then, now) = (self.body(then)?, self.body(now)?);
            result.file(&path, &then, &now, limit)?;
        }
        result.only_before = earlier.len() as u64;
        Ok(result)
    }

    fn found_by(
        &self,
        workflow: WorkflowId,
    ) -> Result<HashMap<String, ComparedFinding>, StoreError> {
        self.workflow(workflow)?;
        let sql = format!(
            "SELECT path, found, errors + warnings + infos FROM validations
             JOIN files ON files.id = file WHERE {OF_WORKFLOW} ORDER BY validations.id"
        );
        let rows =
            self.all(&sql, [workflow], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        Ok(rows.into_iter().collect())
    }

    fn body(&self, set: Option<i64>) -> Result<Option<Vec<u8>>, StoreError> {
        match set {
            Some(set) => {
                self.one("SELECT body FROM findings WHERE id = ?1", [set], |row| row.get(0))
            }
            None => Ok(None),
        }
    }
}

impl Comparison {
    /// A file in which both found the same.
    fn same(&mut self, path: &str, body: &Option<Vec<u8>>) -> Result<(), StoreError> {
        let Some(body) = body else { return Ok(()) };
        for kind in Packed::open(body)?.kinds {
            self.stayed(path, kind.rule, kind.count);
        }
        Ok(())
    }

    fn stayed(&mut self, path: &str, rule: &str, count: u64) {
        if count == 0 {
            return;
        }
        self.unchanged += count;
        *self.unchanged_by_rule.entry(rule.to_owned()).or_default() += count;
        *self.unchanged_by_directory.entry(directory(path).to_owned()).or_default() += count;
    }

    fn file(
        &mut self,
        path: &str,
        then: &Option<Vec<u8>>,
        now: &Option<Vec<u8>>,
        limit: usize,
    ) -> Result<(), StoreError> {
        let (before, after) = (fingerprints(then)?, fingerprints(now)?);
        let mut stayed = BTreeMap::<String, HashSet<Fingerprint>>::new();
        for (print, rule) in rules_of(now)? {
            if before.contains(&print) {
                stayed.entry(rule).or_default().insert(print);
            }
        }
        for (rule, prints) in stayed {
            self.stayed(path, &rule, prints.len() as u64);
        }
        let room = limit.saturating_sub(self.new_findings.len());
        let (gone, news) = (missing(then, &after)?, missing(now, &before)?);
        for (finding, is_new) in
            gone.iter().map(|found| (found, false)).chain(news.iter().map(|found| (found, true)))
        {
            let rule = self.by_rule.entry(finding.rule.clone()).or_default();
            let directory = self.by_directory.entry(directory(path).to_owned()).or_default();
            for delta in [rule, directory] {
                delta.new += u64::from(is_new);
                delta.resolved += u64::from(!is_new);
            }
        }
        self.new += news.len() as u64;
        self.resolved += gone.len() as u64;
        let locate = |finding| Located { path: path.to_owned(), finding };
        self.new_findings.extend(news.into_iter().take(room).map(locate));
        let room = limit.saturating_sub(self.resolved_findings.len());
        self.resolved_findings.extend(gone.into_iter().take(room).map(locate));
        Ok(())
    }
}

fn fingerprints(body: &Option<Vec<u8>>) -> Result<HashSet<Fingerprint>, StoreError> {
    let Some(body) = body else { return Ok(HashSet::new()) };
    Ok(Packed::open(body)?.fingerprints()?.into_iter().map(|(print, _)| print).collect())
}

/// The fingerprints with the rules that they are of.
fn rules_of(body: &Option<Vec<u8>>) -> Result<Vec<(Fingerprint, String)>, StoreError> {
    let Some(body) = body else { return Ok(Vec::new()) };
    let packed = Packed::open(body)?;
    let rule = |(print, kind): (Fingerprint, usize)| (print, packed.kinds[kind].rule.to_owned());
    Ok(packed.fingerprints()?.into_iter().map(rule).collect())
}

/// The findings whose fingerprints are not in `known`.
fn missing(
    body: &Option<Vec<u8>>,
    known: &HashSet<Fingerprint>,
) -> Result<Vec<RecordedFinding>, StoreError> {
    let Some(body) = body else { return Ok(Vec::new()) };
    let found = Packed::open(body)?.findings(|_, row, _| !known.contains(&row.fingerprint))?;
    Ok(found.into_iter().map(|(_, finding)| finding).collect())
}
