-- 0011: taggers whose weights are chosen and judged by another data set than they learn from.

ALTER TABLE job ADD COLUMN validation_dataset TEXT;  -- its name when the job was submitted; NULL: the end of dataset
ALTER TABLE job ADD COLUMN validation_dataset_id INTEGER REFERENCES dataset (id); -- its content; NULL once that is gone

CREATE INDEX job_by_validation_dataset ON job (validation_dataset_id, state);
