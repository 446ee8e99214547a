-- 0025: who runs a job. Whoever claims a job gets a lease with a token that no other claim ever had. What a worker
-- writes takes effect only while its token is here, so a worker that was taken for dead changes nothing later.

-- One row for each running job, and none for others. It is apart from table job, because it is renewed every few
-- seconds, and rows of job are wide.
CREATE TABLE job_lease (
    token        INTEGER PRIMARY KEY AUTOINCREMENT,   -- a number is never used again
    job          TEXT NOT NULL UNIQUE REFERENCES job (id) ON DELETE CASCADE,
    owner        TEXT NOT NULL,                       -- host, pid and a random part; '': given up, for anybody
    until        INTEGER NOT NULL                     -- ms; after it another process may take the job
) STRICT;

INSERT INTO job_lease (job, owner, until) SELECT id, coalesce(owner, ''), coalesce(lease_until, 0) FROM job
    WHERE state = 1 ORDER BY id;

ALTER TABLE job DROP COLUMN owner;
ALTER TABLE job DROP COLUMN lease_until;
ALTER TABLE job ADD COLUMN lease_token INTEGER;       -- of the lease under which it ended; NULL: under none

-- What a snapshot includes. A claim deletes the rest of the history, which the run repeats. Until now every
-- snapshot was written together with the history of its epochs.
ALTER TABLE job_snapshot ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0; -- the last of job_history; 0: none
ALTER TABLE job_snapshot ADD COLUMN fraction REAL NOT NULL DEFAULT 0; -- 0..1, of the job's work
UPDATE job_snapshot SET
    epoch = coalesce((SELECT max(epoch) FROM job_history h WHERE h.job = job_snapshot.job), 0),
    fraction = (SELECT fraction FROM job WHERE job.id = job_snapshot.job);
