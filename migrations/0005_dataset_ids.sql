-- 0005: numbers of data sets are never used again. A reader that looked a data set up by name may
-- still hold its number after it was replaced or deleted, and must not find another data set under
-- that number.

CREATE TABLE dataset_sequence (
    id          INTEGER PRIMARY KEY CHECK (id = 1),   -- one row
    next        INTEGER NOT NULL                      -- the number of the next data set
) STRICT;
INSERT INTO dataset_sequence SELECT 1, coalesce(max(id), 0) + 1 FROM dataset;
