/* test_table_rows.c - the series of a long table. */
#include "server/data/calendar.h"
#include "server/data/table/table_series.h"
#include "server/data/timeline_style.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#include <stdio.h>

static const struct {
    const char *text;
    struct table_options o;
    const char *shown;
} rows[] = {
    {"date,y\n2020-01-03,3\n2020-01-01,1\n", {0}, "x 2D 2020-01-01 [1 3] {sorted}"},
    {"ds,y\n2020-01-01 00:01,1\n2020-01-01 00:04,2\n2020-01-01 00:12,5\n",
     {.frequency = "5min", .aggregate = AGGREGATE_SUM},
     "x 5min 2020-01-01T00:00:00Z [3 nan 5] {missing_values}"},
    {"ds,k\n2020-01-01 10:01,a\n2020-01-03 00:04,b\n2020-01-03 00:12,a\n",
     {.frequency = "D", .aggregate = AGGREGATE_COUNT, .id = "k"},
     "a D 2020-01-01 [1 0 1] b D 2020-01-01 [0 0 1]"},
    {"ds,y\n2020-01-01,1\n2020-01-02,2\n2020-01-02,3\n",
     {.aggregate = AGGREGATE_LAST},
     "x D 2020-01-01 [1 3]"},
    {"id,ds,y\nlong,2020-01-31,1\nlong,2020-02-29,2\nlong,2020-03-31,3\nlong,2020-04-30,4\nshort,"
     "2020-04-30,9\n",
     {0},
     "long M 2020-01-31 [1 2 3 4] short M 2020-04-30 [9]"},
};

START_TEST(texts_are_read)
{
    ck_assert_str_eq(shown(rows[_i].text, &rows[_i].o), rows[_i].shown);
}
END_TEST

/* Rows of a series from a day on, on the days of the week (Monday is bit 0) alone. */
static void put_days(struct buf *out, const char *id, int64_t from, int days, unsigned week)
{
    for (int64_t day = from; day < from + days; day++) {
        int64_t y;
        int m, d;

        date_from_days(day, &y, &m, &d);
        if (week >> calendar_weekday(day) & 1)
            buf_printf(out, "%s,%04lld-%02d-%02d,1\n", id, (long long)y, m, d);
    }
}

static const struct {
    unsigned long_week, short_week;
    int short_days;
    const char *short_steps, *long_steps; /* frequency, open days */
    int short_length;
} panels[] = {
    {0x1f, 0x1f, 12, "B ", "B ", 8}, /* the days of two weekends are no missing rows */
    {0x1f, 0x1f, 5, "B ", "B ", 3},
    {0x1f, 0x3f, 12, "D Mon-Sat", "B ", 10}, /* a day that one series has is open */
    {0x7f, 0x1f, 12, "D ", "D ", 12},
    {0x7f, 0x1f, 40, "B ", "D ", 28}, /* long enough to show its own */
    {0x3f, 0x1f, 40, "B ", "D Mon-Sat", 28},
};

/* A series with a few rows has the closed days of its panel, others have their own. */
START_TEST(closed_days_are_those_of_the_panel)
{
    const int64_t thursday = days_from_date(2021, 4, 1);
    char open[OPEN_TEXT_MAX], name[16], steps[OPEN_TEXT_MAX + 32];
    struct test_table t;
    struct series_set set;
    struct err e = {0};
    struct buf text;

    buf_init(&text, 1 << 16);
    buf_puts(&text, "id,ds,y\n");
    put_days(&text, "short", thursday, panels[_i].short_days, panels[_i].short_week);
    put_days(&text, "long", thursday - 100, 200, panels[_i].long_week);
    test_table_open(&t, text.data, NULL);
    ck_assert_msg(!table_read_series(&set, &t.rows.t, &t.options, &e), "%s", e.message);
    for (int i = 0; i < 2; i++) {
        snprintf(steps, sizeof(steps), "%s %s", timeline_name(name, &set.items[i].time),
                 timeline_open(open, &set.items[i].time));
        ck_assert_str_eq(steps, i == 0 ? panels[_i].short_steps : panels[_i].long_steps);
    }
    ck_assert_int_eq(set.items[0].length, panels[_i].short_length);
    series_set_release(&set);
    test_table_close(&t);
    buf_release(&text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("table rows");
    TCase *t = tcase_create("table rows");

    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_loop_test(t, closed_days_are_those_of_the_panel, 0,
                        (int)(sizeof(panels) / sizeof(panels[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
