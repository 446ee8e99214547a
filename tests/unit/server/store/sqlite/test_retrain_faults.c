/* test_retrain_faults.c - rules of models on a broken disk and without memory: each step is done
 * completely or not at all. */
#include "server/store/retrain.h"

#include "tests/unit/server/store/fixture.h"
#include "tests/unit/server/store/sqlite/faulty_vfs.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS = 5 };

static struct fixture f;
static int done; /* steps that were acknowledged */

static void setup(void)
{
    faulty_vfs_disarm();
    faulty_memory_disarm();
    fixture_open(&f);
}

static void teardown(void)
{
    faulty_vfs_disarm();
    faulty_memory_disarm();
    fixture_close(&f);
}

static enum status submit_with_rule(void)
{
    const struct retrain_rule rule = {.every = 1};
    struct job_submission sub = {.task = "forecast",
                                 .dataset = "d",
                                 .model = "m",
                                 .params = "{}",
                                 .max_queue = 100,
                                 .request_digest = "x",
                                 .retrain = &rule};
    struct dataset d = {0};
    struct job j = {0};
    bool existing;
    enum status st = store_dataset_get(&d, f.store, "d", &f.e);

    sub.dataset_id = d.id;
    dataset_release(&d);
    if (!st)
        st = store_job_submit(&j, &existing, f.store, &sub, &f.e);
    job_release(&j);
    return st;
}

static enum status look(void)
{
    struct retrain r = {0};
    int64_t next;
    bool found;
    enum status st = store_retrain_claim(&r, &found, &next, f.store, 1000000, &f.e);

    r.checked_at = 7;
    if (!st)
        ck_assert(found);
    if (!st)
        st = store_retrain_finish(f.store, &r, &f.e);
    retrain_release(&r);
    return st;
}

static enum status step(int n)
{
    const struct retrain_rule rule = {.every = 3600000, .drift = 2};
    const struct model_submission m = model_of("m", "forecast", "bytes");
    struct retrain r = {0};
    int64_t version;
    bool created;
    enum status st;

    switch (n) {
    case 0:
        return submit_with_rule();
    case 1:
        return store_model_put(&version, f.store, &m, &f.e);
    case 2:
        return look();
    case 3:
        st = store_retrain_put(&r, &created, f.store, "m", &rule, &f.e);
        retrain_release(&r);
        return st;
    default:
        return store_model_delete(f.store, "m", 0, &f.e);
    }
}

static enum status live(void)
{
    enum status st = ST_OK;

    for (done = 0; !st && done < STEPS; done += !st)
        st = step(done);
    return st;
}

/* The step that failed may have happened, but not in part. */
static void check(void)
{
    int64_t rules = fixture_int(&f, "SELECT count(*) FROM model_retrain");
    int64_t jobs = fixture_int(&f, "SELECT count(*) FROM job");
    int64_t models = fixture_int(&f, "SELECT count(*) FROM model");

    fixture_check_file(&f);
    if (done == 0)
        ck_assert_int_eq(rules, jobs); /* a job and its rule come together */
    else if (done < 4)
        ck_assert_int_eq(rules, 1);
    else
        ck_assert_int_eq(rules, models); /* and a model and its rule go together */
    if (done == 3)
        ck_assert(fixture_int(&f, "SELECT checked_at FROM model_retrain WHERE every = 1 UNION ALL "
                                  "SELECT 7") == 7);
}

static void begin(void)
{
    fixture_close(&f);
    fixture_open(&f);
    put_series(&f, "d", FREQ_M, 0, 3, 1.0);
}

START_TEST(a_broken_disk_leaves_nothing_in_part)
{
    bool fired = true;
    int failures = 0;

    for (int after = 0; fired; after++) {
        enum status st;

        begin();
        faulty_vfs_arm(after, _i ? SQLITE_IOERR_WRITE : SQLITE_FULL, true);
        st = live();
        fired = faulty_vfs_fired();
        faulty_vfs_disarm();
        failures += st != ST_OK;
        ck_assert(fired || st == ST_OK);
        check();
    }
    ck_assert_int_gt(failures, 5);
}
END_TEST

START_TEST(without_memory_nothing_is_done_in_part)
{
    bool fired = true;
    int failures = 0;

    for (int after = 0; fired; after += 1 + after / 24) {
        enum status st;

        begin();
        faulty_memory_arm(after, _i == 1);
        st = live();
        fired = faulty_memory_fired();
        faulty_memory_disarm();
        failures += st != ST_OK;
        ck_assert_msg(st == ST_OK || st == ST_NOMEM, "%s", f.e.message);
        ck_assert(fired || st == ST_OK);
        check();
    }
    ck_assert_int_gt(failures, 5);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("retrain_faults");
    TCase *t = tcase_create("retrain_faults");
    SRunner *r = srunner_create(s);
    int failed;

    faulty_memory_install();
    faulty_vfs_install();
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, a_broken_disk_leaves_nothing_in_part, 0, 2);
    tcase_add_loop_test(t, without_memory_nothing_is_done_in_part, 0, 2);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
