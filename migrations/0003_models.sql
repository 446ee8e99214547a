-- 0003: models and their versions. Times are milliseconds since 1970-01-01 UTC.

CREATE TABLE model (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,                -- [a-z0-9][a-z0-9._-]{0,63}
    task         TEXT NOT NULL CHECK (task IN ('forecast', 'tag')),
    next_version INTEGER NOT NULL DEFAULT 1           -- numbers are never used again
) STRICT;

-- One version; never changed after it was written.
CREATE TABLE model_version (
    model        INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
    version      INTEGER NOT NULL,                    -- from 1
    created_at   INTEGER NOT NULL,                    -- ms
    dataset      TEXT,                                -- NULL: imported
    job          TEXT,                                -- NULL: imported
    params       TEXT NOT NULL,                       -- JSON object
    metrics      TEXT,                                -- JSON object
    details      TEXT NOT NULL,                       -- JSON object: series, or tags and words
    parameter_count INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,                    -- of the checkpoint
    digest       TEXT NOT NULL,                       -- SHA-256 of the checkpoint, hex
    PRIMARY KEY (model, version)
) STRICT, WITHOUT ROWID;

-- The safetensors file of a version, apart so that lists stay cheap.
CREATE TABLE model_checkpoint (
    model        INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    bytes        BLOB NOT NULL,
    PRIMARY KEY (model, version),
    FOREIGN KEY (model, version) REFERENCES model_version (model, version) ON DELETE CASCADE
) STRICT;

-- What was measured on the held-out end; imported versions have none.
CREATE TABLE model_evaluation (
    model        INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    evaluation   TEXT NOT NULL,                       -- JSON object
    PRIMARY KEY (model, version),
    FOREIGN KEY (model, version) REFERENCES model_version (model, version) ON DELETE CASCADE
) STRICT;
