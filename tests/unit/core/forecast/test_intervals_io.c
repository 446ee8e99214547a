/* test_intervals_io.c - intervals in the metadata of a model file. */
#include "core/forecast/forecaster_io.h"
#include "core/forecast/intervals_io.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <string.h>

enum { STEPS = 2 };

static double scale[] = {1, 1.5}, quantiles[] = {0.5, 1, 2}, shape[] = {-1.5, 0.25, 1.25};

static struct intervals some(void)
{
    return (struct intervals){.scale = scale,
                              .steps = STEPS,
                              .quantiles = quantiles,
                              .count = 3,
                              .shape = shape,
                              .shape_count = 3,
                              .persistence = 0.75};
}

static enum status load(struct intervals *b, const struct checkpoint *c)
{
    struct err e = {0};

    *b = (struct intervals){0};
    return intervals_load(b, c, STEPS, &e);
}

static struct checkpoint *saved(const struct intervals *b)
{
    struct checkpoint *c = NULL;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(intervals_save(c, b, &e), ST_OK);
    return c;
}

START_TEST(what_is_written_is_read)
{
    struct intervals b, from = some();
    struct checkpoint *c = saved(&from);

    ck_assert_int_eq(load(&b, c), ST_OK);
    ck_assert_int_eq(b.steps, STEPS);
    ck_assert_int_eq(b.count, 3);
    ck_assert_int_eq(b.shape_count, 3);
    ck_assert(!memcmp(b.scale, scale, sizeof(scale)));
    ck_assert(!memcmp(b.quantiles, quantiles, sizeof(quantiles)));
    ck_assert(!memcmp(b.shape, shape, sizeof(shape)));
    ck_assert_double_eq(b.persistence, 0.75);
    intervals_release(&b);
    checkpoint_free(c);
}
END_TEST

START_TEST(older_files_are_read)
{
    struct intervals b, from = some();
    struct checkpoint *c;

    from.shape_count = 0;
    from.persistence = NAN;
    c = saved(&from);
    ck_assert_ptr_null(checkpoint_get(c, KEY_SHAPE));
    ck_assert_int_eq(load(&b, c), ST_OK);
    ck_assert_int_eq(b.shape_count, 0);
    ck_assert(isnan(b.persistence));
    /* The scale grows to 1.5 times the first: more than what persists whole explains. */
    ck_assert_double_eq_tol(intervals_correlation(&b, 1), 1 / 1.5, 1e-12);
    intervals_release(&b);
    checkpoint_free(c);
    from.count = 0;
    c = saved(&from);
    ck_assert_int_eq(load(&b, c), ST_OK);
    ck_assert_int_eq(b.count, 0);
    intervals_release(&b);
    checkpoint_free(c);
}
END_TEST

static const struct {
    const char *key, *value;
} wrong[] = {
    {KEY_SHAPE, "1 0"},          {KEY_SHAPE, "x"},          {KEY_SHAPE, "nan"},
    {KEY_PERSISTENCE, "1.5"},    {KEY_PERSISTENCE, "-0.5"}, {KEY_PERSISTENCE, "0.5 0.5"},
    {KEY_QUANTILES, "-1 0.5 1"}, {KEY_RESIDUALS, "1"},
};

START_TEST(what_is_wrong_is_refused)
{
    struct intervals b, from = some();
    struct checkpoint *c = saved(&from);
    struct err e = {0};

    ck_assert_int_eq(checkpoint_set(c, wrong[_i].key, wrong[_i].value, &e), ST_OK);
    ck_assert_int_eq(load(&b, c), ST_CORRUPT);
    intervals_release(&b);
    checkpoint_free(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("intervals_io");
    TCase *t = tcase_create("intervals_io");

    tcase_add_test(t, what_is_written_is_read);
    tcase_add_test(t, older_files_are_read);
    tcase_add_loop_test(t, what_is_wrong_is_refused, 0, sizeof(wrong) / sizeof(wrong[0]));
    suite_add_tcase(s, t);
    return run_suite(s);
}
