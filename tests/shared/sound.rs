//! What holds of every record, whatever happened to the processes that wrote it. Used by the tests
//! of the store and by those of the command line.

use std::path::Path;

use rusqlite::Connection;
use validator::store::Store;

/// The log with what is looked for in it.
const TOLD: &str = "CREATE TEMP TABLE told AS SELECT seq, type, workflow_id AS workflow,
        validation_id AS validation, json_extract(nullif(data, ''), '$.recommendation_id') AS recommendation,
        json_extract(nullif(data, ''), '$.state') AS state FROM events;
    CREATE TEMP TABLE outdated AS SELECT value AS recommendation
        FROM events, json_each(nullif(data, ''), '$.stale') WHERE events.type = 'validation_created';
    CREATE INDEX temp.told_of_workflow ON told (workflow, seq);
    CREATE INDEX temp.told_of_validation ON told (validation);
    CREATE INDEX temp.told_of_recommendation ON told (recommendation);";

/// What should not be, with the query that counts it.
const WRONG: &[(&str, &str)] = &[
    ("a gap in the log", "SELECT max(seq) - min(seq) + 1 - count(*) FROM told"),
    (
        "a validation without its event",
        "SELECT count(*) FROM validations WHERE 1 != (SELECT count(*) FROM told
             WHERE type = 'validation_created' AND validation = validations.id)",
    ),
    (
        "an event without its validation",
        "SELECT count(*) FROM told WHERE validation IS NOT NULL
             AND validation NOT IN (SELECT id FROM validations)",
    ),
    (
        "an event that tells nothing",
        "SELECT count(*) FROM events WHERE data = '' AND type != 'validation_created'",
    ),
    (
        "an event whose data is no JSON, or too long",
        "SELECT count(*) FROM events
             WHERE data != '' AND (NOT json_valid(data) OR length(data) > 65536)",
    ),
    (
        "a recommendation whose changes are no JSON",
        "SELECT count(*) FROM recommendations WHERE NOT json_valid(changes)",
    ),
    (
        "an event without its workflow",
        "SELECT count(*) FROM told WHERE workflow IS NOT NULL
             AND workflow NOT IN (SELECT id FROM workflows)",
    ),
    (
        "a workflow in another state than its last event tells",
        "SELECT count(*) FROM workflows WHERE state != (SELECT state FROM told
             WHERE workflow = workflows.id AND type LIKE 'workflow%' ORDER BY seq DESC LIMIT 1)",
    ),
    (
        "a workflow without its start",
        "SELECT count(*) FROM workflows WHERE 1 != (SELECT count(*) FROM told
             WHERE workflow = workflows.id AND type = 'workflow_started')",
    ),
    (
        "a workflow that nobody runs",
        "SELECT count(*) FROM workflows WHERE state IN ('PENDING', 'RUNNING', 'PAUSED')",
    ),
    (
        "a recommendation without its event",
        "SELECT count(*) FROM recommendations WHERE 1 != (SELECT count(*) FROM told
             WHERE type = 'recommendation_created' AND recommendation = recommendations.id)",
    ),
    (
        "a decision that was not told",
        "SELECT count(*) FROM recommendations WHERE state IN ('approved', 'applied')
             AND 1 != (SELECT count(*) FROM told WHERE type = 'recommendation_' || recommendations.state
                AND recommendation = recommendations.id)",
    ),
    (
        "a decision that was told and not taken",
        "SELECT count(*) FROM told JOIN recommendations ON recommendations.id = recommendation
             WHERE type = 'recommendation_applied' AND recommendations.state != 'applied'
                AND NOT EXISTS (SELECT 1 FROM told AS later WHERE later.seq > told.seq
                    AND later.type = 'recommendation_rejected'
                    AND later.recommendation = told.recommendation)",
    ),
    (
        "a stale recommendation that no event tells of",
        "SELECT count(*) FROM recommendations WHERE state = 'stale'
             AND id NOT IN (SELECT recommendation FROM outdated)
             AND NOT EXISTS (SELECT 1 FROM told WHERE type = 'recommendation_rejected'
                AND recommendation = recommendations.id)",
    ),
    (
        "a workflow whose sums are not those of its validations",
        "SELECT count(*) FROM workflows WHERE ended_us IS NOT NULL
             AND (SELECT total(count) FROM tallies WHERE workflow = workflows.id)
                != (SELECT total(errors + warnings + infos) FROM validations
                    WHERE workflow = workflows.id)",
    ),
    (
        "a write that is neither done nor given up",
        "SELECT count(*) FROM applications WHERE done_us IS NULL",
    ),
];

/// Holds the tables against the log.
pub fn check_record(root: &Path) {
    let database = Connection::open(Store::path(root)).unwrap();
    let sound: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    database.execute_batch(TOLD).unwrap();
    for (what, sql) in WRONG {
        let count: Option<i64> = database.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(count.unwrap_or(0), 0, "{what}");
    }
}
