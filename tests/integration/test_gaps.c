/* test_gaps.c - missing observations over HTTP: the values that replace them, the data used for
 * that, and that errors are never measured against them. */
#include "tests/integration/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 96, MONTHS = 12, TEXT = 4000 };

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

/* Years of a season on a line, with a step after `later`; `count` rows from `first` on are
 * missing. */
static void upload(const char *fill, int first, int count, int later)
{
    char csv[TEXT], path[64];
    size_t n = (size_t)snprintf(csv, sizeof(csv), "month,y\n");

    for (int i = 0; i < ROWS; i++) {
        double y = 100 + i + 20 * sin(i * M_PI / 6) + (i >= later ? 500 : 0);

        n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%d-%02d,", 2010 + i / MONTHS,
                              i % MONTHS + 1);
        if (i < first || i >= first + count)
            n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%.4f", y);
        n += (size_t)snprintf(csv + n, sizeof(csv) - n, "\n");
    }
    ck_assert_uint_lt(n, sizeof(csv));
    snprintf(path, sizeof(path), "/v1/datasets/gaps?fill=%s", fill);
    http_send(&r, &d,
              &(struct request){.method = "PUT", .path = path, .type = "text/csv", .body = csv});
    ck_assert(r.status == 200 || r.status == 201);
}

static const struct {
    const char *fill, *effective;
    bool scored; /* filled values count as observed */
} policies[] = {
    {"linear", "linear", false},
    {"seasonal", "seasonal", false},
    {"previous", "previous", false},
    {"zero", "linear", true},
};
enum { NUM_POLICIES = sizeof(policies) / sizeof(policies[0]) };

START_TEST(what_was_not_observed_is_not_scored)
{
    upload(policies[_i].fill, ROWS - 6, 1, ROWS);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"gaps\",\"model\":\"gaps\","
            "\"params\":{\"epochs\":3}}",
            "succeeded");
    ck_assert_str_eq(text_at(r.json, "params.fill"), policies[_i].effective);
    get(&r, &d, "/v1/models/gaps/evaluation", 200);
    ck_assert_int_eq((int)number_at(r.json, "series.0.truth.5"), 199);
    ck_assert_int_eq(cJSON_IsNull(at(r.json, "series.0.truth.6")), !policies[_i].scored);
    post(&r, &d, "/v1/models/gaps/anomalies", "{\"dataset\":\"gaps\",\"last\":12}", 200);
    ck_assert_int_eq(cJSON_IsTrue(at(r.json, "series.0.anomaly.6")), policies[_i].scored);
}
END_TEST

/* The gap ends where the backtest's window begins. */
static void backtest(double *forecast, const char *fill, int later)
{
    char path[128];

    upload(fill, ROWS - MONTHS - 6, 6, later);
    run_job(&r, &d,
            "{\"task\":\"backtest\",\"dataset\":\"gaps\",\"windows\":1,\"step\":12,"
            "\"horizon\":12,\"params\":{\"epochs\":3}}",
            "succeeded");
    snprintf(path, sizeof(path), "/v1/jobs/%s/backtest", text_at(r.json, "id"));
    get(&r, &d, path, 200);
    for (int h = 0; h < MONTHS; h++) {
        char at[64];

        snprintf(at, sizeof(at), "forecasts.0.forecast.%d", h);
        forecast[h] = number_at(r.json, at);
    }
}

START_TEST(what_comes_later_does_not_fill_a_gap)
{
    double before[MONTHS], after[MONTHS];

    backtest(before, policies[_i].fill, ROWS);
    backtest(after, policies[_i].fill, ROWS - MONTHS);
    for (int h = 0; h < MONTHS; h++)
        ck_assert_msg(before[h] == after[h], "step %d: %.17g, and %.17g", h, before[h], after[h]);
}
END_TEST

/* Two series of a covariate that is known in advance, rows [from, to) of them; the first has a gap.
 * For a series that it knows, a model asks for the future values. */
static void send_two(const char *method, const char *path, int from, int to)
{
    static char csv[4 * TEXT];
    size_t n = (size_t)snprintf(csv, sizeof(csv), "id,month,y,x\n");

    for (int k = 0; k < 2; k++)
        for (int i = from; i < to; i++) {
            double x = (i * 37 + k * 11) % 23, y = 100 + i + 5 * x + 20 * sin(i * M_PI / 6 + k);

            n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%s,%d-%02d,", k ? "b" : "a",
                                  2010 + i / MONTHS, i % MONTHS + 1);
            if (k || i < ROWS - 4 || i >= ROWS - 2)
                n += (size_t)snprintf(csv + n, sizeof(csv) - n, "%.4f", y);
            n += (size_t)snprintf(csv + n, sizeof(csv) - n, ",%.0f\n", x);
        }
    ck_assert_uint_lt(n, sizeof(csv));
    http_send(&r, &d,
              &(struct request){.method = method, .path = path, .type = "text/csv", .body = csv});
    ck_assert_msg(r.status == 200 || r.status == 201, "%s", r.body);
}

START_TEST(an_appended_series_is_known)
{
    char path[96];

    snprintf(path, sizeof(path), "/v1/datasets/two?fill=%s&target=y&covariates=x",
             policies[_i].fill);
    send_two("PUT", path, 0, ROWS);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"two\",\"model\":\"two\","
            "\"future_covariates\":[\"x\"],\"params\":{\"epochs\":3}}",
            "succeeded");
    ck_assert(cJSON_IsTrue(at(r.json, "metrics.covariates_used")));
    for (int appended = 0; appended < 2; appended++) {
        post(&r, &d, "/v1/models/two/forecast", "{\"dataset\":\"two\",\"horizon\":2}", 422);
        ck_assert_msg(strstr(r.body, "needs the future of 'x'") != NULL, "%s", r.body);
        if (!appended)
            send_two("POST", "/v1/datasets/two/rows", ROWS, ROWS + 3);
    }
}
END_TEST

/* A job may use another imputation than its data set. */
START_TEST(a_job_chooses_its_filling)
{
    double seasonal[MONTHS], previous[MONTHS];

    backtest(seasonal, "seasonal", ROWS);
    backtest(previous, "previous", ROWS);
    ck_assert(seasonal[0] != previous[0]);
    upload("previous", ROWS - 4, 4, ROWS);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"gaps\",\"model\":\"gaps\","
            "\"params\":{\"epochs\":3,\"fill\":\"seasonal\"}}",
            "succeeded");
    ck_assert_str_eq(text_at(r.json, "params.fill"), "seasonal");
    post(&r, &d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"gaps\",\"model\":\"gaps\","
         "\"params\":{\"fill\":\"cubic\"}}",
         422);
    ck_assert_ptr_nonnull(strstr(r.body, "previous"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gaps over HTTP");
    TCase *t = tcase_create("gaps");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 600);
    tcase_add_loop_test(t, what_was_not_observed_is_not_scored, 0, NUM_POLICIES);
    tcase_add_loop_test(t, what_comes_later_does_not_fill_a_gap, 0, NUM_POLICIES);
    tcase_add_loop_test(t, an_appended_series_is_known, 0, NUM_POLICIES);
    tcase_add_test(t, a_job_chooses_its_filling);
    suite_add_tcase(s, t);
    return suite_run(s);
}
