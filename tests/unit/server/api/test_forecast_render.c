/* test_forecast_render.c - a finished forecast as JSON, CSV and SVG, by hand. */
#include "server/api/common.h"
#include "server/api/forecast_render.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

static struct model model = {.name = "m\"1", .version = 3};
static struct forecast_response a;
static double history[60];
static struct buf b;

/* A forecaster with residuals, or, of few observations, without. */
static void fit(int length)
{
    const struct series_view view = {"a", history, length};
    const struct panel panel = {&view, 1, 1};
    struct forecaster *f = NULL;
    struct params p;
    struct err e = {0};

    ck_ok(params_defaults(&p, TASK_FORECAST, "default", &e), &e);
    p.hidden_size = 2;
    p.epochs = 1;
    p.horizon = 2;
    p.ensemble = length > 20;
    ck_ok(forecaster_resolve(&p, &panel, &e), &e);
    ck_ok(forecaster_fit(&f, &panel, &p, NULL, &e), &e);
    model.forecaster = f;
}

static void setup(void)
{
    struct err e = {0};

    for (int i = 0; i < 60; i++)
        history[i] = i % 7 + 1;
    a = (struct forecast_response){
        .model = &model, .horizon = 2, .levels = {80, 95.5}, .num_levels = 2};
    ck_ok(forecast_response_room(&a, 2, &e), &e);
    for (int i = 0; i < 2; i++) {
        struct forecast_series *s = &a.series[i];

        s->id = i ? "b,c" : "a";
        s->time = i ? (struct timeline){{FREQ_INDEX, 1}, 5} : (struct timeline){{FREQ_D, 1}, 20029};
        s->history = history;
        s->history_length = 60;
        for (int h = 0; h < 2; h++) {
            s->forecast.mean[h] = 10 * (i + 1) + h;
            for (int l = 0; l < 2; l++) {
                s->forecast.lower[l][h] = s->forecast.mean[h] - l - 1;
                s->forecast.upper[l][h] = s->forecast.mean[h] + l + 1;
            }
        }
    }
    fit(60);
    buf_init(&b, 1 << 22);
}

static void teardown(void)
{
    forecast_response_release(&a);
    ck_assert_ptr_null(a.series);
    forecaster_free((struct forecaster *)model.forecaster);
    buf_release(&b);
}

static const char *write_as(const char *type)
{
    forecast_response_write(&b, &a, type);
    buf_add(&b, "", 1);
    ck_assert(!b.st);
    return b.data;
}

START_TEST(json_has_every_number)
{
    ck_assert(forecaster_has_intervals(model.forecaster));
    ck_assert_str_eq(write_as(MEDIA_JSON),
                     "{\"model\":\"m\\\"1\",\"version\":3,\"series\":["
                     "{\"id\":\"a\",\"frequency\":\"D\",\"time\":[\"2025-01-01\",\"2025-01-02\"],"
                     "\"mean\":[10,11],\"lower\":{\"80\":[9,10],\"95.5\":[8,9]},"
                     "\"upper\":{\"80\":[11,12],\"95.5\":[12,13]},\"notes\":[]},"
                     "{\"id\":\"b,c\",\"frequency\":null,\"time\":[65,66],"
                     "\"mean\":[20,21],\"lower\":{\"80\":[19,20],\"95.5\":[18,19]},"
                     "\"upper\":{\"80\":[21,22],\"95.5\":[22,23]},\"notes\":[]}]}\n");
}
END_TEST

START_TEST(csv_has_nixtlas_columns)
{
    a.series[0].forecast.lower[0][1] = NAN;
    ck_assert_str_eq(write_as(MEDIA_CSV), "unique_id,ds,mean,lo-80,hi-80,lo-95.5,hi-95.5\n"
                                          "a,2025-01-01,10,9,11,8,12\n"
                                          "a,2025-01-02,11,,12,9,13\n"
                                          "\"b,c\",65,20,19,21,18,22\n"
                                          "\"b,c\",66,21,20,22,19,23\n");
}
END_TEST

static int count(const char *what)
{
    int n = 0;

    for (const char *p = b.data; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

/* The last 48 steps of history at least; a long one is not drawn whole. */
START_TEST(a_chart_shows_the_end_of_the_history)
{
    write_as(MEDIA_SVG);
    ck_assert_int_eq(count("class=\"t\""), 2);
    ck_assert_int_eq(count("<path class=\"b\""), 4);
    ck_assert_int_eq(count("2 steps from 2025-01-01 to 2025-01-02."), 1);
    ck_assert_int_ge(count(">2024-11-14</text>"), 1); /* 48 days before */
    ck_assert_int_eq(count(">2024-11-02</text>"), 0);
}
END_TEST

/* A model without residuals has no intervals, and says so. */
START_TEST(intervals_that_cannot_be_made_are_null)
{
    forecaster_free((struct forecaster *)model.forecaster);
    fit(12);
    if (forecaster_has_intervals(model.forecaster))
        return;
    a.count = 1;
    write_as(MEDIA_JSON);
    ck_assert_int_eq(count("\"lower\":null,\"upper\":null"), 1);
    ck_assert_int_eq(count("\"code\":\"no_residuals\""), 1);
    buf_release(&b);
    buf_init(&b, 1 << 22);
    a.num_levels = 0;
    write_as(MEDIA_JSON);
    ck_assert_int_eq(count("\"notes\":[]"), 1); /* none was asked for */
    a.count = 2;
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecast_render");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, json_has_every_number);
    tcase_add_test(t, csv_has_nixtlas_columns);
    tcase_add_test(t, a_chart_shows_the_end_of_the_history);
    tcase_add_test(t, intervals_that_cannot_be_made_are_null);
    suite_add_tcase(s, t);
    return suite_run(s);
}
