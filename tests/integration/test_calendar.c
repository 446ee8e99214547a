/* test_calendar.c - working days and holidays over HTTP: found, shown, forecast with, and switched
 * off. */
#include "tests/integration/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { N = 144, AHEAD = 12, FIRST_YEAR = 2000, DAYS = 3 * 365 + 1 + 340 };

static struct daemon d;
static struct reply r;
static char csv[32 * DAYS], body[32 * N];

static int length_of(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return lengths[month] + (month == 1 && year % 4 == 0);
}

/* Monthly sales of a shop that is shut on Sundays: 32 to 48 per open day by the season, with some
 * noise. */
static double sales(int i)
{
    int day = 5, open = 0; /* 2000-01-01 was a Saturday */
    unsigned noise = ((unsigned)i * 2654435761u) >> 22;

    for (int m = 0; m <= i; m++) {
        int length = length_of(FIRST_YEAR + m / 12, m % 12);

        open = 0;
        for (int k = 0; k < length; k++)
            open += (day + k) % 7 != 6;
        day = (day + length) % 7;
    }
    return open * (40 + 8 * cos(2 * M_PI * (i + 5) / 12)) * (1 + ((double)noise - 512) / 5e4);
}

static const char *table(void)
{
    size_t n = (size_t)snprintf(csv, sizeof(csv), "month,sales\n");

    for (int i = 0; i < N; i++)
        n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%04d-%02d,%.4f\n", FIRST_YEAR + i / 12,
                              i % 12 + 1, sales(i));
    return csv;
}

static void setup(void)
{
    daemon_init(&d);
    daemon_start(&d, NULL);
    put(&r, &d, "/v1/datasets/shop", "text/csv", table(), 201);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

static void train(const char *model, const char *more)
{
    snprintf(body, sizeof(body),
             "{\"task\":\"forecast\",\"dataset\":\"shop\",\"model\":\"%s\","
             "\"params\":{\"horizon\":12,\"epochs\":3,\"hidden_size\":4%s}}",
             model, more);
    run_job(&r, &d, body, "succeeded");
}

/* The last n months as a history to POST, with its start or without. */
static const char *history(int n, bool dated)
{
    size_t at = (size_t)snprintf(body, sizeof(body), "{\"horizon\":12,\"series\":[{\"id\":\"h\",");

    if (dated)
        at += (size_t)snprintf(body + at, sizeof(body) - at,
                               "\"start\":\"%04d-%02d\",\"frequency\":\"M\",",
                               FIRST_YEAR + (N - n) / 12, (N - n) % 12 + 1);
    at += (size_t)snprintf(body + at, sizeof(body) - at, "\"values\":[");
    for (int i = N - n; i < N; i++)
        at += (size_t)snprintf(body + at, sizeof(body) - at, "%s%.4f", i > N - n ? "," : "",
                               sales(i));
    snprintf(body + at, sizeof(body) - at, "]}]}");
    return body;
}

static double step(int h)
{
    char path[64];

    snprintf(path, sizeof(path), "series.0.mean.%d", h);
    return number_at(r.json, path);
}

static double error_of_reply(void)
{
    double sum = 0;

    for (int h = 0; h < AHEAD; h++)
        sum += fabs(step(h) / sales(N + h) - 1) / AHEAD;
    return sum;
}

START_TEST(a_shop_that_is_shut_on_sundays)
{
    double with, mean[AHEAD];

    train("shop", "");
    ck_assert(cJSON_IsTrue(at(r.json, "params.calendar_effects")));
    get(&r, &d, "/v1/models/shop", 200);
    ck_assert_double_lt(number_at(r.json, "series.0.calendar_effects.sunday"), -1.5);
    ck_assert_double_gt(number_at(r.json, "series.0.calendar_effects.monday"), 0);
    ck_assert(cJSON_IsNumber(at(r.json, "series.0.calendar_effects.leap_day")));
    get(&r, &d, "/v1/models/shop/forecast", 200);
    with = error_of_reply();
    for (int h = 0; h < AHEAD; h++)
        mean[h] = step(h);
    post(&r, &d, "/v1/models/shop/forecast", history(N, true), 200);
    for (int h = 0; h < AHEAD; h++)
        ck_assert_double_eq_tol(step(h), mean[h], 1e-6 * mean[h]);
    post(&r, &d, "/v1/models/shop/forecast", history(N, false), 200);
    for (int h = 0; h < AHEAD; h++)
        ck_assert_double_eq_tol(step(h), mean[h], 1e-6 * mean[h]);
    train("alike", ",\"calendar_effects\":false");
    ck_assert(cJSON_IsFalse(at(r.json, "params.calendar_effects")));
    get(&r, &d, "/v1/models/alike", 200);
    ck_assert(!cJSON_HasObjectItem(at(r.json, "series.0"), "calendar_effects"));
    get(&r, &d, "/v1/models/alike/forecast", 200);
    ck_assert_double_lt(with, 0.6 * error_of_reply());
}
END_TEST

START_TEST(a_model_file_takes_them_along)
{
    struct reply file = {0};
    double mean;

    train("shop", "");
    get(&r, &d, "/v1/models/shop/forecast", 200);
    mean = step(3);
    get(&file, &d, "/v1/models/shop/checkpoint", 200);
    http_send(&r, &d,
              &(struct request){.method = "PUT",
                                .path = "/v1/models/copy/checkpoint",
                                .type = "application/octet-stream",
                                .body = file.body,
                                .len = file.len});
    expect_status(&r, 201, "import");
    get(&r, &d, "/v1/models/copy", 200);
    ck_assert_double_lt(number_at(r.json, "series.0.calendar_effects.sunday"), -1.5);
    get(&r, &d, "/v1/models/copy/forecast", 200);
    ck_assert_double_eq_tol(step(3), mean, 1e-9 * mean);
    reply_release(&file);
}
END_TEST

/* A kiosk that sells half on Christmas Eve and more on the last Monday of May, from 2000-01-01
 * on. */
static double sold(int i, int year, int month, int day)
{
    unsigned noise = ((unsigned)i * 2654435761u) >> 22;
    bool monday = i % 7 == 2; /* 2000-01-01 was a Saturday */
    double v = 100 * (1 + 0.2 * (i % 7 < 2)) * (1 + ((double)noise - 512) / 1e4);

    v *= month == 11 && day == 24 ? 0.5 : 1;
    return v * (month == 4 && monday && day + 7 > length_of(year, month) ? 1.4 : 1);
}

static const char *kiosk(void)
{
    size_t n = (size_t)snprintf(csv, sizeof(csv), "date,sold\n");
    int year = FIRST_YEAR, month = 0, day = 1;

    for (int i = 0; i < DAYS; i++) {
        n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%04d-%02d-%02d,%.3f\n", year, month + 1,
                              day, sold(i, year, month, day));
        if (++day > length_of(year, month)) {
            day = 1;
            month = (month + 1) % 12;
            year += month == 0;
        }
    }
    return csv;
}

/* 1,436 days end on 2003-12-06, so Christmas Eve is the 18th day ahead. */
START_TEST(a_kiosk_that_knows_its_holidays)
{
    bool eve = false, may = false;
    double before, christmas;

    put(&r, &d, "/v1/datasets/kiosk", "text/csv", kiosk(), 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"kiosk\",\"model\":\"kiosk\","
            "\"params\":{\"horizon\":21,\"epochs\":2,\"hidden_size\":4}}",
            "succeeded");
    get(&r, &d, "/v1/models/kiosk", 200);
    for (int i = 0; i < 2; i++) {
        char path[80];
        const char *day;

        snprintf(path, sizeof(path), "series.0.calendar_effects.holidays.%d.day", i);
        day = text_at(r.json, path);
        eve = eve || !strncmp(day, "12-24", 5);
        may = may || !strcmp(day, "last monday of may");
    }
    ck_assert(eve && may);
    ck_assert(cJSON_IsNull(at(r.json, "series.0.calendar_effects.year")));
    get(&r, &d, "/v1/models/kiosk/forecast?horizon=21", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.time.17"), "2003-12-24");
    before = step(10); /* the same weekday */
    christmas = step(17);
    ck_assert_double_lt(christmas, 0.6 * before);
    ck_assert_double_lt(number_at(r.json, "series.0.upper.95.17"), 0.8 * before);
}
END_TEST

/* ---- the end of the calendar: RFC 3339 has no times after the year 9999 ---- */

/* Months that begin with January of the year. */
static const char *months_from(int year, int n)
{
    size_t at = (size_t)snprintf(body, sizeof(body),
                                 "{\"id\":\"late\",\"start\":\"%04d-01\",\"frequency\":\"M\","
                                 "\"values\":[",
                                 year);

    for (int i = 0; i < n; i++)
        at += (size_t)snprintf(body + at, sizeof(body) - at, "%s%d", i ? "," : "", 100 + i % 12);
    snprintf(body + at, sizeof(body) - at, "]}");
    return body;
}

static void expect_detail(const char *text)
{
    ck_assert_msg(strstr(text_at(r.json, "detail"), text), "no %s in %s", text, r.body);
}

START_TEST(no_series_ends_behind_the_year_9999)
{
    static const char *const rows = "{\"id\":\"late\",\"start\":\"9999-12\",\"frequency\":\"M\","
                                    "\"values\":[1,2]}";

    put(&r, &d, "/v1/datasets/late", "application/json", months_from(9998, 25), 422);
    expect_detail("series 'late'");
    expect_detail("9999");
    put(&r, &d, "/v1/datasets/late", "application/json", months_from(9998, 24), 201);
    ck_assert_str_eq(text_at(r.json, "series.0.end"), "9999-12");
    put(&r, &d, "/v1/datasets/late", "application/json", months_from(9998, 23), 200);
    post(&r, &d, "/v1/datasets/late/rows", rows, 422);
    expect_detail("series 'late'");
    put(&r, &d, "/v1/datasets/late", "text/csv",
        "time,v\n9999-12-31T22:00:00-01:00,1\n9999-12-31T23:00:00-01:00,2\n", 422);
    expect_detail("0001 to 9999");
}
END_TEST

START_TEST(no_forecast_ends_behind_the_year_9999)
{
    put(&r, &d, "/v1/datasets/late", "application/json", months_from(9992, 90), 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"late\",\"model\":\"late\",\"recipe\":"
            "\"tutorial-flights\",\"params\":{\"epochs\":1}}",
            "succeeded");
    get(&r, &d, "/v1/models/late/forecast?horizon=7", 422);
    expect_detail("series 'late'");
    expect_detail("horizon");
    expect_detail("6");
    get(&r, &d, "/v1/models/late/forecast", 422); /* the model's horizon is 12 */
    get(&r, &d, "/v1/models/late/forecast?horizon=6", 200);
    ck_assert_str_eq(text_at(r.json, "series.0.time.5"), "9999-12");
    post(&r, &d, "/v1/models/late/forecast", months_from(9992, 90), 422);
    post(&r, &d, "/v1/models/late/forecast", months_from(1992, 90), 200);
    post(&r, &d, "/v1/models/late/forecast", months_from(9992, 96), 422);
    expect_detail("9999");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("calendar over HTTP");
    TCase *t = tcase_create("calendar");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_shop_that_is_shut_on_sundays);
    tcase_add_test(t, a_model_file_takes_them_along);
    tcase_add_test(t, no_series_ends_behind_the_year_9999);
    tcase_add_test(t, no_forecast_ends_behind_the_year_9999);
    tcase_add_test(t, a_kiosk_that_knows_its_holidays);
    suite_add_tcase(s, t);
    return suite_run(s);
}
