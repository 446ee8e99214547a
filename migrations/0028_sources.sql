-- 0028: data sets that the daemon fetches itself, from a URL or a Prometheus server, on a schedule.

-- One row for each such data set. The data set need not exist yet: until its first fetch it has a source alone.
CREATE TABLE dataset_source (
    token        INTEGER PRIMARY KEY AUTOINCREMENT,   -- another one whenever the source is replaced
    name         TEXT NOT NULL UNIQUE,                -- of the data set
    spec         TEXT NOT NULL,                       -- JSON object as the client sent it: url or prometheus, every ...
    parameters   TEXT NOT NULL,                       -- JSON object: query parameters of the upload
    identity     TEXT NOT NULL,                       -- SHA-256 of what is fetched, whatever the schedule
    api_key      TEXT,                                -- name of the key that stored it; NULL: of the configuration, or none
    every        INTEGER NOT NULL,                    -- ms from one fetch to the next
    created_at   INTEGER NOT NULL,                    -- ms since 1970
    requested_at INTEGER NOT NULL,                    -- ms; when a client last asked for a fetch
    next_at      INTEGER NOT NULL,                    -- ms; when it is fetched next
    until        INTEGER NOT NULL DEFAULT 0,          -- ms; a fetch is under way, and no other begins before; 0: none
    due_at       INTEGER NOT NULL,                    -- ms; until, or without a fetch next_at
    fetched_at   INTEGER NOT NULL DEFAULT 0,          -- ms; end of the last fetch; 0: none
    changed_at   INTEGER NOT NULL DEFAULT 0,          -- ms; end of the last one that changed the data set; 0: none
    failures     INTEGER NOT NULL DEFAULT 0,          -- in a row
    error        TEXT,                                -- JSON: the problem of the last fetch; NULL: it succeeded
    etag         TEXT,                                -- of the last content, as the server sent it
    modified     TEXT,                                -- its Last-Modified
    content      TEXT,                                -- SHA-256 of the last content, as 64 hex digits
    dataset      TEXT,                                -- digest of the data set after it
    notes        TEXT,                                -- JSON list: what was guessed when it was last stored
    position     INTEGER NOT NULL DEFAULT 0,          -- of Prometheus: the newest time stamp, s since 1970; 0: none
    -- The source that this one replaced, which comes back if the first fetch fails; NULL: none.
    old_spec     TEXT,
    old_parameters TEXT,
    old_identity TEXT,
    old_api_key  TEXT,
    old_every    INTEGER
) STRICT;

CREATE INDEX dataset_source_due ON dataset_source (due_at, token);
