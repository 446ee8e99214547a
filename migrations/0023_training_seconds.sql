-- 0023: how long the jobs of a key may train.

ALTER TABLE api_key ADD COLUMN training_seconds_per_hour INTEGER NOT NULL DEFAULT 0; -- 0: no limit
