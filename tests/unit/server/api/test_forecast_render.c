/* test_forecast_render.c - a finished forecast as JSON, CSV and SVG, with numbers set by hand. */
#include "server/api/common.h"
#include "server/api/forecast_render.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OBSERVED = 60, HORIZON = 2 };

static struct model model = {.name = "m\"1", .version = 3};
static struct forecast_response a;
static double history[OBSERVED];
static struct buf b;

/* A forecaster with residuals. */
static struct forecaster *fitted(void)
{
    const struct series_view view = {"a", history, OBSERVED};
    const struct panel panel = {.series = &view, .count = 1, .season_length = 1};
    struct forecaster *f = NULL;
    struct params p;
    struct err e = {0};

    ck_ok(params_defaults(&p, TASK_FORECAST, "default", &e), &e);
    p.hidden_size = 2;
    p.epochs = 1;
    p.horizon = HORIZON;
    p.ensemble = false;
    ck_ok(forecaster_resolve(&p, &panel, &e), &e);
    ck_ok(forecaster_fit(&f, &panel, &p, NULL, &e), &e);
    return f;
}

/* The same forecaster, read from a file that has everything but the residuals. */
static struct forecaster *without_residuals(const struct forecaster *f)
{
    struct checkpoint *from = NULL, *to = NULL;
    struct forecaster *out = NULL;
    struct checkpoint_tensor t;
    struct err e = {0};
    uint8_t *bytes;
    size_t len;

    ck_ok(forecaster_save(f, NULL, &bytes, &len, &e), &e);
    ck_ok(checkpoint_read(&from, bytes, len, &e), &e);
    ck_ok(checkpoint_new(&to, &e), &e);
    for (int i = 0; i < checkpoint_num_metadata(from); i++) {
        const char *key, *value;

        checkpoint_metadata(from, i, &key, &value);
        if (strncmp(key, "residual.", 9) != 0)
            ck_ok(checkpoint_set(to, key, value, &e), &e);
    }
    for (int i = 0; i < checkpoint_num_tensors(from); i++) {
        checkpoint_tensor(&t, from, i);
        ck_ok(checkpoint_add(to, t.name, t.dtype, t.shape, t.ndim, t.data, &e), &e);
    }
    checkpoint_free(from);
    free(bytes);
    ck_ok(checkpoint_write(&bytes, &len, to, &e), &e);
    checkpoint_free(to);
    ck_ok(forecaster_load(&out, bytes, len, &e), &e);
    free(bytes);
    return out;
}

/* Step h of series i is 10, 11 and 20, 21; bounds are one and two away, and so on. */
static void fill(struct forecast *f, int i)
{
    for (int h = 0; h < HORIZON; h++) {
        double v = 10 * (i + 1) + h;

        f->mean[h] = v;
        f->median[h] = v - 0.5;
        for (int l = 0; l < a.ask.num_levels; l++) {
            f->lower[l][h] = v - l - 1;
            f->upper[l][h] = v + l + 1;
        }
        for (int k = 0; k < a.ask.num_quantiles; k++)
            f->quantile[k][h] = v + 0.25;
        for (int s = 0; s < a.ask.num_samples; s++)
            f->samples[s * a.horizon + h] = v + 100 * s;
    }
}

static void ask_for(struct ask ask)
{
    struct err e = {0};

    forecast_response_release(&a);
    a = (struct forecast_response){.model = &model, .horizon = HORIZON, .ask = ask};
    ck_ok(forecast_response_room(&a, 2, &e), &e);
    for (int i = 0; i < 2; i++) {
        struct forecast_series *s = &a.series[i];

        s->id = i ? "b,c" : "a";
        s->time = i ? (struct timeline){.frequency = {FREQ_INDEX, 1}, .start = 5}
                    : (struct timeline){.frequency = {FREQ_D, 1}, .start = 20029};
        s->history = history;
        s->history_length = OBSERVED;
        fill(&s->forecast, i);
    }
}

static void setup(void)
{
    for (int i = 0; i < OBSERVED; i++)
        history[i] = i % 7 + 1;
    model.forecaster = fitted();
    buf_init(&b, 1 << 22);
    ask_for((struct ask){.levels = {80, 95.5}, .num_levels = 2});
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
    struct err e = {0};

    b.len = 0;
    forecast_response_write(&b, &a, type);
    buf_add(&b, "", 1);
    ck_ok(buf_status(&b, &e), &e);
    return b.data;
}

START_TEST(json_has_every_number)
{
    ck_assert(forecaster_has_intervals(model.forecaster));
    ck_assert_str_eq(write_as(MEDIA_JSON),
                     "{\"model\":\"m\\\"1\",\"version\":3,\"series\":["
                     "{\"id\":\"a\",\"frequency\":\"D\",\"time\":[\"2025-01-01\",\"2025-01-02\"],"
                     "\"as_of\":\"2024-12-31\",\"extrapolated_from\":null,"
                     "\"mean\":[10,11],\"median\":[9.5,10.5],"
                     "\"lower\":{\"80\":[9,10],\"95.5\":[8,9]},"
                     "\"upper\":{\"80\":[11,12],\"95.5\":[12,13]},\"notes\":[]},"
                     "{\"id\":\"b,c\",\"frequency\":null,\"time\":[65,66],"
                     "\"as_of\":64,\"extrapolated_from\":null,"
                     "\"mean\":[20,21],\"median\":[19.5,20.5],"
                     "\"lower\":{\"80\":[19,20],\"95.5\":[18,19]},"
                     "\"upper\":{\"80\":[21,22],\"95.5\":[22,23]},\"notes\":[]}]}\n");
}
END_TEST

START_TEST(quantiles_and_samples_stand_behind)
{
    ask_for((struct ask){.quantiles = {0.25}, .num_quantiles = 1, .num_samples = 2});
    ck_assert_ptr_nonnull(strstr(write_as(MEDIA_JSON), "\"lower\":{},\"upper\":{},"
                                                       "\"quantiles\":{\"0.25\":[10.25,11.25]},"
                                                       "\"samples\":[[10,11],[110,111]],"));
    ck_assert_str_eq(write_as(MEDIA_CSV), "unique_id,ds,mean,q-0.25,sample-1,sample-2\n"
                                          "a,2025-01-01,10,10.25,10,110\n"
                                          "a,2025-01-02,11,11.25,11,111\n"
                                          "\"b,c\",65,20,20.25,20,120\n"
                                          "\"b,c\",66,21,21.25,21,121\n");
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

static int count(const char *text, const char *what)
{
    int n = 0;

    for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

START_TEST(a_chart_has_every_series_and_interval)
{
    const char *svg = write_as(MEDIA_SVG);
    int paths = count(svg, "<path"), shorter;

    ck_assert_int_eq(count(svg, "<svg"), 1);
    ck_assert_int_ge(count(svg, "b,c"), 1);
    ask_for((struct ask){.num_levels = 0});
    ck_assert_int_ge(paths - count(write_as(MEDIA_SVG), "<path"), 4); /* 2 series, 2 levels */
    /* The last 48 steps of the history at most, with so short a horizon. */
    shorter = (int)strlen(write_as(MEDIA_SVG));
    for (int i = 0; i < OBSERVED - 48; i++)
        history[i] = 1e6;
    ck_assert_int_eq((int)strlen(write_as(MEDIA_SVG)), shorter);
    history[OBSERVED - 48] = 1e6;
    ck_assert_int_ne((int)strlen(write_as(MEDIA_SVG)), shorter);
}
END_TEST

START_TEST(steps_beyond_the_training_are_noted)
{
    const char *json;

    ((struct params *)forecaster_params(model.forecaster))->horizon = 1;
    json = write_as(MEDIA_JSON);
    ck_assert_int_eq(count(json, "\"extrapolated_from\":2"), 2);
    ck_assert_int_eq(count(json, "\"code\":\"extrapolated\""), 2);
}
END_TEST

START_TEST(intervals_that_cannot_be_made_are_null)
{
    struct forecaster *whole = (struct forecaster *)model.forecaster;
    const char *json;

    model.forecaster = without_residuals(whole);
    forecaster_free(whole);
    ck_assert(!forecaster_has_intervals(model.forecaster));
    json = write_as(MEDIA_JSON);
    ck_assert_int_eq(count(json, "\"lower\":null,\"upper\":null"), 2);
    ck_assert_int_eq(count(json, "\"code\":\"no_residuals\""), 2);
    ask_for((struct ask){.quantiles = {0.5}, .num_quantiles = 1, .num_samples = 1});
    ck_assert_int_eq(count(write_as(MEDIA_JSON), "\"quantiles\":null,\"samples\":null"), 2);
    ask_for((struct ask){.num_levels = 0});
    ck_assert_int_eq(count(write_as(MEDIA_JSON), "\"notes\":[]"), 2); /* none was wanted */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecast_render");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, json_has_every_number);
    tcase_add_test(t, quantiles_and_samples_stand_behind);
    tcase_add_test(t, csv_has_nixtlas_columns);
    tcase_add_test(t, a_chart_has_every_series_and_interval);
    tcase_add_test(t, steps_beyond_the_training_are_noted);
    tcase_add_test(t, intervals_that_cannot_be_made_are_null);
    suite_add_tcase(s, t);
    return suite_run(s);
}
