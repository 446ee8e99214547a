/* test_cost.c - the lane that a request is expected to need. */
#include "tests/unit/server/api/handler.h"

#include "server/api/cost.h"
#include <string.h>

START_TEST(a_lane_by_milliseconds)
{
    ck_assert_int_eq(cost_lane(0), HTTP_INLINE);
    ck_assert_int_eq(cost_lane(1), HTTP_INLINE);
    ck_assert_int_eq(cost_lane(1.01), HTTP_WORK);
    ck_assert_int_eq(cost_lane(500), HTTP_WORK);
    ck_assert_int_eq(cost_lane(501), HTTP_BULK);
}
END_TEST

static enum http_lane lane_of(const char *json)
{
    cJSON *body = cJSON_Parse(json);
    enum http_lane lane = cost_lane_of_dataset(handler_app()->store, body);

    cJSON_Delete(body);
    return lane;
}

START_TEST(a_lane_by_data_set)
{
    put_csv("small", "1\n2\n3\n");
    put_series(handler_files(), "large", FREQ_INDEX, 0, 200000, 1);
    ck_assert_int_eq(lane_of("{}"), HTTP_INLINE);
    ck_assert_int_eq(lane_of("{\"dataset\":1}"), HTTP_INLINE);
    ck_assert_int_eq(lane_of("{\"dataset\":\"none\"}"), HTTP_INLINE);
    ck_assert_int_eq(lane_of("{\"dataset\":\"small\"}"), HTTP_WORK);
    ck_assert_int_eq(lane_of("{\"dataset\":\"large\"}"), HTTP_BULK);
}
END_TEST

START_TEST(costs_grow_with_the_work)
{
    const struct model *f = NULL, *t = NULL;
    struct model_cache *cache = handler_app()->cache;
    struct err e = {0};
    double one;

    import("f", "forecaster-fitted");
    import("t", "tagger-plain");
    ck_ok(model_cache_acquire(&f, cache, "f", version_number(0), &e), &e);
    ck_ok(model_cache_acquire(&t, cache, "t", version_number(0), &e), &e);
    one = cost_of_forecasts(f->forecaster, 1, 12, 0);
    ck_assert_double_gt(one, 0);
    ck_assert_double_eq_tol(cost_of_forecasts(f->forecaster, 10, 12, 0), 10 * one, 1e-9);
    ck_assert_double_gt(cost_of_forecasts(f->forecaster, 1, 24, 0), one);
    ck_assert_double_eq_tol(cost_of_forecasts(f->forecaster, 1, 12, 2000), one + 1, 1e-9);
    ck_assert_double_eq_tol(cost_of_tags(t->tagger, 20), 2 * cost_of_tags(t->tagger, 10), 1e-9);
    model_cache_release(cache, f);
    model_cache_release(cache, t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_lane_by_milliseconds,
        a_lane_by_data_set,
        costs_grow_with_the_work,
    };

    return handler_run(suite_create("api cost"), tests, sizeof(tests) / sizeof(tests[0]));
}
