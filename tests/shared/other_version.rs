//! A run history as a version with other rules would have left it.

use std::path::Path;

use rusqlite::Connection;
use validator::store::Store;

/// Gives a rule another id, as long as its own, in all that was found. Returns in how many lists.
pub fn rename_rule(root: &Path, from: &str, to: &str) -> usize {
    let database = Connection::open(Store::path(root)).expect("a database");
    let bodies: Vec<(i64, Vec<u8>)> = database
        .prepare("SELECT id, body FROM findings")
        .and_then(|mut rows| rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .expect("findings");
    let mut renamed = 0;
    for (id, mut body) in bodies {
        let (from, to) = (from.as_bytes(), to.as_bytes());
        let Some(at) = body.windows(from.len()).position(|name| name == from) else { continue };
        body[at..at + from.len()].copy_from_slice(to);
        database
            .execute("UPDATE findings SET body = ?2 WHERE id = ?1", (id, body))
            .expect("it is changed");
        renamed += 1;
    }
    renamed
}
