/* test_times.c - times over HTTP come back as they came in: month ends, last business days, odd
 * quarters, business days, opening hours, offsets, naive clocks. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <string.h>

enum { ROWS = 36, BODY = 4096 };

static struct daemon d;
static struct reply r;

static void setup(void)
{
    daemon_init(&d);
    daemon_start(&d, NULL);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

/* ROWS rows from start on, with more members, and the expected answers: name and open steps of the
 * frequency, the last time, and the next three. */
static const struct {
    const char *start, *frequency, *more; /* more members of the series */
    const char *name, *open, *end, *next[3];
} series[] = {
    {"2019-01-31", "M", "", "M", NULL, "2021-12-31", {"2022-01-31", "2022-02-28", "2022-03-31"}},
    {"2019-01-15", "M", "", "M", NULL, "2021-12-15", {"2022-01-15", "2022-02-15", "2022-03-15"}},
    {"2019-01-30", "M", "", "M", NULL, "2021-12-30", {"2022-01-30", "2022-02-28", "2022-03-30"}},
    {"2019-02-28",
     "M",
     ",\"anchor\":\"last business day\"",
     "M",
     NULL,
     "2022-01-31",
     {"2022-02-28", "2022-03-31", "2022-04-29"}},
    {"2012-03-31", "Q", "", "Q", NULL, "2020-12-31", {"2021-03-31", "2021-06-30", "2021-09-30"}},
    {"2012-03-01", "Q", "", "Q", NULL, "2020-12-01", {"2021-03-01", "2021-06-01", "2021-09-01"}},
    {"2000-06-30", "6M", "", "6M", NULL, "2017-12-31", {"2018-06-30", "2018-12-31", "2019-06-30"}},
    {"1990-06-30", "Y", "", "Y", NULL, "2025-06-30", {"2026-06-30", "2027-06-30", "2028-06-30"}},
    {"2018-01-02", "W", "", "W", NULL, "2018-09-04", {"2018-09-11", "2018-09-18", "2018-09-25"}},
    {"2021-01-04", "B", "", "B", NULL, "2021-02-22", {"2021-02-23", "2021-02-24", "2021-02-25"}},
    {"2021-01-04",
     "D",
     ",\"open\":\"Mon-Sat\",\"date_format\":\"%d/%m/%Y\"",
     "D",
     "Mon-Sat",
     "13/02/2021",
     {"15/02/2021", "16/02/2021", "17/02/2021"}},
    {"2023-01-02 07:00:00",
     "H",
     ",\"open\":\"07-17\"",
     "H",
     "07-17",
     "2023-01-05 09:00:00",
     {"2023-01-05 10:00:00", "2023-01-05 11:00:00", "2023-01-05 12:00:00"}},
    {"2023-01-06 15:00",
     "H",
     ",\"open\":\"Mon-Fri 07-16\"",
     "H",
     "Mon-Fri 07-16",
     "2023-01-12 10:00",
     {"2023-01-12 11:00", "2023-01-12 12:00", "2023-01-12 13:00"}},
    {"2024-06-04 17:00:00+05:30",
     "H",
     "",
     "H",
     NULL,
     "2024-06-06 04:00:00+05:30",
     {"2024-06-06 05:00:00+05:30", "2024-06-06 06:00:00+05:30", "2024-06-06 07:00:00+05:30"}},
    {"2024-06-04T12:00:00Z",
     "D",
     "",
     "D",
     NULL,
     "2024-07-09T12:00:00Z",
     {"2024-07-10T12:00:00Z", "2024-07-11T12:00:00Z", "2024-07-12T12:00:00Z"}},
    {"2024-06-04T00:00:00+05:30",
     "D",
     ",\"date_format\":\"%d/%m/%Y %H:%M %z\"",
     "D",
     NULL,
     "09/07/2024 00:00 +0530",
     {"10/07/2024 00:00 +0530", "11/07/2024 00:00 +0530", "12/07/2024 00:00 +0530"}},
    {"2019-01", "M", "", "M", NULL, "2021-12", {"2022-01", "2022-02", "2022-03"}},
};

static const char *body_of(int i, const char *before, const char *behind)
{
    static char body[BODY];
    size_t n = (size_t)snprintf(body, sizeof(body),
                                "{%s\"start\":\"%s\",\"frequency\":\"%s\"%s,\"values\":[", before,
                                series[i].start, series[i].frequency, series[i].more);

    for (int k = 0; k < ROWS; k++)
        n += (size_t)snprintf(body + n, sizeof(body) - n, "%s%d", k ? "," : "",
                              100 + k % 6 * 5 + k * 7 % 4);
    snprintf(body + n, sizeof(body) - n, "]%s}", behind);
    return body;
}

/* Checks the member "open" of series 0, which must be absent if none is expected. */
static void check_open(int i)
{
    const cJSON *open = cJSON_GetObjectItem(at(r.json, "series.0"), "open");

    if (series[i].open)
        ck_assert_str_eq(text_at(r.json, "series.0.open"), series[i].open);
    else
        ck_assert_ptr_null(open);
    ck_assert_str_eq(text_at(r.json, "series.0.frequency"), series[i].name);
}

static void check_forecast(int i)
{
    char path[32];

    check_open(i);
    for (int h = 0; h < 3; h++) {
        snprintf(path, sizeof(path), "series.0.time.%d", h);
        ck_assert_str_eq(text_at(r.json, path), series[i].next[h]);
    }
}

/* What is read back can be sent again, and is the same. */
static void check_again(void)
{
    char tag[96], again[96];
    char *text;

    get(&r, &d, "/v1/datasets/s", 200);
    reply_header(tag, sizeof(tag), &r, "ETag");
    http_send(&r, &d,
              &(struct request){.method = "GET",
                                .path = "/v1/datasets/s/data",
                                .headers = {"Accept: application/json"}});
    text = strdup(r.body);
    ck_assert_ptr_nonnull(text);
    put(&r, &d, "/v1/datasets/again", "application/json", text, 201);
    free(text);
    get(&r, &d, "/v1/datasets/again", 200);
    ck_assert_int_gt(strlen(tag), 10);
    ck_assert_str_eq(reply_header(again, sizeof(again), &r, "ETag"), tag);
    del(&r, &d, "/v1/datasets/again", 204);
}

START_TEST(times_come_back_as_they_came)
{
    put(&r, &d, "/v1/datasets/s", "application/json", body_of(_i, "\"id\":\"s\",", ""),
        _i ? 200 : 201);
    check_open(_i);
    ck_assert_str_eq(text_at(r.json, "series.0.end"), series[_i].end);
    check_again();
    get(&r, &d, "/v1/datasets/s/data", 200);
    ck_assert_ptr_nonnull(strstr(r.body, series[_i].end));
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"s\",\"model\":\"m\",\"params\":{\"horizon\":3,"
            "\"epochs\":1,\"hidden_size\":2}}",
            "succeeded");
    get(&r, &d, "/v1/models/m", 200);
    check_open(_i);
    ck_assert_str_eq(text_at(r.json, "series.0.end"), series[_i].end);
    get(&r, &d, "/v1/models/m/evaluation", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.time.2"), series[_i].end);
    get(&r, &d, "/v1/models/m/forecast", 200);
    check_forecast(_i);
    post(&r, &d, "/v1/models/m/forecast", body_of(_i, "", ",\"horizon\":3"), 200);
    check_forecast(_i);
    post(&r, &d, "/v1/models/m/anomalies", body_of(_i, "", ",\"last\":5"), 200);
    check_open(_i);
    ck_assert_str_eq(text_at(r.json, "series.0.time.4"), series[_i].end);
}
END_TEST

/* Appended rows continue the stored grid, and the answer writes their times in its form. */
START_TEST(appended_rows_go_on_with_the_grid)
{
    static const struct {
        const char *start, *frequency, *more, *rows, *end;
        int length;
    } more[] = {
        {"2021-01-04", "B", "", "\"start\":\"2021-02-23\",\"frequency\":\"B\",\"values\":[1,2,3,4]",
         "2021-02-26", 40},
        {"2021-01-04", "D", ",\"open\":\"Mon-Sat\"",
         "\"start\":\"2021-02-15\",\"frequency\":\"D\",\"values\":[1,2,3,4,5,6,null,7]",
         "2021-02-22", 43},
        {"2019-01-31", "M", "", "\"start\":\"2022-01\",\"values\":[1,2]", "2022-02-28", 38},
    };
    char text[BODY];

    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
        size_t n = (size_t)snprintf(text, sizeof(text),
                                    "{\"id\":\"s\",\"start\":\"%s\",\"frequency\":\"%s\"%s,"
                                    "\"values\":[",
                                    more[i].start, more[i].frequency, more[i].more);

        for (int k = 0; k < ROWS; k++)
            n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%d", k ? "," : "", k);
        snprintf(text + n, sizeof(text) - n, "]}");
        put(&r, &d, "/v1/datasets/grow", "application/json", text, i ? 200 : 201);
        snprintf(text, sizeof(text), "{\"id\":\"s\",%s}", more[i].rows);
        post(&r, &d, "/v1/datasets/grow/rows", text, 200);
        ck_assert_str_eq(text_at(r.json, "series.0.end"), more[i].end);
        ck_assert_int_eq((int)number_at(r.json, "series.0.length"), more[i].length);
    }
    post(&r, &d, "/v1/datasets/grow/rows",
         "{\"id\":\"s\",\"start\":\"2022-03-15\",\"frequency\":\"M\",\"values\":[1]}", 422);
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "detail"), "2022-03-31"));
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    static const char *const wrong[][2] = {
        {"\"start\":\"2021-01-02\",\"frequency\":\"B\"", "2021-01-02 (Saturday)"},
        {"\"start\":\"2021-01-04\",\"frequency\":\"D\",\"open\":\"Tue-Fri\"",
         "first step is closed"},
        {"\"start\":\"2021-01-04\",\"frequency\":\"M\",\"open\":\"Mon-Fri\"", "cannot be closed"},
        {"\"start\":\"2021-01-04\",\"frequency\":\"D\",\"open\":\"weekdays\"", "no open steps"},
        {"\"start\":\"2021-01-04\",\"frequency\":\"D\",\"date_format\":\"%E\"", "not known"},
        {"\"start\":\"2021-01-04\",\"frequency\":\"M\",\"anchor\":\"5\"", "2021-01-05"},
        {"\"start\":\"2021-01\",\"frequency\":\"M\",\"anchor\":\"31\"", "a start that has a day"},
    };
    char text[256];

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(text, sizeof(text), "{\"id\":\"s\",%s,\"values\":[1,2,3]}", wrong[i][0]);
        put(&r, &d, "/v1/datasets/wrong", "application/json", text, 422);
        ck_assert_msg(strstr(text_at(r.json, "detail"), wrong[i][1]), "%s",
                      text_at(r.json, "detail"));
    }
}
END_TEST

/* The plain characters in a date format are escaped as every kind of answer needs. */
START_TEST(formats_are_escaped)
{
    put(&r, &d, "/v1/datasets/odd", "application/json",
        "{\"id\":\"s\",\"start\":\"2021-01-04\",\"frequency\":\"D\",\"date_format\":\"<b>%-d, "
        "&%y\\\"\",\"values\":[1,2,3,4,5,6,7,1,2,3,4,5,6,7,1,2,3,4,5,6,7,1,2,3,4,5,6,7,1,2]}",
        201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"odd\",\"model\":\"odd\",\"params\":{"
            "\"horizon\":3,\"epochs\":1,\"hidden_size\":2}}",
            "succeeded");
    get(&r, &d, "/v1/models/odd/forecast", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.time.0"), "<b>3, &21\"");
    get(&r, &d, "/v1/models/odd/forecast?format=svg", 200);
    ck_assert_ptr_null(strstr(r.body, "<b>"));
    ck_assert_ptr_nonnull(strstr(r.body, "&lt;b&gt;3, &amp;21"));
    get(&r, &d, "/v1/models/odd/forecast?format=csv", 200);
    ck_assert_ptr_nonnull(strstr(r.body, "s,\"<b>3, &21\"\"\","));
}
END_TEST

START_TEST(a_history_has_the_steps_of_the_model)
{
    put(&r, &d, "/v1/datasets/steps", "application/json", body_of(10, "\"id\":\"s\",", ""), 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"steps\",\"model\":\"steps\",\"params\":{"
            "\"horizon\":3,\"epochs\":1,\"hidden_size\":2}}",
            "succeeded");
    post(&r, &d, "/v1/models/steps/forecast", body_of(9, "", ""), 422);
    ck_assert_str_eq(text_at(r.json, "errors.0.pointer"), "/series/0/frequency");
    post(&r, &d, "/v1/models/steps/forecast",
         "{\"start\":\"2021-01-04\",\"frequency\":\"D\",\"values\":[1,2,3,4,5,6,7,8,9]}", 422);
    ck_assert_msg(strstr(text_at(r.json, "detail"), "Mon-Sat"), "%s", text_at(r.json, "detail"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("times");
    TCase *c = tcase_create("times");

    tcase_add_unchecked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, times_come_back_as_they_came, 0,
                        (int)(sizeof(series) / sizeof(series[0])));
    tcase_add_test(c, appended_rows_go_on_with_the_grid);
    tcase_add_test(c, formats_are_escaped);
    tcase_add_test(c, what_does_not_fit_is_refused);
    tcase_add_test(c, a_history_has_the_steps_of_the_model);
    suite_add_tcase(s, c);
    return suite_run(s);
}
