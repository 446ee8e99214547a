-- 0021: whose key submitted a job. Keys take turns in the queue.

ALTER TABLE job ADD COLUMN api_key INTEGER NOT NULL DEFAULT 0; -- number in api_key; 0: a key of the configuration, or none

CREATE INDEX job_by_turn ON job (api_key, id) WHERE state = 0;
