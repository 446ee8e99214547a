-- 0002: training jobs. Times are milliseconds since 1970-01-01 UTC.

-- A job and where it stands. It survives the process: a running job of a dead one goes back to the queue.
CREATE TABLE job (
    id           TEXT PRIMARY KEY,                    -- 26 characters, sortable by time
    task         TEXT NOT NULL CHECK (task IN ('forecast', 'tag')),
    dataset      TEXT NOT NULL,                       -- its name when the job was submitted
    dataset_id   INTEGER REFERENCES dataset (id),     -- its content; NULL once that is gone
    model        TEXT NOT NULL,
    state        INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4), -- queued running succeeded failed cancelled
    cancel       INTEGER NOT NULL DEFAULT 0 CHECK (cancel IN (0, 1)), -- somebody asked to cancel
    created_at   INTEGER NOT NULL,                    -- ms
    started_at   INTEGER,                             -- ms, of the first start
    finished_at  INTEGER,                             -- ms
    params       TEXT NOT NULL,                       -- JSON object: every effective value
    epoch        INTEGER NOT NULL DEFAULT 0,          -- epochs finished
    epochs       INTEGER NOT NULL DEFAULT 0,          -- epochs in all
    fraction     REAL NOT NULL DEFAULT 0,             -- 0..1
    loss         REAL,                                -- mean training loss
    validation_loss REAL,
    samples_per_second REAL,
    eta_seconds  REAL,
    error        TEXT,                                -- problem document, JSON
    model_version INTEGER,
    metrics      TEXT,                                -- JSON object
    idempotency_key TEXT UNIQUE,                      -- as the client sent it
    request_digest TEXT,                              -- SHA-256 of that request's body
    owner        TEXT,                                -- who runs it
    lease_until  INTEGER,                             -- ms; renewed at every checkpoint
    attempts     INTEGER NOT NULL DEFAULT 0           -- how often it was claimed
) STRICT;

CREATE INDEX job_by_state ON job (state, id);
CREATE INDEX job_by_model ON job (model, id);
CREATE INDEX job_by_dataset ON job (dataset_id, state);

-- Losses per epoch. NULL: no validation part.
CREATE TABLE job_history (
    job          TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    epoch        INTEGER NOT NULL,                    -- from 1
    loss         REAL,
    validation_loss REAL,
    PRIMARY KEY (job, epoch)
) STRICT, WITHOUT ROWID;

-- The complete training state of a job that is not finished: safetensors bytes.
CREATE TABLE job_snapshot (
    job          TEXT PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    state        BLOB NOT NULL
) STRICT;
