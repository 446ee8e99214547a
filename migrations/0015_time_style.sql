-- 0015: how the time stamps of a series are written, where in their period they lie, and which
-- steps of the week occur.

ALTER TABLE series ADD COLUMN time_style TEXT;       -- see server/data/timeline_style.h; NULL: the spelling by frequency, every step
