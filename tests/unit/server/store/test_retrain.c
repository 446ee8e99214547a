/* test_retrain.c - rules by which models are trained again: stored, claimed, finished, removed. */
#include "server/store/retrain.h"

#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

static struct fixture f;
static struct retrain r;
static bool found, created;
static int64_t next;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    retrain_release(&r);
    fixture_close(&f);
}

static void make_model(const char *name)
{
    const struct model_submission m = model_of(name, "forecast", "x");
    int64_t version;

    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
}

static void put(const char *model, int64_t every, double drift, int64_t first)
{
    const struct access key = {.id = 3, .name = "team"};
    const struct retrain_rule rule = {.every = every, .drift = drift, .first = first, .key = &key};

    retrain_release(&r);
    ck_ok(store_retrain_put(&r, &created, f.store, model, &rule, &f.e), &f.e);
}

static void claim_next(void)
{
    retrain_release(&r);
    ck_ok(store_retrain_claim(&r, &found, &next, f.store, 100000, &f.e), &f.e);
}

static void read_again(const char *model)
{
    retrain_release(&r);
    ck_ok(store_retrain_get(&r, f.store, model, &f.e), &f.e);
}

START_TEST(a_rule_is_stored_and_replaced)
{
    int64_t now = clock_ms(), token, due;

    make_model("m");
    put("m", 7200000, 0, 7300000);
    ck_assert(created);
    ck_assert_str_eq(r.key, "team");
    ck_assert_int_eq(r.api_key, 3);
    ck_assert(isnan(r.last_drift) && r.drift == 0);
    ck_assert_int_ge(r.next_at, now + 7300000);
    ck_assert_int_eq(r.due_at, r.next_at);
    token = r.token;
    due = r.next_at;
    put("m", 7200000, 2, 9999999); /* the same time, and at once for the drift */
    ck_assert(!created);
    ck_assert_int_ne(r.token, token);
    ck_assert_int_eq(r.next_at, due);
    ck_assert_int_lt(r.due_at, due);
    put("m", 3600000, 0, 5);
    ck_assert_int_lt(r.next_at, due);
    put("m", 0, 1.5, 0);
    ck_assert_int_eq(r.next_at, 0);
    ck_assert_double_eq(r.drift, 1.5);
}
END_TEST

START_TEST(a_rule_needs_a_model)
{
    const struct retrain_rule rule = {.every = 1};
    int64_t all, failing;

    ck_status(store_retrain_put(&r, &created, f.store, "m", &rule, &f.e), ST_NOT_FOUND, &f.e);
    ck_status(store_retrain_get(&r, f.store, "m", &f.e), ST_NOT_FOUND, &f.e);
    ck_status(store_retrain_delete(f.store, "m", &f.e), ST_NOT_FOUND, &f.e);
    make_model("m");
    put("m", 1, 0, 0);
    ck_ok(store_retrain_counts(&all, &failing, f.store, &f.e), &f.e);
    ck_assert(all == 1 && failing == 0);
    ck_ok(store_retrain_delete(f.store, "m", &f.e), &f.e);
    ck_ok(store_retrain_find(&r, &found, f.store, "m", &f.e), &f.e);
    ck_assert(!found);
}
END_TEST

START_TEST(the_model_takes_its_rule_along)
{
    make_model("m");
    make_model("m");
    put("m", 1, 0, 0);
    ck_ok(store_model_delete(f.store, "m", 1, &f.e), &f.e);
    read_again("m");
    ck_ok(store_model_delete(f.store, "m", 0, &f.e), &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM model_retrain"), 0);
}
END_TEST

START_TEST(a_rule_is_claimed_once)
{
    int64_t now = clock_ms();

    claim_next();
    ck_assert(!found && next == INT64_MAX);
    make_model("a");
    make_model("b");
    put("a", 3600000, 0, 50000);
    put("b", 3600000, 2, 50000);
    claim_next();
    ck_assert(found);
    ck_assert_str_eq(r.model, "b");
    claim_next();
    ck_assert(!found);
    ck_assert(next >= now + 50000 && next < now + 100000);
}
END_TEST

START_TEST(a_result_is_kept_unless_the_rule_was_replaced)
{
    struct retrain stale;
    int64_t all, failing;

    make_model("m");
    put("m", 3600000, 0, 0);
    claim_next();
    ck_assert(found);
    r.next_at = r.due_at = clock_ms() + 1000000;
    r.checked_at = 77;
    r.last_drift = 1.25;
    r.drift_at = 78;
    strcpy(r.last_job, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    r.error = strdup("{\"status\":404}");
    r.request = strdup("{}");
    ck_ok(store_retrain_finish(f.store, &r, &f.e), &f.e);
    read_again("m");
    ck_assert_str_eq(r.error, "{\"status\":404}");
    ck_assert_str_eq(r.request, "{}");
    ck_assert_str_eq(r.last_job, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    ck_assert(r.checked_at == 77 && r.drift_at == 78 && r.last_drift == 1.25);
    ck_ok(store_retrain_counts(&all, &failing, f.store, &f.e), &f.e);
    ck_assert_int_eq(failing, 1);
    stale = r;
    r = (struct retrain){0};
    put("m", 7200000, 0, 0);
    ck_assert_str_eq(r.last_job, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    ck_assert_ptr_null(r.error);
    ck_ok(store_retrain_finish(f.store, &stale, &f.e), &f.e);
    read_again("m");
    ck_assert_ptr_null(r.error);
    retrain_release(&stale);
}
END_TEST

START_TEST(a_job_brings_the_rule_of_its_model)
{
    const struct retrain_rule rule = {.every = 3600000, .first = 10};
    struct job_submission sub;
    struct retrain_jobs jobs;
    struct job j;
    bool existing;

    put_series(&f, "d", FREQ_M, 0, 5, 0.0);
    sub = submission(&f, "d", "new");
    sub.retrain = &rule;
    sub.max_queue = 1;
    ck_ok(store_job_submit(&j, &existing, f.store, &sub, &f.e), &f.e);
    job_release(&j);
    read_again("new");
    ck_assert_int_eq(r.api_key, 0);
    ck_assert_str_eq(r.key, "");
    ck_ok(store_retrain_jobs(&jobs, f.store, "new", &f.e), &f.e);
    ck_assert(jobs.busy);
    ck_assert_str_eq(jobs.last, "");
    /* a job that is refused brings none */
    sub.model = "other";
    ck_status(store_job_submit(&j, &existing, f.store, &sub, &f.e), ST_BUSY, &f.e);
    ck_ok(store_retrain_find(&r, &found, f.store, "other", &f.e), &f.e);
    ck_assert(!found);
}
END_TEST

START_TEST(the_last_job_that_succeeded_is_found)
{
    struct retrain_jobs jobs;
    char id[JOB_ID_LEN + 1];
    struct db *db = fixture_db(&f);

    put_series(&f, "d", FREQ_M, 0, 5, 0.0);
    submit(id, &f, "d", "m");
    ck_ok(db->driver->exec(db, "UPDATE job SET state = 2", &f.e), &f.e);
    ck_ok(store_retrain_jobs(&jobs, f.store, "m", &f.e), &f.e);
    ck_assert(!jobs.busy);
    ck_assert_str_eq(jobs.last, id);
    submit(id, &f, "d", "m");
    ck_ok(db->driver->exec(db, "UPDATE job SET backtest = '{}' WHERE state = 0", &f.e), &f.e);
    ck_ok(store_retrain_jobs(&jobs, f.store, "m", &f.e), &f.e);
    ck_assert(!jobs.busy); /* a backtest makes no version */
    ck_assert_str_ne(jobs.last, id);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("retrain");
    TCase *t = tcase_create("retrain");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_rule_is_stored_and_replaced);
    tcase_add_test(t, a_rule_needs_a_model);
    tcase_add_test(t, the_model_takes_its_rule_along);
    tcase_add_test(t, a_rule_is_claimed_once);
    tcase_add_test(t, a_result_is_kept_unless_the_rule_was_replaced);
    tcase_add_test(t, a_job_brings_the_rule_of_its_model);
    tcase_add_test(t, the_last_job_that_succeeded_is_found);
    suite_add_tcase(s, t);
    return suite_run(s);
}
