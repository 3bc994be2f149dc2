//! Which rule a finding is of.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use serde::{Serialize, Serializer};
use xxhash_rust::xxh3::xxh3_64;

/// What has to be known of a rule wherever one of its findings is.
#[derive(Debug)]
pub struct RuleKey {
    id: &'static str,
    number: u16,
    of_page: bool,
    hash: u64,
}

impl RuleKey {
    /// The rule with this id, at this place in its registry. `of_page` says whether its findings
    /// are about the page as a whole.
    pub fn new(id: &'static str, number: u16, of_page: bool) -> Self {
        RuleKey { id, number, of_page, hash: xxh3_64(id.as_bytes()) }
    }
}

/// A rule of a registry, or something about a file that is reported like one. It is as good as the
/// text of its id; two of one registry are the same if their numbers are.
#[derive(Clone, Copy)]
pub struct RuleId(&'static RuleKey);

impl RuleId {
    pub fn new(key: &'static RuleKey) -> Self {
        RuleId(key)
    }

    /// The id, such as `MD013`.
    pub fn as_str(self) -> &'static str {
        self.0.id
    }

    /// Its place in its registry, from 0.
    pub fn number(self) -> usize {
        usize::from(self.0.number)
    }

    /// Whether findings are about the page as a whole: they are known again wherever they stand.
    pub fn is_of_page(self) -> bool {
        self.0.of_page
    }

    /// A hash of the id, the same in all versions.
    pub fn stable_hash(self) -> u64 {
        self.0.hash
    }
}

impl Deref for RuleId {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Debug for RuleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

impl Serialize for RuleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl PartialEq for RuleId {
    fn eq(&self, other: &RuleId) -> bool {
        self.0.number == other.0.number
    }
}

impl Eq for RuleId {}

impl PartialEq<str> for RuleId {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for RuleId {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

/// The order of ids, not of numbers.
impl Ord for RuleId {
    fn cmp(&self, other: &RuleId) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for RuleId {
    fn partial_cmp(&self, other: &RuleId) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for RuleId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.number.hash(state);
    }
}
