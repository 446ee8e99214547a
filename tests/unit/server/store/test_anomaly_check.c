/* test_anomaly_check.c - new rows are noted by the append that adds them, until they were looked
 * at. */
#include "server/store/anomaly_check.h"

#include "tests/unit/server/store/webhook_fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;
static int64_t hook;

static void setup(void)
{
    fixture_open(&f);
    hook = add_webhook(&f, 1 << EVENT_ANOMALY_DETECTED, "x*");
}

static void teardown(void)
{
    fixture_close(&f);
}

static void append(const char *name, const char *id, int64_t start, int rows)
{
    struct series_set s = series_of(id, FREQ_M, start, rows, (double)start);

    ck_ok(store_dataset_append_series(f.store, name, &s, &wide, &f.e), &f.e);
    series_set_release(&s);
}

static struct anomaly_checks checks(const char *after)
{
    struct anomaly_checks c;

    ck_ok(store_anomaly_checks(&c, f.store, after, &f.e), &f.e);
    return c;
}

static int waiting(void)
{
    return (int)fixture_int(&f, "SELECT count(*) FROM anomaly_check");
}

START_TEST(appended_rows_wait_for_a_look)
{
    struct anomaly_checks c;

    put_series(&f, "x", FREQ_M, 0, 20, 0);
    ck_assert_int_eq(waiting(), 0); /* a data set that is new has no new rows */
    append("x", "s", 20, 3);
    append("x", "s", 25, 1); /* after a gap of two; the first look has not been made */
    append("x", "new", 0, 5);
    c = checks("");
    ck_assert_str_eq(c.dataset, "x");
    ck_assert_int_eq(c.count, 1); /* no model knows the new series */
    ck_assert_str_eq(c.items[0].series, "s");
    ck_assert_int_eq(c.items[0].first, 20);
    ck_assert_int_eq(c.items[0].end, 26);
    anomaly_checks_release(&c);
}
END_TEST

START_TEST(only_what_a_webhook_chose_waits)
{
    put_series(&f, "y", FREQ_M, 0, 20, 0);
    append("y", "s", 20, 1); /* its pattern does not match */
    ck_assert_int_eq(waiting(), 0);
    ck_ok(store_webhook_delete(f.store, hook, &f.e), &f.e);
    (void)add_webhook(&f, EVENTS_ALL & ~(1 << EVENT_ANOMALY_DETECTED), NULL);
    put_series(&f, "x", FREQ_M, 0, 20, 0);
    append("x", "s", 20, 1);
    ck_assert_int_eq(waiting(), 0);
}
END_TEST

START_TEST(corrections_of_old_rows_are_no_new_rows)
{
    struct series_set s = series_of("s", FREQ_M, 0, 22, 100.0);
    struct row_counts counts;
    struct anomaly_checks c;

    put_series(&f, "x", FREQ_M, 0, 20, 0);
    ck_ok(
        store_dataset_merge_series(&counts, f.store, "x", &s, CONFLICT_REPLACE, false, &wide, &f.e),
        &f.e);
    c = checks("");
    ck_assert_int_eq(c.items[0].first, 20);
    ck_assert_int_eq(c.items[0].end, 22);
    anomaly_checks_release(&c);
    series_set_release(&s);
}
END_TEST

START_TEST(rows_that_had_only_covariates_are_new_when_they_get_a_value)
{
    const char *const columns[] = {"y", "heat"};
    double stored[] = {1, 5, 2, 5, 0, 5, 0, 5}, filled[] = {3, 5};
    struct series items[] = {{.id = (char *)(uintptr_t) "s",
                              .time = {.frequency = {FREQ_M, 1}},
                              .length = 4,
                              .values = stored}};
    struct series_set set = {.count = 1,
                             .items = items,
                             .num_columns = 2,
                             .num_covariates = 1,
                             .columns = (char **)(uintptr_t)columns};
    struct anomaly_checks c;
    bool created;

    stored[4] = stored[6] = (double)NAN;
    ck_ok(store_dataset_put_series(f.store, "x", &set, NULL, &created, &f.e), &f.e);
    items[0] = (struct series){.id = items[0].id,
                               .time = {.frequency = {FREQ_M, 1}, .start = 2},
                               .length = 1,
                               .values = filled};
    ck_ok(store_dataset_append_series(f.store, "x", &set, &wide, &f.e), &f.e);
    c = checks("");
    ck_assert_int_eq(c.count, 1);
    ck_assert_int_eq(c.items[0].first, 2);
    ck_assert_int_eq(c.items[0].end, 4);
    anomaly_checks_release(&c);
}
END_TEST

START_TEST(a_data_set_that_goes_takes_its_checks_along)
{
    put_series(&f, "x", FREQ_M, 0, 20, 0);
    append("x", "s", 20, 1);
    put_series(&f, "x", FREQ_M, 0, 5, 0);
    ck_assert_int_eq(waiting(), 0);
    append("x", "s", 5, 1);
    ck_assert_int_eq(waiting(), 1);
    ck_ok(store_dataset_delete(f.store, "x", &f.e), &f.e);
    ck_assert_int_eq(waiting(), 0);
}
END_TEST

START_TEST(data_sets_take_turns)
{
    static const char *const order[] = {"x1", "x2", "x1"};
    struct anomaly_checks c;
    const char *after = "";

    for (int i = 0; i < 2; i++) {
        put_series(&f, order[i], FREQ_M, 0, 20, 0);
        append(order[i], "s", 20, 1);
    }
    for (int i = 0; i < 3; i++) {
        c = checks(after);
        ck_assert_str_eq(c.dataset, order[i]);
        after = order[i];
        anomaly_checks_release(&c);
    }
}
END_TEST

START_TEST(what_was_found_is_told_when_the_checks_go)
{
    const struct anomaly_finding found[] = {{"x", "{\"found\":1}"}, {"y", "{\"found\":2}"}};
    struct anomaly_checks c;

    put_series(&f, "x", FREQ_M, 0, 20, 0);
    append("x", "s", 20, 2);
    c = checks("");
    append("x", "s", 22, 3); /* while the others are looked at */
    ck_ok(store_anomaly_checks_done(f.store, &c, found, 2, &f.e), &f.e);
    anomaly_checks_release(&c);
    ck_assert_int_eq(deliveries(&f, hook), 1); /* the pattern does not match y */
    payload_has(&f, hook, "{\"type\":\"anomaly.detected\"");
    payload_has(&f, hook, "\"data\":{\"found\":1}}");
    c = checks("");
    ck_assert_int_eq(c.count, 1);
    ck_assert_int_eq(c.items[0].first, 22);
    ck_assert_int_eq(c.items[0].end, 25);
    ck_ok(store_anomaly_checks_done(f.store, &c, NULL, 0, &f.e), &f.e);
    anomaly_checks_release(&c);
    c = checks("x");
    ck_assert_int_eq(c.count, 0);
    ck_assert_str_eq(c.dataset, "");
    anomaly_checks_release(&c);
}
END_TEST

START_TEST(so_many_series_wait_at_most)
{
    put_series(&f, "x", FREQ_M, 0, 20, 0);
    ck_ok(db_exec(fixture_db(&f),
                  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                  "10000) INSERT INTO anomaly_check SELECT 'xx', 's' || i, 1, 2 FROM n",
                  &f.e),
          &f.e);
    append("x", "s", 20, 1);
    ck_assert_int_eq(waiting(), ANOMALY_CHECKS_MAX);
}
END_TEST

START_TEST(models_are_those_that_serve)
{
    struct model_submission m = model_of("m", "forecast", "bytes");
    struct dataset_model out[4];
    int64_t version;
    int n;

    m.dataset = "x";
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_ok(store_dataset_models(out, &n, f.store, "x", 4, &f.e), &f.e);
    ck_assert_int_eq(n, 1);
    ck_assert_str_eq(out[0].name, "m");
    ck_assert_int_eq(out[0].version, 2);
    m.dataset = "y"; /* the newest version serves, and has learnt from others */
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_ok(store_dataset_models(out, &n, f.store, "x", 4, &f.e), &f.e);
    ck_assert_int_eq(n, 0);
    m = model_of("tagger", "tag", "bytes");
    m.dataset = "x";
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
    ck_ok(store_dataset_models(out, &n, f.store, "x", 4, &f.e), &f.e);
    ck_assert_int_eq(n, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("anomaly_check");
    TCase *t = tcase_create("anomaly_check");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, appended_rows_wait_for_a_look);
    tcase_add_test(t, only_what_a_webhook_chose_waits);
    tcase_add_test(t, corrections_of_old_rows_are_no_new_rows);
    tcase_add_test(t, rows_that_had_only_covariates_are_new_when_they_get_a_value);
    tcase_add_test(t, a_data_set_that_goes_takes_its_checks_along);
    tcase_add_test(t, data_sets_take_turns);
    tcase_add_test(t, what_was_found_is_told_when_the_checks_go);
    tcase_add_test(t, so_many_series_wait_at_most);
    tcase_add_test(t, models_are_those_that_serve);
    suite_add_tcase(s, t);
    return suite_run(s);
}
