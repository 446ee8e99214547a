/* test_warm_start.c - the model from which a job starts, and its parameters. */
#include "server/tasks/warm_start.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

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

/* A version of a model "m" of forecasts, whose parameters are these. */
static void put_model(const char *params)
{
    struct model_submission m = model_of("m", "forecast", "bytes");
    int64_t version;

    m.params = params;
    ck_ok(store_model_put(&version, f.store, &m, &f.e), &f.e);
}

static struct job_request request(const char *from)
{
    struct job_request r = {.task = TASK_FORECAST, .warm_start_from = from};

    ck_ok(params_defaults(&r.params, TASK_FORECAST, NULL, &f.e), &f.e);
    return r;
}

static int row_of(const char *name)
{
    int n, i = 0;
    const struct param_spec *table = params_table(&n);

    while (i < n && strcmp(table[i].name, name) != 0)
        i++;
    ck_assert_int_lt(i, n);
    return i;
}

START_TEST(the_model_gives_what_the_request_does_not)
{
    struct job_request r = request("m");
    struct params p = r.params;
    char name[WARM_START_NAME_MAX];

    put_model("{\"hidden_size\":5,\"epochs\":11}");
    put_model("{\"hidden_size\":6,\"epochs\":12}");
    ck_ok(warm_start_resolve(name, &p, f.store, &r, &f.e), &f.e);
    ck_assert_str_eq(name, "m/2"); /* the newest one */
    ck_assert_int_eq(p.hidden_size, 6);
    ck_assert_int_eq(p.epochs, 12);
    r = request("m/1");
    r.params.epochs = 3;
    r.given[row_of("epochs")] = true;
    p = r.params;
    ck_ok(warm_start_resolve(name, &p, f.store, &r, &f.e), &f.e);
    ck_assert_str_eq(name, "m/1");
    ck_assert_int_eq(p.hidden_size, 5);
    ck_assert_int_eq(p.epochs, 3);
}
END_TEST

START_TEST(another_shape_is_refused)
{
    struct job_request r = request("m");
    struct params p;
    char name[WARM_START_NAME_MAX];

    put_model("{\"hidden_size\":5}");
    r.params.hidden_size = 6;
    r.given[row_of("hidden_size")] = true;
    p = r.params;
    ck_status(warm_start_resolve(name, &p, f.store, &r, &f.e), ST_INVALID, &f.e);
    ck_assert_str_eq(f.e.pointer, "/params/hidden_size");
    r.params.hidden_size = p.hidden_size = 5; /* the same is fine */
    ck_ok(warm_start_resolve(name, &p, f.store, &r, &f.e), &f.e);
}
END_TEST

static void resolves_to(const char *from, const char *version)
{
    struct job_request r = request(from);
    struct params p = r.params;
    char name[WARM_START_NAME_MAX];

    ck_ok(warm_start_resolve(name, &p, f.store, &r, &f.e), &f.e);
    ck_assert_str_eq(name, version);
}

START_TEST(aliases_are_resolved_at_once)
{
    const struct alias_submission a = {"m", "production", version_number(1), NULL};
    struct model_alias out;
    bool created;

    put_model("{}");
    put_model("{}");
    resolves_to("m", "m/2");
    ck_ok(store_alias_put(&out, &created, f.store, &a, &f.e), &f.e);
    resolves_to("m", "m/1");
    resolves_to("m/production", "m/1");
    resolves_to("m/latest", "m/2");
}
END_TEST

START_TEST(what_cannot_be_started_from_is_refused)
{
    static const char *const wrong[] = {"", "/1", "m/", "m/0", "m/X", "m/1/2", "m/9999999999"};
    const struct search_request search = {0};
    struct job_request r = request("n");
    struct params p = r.params;
    char name[WARM_START_NAME_MAX];

    put_model("{}");
    ck_status(warm_start_resolve(name, &p, f.store, &r, &f.e), ST_NOT_FOUND, &f.e);
    r = request("m/production");
    ck_status(warm_start_resolve(name, &p, f.store, &r, &f.e), ST_NOT_FOUND, &f.e);
    ck_assert_str_eq(f.e.pointer, "/warm_start_from");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        r = request(wrong[i]);
        ck_status(warm_start_resolve(name, &p, f.store, &r, &f.e), ST_INVALID, &f.e);
        ck_assert_str_eq(f.e.pointer, "/warm_start_from");
    }
    r = request("m");
    r.task = TASK_TAG;
    ck_status(warm_start_resolve(name, &p, f.store, &r, &f.e), ST_INVALID, &f.e);
    r = request("m");
    r.search = &search;
    ck_status(warm_start_resolve(name, &p, f.store, &r, &f.e), ST_INVALID, &f.e);
}
END_TEST

START_TEST(the_file_is_loaded)
{
    uint8_t *bytes = NULL;
    size_t len = 0;

    put_model("{}");
    ck_ok(warm_start_load(&bytes, &len, f.store, "m/1", &f.e), &f.e);
    ck_assert_uint_eq(len, 5);
    ck_assert_mem_eq(bytes, "bytes", 5);
    free(bytes);
    ck_status(warm_start_load(&bytes, &len, f.store, "m/2", &f.e), ST_NOT_FOUND, &f.e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks warm start");
    TCase *t = tcase_create("warm_start");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_model_gives_what_the_request_does_not);
    tcase_add_test(t, another_shape_is_refused);
    tcase_add_test(t, what_cannot_be_started_from_is_refused);
    tcase_add_test(t, aliases_are_resolved_at_once);
    tcase_add_test(t, the_file_is_loaded);
    suite_add_tcase(s, t);
    return suite_run(s);
}
