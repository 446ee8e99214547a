/* test_explanation_render.c - parts, members, changes and notes as JSON. */
#include "server/api/explanation_render.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <string.h>

static struct buf b;

static cJSON *parsed(void)
{
    cJSON *j = cJSON_Parse(b.data);

    ck_assert_msg(j != NULL, "no JSON: %s", b.data ? b.data : "");
    buf_release(&b);
    return j;
}

static const cJSON *at(const cJSON *o, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, name);

    ck_assert_msg(v != NULL, "%s is missing", name);
    return v;
}

START_TEST(parts_and_members_are_named)
{
    double zeros[2] = {0}, level[2] = {10, 11}, season[2] = {0, -2}, member[2] = {9, 8};
    struct explanation x = {.steps = 2, .season_length = 12, .season = 12, .season_weight = 0.75};
    const struct timeline time = timeline_index();
    cJSON *j;
    const cJSON *m;

    for (int k = 0; k < PART_COUNT; k++)
        x.part[k] = k == PART_LEVEL ? level : k == PART_SEASON ? season : zeros;
    x.members[0] = (struct explained_member){"ets", 1, member};
    x.num_members = 1;
    x.filled = 3;
    x.changed = x.num_changes = 1;
    x.changes[0] = (struct explained_change){4, CHANGE_OUTLIER, 100, 12.5};
    buf_init(&b, 10000);
    explanation_write(&b, &x, &time);
    j = parsed();
    m = cJSON_GetArrayItem(at(j, "members"), 0);
    ck_assert_str_eq(at(m, "name")->valuestring, "ets");
    ck_assert_double_eq(cJSON_GetArrayItem(at(m, "forecast"), 1)->valuedouble, 8);
    ck_assert_int_eq(cJSON_GetArraySize(at(j, "parts")), 2);
    ck_assert_double_eq(cJSON_GetArrayItem(at(at(j, "parts"), "season"), 1)->valuedouble, -2);
    ck_assert(cJSON_IsTrue(at(at(j, "season"), "taken")));
    ck_assert_ptr_nonnull(strstr(at(at(j, "season"), "reason")->valuestring, "75 %"));
    m = at(j, "observations");
    ck_assert_int_eq(at(m, "filled")->valueint, 3);
    m = cJSON_GetArrayItem(at(m, "changes"), 0);
    ck_assert_int_eq(at(m, "time")->valueint, (int)time.start + 4);
    ck_assert_double_eq(at(m, "used")->valuedouble, 12.5);
    m = cJSON_GetArrayItem(at(j, "replaced"), 0);
    ck_assert_int_eq(at(m, "time")->valueint, (int)time.start + 4);
    ck_assert_double_eq(at(m, "from")->valuedouble, 100);
    ck_assert_double_eq(at(m, "to")->valuedouble, 12.5);
    ck_assert_str_eq(at(m, "reason")->valuestring, "outlier");
    cJSON_Delete(j);
}
END_TEST

/* There are always six components, and their sum is that of the parts. */
START_TEST(components_add_up_as_the_parts_do)
{
    static const char *const names[] = {"level",    "trend",      "season",
                                        "calendar", "covariates", "correction"};
    double values[PART_COUNT], sum = 0;
    struct explanation x = {.steps = 1, .season_length = 12};
    const struct timeline time = timeline_index();
    cJSON *j;

    for (int k = 0; k < PART_COUNT; k++) {
        values[k] = 1 << k;
        x.part[k] = &values[k];
    }
    buf_init(&b, 10000);
    explanation_write(&b, &x, &time);
    j = parsed();
    ck_assert_int_eq(cJSON_GetArraySize(at(j, "components")), 6);
    for (int c = 0; c < 6; c++)
        sum += cJSON_GetArrayItem(at(at(j, "components"), names[c]), 0)->valuedouble;
    ck_assert_double_eq(sum, (1 << PART_COUNT) - 1);
    ck_assert_double_eq(cJSON_GetArrayItem(at(at(j, "components"), "season"), 0)->valuedouble,
                        values[PART_SEASON] + values[PART_SEASON2]);
    ck_assert_int_eq(at(at(j, "season"), "length")->valueint, 12);
    cJSON_Delete(j);
}
END_TEST

/* A level of 0 is still a part, and the absence of a season has its own reason. */
START_TEST(a_series_of_zeros_without_a_season)
{
    double zeros[2] = {0};
    struct explanation x = {.steps = 2, .season_length = 12};
    const struct timeline time = timeline_index();
    cJSON *j;

    for (int k = 0; k < PART_COUNT; k++)
        x.part[k] = zeros;
    buf_init(&b, 10000);
    explanation_write(&b, &x, &time);
    j = parsed();
    ck_assert_int_eq(cJSON_GetArraySize(at(j, "parts")), 1);
    ck_assert(cJSON_IsFalse(at(at(j, "season"), "taken")));
    ck_assert_int_eq(cJSON_GetArraySize(at(at(j, "season"), "lengths")), 0);
    ck_assert_ptr_nonnull(strstr(at(at(j, "season"), "reason")->valuestring, "12 steps"));
    cJSON_Delete(j);
}
END_TEST

START_TEST(a_net_alone_has_no_word_of_its_history)
{
    double zeros[2] = {0}, member[2] = {9, 8};
    struct explanation x = {.steps = 2, .season_length = 12, .num_members = 1};
    const struct timeline time = timeline_index();
    cJSON *j;

    for (int k = 0; k < PART_COUNT; k++)
        x.part[k] = zeros;
    x.members[0] = (struct explained_member){"lstm", 1, member};
    buf_init(&b, 10000);
    explanation_write(&b, &x, &time);
    j = parsed();
    ck_assert_ptr_null(strstr(at(at(j, "season"), "reason")->valuestring, "history"));
    ck_assert_ptr_nonnull(strstr(at(at(j, "season"), "reason")->valuestring, "net alone"));
    cJSON_Delete(j);
}
END_TEST

START_TEST(remarks_become_notes)
{
    const struct forecast_remarks all = {true, true, true, 3, 5}, none = {0};
    const struct timeline months = {.frequency = {FREQ_M, 1}, .start = 24};
    int count = 0;
    cJSON *j;

    buf_init(&b, 10000);
    buf_puts(&b, "[");
    remarks_write(&b, &count, &none, &months);
    ck_assert_int_eq(count, 0);
    note_write(&b, &count, "a", "say \"b\"");
    remarks_write(&b, &count, &all, &months);
    buf_puts(&b, "]");
    j = parsed();
    ck_assert_int_eq(cJSON_GetArraySize(j), 6);
    ck_assert_int_eq(count, 6);
    ck_assert_str_eq(at(cJSON_GetArrayItem(j, 4), "code")->valuestring, "trend_changed");
    ck_assert_ptr_nonnull(
        strstr(at(cJSON_GetArrayItem(j, 4), "detail")->valuestring, "at 1972-06:"));
    ck_assert_str_eq(at(cJSON_GetArrayItem(j, 0), "detail")->valuestring, "say \"b\"");
    ck_assert_str_eq(at(cJSON_GetArrayItem(j, 1), "code")->valuestring, "last_value_doubtful");
    ck_assert_str_eq(at(cJSON_GetArrayItem(j, 3), "code")->valuestring, "level_shifted");
    ck_assert_ptr_nonnull(
        strstr(at(cJSON_GetArrayItem(j, 3), "detail")->valuestring, "at 1972-04:"));
    cJSON_Delete(j);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("explanation_render");
    TCase *t = tcase_create("explanation_render");

    tcase_add_test(t, parts_and_members_are_named);
    tcase_add_test(t, components_add_up_as_the_parts_do);
    tcase_add_test(t, a_series_of_zeros_without_a_season);
    tcase_add_test(t, a_net_alone_has_no_word_of_its_history);
    tcase_add_test(t, remarks_become_notes);
    suite_add_tcase(s, t);
    return suite_run(s);
}
