-- 0010: jobs that start from the weights of another model.

ALTER TABLE job ADD COLUMN warm_start TEXT;          -- 'model/version'; NULL: random weights
