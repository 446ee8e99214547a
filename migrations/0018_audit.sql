-- 0018: the audit: who did what to which resource, from where, with which outcome.

-- Rows are only added. An UPDATE fails, and so does the DELETE of a row that is not older than
-- audit_horizon, which moves forward alone.
CREATE TABLE audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order of writing; never used again
    at         INTEGER NOT NULL,                  -- ms since 1970
    key        TEXT NOT NULL,                     -- the key's name; 'anonymous': none, or one that is not known
    action     TEXT NOT NULL,                     -- method and route, "PUT /v1/datasets/{name}"
    resource   TEXT NOT NULL,                     -- path; where something was made, that of what was made
    status     INTEGER NOT NULL,                  -- of the answer; 0: not by HTTP
    client     TEXT NOT NULL,                     -- address; '': by a socket of this machine, or not by HTTP
    request_id TEXT NOT NULL,                     -- X-Request-Id; '': not by HTTP
    count      INTEGER NOT NULL                   -- > 1: so many refusals alike that came together
) STRICT;

CREATE INDEX audit_by_time ON audit (at);

-- One row.
CREATE TABLE audit_horizon (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL                           -- ms since 1970: what is older may be removed
) STRICT;
INSERT INTO audit_horizon VALUES (1, 0);

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'rows of the audit are never changed'); END;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
WHEN OLD.at >= (SELECT coalesce(max(at), 0) FROM audit_horizon)
BEGIN SELECT raise(ABORT, 'this row of the audit is not older than audit_horizon'); END;

CREATE TRIGGER audit_horizon_moves_forward BEFORE UPDATE ON audit_horizon WHEN NEW.at < OLD.at
BEGIN SELECT raise(ABORT, 'audit_horizon moves forward alone'); END;

CREATE TRIGGER audit_horizon_stays BEFORE DELETE ON audit_horizon
BEGIN SELECT raise(ABORT, 'audit_horizon has one row'); END;
