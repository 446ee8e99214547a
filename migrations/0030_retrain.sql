-- 0030: models that the daemon trains again itself, after a time or when their forecasts have become worse.

-- One row for each such model. The model need not have a version yet: the first one may be in training.
CREATE TABLE model_retrain (
    token        INTEGER PRIMARY KEY AUTOINCREMENT,   -- another one whenever the rule is replaced
    model        TEXT NOT NULL UNIQUE,                -- its name
    every        INTEGER NOT NULL,                    -- ms from one training to the next; 0: no such rule
    drift        REAL,                                -- trained when the errors are so many times those of the evaluation
    api_key      INTEGER NOT NULL,                    -- number of the key that set it; 0: of the configuration, or none
    key_name     TEXT,                                -- its name
    created_at   INTEGER NOT NULL,                    -- ms since 1970
    next_at      INTEGER NOT NULL,                    -- ms; when it is trained next; 0: every is 0
    due_at       INTEGER NOT NULL,                    -- ms; when the rule is looked at next
    checked_at   INTEGER NOT NULL DEFAULT 0,          -- ms; when it was looked at last; 0: never
    last_job     TEXT,                                -- that it submitted
    last_drift   REAL,                                -- as measured last
    drift_at     INTEGER NOT NULL DEFAULT 0,          -- ms; when that was measured; 0: never
    measured     TEXT,                                -- digest of the data set that was measured, as 64 hex digits
    request      TEXT,                                -- JSON: the last job that it submitted
    note         TEXT,                                -- why the last look submitted no job
    error        TEXT                                 -- JSON: the problem of the last look
) STRICT;

CREATE INDEX model_retrain_due ON model_retrain (due_at, token);
