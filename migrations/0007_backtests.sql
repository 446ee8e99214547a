-- 0007: jobs that measure instead of training: backtests. Their task is 'forecast', their model '' unless
-- the client named one, and they make no model version.

ALTER TABLE job ADD COLUMN backtest TEXT;            -- JSON object: windows, step, horizon; NULL: trains a model

-- What a finished backtest measured.
CREATE TABLE job_result (
    job          TEXT PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    result       TEXT NOT NULL                        -- JSON object
) STRICT;
