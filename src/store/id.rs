//! Ids of workflows, and the clock. Validations and recommendations count up from 1.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 11;
const RANDOM_BITS: u32 = 14;

/// Names a workflow. Written as `wf_` and eleven base-32 digits of the time (milliseconds) and
/// chance, so that the order of the text is the order of starting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkflowId(i64);

impl WorkflowId {
    /// A new id that is greater than `last`, the greatest one in use.
    pub(super) fn after(last: Option<WorkflowId>) -> Self {
        let now = (now_us() / 1_000) << RANDOM_BITS | (random() & ((1 << RANDOM_BITS) - 1)) as i64;
        WorkflowId(last.map_or(now, |last| now.max(last.0.saturating_add(1))))
    }
}

impl fmt::Display for WorkflowId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |at: usize| DIGITS[(self.0 >> (5 * (LENGTH - 1 - at)) & 31) as usize];
        let text: [u8; LENGTH] = std::array::from_fn(digit);
        write!(formatter, "wf_{}", text.escape_ascii())
    }
}

/// The text is not the id of a workflow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("run `{0}` not found; ids of runs look like wf_1m4t0kq7x2c")]
pub struct WorkflowIdError(String);

impl FromStr for WorkflowId {
    type Err = WorkflowIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || WorkflowIdError(text.chars().take(40).collect());
        let digits = text.strip_prefix("wf_").filter(|digits| digits.len() == LENGTH);
        digits.ok_or_else(error)?.bytes().try_fold(WorkflowId(0), |id, byte| {
            let digit = DIGITS.iter().position(|&digit| digit == byte).ok_or_else(error)?;
            Ok(WorkflowId(id.0 << 5 | digit as i64))
        })
    }
}

/// What the id of a workflow looks like, as a regular expression.
pub const WORKFLOW_ID: &str = "^wf_[0-9a-hjkmnp-tv-z]{11}$";
/// Likewise for a digest.
const DIGEST: &str = "^[0-9a-f]{16}$";

/// In JSON, ids and digests are texts of a form.
macro_rules! schema_is_text {
    ($($type:ident $pattern:expr;)*) => {
        $(impl schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "pattern": $pattern})
            }
        })*
    };
}

schema_is_text! { WorkflowId WORKFLOW_ID; Digest DIGEST; }

impl Serialize for WorkflowId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WorkflowId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl ToSql for WorkflowId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for WorkflowId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(WorkflowId)
    }
}

/// A hash of a file's bytes, written as sixteen hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(pub u64);

impl Digest {
    /// The hash of a file's bytes as they stand on disk.
    pub fn of(bytes: &[u8]) -> Self {
        Digest(xxhash_rust::xxh3::xxh3_64(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(Digest).map_err(serde::de::Error::custom)
    }
}

impl ToSql for Digest {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.cast_signed()))
    }
}

impl FromSql for Digest {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(|value| Digest(value.cast_unsigned()))
    }
}

/// Microseconds since 1970.
pub(super) fn now_us() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
}

/// Chance that is good enough to tell ids of the same millisecond apart.
pub(super) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_as_they_were_made_and_read_back() {
        let mut last = None;
        for _ in 0..100 {
            let id = WorkflowId::after(last);
            if let Some(last) = last {
                assert!(id > last && id.to_string() > WorkflowId::to_string(&last));
            }
            assert_eq!(id.to_string().parse(), Ok(id));
            last = Some(id);
        }
    }

    #[test]
    fn other_texts_are_not_ids() {
        for text in
            ["", "wf_", "wf_0123456789", "wf_0123456789u", "va_0123456789a", "wf_0123456789ä"]
        {
            assert!(text.parse::<WorkflowId>().is_err(), "{text}");
        }
    }
}
