//! The shards of one run, read side by side in the order of the whole run.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::row::{Restored, ShardRow};
use super::{FORMAT, Header, ShardError, Trailer};
use crate::files;

/// All parts of a run. Reports are read one at a time, so memory does not grow with them.
pub struct Shards {
    shards: Vec<Shard>,
    next: usize,
}

struct Shard {
    path: PathBuf,
    lines: BufReader<File>,
    /// The line that was read last, from 1.
    line: u64,
    header: Header,
    trailer: Trailer,
    /// The row that is due next; none after the last.
    row: Option<ShardRow>,
}

impl Shards {
    /// Opens the files and finds out whether they are the parts of one run, each once.
    ///
    /// # Errors
    /// Why they are not.
    pub fn open(paths: &[PathBuf]) -> Result<Shards, ShardError> {
        let mut shards: Vec<Shard> = Vec::new();
        for path in paths {
            let shard = Shard::open(path)?;
            if let Some(first) = shards.first() {
                first.is_like(&shard)?;
            }
            if let Some(twin) = shards.iter().find(|known| known.header.part == shard.header.part) {
                return Err(ShardError::Doubled {
                    part: shard.header.part,
                    first: twin.path.clone(),
                    second: shard.path,
                });
            }
            shards.push(shard);
        }
        let of = shards.first().map_or(0, |shard| shard.header.part.of);
        let is_there = |index: &usize| shards.iter().any(|it| it.header.part.index == *index);
        let missing: Vec<usize> = (1..=of).filter(|index| !is_there(index)).collect();
        if !missing.is_empty() {
            return Err(ShardError::Missing { shards: missing, of });
        }
        // A part that ended early has said less than all.
        if let Some(early) = shards.iter().find(|shard| shard.trailer.status == 130) {
            let (path, part) = (early.path.clone(), early.header.part);
            return Err(ShardError::Incomplete { path, part });
        }
        Ok(Shards { shards, next: 0 })
    }

    /// Of the run; its part is that of any.
    ///
    /// # Panics
    /// If there are no shards.
    pub fn header(&self) -> &Header {
        &self.shards.first().expect("there are shards").header
    }

    pub fn trailers(&self) -> impl Iterator<Item = &Trailer> {
        self.shards.iter().map(|shard| &shard.trailer)
    }

    /// The next report in the order of the whole run; `None` after the last.
    ///
    /// # Errors
    /// If a shard is damaged, or the shards hold a file twice or not at all.
    pub fn next(
        &mut self,
        path: impl FnOnce(&str) -> PathBuf,
    ) -> Result<Option<Restored>, ShardError> {
        let total = self.header().total;
        let index = self.next;
        let due = |shard: &&mut Shard| shard.row.as_ref().is_some_and(|row| row.index <= index);
        let wrong = |times| Err(ShardError::Files { index: index + 1, total, times });
        if index >= total {
            let is_left = self.shards.iter().any(|shard| shard.row.is_some());
            return if is_left { wrong("several") } else { Ok(None) };
        }
        let mut holders = self.shards.iter_mut().filter(due);
        let Some(shard) = holders.next() else { return wrong("none of the") };
        if holders.next().is_some() {
            return wrong("several");
        }
        let row = shard.row.take().filter(|row| row.index == index);
        let Some(row) = row else { return wrong("several") };
        let restored = row.restore(path).map_err(|cause| shard.damaged(cause))?;
        shard.read_row()?;
        self.next += 1;
        Ok(Some(restored))
    }
}

impl Shard {
    fn open(path: &Path) -> Result<Shard, ShardError> {
        let unreadable = |cause| ShardError::Unreadable { path: path.to_owned(), cause };
        let last = last_line(path).map_err(unreadable)?;
        let mut lines = lines(path).map_err(unreadable)?;
        let mut first = String::new();
        lines.read_line(&mut first).map_err(unreadable)?;
        let header = header(path, &first)?;
        let trailer: Option<Trailer> = serde_json::from_str(&last).ok();
        let Some(trailer) = trailer.filter(|trailer| trailer.end) else {
            return Err(ShardError::Incomplete { path: path.to_owned(), part: header.part });
        };
        let path = path.to_owned();
        let mut shard = Shard { path, lines, line: 1, header, trailer, row: None };
        shard.read_row()?;
        Ok(shard)
    }

    fn read_row(&mut self) -> Result<(), ShardError> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line);
        read.map_err(|cause| ShardError::Unreadable { path: self.path.clone(), cause })?;
        self.line += 1;
        self.row = match line.starts_with("{\"end\"") {
            true => None,
            false => {
                let row = serde_json::from_str(&line);
                Some(row.map_err(|error| self.damaged(error.to_string()))?)
            }
        };
        Ok(())
    }

    fn damaged(&self, cause: String) -> ShardError {
        ShardError::Damaged { path: self.path.clone(), line: self.line, cause }
    }

    /// Whether another shard is of the same run.
    fn is_like(&self, other: &Shard) -> Result<(), ShardError> {
        let (one, two) = (&self.header, &other.header);
        let text = |value: &dyn ToString| value.to_string();
        let skipped = |header: &Header| format!("{:?}", header.skipped);
        let pairs = [
            ("version", one.version.clone(), two.version.clone()),
            ("the number of shards", text(&one.part.of), text(&two.part.of)),
            ("the number of files", text(&one.total), text(&two.total)),
            ("files", one.files.clone(), two.files.clone()),
            ("settings", one.settings.clone(), two.settings.clone()),
            ("what was skipped", skipped(one), skipped(two)),
            ("the baseline", text(&one.gone), text(&two.gone)),
            ("what was asked for", text(&one.what), text(&two.what)),
        ];
        match pairs.into_iter().find(|(_, one, other)| one != other) {
            None => Ok(()),
            Some((what, one, other_one)) => Err(ShardError::Different {
                what,
                first: self.path.clone(),
                second: other.path.clone(),
                one,
                other: other_one,
            }),
        }
    }
}

fn lines(path: &Path) -> io::Result<BufReader<File>> {
    let opened = files::open(path).map_err(files::FileError::into_io)?;
    Ok(BufReader::with_capacity(1 << 17, opened.file))
}

/// The last line, in the memory of the longest.
fn last_line(path: &Path) -> io::Result<String> {
    let mut lines = lines(path)?;
    let (mut last, mut line) = (Vec::new(), Vec::new());
    while lines.read_until(b'\n', &mut line)? > 0 {
        std::mem::swap(&mut last, &mut line);
        line.clear();
    }
    // What is cut off in the middle of a line is no trailer either.
    Ok(String::from_utf8(last).unwrap_or_default())
}

fn header(path: &Path, line: &str) -> Result<Header, ShardError> {
    let value: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
    match value.get("shard").and_then(serde_json::Value::as_u64) {
        None => Err(ShardError::NoShard(path.to_owned())),
        Some(format) if format != u64::from(FORMAT) => Err(ShardError::Format {
            path: path.to_owned(),
            format: u32::try_from(format).unwrap_or(u32::MAX),
        }),
        Some(_) => serde_json::from_value(value).map_err(|_| ShardError::NoShard(path.to_owned())),
    }
}
