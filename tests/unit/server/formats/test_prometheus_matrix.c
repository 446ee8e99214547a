/* test_prometheus_matrix.c - answers of Prometheus become series on a grid. */
#include "server/formats/prometheus_matrix.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static struct prometheus_matrix *m;
static struct buf out;
static struct err e;

static void begin(int64_t start, int64_t step, int64_t points)
{
    const struct prometheus_grid g = {start, step, points, 3, 100};

    ck_assert_int_eq(prometheus_matrix_new(&m, &g, &e), ST_OK);
    buf_init(&out, 1 << 20);
}

static void teardown(void)
{
    prometheus_matrix_free(m);
    m = NULL;
    buf_release(&out);
}

static enum status add(const char *result)
{
    char json[4096];
    int n = snprintf(json, sizeof json,
                     "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":%s}}",
                     result);

    return prometheus_matrix_add(m, json, (size_t)n, &e);
}

static const char *written(void)
{
    prometheus_matrix_write(&out, m, "none");
    ck_assert_int_eq(out.st, ST_OK);
    return out.data;
}

static void says(const char *text)
{
    ck_assert_msg(strstr(e.message, text) != NULL, "'%s' does not say '%s'", e.message, text);
}

START_TEST(pages_become_series)
{
    begin(1577836800, 60, 5); /* 2020-01-01 */
    ck_assert_int_eq(
        add("[{\"metric\":{\"job\":\"b\",\"__name__\":\"up\",\"a\":\"x\\\"y\"},\"values\":"
            "[[1577836860,\"1\"],[1577836920,\"2.5\"]]}]"),
        ST_OK);
    ck_assert_int_eq(add("[{\"values\":[[1577836980,\"NaN\"],[1577837040.0,\"4\"]],\"metric\":"
                         "{\"__name__\":\"up\",\"a\":\"x\\\"y\",\"job\":\"b\"}}]"),
                     ST_OK);
    ck_assert_int_eq((int)(prometheus_matrix_newest(m) - 1577836800), 240);
    ck_assert_str_eq(
        written(), "{\"series\":[{\"id\":\"up{a=\\\"x\\\\\\\"y\\\",job=\\\"b\\\"}\",\"start\":"
                   "\"2020-01-01T00:01:00Z\",\"frequency\":\"1min\",\"values\":[1,2.5,null,4]}]}");
}
END_TEST

START_TEST(what_is_not_finite_is_missing)
{
    begin(0, 86400, 4);
    ck_assert_int_eq(
        add("[{\"metric\":{},\"values\":[[0,\"NaN\"],[86400,\"7\"],[172800,\"+Inf\"],"
            "[259200,\"-Inf\"]]},{\"metric\":{\"a\":\"1\"},\"values\":[[0,\"NaN\"]]}]"),
        ST_OK);
    ck_assert_str_eq(written(), "{\"series\":[{\"id\":\"none\",\"start\":\"1970-01-02\","
                                "\"frequency\":\"1D\",\"values\":[7]}]}");
}
END_TEST

START_TEST(an_empty_answer_has_no_newest)
{
    begin(0, 3600, 4);
    ck_assert_int_eq(add("[]"), ST_OK);
    ck_assert_int_eq((int)prometheus_matrix_newest(m), 0);
    ck_assert_str_eq(written(), "{\"series\":[]}");
}
END_TEST

START_TEST(other_answers_are_refused)
{
    static const char *const bad[][2] = {
        {"{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error: x\"}",
         "parse error: x"},
        {"{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}", "matrix"},
        {"{\"status\":\"success\"}", "matrix"},
        {"{}", "success"},
        {"[]", "success"},
        {"\"success\"", "success"},
        {"<html>", "JSON"},
        {"", "JSON"},
        {"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}", "JSON"},
    };

    begin(0, 60, 10);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        e = (struct err){0};
        ck_assert_msg(prometheus_matrix_add(m, bad[i][0], strlen(bad[i][0]), &e) != ST_OK, "%s",
                      bad[i][0]);
        if (strcmp(bad[i][1], "JSON") != 0)
            says(bad[i][1]);
    }
    ck_assert_int_eq(add("[{\"metric\":{},\"values\":[[61,\"1\"]]}]"), ST_INVALID);
    says("not asked for");
    ck_assert_int_eq(add("[{\"metric\":{},\"values\":[[600,\"1\"]]}]"), ST_INVALID);
    ck_assert_int_eq(add("[{\"metric\":{},\"values\":[[1e300,\"1\"]]}]"), ST_INVALID);
    ck_assert_int_eq(add("[{\"metric\":{},\"values\":[[null,\"1\"]]}]"), ST_INVALID);
    ck_assert_int_eq(add("[{\"metric\":{},\"values\":[7]}]"), ST_INVALID);
    ck_assert_int_eq(add("[7]"), ST_INVALID);
    ck_assert_int_eq(add("[{\"metric\":{\"a\":1},\"values\":[]}]"), ST_INVALID);
    ck_assert_int_eq(add("[{\"metric\":{},\"histograms\":[[0,{}]]}]"), ST_INVALID);
    says("histogram");
}
END_TEST

START_TEST(limits_are_kept)
{
    const struct prometheus_grid g = {0, 60, 101, 3, 100};
    struct prometheus_matrix *none = NULL;

    ck_assert_int_eq(prometheus_matrix_new(&none, &g, &e), ST_TOO_LARGE);
    begin(0, 60, 10);
    ck_assert_int_eq(add("[{\"metric\":{\"a\":\"1\"},\"values\":[]},{\"metric\":{\"a\":\"2\"},"
                         "\"values\":[]},{\"metric\":{\"a\":\"3\"},\"values\":[]}]"),
                     ST_OK);
    ck_assert_int_eq(add("[{\"metric\":{\"a\":\"4\"},\"values\":[[0,\"1\"]]}]"), ST_TOO_LARGE);
    says("sum by fewer labels");
}
END_TEST

START_TEST(steps_are_frequencies)
{
    static const struct {
        int64_t step;
        const char *name;
    } rows[] = {{15, "15S"}, {60, "1min"}, {300, "5min"}, {3600, "1H"}, {86400, "1D"}, {90, "90S"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char want[64];

        begin(0, rows[i].step, 1);
        ck_assert_int_eq(add("[{\"metric\":{},\"values\":[[0,\"1\"]]}]"), ST_OK);
        (void)snprintf(want, sizeof want, "\"frequency\":\"%s\"", rows[i].name);
        ck_assert_ptr_nonnull(strstr(written(), want));
        teardown();
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("prometheus_matrix");
    TCase *t = tcase_create("prometheus_matrix");

    tcase_add_checked_fixture(t, NULL, teardown);
    tcase_add_test(t, pages_become_series);
    tcase_add_test(t, what_is_not_finite_is_missing);
    tcase_add_test(t, an_empty_answer_has_no_newest);
    tcase_add_test(t, other_answers_are_refused);
    tcase_add_test(t, limits_are_kept);
    tcase_add_test(t, steps_are_frequencies);
    suite_add_tcase(s, t);
    return suite_run(s);
}
