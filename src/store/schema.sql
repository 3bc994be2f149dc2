CREATE TABLE meta (k TEXT PRIMARY KEY, v TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('epoch', lower(hex(randomblob(8)))), ('min_seq', '1');

CREATE TABLE workflows (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('PENDING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED')),
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    created_us INTEGER NOT NULL,
    started_us INTEGER,
    ended_us INTEGER,
    actor TEXT NOT NULL,
    -- The file under `live/` that the process which runs it keeps locked.
    owner TEXT NOT NULL,
    what TEXT NOT NULL CHECK (json_valid(what)),
    errors INTEGER NOT NULL DEFAULT 0,
    warnings INTEGER NOT NULL DEFAULT 0,
    infos INTEGER NOT NULL DEFAULT 0,
    message TEXT,
    requested TEXT CHECK (requested IN ('pause', 'resume', 'cancel')),
    requested_by TEXT,
    -- All events, and all validations, of this workflow lie from here on; the validations up to
    -- `last_validation`, once it has ended. Cheaper than an index that every insertion has to fill.
    first_event INTEGER NOT NULL,
    first_validation INTEGER NOT NULL,
    last_validation INTEGER
);
CREATE INDEX workflows_open ON workflows (state) WHERE state IN ('PENDING', 'RUNNING', 'PAUSED');

-- `latest` is the newest validation of the file.
CREATE TABLE files (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, latest INTEGER);

-- All findings of one check of one file, packed; shared by validations that found the same.
CREATE TABLE findings (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, body BLOB NOT NULL);

-- `previous` is the validation of the same file before this one. No checks here and in the log: a
-- list of values is a table that is filled anew for every row that is inserted.
CREATE TABLE validations (
    id INTEGER PRIMARY KEY,
    workflow INTEGER NOT NULL,
    file INTEGER NOT NULL,
    previous INTEGER,
    hash INTEGER NOT NULL,
    status TEXT NOT NULL,
    errors INTEGER NOT NULL,
    warnings INTEGER NOT NULL,
    infos INTEGER NOT NULL,
    family TEXT,
    types TEXT NOT NULL,
    found INTEGER,
    ts_us INTEGER NOT NULL,
    duration_us INTEGER NOT NULL,
    error TEXT,
    review TEXT
);

-- `changes` is JSON, which is not checked once more: there may be much of it.
CREATE TABLE recommendations (
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
        CHECK (state IN ('proposed', 'approved', 'rejected', 'applied', 'stale')),
    reason TEXT,
    until TEXT,
    decided_by TEXT,
    decided_us INTEGER,
    created_us INTEGER NOT NULL
);
CREATE INDEX recommendations_by_state ON recommendations (state);
CREATE INDEX recommendations_by_file ON recommendations (file);
CREATE INDEX recommendations_by_workflow ON recommendations (workflow);

CREATE TABLE decisions (
    fingerprint INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,
    path TEXT NOT NULL,
    reason TEXT,
    until TEXT,
    decided_by TEXT NOT NULL,
    ts_us INTEGER NOT NULL
);

-- Writes to files: intended (`done_us` is null) and done, with the journal that undoes them.
CREATE TABLE applications (
    id INTEGER PRIMARY KEY,
    workflow INTEGER NOT NULL,
    validation INTEGER NOT NULL,
    file INTEGER NOT NULL,
    before_hash INTEGER NOT NULL,
    after_hash INTEGER NOT NULL,
    journal TEXT,
    recommendations TEXT NOT NULL CHECK (json_valid(recommendations)),
    actor TEXT NOT NULL,
    done_us INTEGER
);
CREATE INDEX applications_open ON applications (id) WHERE done_us IS NULL;

-- Findings of a finished workflow by folder and rule.
CREATE TABLE tallies (
    workflow INTEGER NOT NULL,
    folder TEXT NOT NULL,
    rule TEXT NOT NULL,
    severity INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (workflow, folder, rule, severity)
) WITHOUT ROWID;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    ts_us INTEGER NOT NULL,
    actor TEXT NOT NULL,
    user TEXT,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT
);

-- Numbers are never used again, since the newest row is never deleted. `data` is JSON.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    ts_us INTEGER NOT NULL,
    type TEXT NOT NULL,
    v INTEGER NOT NULL DEFAULT 1,
    workflow_id INTEGER,
    validation_id INTEGER,
    actor TEXT NOT NULL,
    data TEXT NOT NULL
);
