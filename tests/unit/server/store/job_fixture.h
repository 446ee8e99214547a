/* job_fixture.h - a store with the data set "flights", and short forms for its jobs. */
#ifndef TESTS_UNIT_SERVER_STORE_JOB_FIXTURE_H
#define TESTS_UNIT_SERVER_STORE_JOB_FIXTURE_H

#include "tests/unit/server/store/fixture.h"

extern struct fixture job_files;

void job_setup(void);
void job_teardown(void);
struct job get_job(const char *id); /* job_release() it */
enum job_state job_state_of(const char *id);
/* Reports two of nine epochs, and a snapshot (NULL: none). */
enum status job_checkpoint(bool *cancel, const char *id, const char *snapshot);

#endif
