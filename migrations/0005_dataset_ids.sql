-- 0005: numbers of data sets are never used again. Whoever looked one up by name may still hold its
-- number when it has been replaced or deleted, and must not find another data set behind it.

CREATE TABLE dataset_sequence (
    id          INTEGER PRIMARY KEY CHECK (id = 1),   -- one row
    next        INTEGER NOT NULL                      -- the number of the next data set
) STRICT;
INSERT INTO dataset_sequence SELECT 1, coalesce(max(id), 0) + 1 FROM dataset;
