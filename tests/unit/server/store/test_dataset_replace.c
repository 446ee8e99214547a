/* test_dataset_replace.c - a data set that takes the place of another. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

/* ---- helpers ---- */

static struct dataset get(const char *name)
{
    struct dataset d;

    ck_ok(store_dataset_get(&d, f.store, name, &f.e), &f.e);
    return d;
}

static struct series_set load(const char *name)
{
    struct series_set s;

    ck_ok(store_series_load(&s, f.store, dataset_id(&f, name), &f.e), &f.e);
    return s;
}

static enum status put_if(const char *name, const struct precondition *pre, bool *created)
{
    struct series_set s = series_of("s", FREQ_M, 0, 3, 7.0);
    enum status st = store_dataset_put_series(f.store, name, &s, pre, created, &f.e);

    series_set_release(&s);
    return st;
}

static int64_t rows_of(const char *table)
{
    char sql[64];

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
    return fixture_int(&f, sql);
}

START_TEST(preconditions_guard_a_put)
{
    const struct precondition there = {.match.any = true}, absent = {.none_match.any = true};
    struct dataset d;
    struct etag tag;
    const struct precondition newest = {.match = {.count = 1, .items = &tag}};
    bool created = false;

    ck_status(put_if("x", &there, &created), ST_PRECONDITION, &f.e);
    ck_ok(put_if("x", &absent, &created), &f.e);
    ck_assert(created);
    ck_status(put_if("x", &absent, &created), ST_PRECONDITION, &f.e);
    d = get("x");
    ck_ok(put_if("x", &there, &created), &f.e);
    ck_assert(!created);
    tag = (struct etag){d.digest, strlen(d.digest), false};
    ck_ok(put_if("x", &newest, &created), &f.e);
    tag.weak = true;
    ck_status(put_if("x", &newest, &created), ST_PRECONDITION, &f.e);
    tag = (struct etag){"other", 5, false};
    ck_status(put_if("x", &newest, &created), ST_PRECONDITION, &f.e);
    dataset_release(&d);
}
END_TEST

START_TEST(replacing_leaves_nothing_of_the_old)
{
    struct series_set back;
    struct dataset d;
    int64_t made;

    put_series(&f, "x", FREQ_M, 0, 5000, 0.0);
    d = get("x");
    made = d.created_at;
    dataset_release(&d);
    put_series(&f, "x", FREQ_M, 0, 2, 9.0);
    back = load("x");
    ck_assert_int_eq(back.items[0].length, 2);
    ck_assert_int_eq(rows_of("dataset"), 1);
    ck_assert_int_eq(rows_of("series_chunk"), 1);
    d = get("x");
    ck_assert_int_eq(d.created_at, made);
    dataset_release(&d);
    series_set_release(&back);
}
END_TEST

/* ---- jobs ---- */

/* How a job ends that used the old content: the content goes with it. */
enum ending { BY_FAILURE, BY_CANCEL_QUEUED, BY_SUCCESS, ENDINGS };

static void end_job(const char *id, enum ending how)
{
    const struct model_submission m = model_of("m", "forecast", "bytes");
    const struct job_progress p = {.fraction = 1};
    struct job j;
    int64_t version;
    char other[JOB_ID_LEN + 1];

    if (how == BY_CANCEL_QUEUED) {
        ck_ok(store_job_cancel(&j, f.store, id, &f.e), &f.e);
        ck_assert_int_eq(j.state, JOB_CANCELLED);
        job_release(&j);
        return;
    }
    claim(other, &f);
    ck_assert_str_eq(other, id);
    if (how == BY_FAILURE)
        ck_ok(store_job_fail(f.store, lease_of(&f, id), JOB_FAILED, "{}", &f.e), &f.e);
    else
        ck_ok(store_job_succeed(&version, f.store, lease_of(&f, id),
                                &(struct job_advance){.progress = p, .first_epoch = 1}, &m, &f.e),
              &f.e);
}

START_TEST(a_job_keeps_the_content_that_was_replaced)
{
    char first[JOB_ID_LEN + 1], second[JOB_ID_LEN + 1];
    struct series_set back;
    struct job j;
    int64_t old;

    put_series(&f, "x", FREQ_M, 0, 5000, 0.0);
    old = dataset_id(&f, "x");
    submit(first, &f, "x", "m");
    submit(second, &f, "x", "m");
    put_tagged(&f, "x", "the/DET");
    ck_assert_int_ne(dataset_id(&f, "x"), old);
    ck_ok(store_series_load(&back, f.store, old, &f.e), &f.e);
    ck_assert_int_eq(back.items[0].length, 5000);
    series_set_release(&back);
    end_job(first, (enum ending)_i);
    ck_assert_int_eq(rows_of("dataset"), 2);
    end_job(second, (enum ending)_i);
    ck_assert_int_eq(rows_of("dataset"), 1);
    ck_assert_int_eq(rows_of("series_chunk"), 0);
    ck_status(store_series_load(&back, f.store, old, &f.e), ST_NOT_FOUND, &f.e);
    ck_ok(store_job_get(&j, f.store, first, &f.e), &f.e);
    ck_assert_str_eq(j.dataset, "x");
    ck_assert_int_eq(j.dataset_id, 0);
    job_release(&j);
    fixture_check_file(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dataset_replace");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, preconditions_guard_a_put);
    tcase_add_test(t, replacing_leaves_nothing_of_the_old);
    tcase_add_loop_test(t, a_job_keeps_the_content_that_was_replaced, 0, ENDINGS);
    suite_add_tcase(s, t);
    return suite_run(s);
}
