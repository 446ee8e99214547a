-- 0006: how a series data set's missing observations are filled before a model sees them. The
-- stored values stay missing. Earlier data sets were filled by linear.

ALTER TABLE dataset ADD COLUMN fill INTEGER NOT NULL DEFAULT 0  -- 0 linear, 1 error, 2 seasonal, 3 previous, 4 zero
    CHECK (fill BETWEEN 0 AND 4);
