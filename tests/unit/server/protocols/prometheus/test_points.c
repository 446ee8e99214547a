/* test_points.c - the samples of a series, and the time for which each counts. */
#include "server/protocols/prometheus/points.h"

#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

static struct catalog_entry entry;
static int64_t from, to;

/* Writes the samples of the entry: "part at until value", times in seconds. */
static void list(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct points p = {.from = from * 1000, .to = to * 1000};
    struct exchange x;
    struct buf b;

    exchange_begin(&x, app, rq, rs);
    points_read(&p, &x, &entry);
    points_read(&p, &x, &entry); /* reads nothing again */
    if (!x.over) {
        buf_init(&b, 1 << 20);
        for (int k = 0; k < FORECAST_PARTS; k++)
            for (int i = 0; i < p.count[k]; i++)
                buf_printf(&b, "%d %lld %lld %g\n", k, (long long)p.list[k][i].at / 1000,
                           (long long)p.list[k][i].until / 1000, p.list[k][i].value);
        for (int i = 0; i < x.num_warnings; i++)
            buf_puts(&b, "warning\n");
        http_res_buf(rs, 200, "text/plain", &b);
    }
    points_release(&p);
    exchange_end(&x);
}

static const char *points(enum metric_kind kind, const char *source, int64_t a, int64_t b)
{
    static const struct call c = {.handler = list, .method = HTTP_GET};

    entry = (struct catalog_entry){.kind = kind, .id = (char *)"s", .row = (char *)"s"};
    snprintf(entry.dataset, sizeof(entry.dataset), "d");
    snprintf(entry.model, sizeof(entry.model), "%s", kind == METRIC_ACTUAL ? "" : source);
    from = a;
    to = b;
    return expect(200, &c)->body;
}

static int lines(const char *s, const char *begin)
{
    int n = 0;

    for (const char *at = strstr(s, begin); at; at = strstr(at + 1, begin))
        n += at == s || at[-1] == '\n';
    return n;
}

START_TEST(a_sample_counts_until_the_next_row)
{
    put_csv("d", "ds,id,y\n2020-01,s,1\n2020-02,s,2\n2020-03,s,\n2020-04,s,4\n");
    ck_assert_str_eq(points(METRIC_ACTUAL, "", 0, INT64_MAX / 1000),
                     "0 1577836800 1580515200 1\n0 1580515200 1583020800 2\n"
                     "0 1585699200 1588291200 4\n");
    ck_assert_str_eq(points(METRIC_ACTUAL, "", 1583020799, 1583020799),
                     "0 1580515200 1583020800 2\n");
    ck_assert_str_eq(points(METRIC_ACTUAL, "", 1583020800, 1585699199), "");
}
END_TEST

START_TEST(a_sample_counts_for_five_minutes_at_least)
{
    put_csv("d", "ds,id,y\n2020-01-01T00:00:00Z,s,1\n2020-01-01T00:01:00Z,s,2\n");
    ck_assert_str_eq(points(METRIC_ACTUAL, "", 0, INT64_MAX / 1000),
                     "0 1577836800 1577837100 1\n0 1577836860 1577837160 2\n");
}
END_TEST

START_TEST(rows_without_times_have_no_samples)
{
    put_csv("d", "id,y\ns,1\ns,2\n");
    ck_assert_str_eq(points(METRIC_ACTUAL, "", 0, INT64_MAX / 1000), "warning\n");
}
END_TEST

/* Days: 39 alternating values, and then one that nobody expects. */
static void put_days(void)
{
    struct buf b;

    buf_init(&b, 10000);
    buf_puts(&b, "ds,id,y\n");
    for (int i = 0; i < 40; i++)
        buf_printf(&b, "%02d.%02d.2020,s,%d\n", 1 + i % 28, 1 + i / 28,
                   i == 39 ? 900 : 100 + 10 * (i % 2) + i % 3);
    put_csv("d", b.data);
    buf_release(&b);
    train("{\"task\":\"forecast\",\"dataset\":\"d\",\"model\":\"m\",\"params\":{\"epochs\":1,"
          "\"ensemble\":false}}");
}

/* The last day is 2020-02-12. The times of the data set are written in another form. */
START_TEST(forecasts_follow_the_steps_before)
{
    const char *text;

    put_days();
    text = points(METRIC_PREDICTED, "m", 1581465600 - 2 * 86400, 1581465600 + 2 * 86400);
    ck_assert_msg(lines(text, "0 ") >= 4 && lines(text, "0 ") == lines(text, "1 ") &&
                      lines(text, "0 ") == lines(text, "2 "),
                  "%s", text);
    ck_assert_int_eq(lines(text, "0 1581465600 1581552000"), 1);
    ck_assert_int_eq(lines(text, "2 1581552000 1581638400"), 1);
    text = points(METRIC_PREDICTED, "m", 0, 1500000000);
    ck_assert_str_eq(text, "");
    text = points(METRIC_PREDICTED, "none", 1581465600, 1581638400);
    ck_assert_msg(lines(text, "warning") > 0 && lines(text, "0 ") == 0, "%s", text);
}
END_TEST

START_TEST(what_is_outside_of_its_interval_is_flagged)
{
    put_days();
    ck_assert_str_eq(points(METRIC_ANOMALOUS, "m", 1581465600 - 86400, 1581465600),
                     "0 1581379200 1581465600 0\n0 1581465600 1581552000 1\n");
}
END_TEST

START_TEST(the_sample_of_a_time_is_found)
{
    struct point list[] = {{0, 10, 1}, {10, 20, 2}, {30, 40, 3}};
    struct points p = {.list = {list}, .count = {3}};
    int next = 0;

    ck_assert_ptr_null(points_at(&p, PART_MEAN, -1, &next));
    ck_assert_ptr_eq(points_at(&p, PART_MEAN, 0, &next), &list[0]);
    ck_assert_ptr_eq(points_at(&p, PART_MEAN, 9, &next), &list[0]);
    ck_assert_ptr_eq(points_at(&p, PART_MEAN, 10, &next), &list[1]);
    ck_assert_ptr_null(points_at(&p, PART_MEAN, 20, &next));
    ck_assert_ptr_eq(points_at(&p, PART_MEAN, 39, &next), &list[2]);
    ck_assert_ptr_null(points_at(&p, PART_MEAN, 40, &next));
    next = 0;
    ck_assert_ptr_null(points_at(&p, PART_LOWER, 0, &next));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_sample_counts_until_the_next_row,         a_sample_counts_for_five_minutes_at_least,
        rows_without_times_have_no_samples,         forecasts_follow_the_steps_before,
        what_is_outside_of_its_interval_is_flagged, the_sample_of_a_time_is_found,
    };

    return handler_run(suite_create("points"), tests, sizeof(tests) / sizeof(tests[0]));
}
