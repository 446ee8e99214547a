-- 0013: jobs during which the process ended, and bytes that are too many for one transaction.

-- How often in a row the process ended with this job running and no later checkpoint in between.
ALTER TABLE job ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;

-- Bytes of a snapshot or a checkpoint that are too many for one row, written ahead of the row that they
-- belong to: one part in each transaction, so that no other writer waits for long. The row holds
-- what comes after the last part. A published blob without an owner is garbage.
CREATE TABLE blob (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,   -- a number is never used again
    published    INTEGER NOT NULL DEFAULT 0 CHECK (published IN (0, 1)), -- 0: it is being written
    job          TEXT REFERENCES job_snapshot (job) ON DELETE SET NULL, -- owner: before its state
    model        INTEGER,                             -- owner: before the bytes of its checkpoint
    version      INTEGER,
    FOREIGN KEY (model, version) REFERENCES model_checkpoint (model, version) ON DELETE SET NULL
) STRICT;

CREATE INDEX blob_by_job ON blob (job);
CREATE INDEX blob_by_model ON blob (model, version);

CREATE TABLE blob_part (
    id           INTEGER PRIMARY KEY,
    blob         INTEGER NOT NULL,                    -- no reference: parts go before their blob does
    bytes        BLOB NOT NULL                        -- in the order of id
) STRICT;

CREATE INDEX blob_part_by_blob ON blob_part (blob);
