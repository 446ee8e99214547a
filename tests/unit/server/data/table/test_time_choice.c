/* test_time_choice.c - chooses the right one of several readings. */
#include "server/data/table/time_choice.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#include <stdio.h>

enum { CELLS = 12 };
static char text[CELLS][24];
static struct cell cells[CELLS];

static const time_readings both = TIME_BIT(TIME_DMY) | TIME_BIT(TIME_MDY);

START_TEST(steps_decide)
{
    enum time_reading r = TIME_ISO;
    bool by_steps = false;
    struct err e = {0};

    for (int i = 0; i < CELLS; i++) { /* the first of each month of 2019 and 2020 */
        snprintf(text[i], sizeof(text[i]), "01/%02d/%d", i % 6 * 2 + 1, 2019 + i / 6);
        cells[i] = cell_of(text[i]);
    }
    ck_assert_msg(!time_choose(&r, &by_steps, both, cells, CELLS, NULL, &e), "%s", e.message);
    ck_assert_int_eq(r, TIME_DMY);
    ck_assert(by_steps);
}
END_TEST

START_TEST(two_even_readings_are_refused_unless_the_frequency_tells)
{
    enum time_reading r = TIME_ISO;
    bool by_steps;
    struct err e = {0};

    for (int i = 0; i < 10; i++) { /* ten days of January, or the first of ten months */
        snprintf(text[i], sizeof(text[i]), "%02d/01/2020", i + 1);
        cells[i] = cell_of(text[i]);
    }
    ck_assert_int_eq(time_choose(&r, &by_steps, both, cells, 10, NULL, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "date_format=%d/%m/%Y"));
    ck_assert_ptr_nonnull(strstr(e.message, "date_format=%m/%d/%Y"));
    ck_assert_int_eq(time_choose(&r, &by_steps, both, cells, 10, "D", &e), ST_OK);
    ck_assert_int_eq(r, TIME_DMY);
    ck_assert_int_eq(time_choose(&r, &by_steps, both, cells, 10, "M", &e), ST_OK);
    ck_assert_int_eq(r, TIME_MDY);
}
END_TEST

START_TEST(only_rivals_need_steps)
{
    ck_assert(time_has_rivals(both));
    ck_assert(time_has_rivals(TIME_BIT(TIME_YYYYMM) | TIME_BIT(TIME_YYYYWW)));
    ck_assert(!time_has_rivals(TIME_BIT(TIME_DMY)));
    ck_assert(!time_has_rivals(TIME_BIT(TIME_ISO) | TIME_BIT(TIME_YMD)));
    ck_assert(!time_has_rivals(both | TIME_BIT(TIME_ISO)));
    ck_assert(!time_has_rivals(0));
}
END_TEST

START_TEST(one_reading_is_taken_as_it_is)
{
    enum time_reading r = TIME_ISO;
    bool by_steps = true;
    struct err e = {0};

    cells[0] = cell_of("2020");
    ck_assert_int_eq(
        time_choose(&r, &by_steps, TIME_BIT(TIME_YEAR) | TIME_BIT(TIME_ROW), cells, 1, NULL, &e),
        ST_OK);
    ck_assert_int_eq(r, TIME_YEAR);
    ck_assert(!by_steps);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("time choice");
    TCase *t = tcase_create("time choice");

    tcase_add_test(t, steps_decide);
    tcase_add_test(t, two_even_readings_are_refused_unless_the_frequency_tells);
    tcase_add_test(t, only_rivals_need_steps);
    tcase_add_test(t, one_reading_is_taken_as_it_is);
    suite_add_tcase(s, t);
    return suite_run(s);
}
