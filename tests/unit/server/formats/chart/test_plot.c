/* test_plot.c - rows and values become places in a panel. */
#include "server/formats/chart/plot.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct buf b;
static struct plot p;

static void setup(void)
{
    buf_init(&b, 1 << 20);
    p = (struct plot){.left = 100, .right = 300, .top = 10, .bottom = 110, .rows = 5};
    p.values = (struct value_axis){.low = 0, .high = 10, .step = 5};
}

static void teardown(void)
{
    buf_release(&b);
}

START_TEST(corners_meet)
{
    ck_assert_double_eq(plot_x(&p, 0), 100);
    ck_assert_double_eq(plot_x(&p, 4), 300);
    ck_assert_double_eq(plot_y(&p, 0), 110);
    ck_assert_double_eq(plot_y(&p, 10), 10);
    p.rows = 1;
    ck_assert_double_eq(plot_x(&p, 0), 100);
}
END_TEST

START_TEST(gaps_part_a_line_and_a_lone_value_is_a_dot)
{
    static const double v[5] = {0, 10, NAN, 5, NAN};

    plot_line(&b, &p, "h", v, 5, 0);
    ck_assert_str_eq(b.data, "<path class=\"h\" d=\"M100.0 110.0L150.0 10.0M250.0 60.0h.01\"/>\n");
}
END_TEST

START_TEST(every_tick_has_its_line_and_label)
{
    plot_value_axis(&b, &p);
    ck_assert_ptr_nonnull(strstr(b.data, "M100.0 110.0H300.0"));
    ck_assert_ptr_nonnull(strstr(b.data, "M100.0 10.0H300.0"));
    ck_assert_ptr_nonnull(strstr(b.data, ">10</text>"));
}
END_TEST

/* The last label would be cut off by the right edge: it ends there instead. */
START_TEST(no_label_leaves_the_picture)
{
    struct timeline t;
    struct err e = {0};
    float x;

    ck_assert(!timeline_parse(&t, "H", "2023-02-21T20:00:00Z", &e));
    plot_time_axis(&b, &p, &t);
    ck_assert_ptr_nonnull(strstr(b.data, ">00:00</text>"));
    ck_assert_int_eq(sscanf(strstr(b.data, "<text class=\"s\" x=\"308"),
                            "<text class=\"s\" x=\"%f\" y=\"%*f\" text-anchor=\"end\">22 Feb", &x),
                     1);
}
END_TEST

START_TEST(epochs_are_counted_from_one)
{
    plot_count_axis(&b, &p, 1, "epoch");
    ck_assert_ptr_nonnull(strstr(b.data, ">epoch</text>"));
    ck_assert_ptr_null(strstr(b.data, ">0</text>"));
    ck_assert_ptr_nonnull(strstr(b.data, "x=\"150.0\" y=\"129.0\" text-anchor=\"middle\">2<"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("plot");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, corners_meet);
    tcase_add_test(t, gaps_part_a_line_and_a_lone_value_is_a_dot);
    tcase_add_test(t, every_tick_has_its_line_and_label);
    tcase_add_test(t, no_label_leaves_the_picture);
    tcase_add_test(t, epochs_are_counted_from_one);
    suite_add_tcase(s, t);
    return suite_run(s);
}
