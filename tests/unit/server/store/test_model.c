/* test_model.c - models: versions that never change, numbers that are never used again,
 * checkpoints, evaluations, lists. */
#include "tests/unit/server/store/fixture.h"

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

static int64_t put(const char *name, const char *bytes)
{
    const struct model_submission m = model_of(name, "forecast", bytes);
    int64_t version = 0;

    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    return version;
}

static enum status get_status(const char *name, int64_t version)
{
    struct model_version v;
    enum status st = store_model_get(&v, f.store, name, version, &f.e);

    model_version_release(&v);
    return st;
}

START_TEST(a_version_comes_back)
{
    struct model_version v;
    char digest[DIGEST_LEN + 1], *json;
    uint8_t *bytes;
    size_t len;

    ck_assert_int_eq(put("m", "first"), 1);
    ck_assert_int_eq(put("m", "second"), 2);
    ck_ok(store_model_get(&v, f.store, "m", 0, &f.e), &f.e);
    ck_assert_int_eq(v.version, 2);
    ck_assert_int_eq(v.num_versions, 2);
    ck_assert_str_eq(v.name, "m");
    ck_assert_str_eq(v.task, "forecast");
    ck_assert_str_eq(v.dataset, "flights");
    ck_assert_ptr_null(v.job);
    ck_assert_str_eq(v.metrics, "{\"mape\":3.5}");
    ck_assert_str_eq(v.details, "{\"series\":[]}");
    ck_assert_int_eq(v.parameter_count, 7);
    ck_assert_int_eq(v.bytes, 6);
    digest_hex(digest, "second", 6);
    ck_assert_str_eq(v.digest, digest);
    model_version_release(&v);
    ck_ok(store_model_checkpoint(&bytes, &len, f.store, "m", 1, &f.e), &f.e);
    ck_assert_uint_eq(len, 5);
    ck_assert(memcmp(bytes, "first", 5) == 0);
    free(bytes);
    ck_ok(store_model_evaluation(&json, f.store, "m", 1, &f.e), &f.e);
    ck_assert_str_eq(json, "{\"truth\":[1]}");
    free(json);
}
END_TEST

START_TEST(an_imported_version_has_less)
{
    struct model_submission m = {.name = "m", .task = "tag", .checkpoint = (const uint8_t *)"x"};
    struct model_version v;
    uint8_t *bytes;
    size_t len = 9;
    int64_t version;
    char *json;

    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e); /* no bytes at all */
    ck_ok(store_model_get(&v, f.store, "m", version, &f.e), &f.e);
    ck_assert_ptr_null(v.dataset);
    ck_assert_ptr_null(v.metrics);
    ck_assert_str_eq(v.params, "{}");
    ck_assert_str_eq(v.details, "{}");
    model_version_release(&v);
    ck_ok(store_model_evaluation(&json, f.store, "m", version, &f.e), &f.e);
    ck_assert_ptr_null(json);
    ck_ok(store_model_checkpoint(&bytes, &len, f.store, "m", version, &f.e), &f.e);
    ck_assert_uint_eq(len, 0);
    free(bytes);
}
END_TEST

START_TEST(numbers_are_not_used_again)
{
    put("m", "a");
    put("m", "b");
    ck_ok(store_model_delete(f.store, "m", 2, &f.e), &f.e);
    ck_assert_int_eq(put("m", "c"), 3);
    ck_ok(store_model_delete(f.store, "m", 3, &f.e), &f.e);
    ck_ok(store_model_delete(f.store, "m", 1, &f.e), &f.e);
    ck_status(get_status("m", 0), ST_NOT_FOUND, &f.e);
    ck_assert_int_eq(put("m", "d"), 4); /* not even after the last one went */
}
END_TEST

START_TEST(preconditions_guard_a_put)
{
    const struct precondition there = {.match.any = true}, absent = {.none_match.any = true};
    struct etag tag;
    const struct precondition newest = {.match = {.count = 1, .items = &tag}};
    struct model_submission m = model_of("m", "forecast", "first");
    char digest[DIGEST_LEN + 1];
    int64_t version = 0;

    m.precondition = &there;
    ck_status(store_model_put(&version, f.store, &m, &f.e), ST_PRECONDITION, &f.e);
    ck_status(get_status("m", 0), ST_NOT_FOUND, &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model"), 0);
    m.precondition = &absent;
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_status(store_model_put(&version, f.store, &m, &f.e), ST_PRECONDITION, &f.e);
    digest_hex(digest, "first", 5);
    tag = (struct etag){digest, DIGEST_LEN, false};
    m = model_of("m", "forecast", "second");
    m.precondition = &newest;
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_assert_int_eq(version, 2);
    ck_status(store_model_put(&version, f.store, &m, &f.e), ST_PRECONDITION, &f.e);
    ck_ok(store_model_delete(f.store, "m", 2, &f.e), &f.e); /* the first is the newest again */
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_assert_int_eq(version, 3);
}
END_TEST

START_TEST(a_name_without_versions_may_change_its_task)
{
    struct model_submission m = model_of("m", "tag", "x");
    int64_t version = 0;

    put("m", "a");
    ck_status(store_model_put(&version, f.store, &m, &f.e), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "task forecast"));
    ck_ok(store_model_delete(f.store, "m", 1, &f.e), &f.e);
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_assert_int_eq(version, 2);
}
END_TEST

START_TEST(deleting_a_model_leaves_nothing)
{
    static const char *const tables[] = {"model", "model_version", "model_checkpoint",
                                         "model_evaluation"};
    char sql[64];

    put("m", "a");
    put("m", "b");
    ck_ok(store_model_delete(f.store, "m", 0, &f.e), &f.e);
    for (int i = 0; i < 4; i++) {
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", tables[i]);
        ck_assert_int_eq(fixture_int(&f, sql), 0);
    }
    ck_status(store_model_delete(f.store, "m", 0, &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(what_is_not_there_is_named)
{
    uint8_t *bytes;
    size_t len;

    put("english", "a");
    put("english", "b");
    put("gone", "a");
    ck_ok(store_model_delete(f.store, "gone", 1, &f.e), &f.e);
    ck_status(get_status("english", 9), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "has no version 9; it has versions 1 to 2"));
    ck_status(get_status("englisch", 0), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "did you mean 'english'?"));
    ck_status(get_status("gon", 0), ST_NOT_FOUND, &f.e);
    ck_assert_ptr_null(strstr(f.e.message, "did you mean"));
    ck_status(store_model_checkpoint(&bytes, &len, f.store, "english", 9, &f.e), ST_NOT_FOUND,
              &f.e);
    ck_status(store_model_delete(f.store, "english", 9, &f.e), ST_NOT_FOUND, &f.e);
    ck_status(store_model_delete(f.store, "gone", 0, &f.e), ST_NOT_FOUND, &f.e);
    ck_status(get_status("english", INT64_MIN), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(lists_are_paged)
{
    struct model_list l;
    char name[16], after[NAME_MAX_LEN + 1] = "";

    for (int i = 0; i < 25; i++) {
        snprintf(name, sizeof(name), "m%02d", i * 7 % 25);
        put(name, "a");
    }
    put("m03", "b");
    put("m04", "b");
    ck_ok(store_model_delete(f.store, "m04", 2, &f.e), &f.e);
    ck_ok(store_model_delete(f.store, "m05", 1, &f.e), &f.e); /* without versions: not listed */
    for (int seen = 0; seen < 24;) {
        ck_ok(store_model_list(&l, f.store, NULL, after, 10, &f.e), &f.e);
        ck_assert_int_gt(l.count, 0);
        for (int i = 0; i < l.count; i++, seen++) {
            snprintf(name, sizeof(name), "m%02d", seen < 5 ? seen : seen + 1);
            ck_assert_str_eq(l.items[i].name, name);
            ck_assert_int_eq(l.items[i].version, seen == 3 ? 2 : 1);
            ck_assert_int_eq(l.items[i].num_versions, seen == 3 ? 2 : 1);
        }
        snprintf(after, sizeof(after), "%s", l.items[l.count - 1].name);
        model_list_release(&l);
    }
    ck_ok(store_model_list(&l, f.store, NULL, after, 10, &f.e), &f.e);
    ck_assert_int_eq(l.count, 0);
    model_list_release(&l);
}
END_TEST

START_TEST(versions_are_paged)
{
    struct model_list l;
    int64_t before = 0;
    int expected = 23;

    for (int i = 0; i < 23; i++)
        put("m", "a");
    put("other", "a");
    while (expected > 0) {
        ck_ok(store_model_versions(&l, f.store, "m", before, 10, &f.e), &f.e);
        for (int i = 0; i < l.count; i++)
            ck_assert_int_eq(l.items[i].version, expected--);
        before = l.items[l.count - 1].version;
        model_list_release(&l);
    }
    ck_ok(store_model_versions(&l, f.store, "m", before, 10, &f.e), &f.e);
    ck_assert_int_eq(l.count, 0);
    model_list_release(&l);
    ck_status(store_model_versions(&l, f.store, "none", 0, 10, &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

START_TEST(totals_count_what_is_there)
{
    int64_t datasets, models, versions, bytes;

    ck_ok(store_totals(&datasets, &models, &versions, &bytes, f.store, &f.e), &f.e);
    ck_assert_int_eq(datasets + models + versions, 0);
    ck_assert_int_gt(bytes, 4096);
    put_series(&f, "x", FREQ_M, 0, 3, 0.0);
    put("m", "a");
    put("m", "b");
    put("n", "a");
    ck_ok(store_model_delete(f.store, "n", 1, &f.e), &f.e);
    ck_ok(store_totals(&datasets, &models, &versions, &bytes, f.store, &f.e), &f.e);
    ck_assert_int_eq(datasets, 1);
    ck_assert_int_eq(models, 1);
    ck_assert_int_eq(versions, 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("models");
    TCase *t = tcase_create("models");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_version_comes_back);
    tcase_add_test(t, an_imported_version_has_less);
    tcase_add_test(t, numbers_are_not_used_again);
    tcase_add_test(t, preconditions_guard_a_put);
    tcase_add_test(t, a_name_without_versions_may_change_its_task);
    tcase_add_test(t, deleting_a_model_leaves_nothing);
    tcase_add_test(t, what_is_not_there_is_named);
    tcase_add_test(t, lists_are_paged);
    tcase_add_test(t, versions_are_paged);
    tcase_add_test(t, totals_count_what_is_there);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
