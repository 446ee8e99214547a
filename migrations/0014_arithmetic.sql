-- 0014: the arithmetic that a job computes in, and why it was restarted.

ALTER TABLE job ADD COLUMN arithmetic TEXT;          -- of its last start, as in <lstm/cpu.h>; NULL: not started
ALTER TABLE job ADD COLUMN note TEXT;                -- why it began anew; NULL: nothing to note
