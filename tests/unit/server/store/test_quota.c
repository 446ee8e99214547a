/* test_quota.c - stored data counts for its key, and data beyond the limit is not stored. */
#include "server/store/quota.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static struct fixture f;
static struct access who = {.scopes = SCOPE_TRAIN};

static void setup(void)
{
    char text[KEY_TEXT_LEN + 1];
    struct key k;

    fixture_open(&f);
    (void)snprintf(who.name, sizeof(who.name), "few");
    who.limit[LIMIT_BYTES] = 0;
    ck_ok(store_key_add(text, &k, f.store, &who, &f.e), &f.e);
    who.id = k.access.id;
}

static void teardown(void)
{
    fixture_close(&f);
}

static void act(int64_t limit)
{
    who.limit[LIMIT_BYTES] = limit;
    ck_ok(store_act_for(f.store, &who, &f.e), &f.e);
}

static int64_t used(void)
{
    int64_t n = -1;

    ck_ok(store_key_bytes(&n, f.store, "few", &f.e), &f.e);
    return n;
}

/* So many rows of eight bytes. */
static enum status put(const char *name, int rows)
{
    struct series_set s = series_of("s", FREQ_M, 0, rows, 1.0);
    bool created;
    enum status st = store_dataset_put_series(f.store, name, &s, NULL, &created, &f.e);

    series_set_release(&s);
    return st;
}

static enum status append(const char *name, int64_t start, int rows)
{
    struct series_set s = series_of("s", FREQ_M, start, rows, 1.0);
    enum status st = store_dataset_append_series(f.store, name, &s, &wide, &f.e);

    series_set_release(&s);
    return st;
}

static enum status import(const char *name, size_t bytes)
{
    static const uint8_t zeros[1000];
    const struct model_submission m = {.name = name,
                                       .task = "forecast",
                                       .dataset = "x",
                                       .checkpoint = zeros,
                                       .checkpoint_len = bytes};
    int64_t version;

    return store_model_put(&version, f.store, &m, &f.e);
}

START_TEST(data_sets_and_models_count_for_who_wrote_them_last)
{
    ck_ok(put("free", 10), &f.e);
    act(0);
    ck_assert_int_eq(used(), 0);
    ck_ok(put("a", 10), &f.e);
    ck_assert_int_eq(used(), 80);
    ck_ok(append("a", 10, 5), &f.e);
    ck_assert_int_eq(used(), 120);
    ck_ok(append("free", 10, 1), &f.e);
    ck_assert_int_eq(used(), 120 + 88);
    ck_ok(import("m", 100), &f.e);
    ck_assert_int_eq(used(), 308);
    ck_ok(store_act_for(f.store, NULL, &f.e), &f.e);
    ck_ok(put("a", 3), &f.e);
    ck_assert_int_eq(used(), 188);
    ck_ok(store_model_delete(f.store, "m", 1, &f.e), &f.e);
    ck_assert_int_eq(used(), 88);
}
END_TEST

START_TEST(what_is_beyond_is_not_stored)
{
    struct dataset d;

    act(100);
    ck_ok(put("a", 10), &f.e);
    ck_status(put("b", 3), ST_TOO_LARGE, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "'few' may store 100 bytes (stored_bytes), and this "
                                              "would be 104"));
    ck_status(store_dataset_get(&d, f.store, "b", &f.e), ST_NOT_FOUND, &f.e);
    ck_status(append("a", 10, 3), ST_TOO_LARGE, &f.e);
    ck_status(put("a", 13), ST_TOO_LARGE, &f.e);
    ck_status(import("m", 21), ST_TOO_LARGE, &f.e);
    ck_assert_int_eq(used(), 80);
    ck_ok(import("m", 20), &f.e);
    ck_assert_int_eq(used(), 100);
    ck_ok(put("a", 5), &f.e); /* less than before */
    ck_ok(store_dataset_delete(f.store, "a", &f.e), &f.e);
    ck_assert_int_eq(used(), 20);
    fixture_check_file(&f);
}
END_TEST

START_TEST(large_and_tagged_data_sets_are_bounded_too)
{
    struct tagged_set t = tagged_of("the/DET/DT dog/NN|read/V");
    bool created;

    act(100000);
    ck_status(put("a", 100000), ST_TOO_LARGE, &f.e);
    ck_ok(put("a", 10000), &f.e);
    act(80001);
    ck_status(store_dataset_put_tagged(f.store, "t", &t, NULL, &created, &f.e), ST_TOO_LARGE, &f.e);
    ck_assert_int_eq(used(), 80000);
    tagged_set_release(&t);
    fixture_check_file(&f);
}
END_TEST

START_TEST(jobs_are_refused_when_nothing_is_left_and_their_models_count)
{
    struct job_submission sub;
    const struct model_submission m = {.name = "m",
                                       .task = "forecast",
                                       .dataset = "a",
                                       .checkpoint = (const uint8_t *)"0123456789",
                                       .checkpoint_len = 10};
    struct job j;
    bool existing;
    int64_t version;
    char id[JOB_ID_LEN + 1];

    act(81);
    ck_ok(put("a", 10), &f.e);
    sub = submission(&f, "a", "m");
    sub.api_key = who.id;
    ck_ok(store_job_submit(&j, &existing, f.store, &sub, &f.e), &f.e);
    job_release(&j);
    act(80);
    ck_status(store_job_submit(&j, &existing, f.store, &sub, &f.e), ST_TOO_LARGE, &f.e);
    ck_ok(store_act_for(f.store, NULL, &f.e), &f.e); /* as a worker does */
    claim(id, &f);
    ck_ok(
        store_job_succeed(&version, f.store, lease_of(&f, id), &(struct job_advance){0}, &m, &f.e),
        &f.e);
    ck_assert_int_eq(used(), 90);
}
END_TEST

START_TEST(a_key_of_the_configuration_has_no_account)
{
    const struct access full = {.name = ACCESS_API_KEY, .scopes = SCOPE_ADMIN};

    ck_ok(store_act_for(f.store, &full, &f.e), &f.e);
    ck_ok(put("a", 10), &f.e);
    ck_assert_ptr_null(quota_owner(fixture_db(&f)));
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM dataset WHERE stored_by IS NULL"), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("quota");
    TCase *t = tcase_create("quota");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, data_sets_and_models_count_for_who_wrote_them_last);
    tcase_add_test(t, what_is_beyond_is_not_stored);
    tcase_add_test(t, large_and_tagged_data_sets_are_bounded_too);
    tcase_add_test(t, jobs_are_refused_when_nothing_is_left_and_their_models_count);
    tcase_add_test(t, a_key_of_the_configuration_has_no_account);
    suite_add_tcase(s, t);
    return suite_run(s);
}
