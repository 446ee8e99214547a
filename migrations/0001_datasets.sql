-- 0001: data sets. Times are milliseconds since 1970-01-01 UTC.

-- A data set that clients uploaded. Replacing one makes a new row; the old one is retired (its name is
-- NULL) and goes when the last job that uses it ends.
CREATE TABLE dataset (
    id          INTEGER PRIMARY KEY,
    name        TEXT UNIQUE,                          -- [a-z0-9][a-z0-9._-]{0,63}; NULL: retired
    kind        INTEGER NOT NULL CHECK (kind IN (0, 1)), -- 0 series, 1 tagged sentences
    created_at  INTEGER NOT NULL,                     -- ms
    updated_at  INTEGER NOT NULL,                     -- ms
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),  -- of the values or tokens stored
    digest      TEXT NOT NULL CHECK (length(digest) = 64), -- SHA-256 chained over all content, hex
    columns     TEXT NOT NULL,                        -- names of the value columns, joined by U+001F
    time_column TEXT,                                 -- as found in a CSV header
    id_column   TEXT,
    num_series  INTEGER NOT NULL DEFAULT 0,
    sentences   INTEGER NOT NULL DEFAULT 0,
    tokens      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One series of a data set: rows at equal steps of time.
CREATE TABLE series (
    id          INTEGER PRIMARY KEY,
    dataset     INTEGER NOT NULL REFERENCES dataset (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,                     -- order of upload, from 0
    name        TEXT NOT NULL,                        -- the series' id as the client knows it
    freq_unit   INTEGER NOT NULL,                     -- enum freq_unit of server/data/frequency.h
    freq_multiple INTEGER NOT NULL CHECK (freq_multiple >= 1),
    start       INTEGER NOT NULL,                     -- base ordinal of row 0, see timeline.h
    length      INTEGER NOT NULL,                     -- rows
    missing     INTEGER NOT NULL,                     -- missing values over all columns
    UNIQUE (dataset, position),
    UNIQUE (dataset, name)
) STRICT;

-- The values of a series, in chunks so that appending costs what is appended.
CREATE TABLE series_chunk (
    series      INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    chunk       INTEGER NOT NULL,                     -- from 0; rows chunk * 4096 and on
    rows        BLOB NOT NULL,                        -- little-endian float64, row-major; NaN missing
    PRIMARY KEY (series, chunk)
) STRICT, WITHOUT ROWID;

-- One sentence: lines of FORM, UPOS, XPOS separated by tabs; an empty field is "not given".
CREATE TABLE sentence (
    dataset     INTEGER NOT NULL REFERENCES dataset (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,                     -- from 0
    tokens      TEXT NOT NULL,
    PRIMARY KEY (dataset, position)
) STRICT, WITHOUT ROWID;

-- Distinct tags of a tagged data set.
CREATE TABLE dataset_tag (
    dataset     INTEGER NOT NULL REFERENCES dataset (id) ON DELETE CASCADE,
    kind        INTEGER NOT NULL CHECK (kind IN (0, 1)), -- 0 UPOS, 1 XPOS
    tag         TEXT NOT NULL,
    PRIMARY KEY (dataset, kind, tag)
) STRICT, WITHOUT ROWID;
