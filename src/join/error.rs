//! Why facts cannot be joined.

use std::io;

/// Why facts cannot be joined: a sentence, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error("temporary files cannot be used: {0}\nhelp: TMPDIR names a directory with more room")]
    Temporary(#[from] io::Error),
    #[error("`{name}` cannot be read: {cause}")]
    Unreadable { name: String, cause: io::Error },
    #[error(
        "{name}:{line}: {cause}\nhelp: facts are rows of facts.schema.json, or answers of \
         `validator pipe` to records that want facts"
    )]
    Row { name: String, line: u64, cause: String },
    #[error(
        "`{path}` and `{other}` were read with different settings or versions\nhelp: compare the \
         digests of all workers, and read all pages with the same"
    )]
    Different { path: String, other: String },
    #[error("there are two pages `{0}`\nhelp: give the facts of each page once")]
    Twice(String),
    #[error(
        "there are facts of `{0}`, but not its row of the kind page\nhelp: give all rows of a page"
    )]
    NoPage(String),
    #[error("no facts\nhelp: name the files that hold them")]
    Nothing,
}
