/* test_panel.c - series sets as the panel that the core trains on. */
#include "server/models/panel.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

static struct series_set set;
static struct panel_data panel;
static struct err e;

static char *copy(const char *s)
{
    char *c = strdup(s);

    ck_assert_ptr_nonnull(c);
    return c;
}

/* Two rows for each id; column k of row i is 10 * k + i. */
static void fill(int num_series, int num_columns, int num_covariates)
{
    static const char *const ids[] = {"a", "b"}, *const names[] = {"x", "y", "z"};

    series_set_init(&set);
    set.columns = calloc((size_t)num_columns, sizeof(*set.columns));
    ck_assert_ptr_nonnull(set.columns);
    set.num_columns = num_columns;
    set.num_covariates = num_covariates;
    for (int k = 0; k < num_columns; k++)
        set.columns[k] = copy(names[k]);
    for (int i = 0; i < num_series; i++) {
        struct series *s = series_set_add(&set, ids[i]);

        ck_assert_ptr_nonnull(s);
        s->length = 2;
        s->time = (struct timeline){.frequency = {FREQ_M, 1}, .start = 600};
        s->values = calloc((size_t)num_columns * 2, sizeof(*s->values));
        ck_assert_ptr_nonnull(s->values);
        for (int r = 0; r < 2; r++)
            for (int k = 0; k < num_columns; k++)
                s->values[r * num_columns + k] = 10 * k + r;
    }
}

static void done(void)
{
    panel_data_release(&panel);
    series_set_release(&set);
}

START_TEST(series_are_named_by_id_and_column)
{
    fill(1, 1, 0);
    ck_assert_int_eq(panel_data_init(&panel, &set, false, &e), ST_OK);
    ck_assert_str_eq(panel.views[0].id, "a");
    ck_assert_int_eq(panel.panel.season_length, 12);
    done();
    fill(1, 1, 0);
    ck_assert_int_eq(timeline_frequency(&set.items[0].time, "B", &e), ST_OK);
    ck_assert_int_eq(panel_data_init(&panel, &set, false, &e), ST_OK);
    ck_assert_int_eq(panel.panel.season_length, 5);
    done();
    fill(1, 2, 0);
    ck_assert_int_eq(panel_data_init(&panel, &set, false, &e), ST_OK);
    ck_assert_str_eq(panel.views[1].id, "y");
    done();
    fill(2, 2, 0);
    ck_assert_int_eq(panel_data_init(&panel, &set, false, &e), ST_OK);
    ck_assert_int_eq(panel.panel.count, 4);
    ck_assert_str_eq(panel.views[1].id, "a.y");
    ck_assert_str_eq(panel.views[2].id, "b.x");
    ck_assert_double_eq(panel.views[1].values[0], 10);
    ck_assert_double_eq(panel.views[1].values[1], 11);
    done();
}
END_TEST

START_TEST(covariates_lie_beside_their_series)
{
    fill(1, 3, 1); /* x and y are series, z is a covariate of both */
    ck_assert_int_eq(panel_data_init(&panel, &set, false, &e), ST_OK);
    ck_assert_int_eq(panel.panel.count, 2);
    ck_assert_int_eq(panel.panel.num_covariates, 1);
    ck_assert_str_eq(panel.covariates[0], "z");
    ck_assert_double_eq(panel.views[0].covariates[1], 21);
    ck_assert_double_eq(panel.views[1].covariates[1], 21);
    done();
}
END_TEST

START_TEST(targets_see_each_other_but_not_themselves)
{
    fill(1, 2, 0);
    ck_assert_int_eq(panel_data_init(&panel, &set, true, &e), ST_OK);
    ck_assert_int_eq(panel.panel.num_covariates, 2);
    ck_assert(isnan(panel.views[0].covariates[0])); /* x beside x */
    ck_assert_double_eq(panel.views[0].covariates[2], 10);
    ck_assert_double_eq(panel.views[1].covariates[1], 1);
    ck_assert(isnan(panel.views[1].covariates[2]));
    done();
}
END_TEST

START_TEST(calendars_are_of_months_and_days)
{
    struct timeline t = {.frequency = {FREQ_M, 1}, .start = 600};

    ck_assert_int_eq(panel_calendar(&t).unit, CALENDAR_MONTHS);
    ck_assert_int_eq(panel_calendar(&t).first, 600);
    t.frequency.multiple = 2;
    ck_assert_int_eq(panel_calendar(&t).unit, CALENDAR_NONE);
    t.frequency = (struct frequency){FREQ_D, 1};
    ck_assert_int_eq(panel_calendar(&t).unit, CALENDAR_DAYS);
    t.style.open = open_week_business(); /* its days do not follow one another */
    ck_assert_int_eq(panel_calendar(&t).unit, CALENDAR_NONE);
    t.frequency = (struct frequency){FREQ_H, 1};
    ck_assert_int_eq(panel_calendar(&t).unit, CALENDAR_NONE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("models panel");
    TCase *t = tcase_create("panel");

    tcase_add_test(t, series_are_named_by_id_and_column);
    tcase_add_test(t, covariates_lie_beside_their_series);
    tcase_add_test(t, targets_see_each_other_but_not_themselves);
    tcase_add_test(t, calendars_are_of_months_and_days);
    suite_add_tcase(s, t);
    return suite_run(s);
}
