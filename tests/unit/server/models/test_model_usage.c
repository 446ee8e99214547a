/* test_model_usage.c - the busiest models have counters of their own, and no request is lost. */
#include "server/models/model_usage.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct model_usage usage;

static void setup(void)
{
    usage = (struct model_usage){0};
}

static void use(const char *kind, int number, int times)
{
    char name[NAME_MAX_LEN + 1];

    snprintf(name, sizeof(name), "%s-%d", kind, number);
    for (int i = 0; i < times; i++)
        model_usage_add(&usage, name);
}

static const struct usage_row *row(const char *name)
{
    for (int i = 0; i < usage.rows; i++)
        if (strcmp(usage.row[i].name, name) == 0)
            return &usage.row[i];
    return NULL;
}

static uint64_t total(void)
{
    uint64_t n = usage.rest;

    for (int i = 0; i < usage.rows; i++)
        n += usage.row[i].count;
    return n;
}

static int shown(void)
{
    int n = 0;

    for (int i = 0; i < usage.rows; i++)
        n += usage.row[i].shown;
    return n;
}

START_TEST(a_few_models_are_counted_each)
{
    use("a", 1, 3);
    use("b", 1, 1);
    use("a", 1, 1);
    ck_assert_uint_eq(row("a-1")->count, 4);
    ck_assert_uint_eq(row("b-1")->count, 1);
    ck_assert_uint_eq(usage.rest, 0);
}
END_TEST

START_TEST(the_rest_share_a_counter)
{
    for (int i = 0; i < USAGE_SHOWN; i++)
        use("first", i, 100);
    for (int i = 0; i < 10000; i++)
        use("rare", i, 1);
    ck_assert_int_eq(shown(), USAGE_SHOWN);
    ck_assert_uint_eq(row("first-0")->count, 100);
    ck_assert_uint_eq(usage.rest, 10000);
    ck_assert_int_eq(usage.rows, USAGE_FOLLOWED);
    ck_assert_uint_eq(total(), usage.added);
}
END_TEST

START_TEST(a_model_that_becomes_busy_is_shown)
{
    uint64_t before;

    for (int i = 0; i < USAGE_SHOWN; i++)
        use("first", i, 10 + i);
    before = usage.rest;
    use("busy", 1, 1000);
    ck_assert(row("busy-1")->shown);
    ck_assert_uint_gt(row("busy-1")->count, 900);
    ck_assert(!row("first-0")->shown); /* the one with the fewest */
    ck_assert(row("first-1")->shown);
    ck_assert_uint_ge(usage.rest, before + 10);
    ck_assert_uint_eq(total(), usage.added);
}
END_TEST

START_TEST(drift_is_kept_of_models_that_are_shown)
{
    use("a", 1, 1);
    ck_assert(isnan(row("a-1")->drift));
    model_usage_set_drift(&usage, "a-1", 1.5);
    model_usage_set_drift(&usage, "none", 9);
    ck_assert_double_eq(row("a-1")->drift, 1.5);
    ck_assert_int_eq(usage.rows, 1);
    use("a", 1, 1);
    ck_assert_double_eq(row("a-1")->drift, 1.5);
    for (int i = 0; i < USAGE_SHOWN; i++) /* another one takes its place */
        use("busy", i, 1000);
    ck_assert(!row("a-1")->shown);
    use("a", 1, 5000);
    ck_assert(row("a-1")->shown);
    ck_assert(isnan(row("a-1")->drift));
}
END_TEST

START_TEST(models_of_yesterday_give_way)
{
    for (int i = 0; i < USAGE_SHOWN; i++)
        use("old", i, 2000);
    for (int i = 0; i < 16; i++) { /* at most 2,000 of each at a time: less than any old one had */
        use("new", 1, 2000);
        for (int k = 0; k < 2000; k++)
            use("noise", k, 1);
    }
    ck_assert(row("new-1")->shown);
    ck_assert_int_eq(shown(), USAGE_SHOWN);
    ck_assert_uint_eq(total(), usage.added);
}
END_TEST

START_TEST(what_is_counted_never_shrinks)
{
    uint64_t rest = 0, random = 1;

    for (int i = 0; i < 50000; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        use("m", (int)((random >> 33) % 500) * (int)((random >> 50) % 3), 1);
        ck_assert_uint_ge(usage.rest, rest);
        rest = usage.rest;
    }
    ck_assert_uint_eq(total(), 50000);
    ck_assert_int_le(shown(), USAGE_SHOWN);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("model usage");
    TCase *t = tcase_create("usage");

    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, a_few_models_are_counted_each);
    tcase_add_test(t, the_rest_share_a_counter);
    tcase_add_test(t, a_model_that_becomes_busy_is_shown);
    tcase_add_test(t, drift_is_kept_of_models_that_are_shown);
    tcase_add_test(t, models_of_yesterday_give_way);
    tcase_add_test(t, what_is_counted_never_shrinks);
    suite_add_tcase(s, t);
    return suite_run(s);
}
