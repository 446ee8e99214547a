-- 0007: jobs that measure. A backtest's task is 'forecast', its model '' unless the client named one, and it
-- makes no model version. A search measures hyper-parameters by backtests, and trains with the best.

ALTER TABLE job ADD COLUMN backtest TEXT;            -- JSON object: windows, step, horizon; NULL: trains a model
ALTER TABLE job ADD COLUMN search TEXT;              -- JSON object: trials, time_limit_seconds, fixed; NULL: none

-- What a finished backtest measured.
CREATE TABLE job_result (
    job          TEXT PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    result       TEXT NOT NULL                        -- JSON object
) STRICT;
