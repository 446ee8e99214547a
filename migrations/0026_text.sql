-- 0026: data sets of kind text. CHECK (kind IN (0, 1)) cannot be altered, so table dataset is made anew, with
-- the same columns in the same order.

-- A data set that clients uploaded. Replacing one makes a new row; the old one is retired (its name is
-- NULL) and goes when the last job that uses it ends.
CREATE TABLE new_dataset (
    id          INTEGER PRIMARY KEY,
    name        TEXT UNIQUE,                          -- [a-z0-9][a-z0-9._-]{0,63}; NULL: retired
    kind        INTEGER NOT NULL CHECK (kind IN (0, 1, 2)), -- 0 series, 1 tagged sentences, 2 text
    created_at  INTEGER NOT NULL,                     -- ms
    updated_at  INTEGER NOT NULL,                     -- ms
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),  -- of the values, tokens or text stored
    digest      TEXT NOT NULL CHECK (length(digest) = 64), -- SHA-256 chained over all content, hex
    columns     TEXT NOT NULL,                        -- names of the value columns, joined by U+001F
    time_column TEXT,                                 -- as found in a CSV header
    id_column   TEXT,
    num_series  INTEGER NOT NULL DEFAULT 0,
    sentences   INTEGER NOT NULL DEFAULT 0,
    tokens      INTEGER NOT NULL DEFAULT 0,
    num_upos    INTEGER NOT NULL DEFAULT 0 CHECK (num_upos >= 0), -- distinct tags of tagged sentences
    num_xpos    INTEGER NOT NULL DEFAULT 0 CHECK (num_xpos >= 0),
    fill        INTEGER NOT NULL DEFAULT 0 CHECK (fill BETWEEN 0 AND 4), -- 0 linear, 1 error, 2 seasonal, 3 previous, 4 zero
    covariates  INTEGER NOT NULL DEFAULT 0 CHECK (covariates >= 0), -- how many of columns, the last ones
    stored_by   TEXT                                  -- the key that wrote it last; NULL: none, or of the configuration
) STRICT;
INSERT INTO new_dataset SELECT id, name, kind, created_at, updated_at, bytes, digest, columns, time_column,
    id_column, num_series, sentences, tokens, num_upos, num_xpos, fill, covariates, stored_by FROM dataset;
DROP TABLE dataset;
ALTER TABLE new_dataset RENAME TO dataset;
CREATE INDEX dataset_by_key ON dataset (stored_by, bytes) WHERE stored_by IS NOT NULL;

-- A text in chunks of 64 KiB, so that an append rewrites one and a reader holds one.
CREATE TABLE text_chunk (
    id          INTEGER PRIMARY KEY,
    dataset     INTEGER NOT NULL REFERENCES dataset (id) ON DELETE CASCADE,
    chunk       INTEGER NOT NULL,                     -- from 0; all but the last are full
    content     BLOB NOT NULL,                        -- UTF-8; a character may lie in two chunks
    UNIQUE (dataset, chunk)
) STRICT;
