-- A recommendation may be refused when it is applied. A list of values in a CHECK cannot be changed,
-- so the table is made anew.
CREATE TABLE recommendations_4 (
    id INTEGER PRIMARY KEY,
    validation INTEGER NOT NULL,
    workflow INTEGER NOT NULL,
    file INTEGER NOT NULL,
    rule TEXT NOT NULL,
    instruction TEXT NOT NULL,
    rationale TEXT NOT NULL,
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    safety TEXT NOT NULL CHECK (safety IN ('safe', 'review')),
    file_hash INTEGER NOT NULL,
    changes TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'proposed'
        CHECK (state IN ('proposed', 'approved', 'rejected', 'applied', 'refused', 'stale')),
    reason TEXT,
    until TEXT,
    decided_by TEXT,
    decided_us INTEGER,
    created_us INTEGER NOT NULL
);
INSERT INTO recommendations_4 SELECT id, validation, workflow, file, rule, instruction, rationale,
    confidence, safety, file_hash, changes, state, reason, until, decided_by, decided_us, created_us
    FROM recommendations;
DROP TABLE recommendations;
ALTER TABLE recommendations_4 RENAME TO recommendations;
CREATE INDEX recommendations_by_state ON recommendations (state);
CREATE INDEX recommendations_by_file ON recommendations (file);
CREATE INDEX recommendations_by_workflow ON recommendations (workflow);
