-- 0012: tables with large values are rowid tables. In a WITHOUT ROWID table a large value lies in the tree of
-- the key, and a search for a small row reads the large ones on its way.

-- The values of a series, in chunks of bounded size so that appending rewrites little. A chunk has as many rows as
-- chunk_rows() of server/store/chunk.h returns for the data set's number of columns: a power of two, at most
-- 4096. The rows of old_series_chunk are cut to that size by server/store/sqlite/migrate_chunks.c,
-- which then drops it.
ALTER TABLE series_chunk RENAME TO old_series_chunk;
CREATE TABLE series_chunk (
    id          INTEGER PRIMARY KEY,
    series      INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    chunk       INTEGER NOT NULL,                     -- from 0
    rows        BLOB NOT NULL,                        -- little-endian float64, row-major; NaN missing
    UNIQUE (series, chunk)
) STRICT;

-- One sentence: lines of FORM, UPOS, XPOS separated by tabs; an empty field is "not given".
ALTER TABLE sentence RENAME TO old_sentence;
CREATE TABLE sentence (
    id          INTEGER PRIMARY KEY,
    dataset     INTEGER NOT NULL REFERENCES dataset (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,                     -- from 0
    tokens      TEXT NOT NULL,
    source      TEXT,                                 -- its lines of CoNLL-U; NULL: it came as JSON
    UNIQUE (dataset, position)
) STRICT;
INSERT INTO sentence (dataset, position, tokens, source)
    SELECT dataset, position, tokens, source FROM old_sentence ORDER BY dataset, position;
DROP TABLE old_sentence;

-- One version of a model; never changed after it was written. The long texts are its last columns, so that
-- the others are read without them. Foreign keys are not enforced while a migration runs: dropping the old
-- table leaves the checkpoints and evaluations that refer to it by name.
CREATE TABLE new_model_version (
    id           INTEGER PRIMARY KEY,
    model        INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
    version      INTEGER NOT NULL,                    -- from 1
    created_at   INTEGER NOT NULL,                    -- ms
    dataset      TEXT,                                -- NULL: imported
    job          TEXT,                                -- NULL: imported
    parameter_count INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,                    -- of the checkpoint
    digest       TEXT NOT NULL,                       -- SHA-256 of the checkpoint, hex
    params       TEXT NOT NULL,                       -- JSON object
    metrics      TEXT,                                -- JSON object
    details      TEXT NOT NULL,                       -- JSON object: series, or tags and words
    UNIQUE (model, version)
) STRICT;
INSERT INTO new_model_version (model, version, created_at, dataset, job, parameter_count, bytes, digest, params,
        metrics, details)
    SELECT model, version, created_at, dataset, job, parameter_count, bytes, digest, params, metrics, details
    FROM model_version ORDER BY model, version;
DROP TABLE model_version;
ALTER TABLE new_model_version RENAME TO model_version;
