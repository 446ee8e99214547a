/* test_retrain_rule.c - "retrain" in JSON: what is read, refused and shown. */
#include "server/api/retrain_rule.h"

#include "server/formats/json_build.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

static struct err e;

static enum status read_text(struct retrain_rule *out, const char *json)
{
    cJSON *o = cJSON_Parse(json);
    enum status st;

    e = (struct err){0};
    st = retrain_rule_read(out, o, "/retrain", &e);
    cJSON_Delete(o);
    return st;
}

START_TEST(times_and_drifts_are_read)
{
    struct retrain_rule r;

    ck_assert_int_eq(read_text(&r, "{\"every\":\"7d\"}"), ST_OK);
    ck_assert_int_eq(r.every, INT64_C(7) * 86400000);
    ck_assert(r.first >= r.every && r.first <= r.every + 300000);
    ck_assert(r.drift == 0);
    ck_assert_int_eq(read_text(&r, "{\"drift\":2.5}"), ST_OK);
    ck_assert(r.drift == 2.5 && r.every == 0 && r.first == 0);
    ck_assert_int_eq(read_text(&r, "{\"drift\":1.01,\"every\":\"1h\"}"), ST_OK);
    ck_assert_int_eq(read_text(&r, "{\"every\":\"365d\"}"), ST_OK);
}
END_TEST

static const struct {
    const char *json, *place;
} wrong[] = {
    {"{}", "/retrain"},
    {"{\"every\":null}", "/retrain"},
    {"{\"every\":\"59m\"}", "/retrain/every"},
    {"{\"every\":\"366d\"}", "/retrain/every"},
    {"{\"every\":\"1 day\"}", "/retrain/every"},
    {"{\"every\":7}", "/retrain/every"},
    {"{\"drift\":1}", "/retrain/drift"},
    {"{\"drift\":-3}", "/retrain/drift"},
    {"{\"drift\":1001}", "/retrain/drift"},
    {"{\"drift\":\"2\"}", "/retrain/drift"},
    {"{\"drift\":true}", "/retrain/drift"},
    {"{\"every\":\"7d\",\"evry\":\"7d\"}", "/retrain/evry"},
    {"[]", "/retrain"},
    {"\"7d\"", "/retrain"},
};

START_TEST(what_is_wrong_is_named)
{
    struct retrain_rule r;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        ck_assert_msg(read_text(&r, wrong[i].json) == ST_INVALID, "%s", wrong[i].json);
        ck_assert_str_eq(e.pointer, wrong[i].place);
    }
}
END_TEST

static enum status of_job(struct retrain_rule *rule, struct job_request *r, const char *json)
{
    cJSON *body = cJSON_Parse(json);
    enum status st = retrain_rule_of_job(rule, r, body, NULL, &e);

    cJSON_Delete(body);
    return st;
}

START_TEST(a_drift_needs_held_out_observations)
{
    struct retrain_rule rule;
    struct job_request r = {.task = TASK_TAG};

    r.params.test_size = 5;
    ck_assert_int_eq(of_job(&rule, &r, "{\"retrain\":{\"drift\":2}}"), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "tagger"));
    ck_assert_int_eq(of_job(&rule, &r, "{\"retrain\":{\"every\":\"1d\"}}"), ST_OK);
    ck_assert_ptr_eq(r.retrain, &rule);
    r = (struct job_request){.task = TASK_FORECAST};
    ck_assert_int_eq(of_job(&rule, &r, "{\"retrain\":{\"drift\":2}}"), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "test_size"));
    r.retrain = NULL;
    ck_assert_int_eq(of_job(&rule, &r, "{\"retrain\":null}"), ST_OK);
    ck_assert_int_eq(of_job(&rule, &r, "{}"), ST_OK);
    ck_assert_ptr_null(r.retrain);
}
END_TEST

START_TEST(a_rule_is_shown)
{
    const struct retrain r = {.every = 7200000, .last_drift = NAN, .note = "why"};
    cJSON *o = retrain_render(&r);

    ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(o, "every")), "2h");
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "drift")));
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "last_drift")));
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "last_job")));
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "next_training")));
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(o, "error")));
    ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(o, "note")), "why");
    cJSON_Delete(o);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("retrain_rule");
    TCase *t = tcase_create("retrain_rule");

    tcase_add_test(t, times_and_drifts_are_read);
    tcase_add_test(t, what_is_wrong_is_named);
    tcase_add_test(t, a_drift_needs_held_out_observations);
    tcase_add_test(t, a_rule_is_shown);
    suite_add_tcase(s, t);
    return suite_run(s);
}
