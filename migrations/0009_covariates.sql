-- 0009: covariates beside the values of a series. They are columns like those; the last ones of a row. A data
-- set of before has none.

ALTER TABLE dataset ADD COLUMN covariates INTEGER NOT NULL DEFAULT 0 -- how many of columns, the last ones
    CHECK (covariates >= 0);
