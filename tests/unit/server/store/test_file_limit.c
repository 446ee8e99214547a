/* test_file_limit.c - a database that has reached max_database_bytes: refused and allowed
 * requests. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include "server/store/file_limit.h"
#include "server/store/sqlite/db.h"
#include "server/store/sqlite/store_state.h"

#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    put_series(&f, "x", FREQ_M, 0, 100, 1);
}

static void teardown(void)
{
    fixture_close(&f);
}

static int64_t used(void)
{
    return fixture_int(&f, "SELECT (SELECT page_count FROM pragma_page_count) - (SELECT "
                           "freelist_count FROM pragma_freelist_count)") *
           PAGE_BYTES;
}

/* The quota leaves so much room. */
static void leave(int64_t bytes)
{
    f.store->max_bytes = used() + bytes;
}

static enum status put_rows(const char *name, int rows)
{
    struct series_set s = series_of("s", FREQ_M, 0, rows, 1);
    bool created;
    enum status st;

    f.e = (struct err){0};
    st = store_dataset_put_series(f.store, name, &s, NULL, &created, &f.e);
    series_set_release(&s);
    return st;
}

static enum status put_model(size_t len)
{
    struct model_submission m = model_of("m", "forecast", "");
    uint8_t *bytes = calloc(len, 1);
    int64_t version = 0;
    enum status st;

    ck_assert_ptr_nonnull(bytes);
    m.checkpoint = bytes;
    m.checkpoint_len = len;
    f.e = (struct err){0};
    st = store_model_put(&version, f.store, &m, &f.e);
    free(bytes);
    return st;
}

START_TEST(what_is_too_large_is_refused_whole)
{
    int64_t before;

    leave(64 << 10);
    before = used();
    ck_status(put_rows("large", 100000), ST_FULL, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "max_database_bytes"));
    ck_status(put_model(1 << 20), ST_FULL, &f.e);
    ck_assert_int_eq(used(), before);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM dataset WHERE name = 'large'"), 0);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model"), 0);
    ck_ok(put_rows("small", 10), &f.e);
    fixture_check_file(&f);
}
END_TEST

/* It is not the disk that is full: nothing is to be done by the keeper, and probes stay green. */
START_TEST(the_store_is_not_in_trouble)
{
    leave(0);
    ck_status(put_rows("large", 100000), ST_FULL, &f.e);
    ck_assert(!store_is_full(f.store));
    f.e = (struct err){0};
    ck_ok(store_ping(f.store, &f.e), &f.e);
    ck_ok(store_trouble(f.store, &f.e), &f.e);
}
END_TEST

START_TEST(reading_deleting_and_aliases_go_on)
{
    const struct alias_submission a = {"m", "production", {.number = 1}, NULL};
    struct model_alias alias;
    struct series_set s;
    bool created;

    ck_ok(put_model(10000), &f.e);
    ck_ok(put_rows("large", 100000), &f.e);
    leave(-100000);
    ck_ok(store_series_load(&s, f.store, dataset_id(&f, "large"), &f.e), &f.e);
    series_set_release(&s);
    ck_ok(store_alias_put(&alias, &created, f.store, &a, &f.e), &f.e);
    ck_status(put_rows("another", 10000), ST_FULL, &f.e);
    ck_ok(put_rows("large", 10), &f.e); /* takes less than before */
    ck_ok(store_dataset_delete(f.store, "large", &f.e), &f.e);
    ck_ok(put_rows("another", 10), &f.e); /* what was deleted counts no more */
}
END_TEST

START_TEST(jobs_that_were_accepted_finish)
{
    const struct model_submission m = model_of("m", "forecast", "bytes");
    struct job_submission sub = submission(&f, "x", "m");
    char id[JOB_ID_LEN + 1];
    uint8_t *state = calloc(1, 200000);
    struct job j;
    bool existing, cancel;
    int64_t version;

    ck_assert_ptr_nonnull(state);
    submit(id, &f, "x", "m");
    claim(id, &f);
    leave(-1);
    ck_status(store_job_submit(&j, &existing, f.store, &sub, &f.e), ST_FULL, &f.e);
    f.e = (struct err){0};
    ck_ok(store_job_checkpoint(
              &cancel, f.store, lease_of(&f, id),
              &(struct job_advance){.first_epoch = 1, .snapshot = state, .snapshot_len = 200000},
              &f.e),
          &f.e);
    ck_ok(store_job_succeed(&version, f.store, lease_of(&f, id),
                            &(struct job_advance){.first_epoch = 1}, &m, &f.e),
          &f.e);
    free(state);
}
END_TEST

START_TEST(without_a_quota_everything_is_written)
{
    f.store->max_bytes = 0;
    ck_ok(put_rows("large", 100000), &f.e);
    ck_ok(file_limit_check(fixture_db(&f), INT64_MAX / 2, &f.e), &f.e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("file limit");
    TCase *t = tcase_create("file limit");

    tcase_add_checked_fixture(t, setup, teardown);
    if (!fixture_server()) { /* these count pages; postgres/test_care.c has the limit there */
        tcase_add_test(t, what_is_too_large_is_refused_whole);
        tcase_add_test(t, the_store_is_not_in_trouble);
        tcase_add_test(t, reading_deleting_and_aliases_go_on);
        tcase_add_test(t, jobs_that_were_accepted_finish);
    }
    tcase_add_test(t, without_a_quota_everything_is_written);
    suite_add_tcase(s, t);
    return suite_run(s);
}
