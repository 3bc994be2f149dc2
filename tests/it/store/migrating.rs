//! A record of an earlier schema becomes one of the present schema, with all that is in it.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use validator::store::query::{ListPage, RecommendationFilter};
use validator::store::{
    Actor, Approval, Digest, NewApplication, NewValidation, Progress, Recommendation,
    RecommendationState, Rejection, Store,
};

use super::common::{checked, finding, project, proposal};
use crate::sound::check_record;

/// The schema up to 3, as it was released.
const UP_TO_3: [&str; 3] = [
    include_str!("../../../src/store/schema.sql"),
    include_str!("../../../src/store/schema-2.sql"),
    include_str!("../../../src/store/schema-3.sql"),
];

/// Makes the record one of schema 3 with the same rows.
fn downgrade(root: &Path) {
    let path = Store::path(root);
    let now = path.with_file_name("now.db");
    {
        let record = Connection::open(&path).expect("a database");
        record.execute("VACUUM INTO ?1", [now.to_str().expect("a path")]).expect("a copy");
    }
    for end in ["db", "db-wal", "db-shm"] {
        drop(fs::remove_file(path.with_extension(end)));
    }
    let old = Connection::open(&path).expect("a database");
    for step in UP_TO_3 {
        old.execute_batch(step).expect("a step");
    }
    old.execute("ATTACH ?1 AS now", [now.to_str().expect("a path")]).expect("attached");
    for table in tables(&old) {
        let sql =
            format!("DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM now.{table}");
        old.execute_batch(&sql).expect("the rows");
    }
    old.execute_batch("DETACH now; PRAGMA user_version = 3").expect("done");
    fs::remove_file(now).expect("it goes");
}

fn tables(database: &Connection) -> Vec<String> {
    let sql =
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
        ORDER BY name";
    let mut query = database.prepare(sql).expect("a query");
    let names = query.query_map([], |row| row.get(0)).expect("tables");
    names.collect::<Result<_, _>>().expect("names")
}

/// All rows of all tables.
fn rows(root: &Path) -> Vec<(String, Vec<String>)> {
    let database = Connection::open(Store::path(root)).expect("a database");
    let of = |table: String| {
        let mut query = database.prepare(&format!("SELECT * FROM {table}")).expect("a query");
        let columns = query.column_count();
        let found = query.query_map([], |row| {
            let values = (0..columns).map(|at| row.get::<_, rusqlite::types::Value>(at));
            Ok(format!("{:?}", values.collect::<Result<Vec<_>, _>>()?))
        });
        let rows = found.expect("rows").collect::<Result<_, _>>().expect("values");
        (table, rows)
    };
    tables(&database).into_iter().map(of).collect()
}

fn all(store: &Store) -> Vec<Recommendation> {
    let (filter, page) = (RecommendationFilter::default(), ListPage::first(100));
    store.read(|reader| reader.recommendations(&filter, page)).expect("a read").items
}

#[test]
fn recommendations_in_every_state_outlive_a_new_schema() {
    let project = project();
    let prints = |at: u64| [at * 10, at * 10 + 1];
    let run = project.running(1);
    let proposals = (1..=5).map(|at| proposal("MD009", at as u32, &prints(at))).collect();
    let found = vec![finding("MD009", 10, 1), finding("MD009", 20, 2)];
    let validation =
        project.record(NewValidation { proposals, ..checked(run, "docs/a.md", "aaaaaaaa", found) });
    let write = project.store.write(Actor::Web, move |tx| {
        tx.approve(2, &Approval { exclude: vec![1], overrule: false })?;
        let until = Some("2999-01-31".into());
        tx.reject(3, &Rejection { reason: Some("it is so wanted".into()), until })?;
        tx.approve(4, &Approval::default())?;
        let application = tx.intend(&NewApplication {
            workflow: run,
            validation,
            path: "docs/a.md".into(),
            before: Digest::of(b"aaaaaaaa"),
            after: Digest::of(b"aaaabbaa"),
            journal: None,
            recommendations: vec![4],
        })?;
        tx.confirm(application)?;
        tx.mark_stale(5, "the file has changed")?;
        tx.complete_workflow(run, &Progress { done: 1, ..Progress::default() })
    });
    write.expect("they are decided");
    let before = all(&project.store);
    let states: Vec<RecommendationState> = before.iter().map(|found| found.state).collect();
    use RecommendationState::{Applied, Approved, Proposed, Refused, Rejected, Stale};
    assert_eq!(states, [Proposed, Approved, Rejected, Applied, Stale]);
    let root = project.directory.path().to_owned();
    drop(project.store);
    let recorded = rows(&root);
    downgrade(&root);
    assert_eq!(rows(&root), recorded, "the old record holds the same");
    let refused = Connection::open(Store::path(&root))
        .expect("a database")
        .execute("UPDATE recommendations SET state = 'refused' WHERE id = 2", []);
    assert!(refused.is_err(), "schema 3 does not know this state");

    let store = Store::open(&root).expect("it is brought up to date");
    assert_eq!(all(&store), before);
    for (old, new) in recorded.iter().zip(rows(&root)) {
        assert_eq!(old, &new);
    }
    let database = Connection::open(Store::path(&root)).expect("a database");
    let version: i64 =
        database.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a number");
    assert_eq!(version, 4, "the present schema; a further one adds its step to this test");
    drop(database);

    // What is in it can be decided as before, and as only the new schema knows.
    let decided = store.write(Actor::Web, |tx| {
        tx.approve(1, &Approval::default())?;
        tx.refuse(2, "would change the rendered page")
    });
    decided.expect("they are decided");
    let states: Vec<RecommendationState> = all(&store).iter().map(|found| found.state).collect();
    assert_eq!(states, [Approved, Refused, Rejected, Applied, Stale]);
    let rejected = store.read(|reader| reader.rejected()).expect("a read");
    assert_eq!(rejected.len(), 2, "the rejection holds for both findings");
    drop(store);
    check_record(&root);
}
