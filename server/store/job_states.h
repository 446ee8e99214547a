/* job_states.h - the states of a job as SQL stores them. Private to store/. */
#ifndef SERVER_STORE_JOB_STATES_H
#define SERVER_STORE_JOB_STATES_H

#include "server/store/store.h"

/* Values of enum job_state, to be pasted into SQL. */
#define SQL_QUEUED    "0"
#define SQL_RUNNING   "1"
#define SQL_SUCCEEDED "2"
_Static_assert(JOB_QUEUED == 0 && JOB_RUNNING == 1 && JOB_SUCCEEDED == 2,
               "the states of jobs in SQL");

#endif
