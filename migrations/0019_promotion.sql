-- 0019: whether the version that a job makes is to serve.

ALTER TABLE job ADD COLUMN promote TEXT              -- NULL: aliases stay as they are
    CHECK (promote IN ('always', 'if_better', 'never'));
ALTER TABLE job ADD COLUMN promotion TEXT;           -- JSON object: the decision and its figures; NULL: none yet
