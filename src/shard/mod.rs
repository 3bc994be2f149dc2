//! A run cut into parts that other machines check, and the parts put together again.
//!
//! Every part walks all files and checks those whose path falls to it, against the whole project: what
//! it finds is what one run would find. A shard file holds its reports; [`Shards`] gives them back in
//! the order of the whole run, and refuses what would not be that run.

mod error;
mod read;
mod row;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::config::{ConfigError, Digests, Project};
use crate::engine::{File, Skipped, root_relative};

pub use error::ShardError;
pub use read::Shards;
pub use row::{Restored, row};

/// The number of the format of shard files.
pub const FORMAT: u32 = 2;

/// Most parts that a run is cut into.
pub const MAX_PARTS: usize = 10_000;

/// One part of several, such as `2/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardOf {
    /// From 1.
    pub index: usize,
    pub of: usize,
}

impl FromStr for ShardOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part = text.split_once('/').and_then(|(index, of)| {
            Some(ShardOf { index: index.parse().ok()?, of: of.parse().ok()? })
        });
        let part = part.ok_or("expected a part of several, such as 2/8")?;
        if part.of > MAX_PARTS {
            return Err(format!("a run is cut into at most {MAX_PARTS} parts"));
        }
        if part.index == 0 || part.index > part.of {
            return Err(format!("parts are counted from 1/{0} to {0}/{0}", part.of));
        }
        Ok(part)
    }
}

impl fmt::Display for ShardOf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.index, self.of)
    }
}

impl ShardOf {
    /// Whether a file falls to this part, by its path from the project's root: pages that come and go
    /// move no others.
    pub fn takes(self, path: &str) -> bool {
        xxh3_64(path.as_bytes()) % self.of as u64 == self.index as u64 - 1
    }
}

/// The first line of a shard file: of which run it is a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The format's number.
    pub shard: u32,
    pub version: String,
    pub part: ShardOf,
    /// A hash of the settings of all files.
    pub settings: String,
    /// A hash of the paths of all files.
    pub files: String,
    /// How many files all parts have together.
    pub total: usize,
    pub skipped: Skipped,
    /// Findings of the baseline whose files are gone.
    pub gone: usize,
    /// What the run was asked for, as the run history keeps it.
    pub what: Value,
}

/// The last line of a shard file: the part came to its end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trailer {
    pub end: bool,
    /// Files that are in the part.
    pub files: usize,
    /// The exit status that the part had alone.
    pub status: u8,
    /// What else is wrong, beside findings.
    pub problems: Vec<String>,
    /// Structure files that were for none of the pages of the part.
    pub idle: Vec<String>,
}

impl Header {
    /// The header of a part of a run over these files.
    ///
    /// # Errors
    /// If the configuration of one of them has mistakes.
    pub fn new(
        part: ShardOf,
        project: &Project,
        files: &[File],
        skipped: Skipped,
        gone: usize,
        what: Value,
    ) -> Result<Header, ConfigError> {
        let (mut settings, mut paths) = (Xxh3::new(), Xxh3::new());
        let digests = Digests::default();
        for file in files {
            // What has mistakes has none, for every part.
            let digest = digests.of(project, &file.path).map_or(0, |(_, digest)| digest);
            settings.update(&digest.to_le_bytes());
            paths.update(root_relative(project.root(), &file.path).as_bytes());
            paths.update(b"\0");
        }
        Ok(Header {
            shard: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            part,
            settings: format!("{:016x}", settings.digest()),
            files: format!("{:016x}", paths.digest()),
            total: files.len(),
            skipped,
            gone,
            what,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_falls_to_one_part() {
        for of in [1, 2, 3, 7, 17] {
            for file in 0..200 {
                let path = format!("docs/{file}.md");
                let parts = (1..=of).filter(|&index| ShardOf { index, of }.takes(&path));
                assert_eq!(parts.count(), 1, "{path} of {of}");
            }
        }
    }

    #[test]
    fn parts_are_read_as_people_write_them() {
        assert_eq!("2/8".parse(), Ok(ShardOf { index: 2, of: 8 }));
        for wrong in ["", "2", "0/8", "9/8", "a/b", "-1/2", "1/0", "1/20000", "1/2/3"] {
            assert!(wrong.parse::<ShardOf>().is_err(), "{wrong}");
        }
    }
}
