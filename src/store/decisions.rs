//! What people decided about findings, kept by fingerprint so that it holds in later runs.

use std::collections::HashMap;

use super::error::StoreError;
use super::event::EventType;
use super::model::Decision;
use super::query::{Reader, fingerprint};
use super::recommendations::Rejection;
use super::tx::{NewEvent, Tx};
use crate::diagnostic::Fingerprint;
use crate::engine::Rejections;

impl Tx<'_> {
    /// Rejects a finding that has no recommendation, so that later runs show it as rejected.
    ///
    /// # Errors
    /// If the run history cannot be written, or the rejection's date is none.
    pub fn reject_finding(
        &self,
        finding: Fingerprint,
        rule: &str,
        path: &str,
        rejection: &Rejection,
    ) -> Result<(), StoreError> {
        rejection.check()?;
        self.decide(finding, rule, path, rejection)?;
        let reason = rejection.reason.as_deref();
        self.audit("finding_rejected", &finding.to_string(), reason)?;
        let data = serde_json::json!({
            "fingerprint": finding.to_string(), "rule": rule, "path": path,
            "state": "rejected", "reason": reason, "until": rejection.until,
        });
        let kind = EventType::RecommendationRejected;
        self.emit(&NewEvent { kind, workflow: None, validation: None, actor: None, data })?;
        Ok(())
    }

    /// Takes the rejection of a finding back: from now on it counts like any other.
    ///
    /// # Errors
    /// If it is not rejected.
    pub fn reconsider_finding(&self, finding: Fingerprint) -> Result<(), StoreError> {
        let sql = "SELECT rule, path FROM decisions WHERE fingerprint = ?1";
        let found = self.reader().one(sql, [finding.0.cast_signed()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        let Some((rule, path)) = found else {
            return Err(StoreError::not_found("rejected finding", finding));
        };
        self.forget_decision(finding)?;
        self.audit("finding_reconsidered", &finding.to_string(), None)?;
        let data = serde_json::json!({
            "fingerprint": finding.to_string(), "rule": rule, "path": path, "state": "reconsidered",
        });
        let kind = EventType::RecommendationRejected;
        self.emit(&NewEvent { kind, workflow: None, validation: None, actor: None, data })?;
        Ok(())
    }

    pub(super) fn decide(
        &self,
        finding: Fingerprint,
        rule: &str,
        path: &str,
        rejection: &Rejection,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR REPLACE INTO decisions (fingerprint, rule, path, reason, until, decided_by, ts_us)
             VALUES (:fingerprint, :rule, :path, :reason, :until, :by, :ts)",
            &[
                (":fingerprint", &finding.0.cast_signed()),
                (":rule", &rule),
                (":path", &path),
                (":reason", &rejection.reason),
                (":until", &rejection.until),
                (":by", &self.author.name),
                (":ts", &self.asked_us),
            ],
        )?;
        self.memo.has_decisions.set(Some(true));
        Ok(())
    }

    /// Takes a decision back.
    pub(super) fn forget_decision(&self, finding: Fingerprint) -> Result<(), StoreError> {
        let sql = "DELETE FROM decisions WHERE fingerprint = :finding";
        self.execute(sql, &[(":finding", &finding.0.cast_signed())])?;
        Ok(())
    }

    /// Whether a rejection of this finding holds today.
    pub(super) fn is_rejected(&self, finding: Fingerprint) -> Result<bool, StoreError> {
        if !self.has_decisions()? {
            return Ok(false);
        }
        let sql = "SELECT 1 FROM decisions WHERE fingerprint = ?1 AND (until IS NULL OR until >= date('now'))";
        Ok(self.statements.get(sql)?.exists([finding.0.cast_signed()])?)
    }

    fn has_decisions(&self) -> Result<bool, StoreError> {
        if let Some(known) = self.memo.has_decisions.get() {
            return Ok(known);
        }
        let has = self.statements.get("SELECT 1 FROM decisions")?.exists([])?;
        self.memo.has_decisions.set(Some(has));
        Ok(has)
    }
}

impl<C: std::borrow::Borrow<rusqlite::Connection>> Reader<C> {
    /// The findings that are rejected today, whatever run finds them.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn rejected(&self) -> Result<HashMap<Fingerprint, Decision>, StoreError> {
        let sql = "SELECT fingerprint, rule, path, reason, until, decided_by, ts_us FROM decisions
             WHERE until IS NULL OR until >= date('now')";
        let rows = self.all(sql, [], |row| {
            let decision = Decision {
                rule: row.get(1)?,
                path: row.get(2)?,
                reason: row.get(3)?,
                until: row.get(4)?,
                by: row.get(5)?,
                ts_us: row.get(6)?,
            };
            Ok((fingerprint(row.get(0)?), decision))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// The same with the reasons alone, as a run minds them.
    ///
    /// # Errors
    /// If the run history cannot be read.
    pub fn rejections(&self) -> Result<Rejections, StoreError> {
        let rejected = self.rejected()?;
        Ok(rejected.into_iter().map(|(print, why)| (print, why.reason)).collect())
    }
}
