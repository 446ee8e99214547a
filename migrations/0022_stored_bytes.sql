-- 0022: how much a key may store, and which key stored what.

ALTER TABLE api_key ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0; -- 0: no limit

-- Names, so that a key that is made anew under its name goes on where the one before ended.
ALTER TABLE dataset ADD COLUMN stored_by TEXT;       -- the key that wrote it last; NULL: none, or of the configuration
ALTER TABLE model_version ADD COLUMN stored_by TEXT; -- the key that imported it or submitted its job; NULL: the same

CREATE INDEX dataset_by_key ON dataset (stored_by, bytes) WHERE stored_by IS NOT NULL;
CREATE INDEX model_version_by_key ON model_version (stored_by, bytes) WHERE stored_by IS NOT NULL;
