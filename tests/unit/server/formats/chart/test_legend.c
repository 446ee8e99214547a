/* test_legend.c - a legend wraps inside its width, and measures what it draws. */
#include "server/formats/chart/legend.h"
#include "server/formats/chart/svg.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static const struct legend_item items[] = {{SVG_HISTORY, "history", 0},
                                           {SVG_FORECAST, "forecast", 0},
                                           {SVG_BAND, "80 % interval", 2},
                                           {SVG_BAND, "<95 %> interval", 1}};

START_TEST(rows_wrap)
{
    ck_assert_int_eq(legend_write(NULL, items, 0, 0, 0, 500), 0);
    ck_assert_int_eq(legend_write(NULL, items, 4, 0, 0, 800), LEGEND_ROW);
    ck_assert_int_eq(legend_write(NULL, items, 4, 0, 0, 300), 2 * LEGEND_ROW);
    ck_assert_int_eq(legend_write(NULL, items, 4, 0, 0, 1), 4 * LEGEND_ROW);
}
END_TEST

START_TEST(no_text_passes_the_width)
{
    struct buf b;
    int found = 0;

    buf_init(&b, 1 << 20);
    ck_assert_int_eq(legend_write(&b, items, 4, 76, 10, 300), 2 * LEGEND_ROW);
    ck_assert(!b.st);
    for (const char *p = b.data; (p = strstr(p, "<text x=\"")); p++, found++) {
        float x, y;
        char name[32];

        ck_assert_int_eq(sscanf(p, "<text x=\"%f\" y=\"%f\">%31[^<]", &x, &y, name), 3);
        ck_assert_float_le(x, 76 + 300 - 20);
        ck_assert_float_ge(y, 10);
        ck_assert_float_le(y, 10 + 2 * LEGEND_ROW);
    }
    ck_assert_int_eq(found, 4);
    ck_assert_ptr_nonnull(strstr(b.data, "&lt;95 %&gt; interval"));
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("legend");
    TCase *t = tcase_create("all");

    tcase_add_test(t, rows_wrap);
    tcase_add_test(t, no_text_passes_the_width);
    suite_add_tcase(s, t);
    return suite_run(s);
}
