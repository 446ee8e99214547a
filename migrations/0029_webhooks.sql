-- 0029: webhooks: who is told of which events, and what was sent to them.

-- The row of an event is written in the transaction of what it tells, so no event is lost, and none is told that did
-- not happen.
CREATE TABLE webhook (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- a number is never used again
    url         TEXT NOT NULL,
    secret      BLOB NOT NULL,                     -- key of the signatures, 32 random bytes
    events      INTEGER NOT NULL,                  -- bit n: enum event_type n of server/store/webhook.h
    names       TEXT,                              -- pattern of data sets and models; NULL: all
    created_at  INTEGER NOT NULL,                  -- ms since 1970
    disabled_at INTEGER,                           -- ms since 1970: when the receiver answered 410; NULL: in force
    pending     INTEGER NOT NULL DEFAULT 0         -- rows of webhook_delivery whose next_at is not NULL
) STRICT;

CREATE TABLE webhook_delivery (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order of the events; never used again
    webhook       INTEGER NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    message       TEXT NOT NULL,                     -- webhook-id, the same for each attempt
    type          TEXT NOT NULL,                     -- "job.succeeded"
    payload       TEXT NOT NULL,                     -- JSON, as it is sent
    created_at    INTEGER NOT NULL,                  -- ms since 1970: when it happened
    attempts      INTEGER NOT NULL DEFAULT 0,
    next_at       INTEGER,                           -- ms since 1970: of the next attempt; NULL: there is none
    last_at       INTEGER,                           -- ms since 1970: of the last attempt; NULL: none
    delivered_at  INTEGER,                           -- ms since 1970; NULL: not delivered
    response_code INTEGER,                           -- HTTP status of the last response; NULL: none
    error         TEXT                               -- what failed at last; NULL: nothing
) STRICT;

CREATE INDEX webhook_delivery_list ON webhook_delivery (webhook, id);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook, next_at, id) WHERE next_at IS NOT NULL;

-- New rows of data sets in which anomalies are still to be looked for.
CREATE TABLE anomaly_check (
    dataset   TEXT NOT NULL,                         -- name
    series    TEXT NOT NULL,                         -- name
    first_row INTEGER NOT NULL,                      -- the first new row
    end_row   INTEGER NOT NULL,                      -- one after the last new row
    PRIMARY KEY (dataset, series)
) STRICT;

CREATE INDEX model_version_by_dataset ON model_version (dataset) WHERE dataset IS NOT NULL;
