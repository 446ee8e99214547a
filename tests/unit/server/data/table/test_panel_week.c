/* test_panel_week.c - the steps that occur in some series of a panel. */
#include "server/data/table/panel_week.h"

#include "server/data/calendar.h"
#include "tests/unit/suite.h"

enum { WEEKS = 8, DAYS = 7 * WEEKS };

static const int64_t monday = (int64_t)18631 * DAY_SECONDS; /* 2021-01-04 */

/* Stamps of the days of the week (Monday is bit 0) at a time of the day. */
static size_t days_of(struct timestamp out[DAYS], unsigned week, int clock)
{
    size_t n = 0;

    for (int i = 0; i < DAYS; i++)
        if (week >> i % 7 & 1)
            out[n++] = (struct timestamp){monday + (int64_t)i * DAY_SECONDS + clock,
                                          clock ? FREQ_S : FREQ_D};
    return n;
}

static const struct {
    unsigned one, other, open;
    int clock;
} weeks[] = {
    {0x1f, 0x1f, 0x1f, 0},     {0x1f, 0x3f, 0x3f, 0},
    {0x3f, 0x1f, 0x1f, 0}, /* closed on Saturdays, too */
    {0x7f, 0x60, 0x60, 0}, /* open on weekends alone */
    {0x3f, 0x01, 0x01, 43200},
};

START_TEST(a_series_has_its_own_closed_days)
{
    struct timestamp stamps[DAYS];
    struct panel_week w;
    struct timeline line = {.frequency = {FREQ_D, 1}}, other = line;
    size_t n = days_of(stamps, weeks[_i].one, weeks[_i].clock);

    ck_assert_int_eq(timeline_grid(&line, stamps, n, "D", NULL), ST_OK);
    ck_assert_int_eq(panel_week_begin(&w, &line, monday + weeks[_i].clock,
                                      monday + (int64_t)DAYS * DAY_SECONDS, 1000, NULL),
                     ST_OK);
    panel_week_add(&w, &line, stamps, n);
    n = days_of(stamps, weeks[_i].other, weeks[_i].clock);
    panel_week_add(&w, &line, stamps, n);
    ck_assert_int_eq(panel_week_end(&w, NULL), ST_OK);
    panel_week_close(&w, &other, stamps, n);
    for (int day = 0; day < 7; day++)
        ck_assert_int_eq(open_week_always(&other.style.open) ||
                             open_week_has(&other.style.open, monday + day * DAY_SECONDS),
                         weeks[_i].open >> day & 1);
    panel_week_release(&w);
}
END_TEST

/* Two weeks alone are too short to show closed days. */
START_TEST(a_short_series_has_the_closed_days_of_all)
{
    struct timestamp stamps[DAYS];
    struct panel_week w;
    struct timeline line = {.frequency = {FREQ_D, 1}}, other = line;
    size_t n = days_of(stamps, 0x3f, 0);

    ck_assert_int_eq(timeline_grid(&line, stamps, n, "D", NULL), ST_OK);
    ck_assert_int_eq(
        panel_week_begin(&w, &line, monday, monday + DAYS * (int64_t)DAY_SECONDS, 1000, NULL),
        ST_OK);
    panel_week_add(&w, &line, stamps, n);
    ck_assert_int_eq(panel_week_end(&w, NULL), ST_OK);
    (void)days_of(stamps, 0x1f, 0);
    panel_week_close(&w, &other, stamps, 10);
    for (int day = 0; day < 7; day++)
        ck_assert(open_week_has(&other.style.open, monday + day * DAY_SECONDS) == (day < 6));
    panel_week_release(&w);
}
END_TEST

/* The closed steps of a series with another frequency come from its own stamps. */
START_TEST(other_frequencies_stand_alone)
{
    struct timestamp stamps[DAYS];
    struct panel_week w;
    struct timeline line = {.frequency = {FREQ_M, 1}}, other = {.frequency = {FREQ_D, 1}};
    size_t n = days_of(stamps, 0x1f, 0);

    ck_assert_int_eq(
        panel_week_begin(&w, &line, monday, monday + DAYS * (int64_t)DAY_SECONDS, 1000, NULL),
        ST_OK);
    panel_week_add(&w, &other, stamps, n);
    ck_assert_int_eq(panel_week_end(&w, NULL), ST_OK);
    panel_week_close(&w, &other, stamps, n);
    ck_assert(!open_week_always(&other.style.open));
    panel_week_release(&w);
}
END_TEST

/* If the memory limit is too small for the panel's steps, no step is closed. */
START_TEST(sparse_panels_have_no_closed_steps)
{
    struct timestamp stamps[DAYS];
    struct panel_week w;
    struct timeline line = {.frequency = {FREQ_D, 1}};
    size_t n = days_of(stamps, 0x1f, 0);

    ck_assert_int_eq(
        panel_week_begin(&w, &line, monday, monday + DAYS * (int64_t)DAY_SECONDS, 10, NULL), ST_OK);
    ck_assert_ptr_null(w.seen);
    panel_week_add(&w, &line, stamps, n);
    ck_assert_int_eq(panel_week_end(&w, NULL), ST_OK);
    panel_week_release(&w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("panel week");
    TCase *t = tcase_create("panel week");

    tcase_add_loop_test(t, a_series_has_its_own_closed_days, 0,
                        (int)(sizeof(weeks) / sizeof(weeks[0])));
    tcase_add_test(t, a_short_series_has_the_closed_days_of_all);
    tcase_add_test(t, other_frequencies_stand_alone);
    tcase_add_test(t, sparse_panels_have_no_closed_steps);
    suite_add_tcase(s, t);
    return suite_run(s);
}
