/* test_render.c - jobs and models as JSON. */
#include "tests/unit/server/api/handler.h"

#include "server/api/render.h"
#include <math.h>
#include <string.h>

static void check(cJSON *o, const char *want)
{
    char *text = cJSON_PrintUnformatted(o);

    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, want);
    free(text);
    cJSON_Delete(o);
}

START_TEST(what_is_not_known_is_null)
{
    const struct job_progress p = {.epoch = 2,
                                   .epochs = 4,
                                   .fraction = 0.5,
                                   .loss = 0.25,
                                   .validation_loss = NAN,
                                   .samples_per_second = INFINITY,
                                   .eta_seconds = 3};

    check(render_progress(&p), "{\"epoch\":2,\"epochs\":4,\"fraction\":0.5,\"loss\":0.25,"
                               "\"validation_loss\":null,\"samples_per_second\":null,"
                               "\"eta_seconds\":3}");
}
END_TEST

START_TEST(members_that_are_there_stay)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddNumberToObject(o, "a", 1);
    check(render_spread(o, "{\"a\":2,\"b\":[3]}"), "{\"a\":1,\"b\":[3]}");
    check(render_spread(cJSON_CreateObject(), NULL), "{}");
    ck_assert_ptr_null(render_spread(NULL, "{\"a\":2}"));
}
END_TEST

START_TEST(a_backtest_shows_its_plan)
{
    char forecast[] = "forecast", data[] = "d", none[] = "", params[] = "{}";
    char plan[] = "{\"windows\":3,\"step\":2,\"horizon\":1}";
    const struct job j = {
        .task = forecast, .dataset = data, .model = none, .params = params, .backtest = plan};
    cJSON *o = render_job(&j);

    ck_assert_str_eq(cJSON_GetObjectItem(o, "task")->valuestring, "backtest");
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "model")));
    ck_assert_int_eq(cJSON_GetObjectItem(o, "windows")->valueint, 3);
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "finished_at")));
    ck_assert_ptr_null(cJSON_GetObjectItem(o, "search"));
    cJSON_Delete(o);
}
END_TEST

/* Remarks are stored among the metrics; in the response they are a member beside the metrics. */
START_TEST(remarks_stand_beside_the_metrics)
{
    char task[] = "forecast", data[] = "d", model[] = "m", params[] = "{}";
    char metrics[] = "{\"mae\":1,\"skipped\":[{\"series\":\"a\"}],\"evaluation\":{\"held_out\":3},"
                     "\"notes\":[{\"code\":\"c\"}]}";
    struct job j = {.task = task, .dataset = data, .model = model, .params = params};
    cJSON *o = render_job(&j);

    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(o, "skipped")), 0);
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(o, "notes")), 0);
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "evaluation")));
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "metrics")));
    cJSON_Delete(o);
    j.metrics = metrics;
    o = render_job(&j);
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(o, "skipped")), 1);
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(o, "notes")), 1);
    ck_assert_int_eq(
        cJSON_GetObjectItem(cJSON_GetObjectItem(o, "evaluation"), "held_out")->valueint, 3);
    check(cJSON_DetachItemFromObject(o, "metrics"), "{\"mae\":1,\"skipped\":[{\"series\":\"a\"}]}");
    cJSON_Delete(o);
}
END_TEST

START_TEST(a_model_of_before_has_no_arithmetic)
{
    char task[] = "forecast", params[] = "{\"seed\":1}", details[] = "{\"horizon\":3}";
    const struct model_version m = {.name = "m",
                                    .version = 2,
                                    .task = task,
                                    .created_at = 1000,
                                    .params = params,
                                    .details = details};
    cJSON *o = render_model(&m);

    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "arithmetic")));
    ck_assert_int_eq(cJSON_GetObjectItem(o, "horizon")->valueint, 3);
    ck_assert_str_eq(cJSON_GetObjectItem(o, "created_at")->valuestring, "1970-01-01T00:00:01.000Z");
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "metrics")));
    cJSON_Delete(o);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        what_is_not_known_is_null,           members_that_are_there_stay,
        a_backtest_shows_its_plan,           remarks_stand_beside_the_metrics,
        a_model_of_before_has_no_arithmetic,
    };

    return handler_run(suite_create("api render"), tests, sizeof(tests) / sizeof(tests[0]));
}
