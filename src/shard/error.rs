//! Why shard files cannot be put together.

use std::io;
use std::path::PathBuf;

/// Why shard files cannot be put together: a sentence, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ShardError {
    #[error("`{}` cannot be read: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error(
        "`{}` is not a shard file\nhelp: `validator batch --shard 1/4 --shard-file FILE` writes one",
        .0.display()
    )]
    NoShard(PathBuf),
    #[error(
        "`{}` is written in format {format}, expected {}\nhelp: run all shards and the merge with the \
         same version",
        path.display(), super::FORMAT
    )]
    Format { path: PathBuf, format: u32 },
    #[error(
        "`{}` ends early: the run of shard {part} did not come to its end\nhelp: run the shard again",
        path.display()
    )]
    Incomplete { path: PathBuf, part: super::ShardOf },
    #[error(
        "`{}` is damaged at line {line}: {cause}\nhelp: run the shard again",
        path.display()
    )]
    Damaged { path: PathBuf, line: u64, cause: String },
    #[error("{}\nhelp: name the files of all shards", missing(.shards, *.of))]
    Missing { shards: Vec<usize>, of: usize },
    #[error(
        "`{}` and `{}` are both shard {part}\nhelp: name each shard once",
        first.display(), second.display()
    )]
    Doubled { part: super::ShardOf, first: PathBuf, second: PathBuf },
    #[error(
        "`{}` and `{}` differ in {what}: {one}, {other}\nhelp: run all shards with the same version, \
         settings and files",
        first.display(), second.display()
    )]
    Different { what: &'static str, first: PathBuf, second: PathBuf, one: String, other: String },
    #[error(
        "file {index} of {total} is in {times} shards, expected one\nhelp: run all shards again"
    )]
    Files { index: usize, total: usize, times: &'static str },
}

fn missing(shards: &[usize], of: usize) -> String {
    let numbers: Vec<String> = shards.iter().take(20).map(usize::to_string).collect();
    let more = shards.len().checked_sub(21).map_or("", |_| ", …");
    match shards.len() {
        1 => format!("shard {} of {of} is missing", numbers[0]),
        _ => format!("shards {}{more} of {of} are missing", numbers.join(", ")),
    }
}
