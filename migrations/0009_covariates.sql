-- 0009: covariates beside the values of a series. They are stored as the last columns of a row. An
-- earlier data set has none.

ALTER TABLE dataset ADD COLUMN covariates INTEGER NOT NULL DEFAULT 0 -- how many of columns, the last ones
    CHECK (covariates >= 0);
