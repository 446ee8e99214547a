/* job_fixture.c - see job_fixture.h. */
#include "tests/unit/server/store/job_fixture.h"

#include <math.h>
#include <string.h>

struct fixture job_files;

void job_setup(void)
{
    fixture_open(&job_files);
    put_series(&job_files, "flights", FREQ_M, -252, 12, 100.0);
}

void job_teardown(void)
{
    fixture_close(&job_files);
}

struct job get_job(const char *id)
{
    struct job j;

    ck_ok(store_job_get(&j, job_files.store, id, &job_files.e), &job_files.e);
    return j;
}

enum job_state job_state_of(const char *id)
{
    struct job j = get_job(id);
    enum job_state st = j.state;

    job_release(&j);
    return st;
}

enum status job_checkpoint(bool *cancel, const char *id, const char *snapshot)
{
    const struct job_progress p = {.epoch = 2,
                                   .epochs = 9,
                                   .fraction = 0.25,
                                   .loss = 0.5,
                                   .validation_loss = NAN,
                                   .samples_per_second = 1000,
                                   .eta_seconds = NAN};
    const double loss[] = {0.9, 0.5};

    return store_job_checkpoint(
        cancel, job_files.store, lease_of(&job_files, id),
        &(struct job_advance){.progress = p,
                              .first_epoch = 1,
                              .loss = loss,
                              .epochs = 2,
                              .snapshot = (const uint8_t *)snapshot,
                              .snapshot_len = snapshot ? strlen(snapshot) : 0},
        &job_files.e);
}
