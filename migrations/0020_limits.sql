-- 0020: how many requests a key may send.

ALTER TABLE api_key ADD COLUMN requests_per_minute INTEGER NOT NULL DEFAULT 0; -- 0: no limit
