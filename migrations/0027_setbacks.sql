-- 0027: jobs that could not use the database, although others could. Such a job waits before it runs again, and others
-- run meanwhile.

CREATE TABLE job_setback (
    job          TEXT PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    count        INTEGER NOT NULL,                    -- in a row, without progress in between
    since        INTEGER NOT NULL,                    -- ms; the first of them
    retry_at     INTEGER NOT NULL                     -- ms; until then no worker takes the job
) STRICT, WITHOUT ROWID;
