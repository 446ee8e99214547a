/* test_feed.c - lines as rows of data sets. */
#include "server/protocols/influx/feed.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct feed b;

static void read(const char *text, enum influx_precision precision)
{
    struct err e = {0};

    feed_init(&b);
    ck_assert_msg(feed_read(&b, text, strlen(text), "Home", precision, 1700000000, &e) == ST_OK,
                  "%s", e.message);
    feed_sort(&b);
}

/* Writes all rows, each data set with its name before them. */
static const char *rows(int64_t step, int64_t phase, bool days)
{
    static char out[4000];
    struct buf text;

    buf_init(&text, sizeof(out));
    for (int from = 0, end; from < b.count; from = end) {
        end = feed_end(&b, from);
        buf_printf(&text, "%s\n", feed_text(&b, b.rows[from].dataset));
        feed_put(&text, &b, from, end, step, phase, days, "y", "none");
    }
    snprintf(out, sizeof(out), "%s", text.data ? text.data : "");
    buf_release(&text);
    feed_release(&b);
    return out;
}

START_TEST(a_field_is_a_data_set_and_tags_are_a_series)
{
    read("cpu,host=b,a=1 Idle=1,busy=2 1700000040\ncpu Idle=3 1700000100\n"
         "cpu,host=b,a=1 text=\"x\" 1\n",
         PRECISION_S);
    ck_assert_int_eq(b.lines, 3);
    ck_assert_int_eq(b.faults, 0);
    ck_assert_str_eq(rows(60, 0, false),
                     "home.cpu.busy\n"
                     "{\"time\":\"2023-11-14T22:14:00Z\",\"series\":\"a=1,host=b\",\"y\":2}\n"
                     "home.cpu.idle\n"
                     "{\"time\":\"2023-11-14T22:15:00Z\",\"series\":\"none\",\"y\":3}\n"
                     "{\"time\":\"2023-11-14T22:14:00Z\",\"series\":\"a=1,host=b\",\"y\":1}\n");
}
END_TEST

START_TEST(names_become_legal)
{
    read("\xc2\xb0"
         "C,k\\,=v\\= va\\ l/ue=1",
         PRECISION_S);
    ck_assert_str_eq(rows(60, 0, false), "home.-c.va-l-ue\n{\"time\":\"2023-11-14T22:13:00Z\","
                                         "\"series\":\"k\\\\,=v\\\\=\",\"y\":1}\n");
    read("a_very_long_measurement_with_many_characters_in_its_name"
         " a_field_with_many=1,f=2",
         PRECISION_S);
    ck_assert_int_eq(b.faults, 1);
    ck_assert_int_eq(b.count, 0);
    ck_assert_ptr_nonnull(strstr(b.fault_text.data, "line 1: "));
    feed_release(&b);
}
END_TEST

START_TEST(times_are_rounded_down_to_steps_and_the_last_row_counts)
{
    read("m f=1 1700000039\nm f=4 1700000099\nm f=2 1700000040\nm f=3 1700000099\nm f=5 -1",
         PRECISION_S);
    ck_assert_str_eq(rows(60, 0, false),
                     "home.m.f\n"
                     "{\"time\":\"1969-12-31T23:59:00Z\",\"series\":\"none\",\"y\":5}\n"
                     "{\"time\":\"2023-11-14T22:13:00Z\",\"series\":\"none\",\"y\":1}\n"
                     "{\"time\":\"2023-11-14T22:14:00Z\",\"series\":\"none\",\"y\":3}\n");
    read("m f=1 1700000039\nm f=2 1700000040", PRECISION_S);
    ck_assert_str_eq(rows(60, 10, false),
                     "home.m.f\n{\"time\":\"2023-11-14T22:13:10Z\",\"series\":\"none\",\"y\":2}\n");
    read("m f=1 1700000039", PRECISION_S);
    ck_assert_str_eq(rows(86400, 0, true),
                     "home.m.f\n{\"time\":\"2023-11-14\",\"series\":\"none\",\"y\":1}\n");
}
END_TEST

START_TEST(precisions_have_their_units)
{
    static const char *const times[PRECISIONS] = {
        "1700000000000000000", "1700000000000000", "1700000000000",
        "1700000000",          "28333333",         "472222"};
    static const int64_t seconds[PRECISIONS] = {1700000000, 1700000000, 1700000000,
                                                1700000000, 1699999980, 1699999200};
    char text[60];

    for (int p = 0; p < PRECISIONS; p++) {
        snprintf(text, sizeof(text), "m f=1 %s", times[p]);
        read(text, (enum influx_precision)p);
        ck_assert_int_eq(b.count, 1);
        ck_assert_int_eq(b.rows[0].seconds, seconds[p]);
        feed_release(&b);
    }
    read("m f=1 -1", PRECISION_NS);
    ck_assert_int_eq(b.rows[0].seconds, -1);
    feed_release(&b);
    read("m f=1 9223372036854775807", PRECISION_H);
    ck_assert_int_eq(b.faults, 1);
    feed_release(&b);
    read("m f=1 9223372036854775807", PRECISION_S);
    ck_assert_ptr_nonnull(strstr(b.fault_text.data, "precision"));
    feed_release(&b);
}
END_TEST

START_TEST(faults_are_counted_and_the_first_are_shown)
{
    struct buf text;

    buf_init(&text, 100000);
    for (int i = 0; i < 20; i++)
        buf_printf(&text, "m f=1 %d\nm f= 1\n", 1700000000 + 60 * i);
    read(text.data, PRECISION_S);
    buf_release(&text);
    ck_assert_int_eq(b.lines, 40);
    ck_assert_int_eq(b.faults, 20);
    ck_assert_int_eq(b.first_fault, 2);
    ck_assert_int_eq(b.count, 20);
    ck_assert_ptr_nonnull(strstr(b.fault_text.data, "line 10: "));
    ck_assert_ptr_null(strstr(b.fault_text.data, "line 12: "));
    feed_release(&b);
}
END_TEST

START_TEST(sizes_are_bounded)
{
    struct err e = {0};
    struct buf text;

    buf_init(&text, 1 << 24);
    for (int i = 0; i <= FEED_ROWS_MAX; i++)
        buf_puts(&text, "m f=1\n");
    feed_init(&b);
    ck_assert_int_eq(feed_read(&b, text.data, text.len, "h", PRECISION_S, 0, &e), ST_TOO_LARGE);
    feed_release(&b);
    buf_release(&text);
    buf_init(&text, 1 << 24);
    buf_puts(&text, "m,t=");
    for (int i = 0; i < FEED_SERIES_MAX; i++)
        buf_puts(&text, "v");
    buf_puts(&text, " f=1");
    read(text.data, PRECISION_S);
    ck_assert_ptr_nonnull(strstr(b.fault_text.data, "tags have more than"));
    feed_release(&b);
    buf_release(&text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("feed");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, a_field_is_a_data_set_and_tags_are_a_series);
    tcase_add_test(tc, names_become_legal);
    tcase_add_test(tc, times_are_rounded_down_to_steps_and_the_last_row_counts);
    tcase_add_test(tc, precisions_have_their_units);
    tcase_add_test(tc, faults_are_counted_and_the_first_are_shown);
    tcase_add_test(tc, sizes_are_bounded);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
