-- 0016: keys with names and scopes, beside those of the configuration.

-- A key is never deleted while it is in force: it is revoked, and its row stays, so that a client
-- that still sends it gets this reason. Of the revoked keys the newest 1000 are kept.
CREATE TABLE api_key (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,   -- a number is never used again
    name         TEXT NOT NULL,                       -- in logs and in the audit, in the place of the key
    digest       TEXT NOT NULL UNIQUE,                -- SHA-256 of the key's text, 64 hexadecimal digits
    scopes       TEXT NOT NULL,                       -- "read,predict", see server/base/access.h
    names        TEXT,                                -- pattern of data sets and models; NULL: all
    created_at   INTEGER NOT NULL,                    -- ms since 1970
    expires_at   INTEGER,                             -- ms since 1970; NULL: never
    revoked_at   INTEGER,                             -- ms since 1970; NULL: in force
    last_used_at INTEGER                              -- ms since 1970, to within a minute or so; NULL: never
) STRICT;

CREATE UNIQUE INDEX api_key_in_force ON api_key (name) WHERE revoked_at IS NULL;
CREATE INDEX api_key_by_name ON api_key (name);
CREATE INDEX api_key_revoked ON api_key (revoked_at) WHERE revoked_at IS NOT NULL;
