/* test_readme.c - the figures that the documents quote: their tables are those of
 * tests/bench/results, and figures that are cheap to compute are computed again. Run from the root
 * of the tree. */
#include "tests/bench/tutorials.h"

#include <check.h>
#include <lstm/cpu.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULTS "tests/bench/results/"

enum { SEEDS_MAX = 2000, COLUMNS_MAX = 3, AGAIN = 3 };

/* The line of a file that begins with this text; a failure ends the test. */
static void line_of(char line[512], const char *path, const char *begin)
{
    FILE *f = fopen(path, "r");

    ck_assert_msg(f != NULL, "%s is not there", path);
    do
        ck_assert_msg(fgets(line, 512, f) != NULL, "%s has no line '%s...'", path, begin);
    while (strncmp(line, begin, strlen(begin)) != 0);
    fclose(f);
}

static void expect_in_table(const char *row, const char *text)
{
    char line[512];

    line_of(line, RESULTS "tutorials.csv", row);
    ck_assert_msg(strstr(line, text) != NULL, "%s is computed, the table has %s", text, line);
}

/* Rows of numbers behind comments and heads; returns how many. */
static int read_numbers(double v[COLUMNS_MAX][SEEDS_MAX], int columns, const char *path)
{
    FILE *f = fopen(path, "r");
    char line[256];
    int n = 0;

    ck_assert_msg(f != NULL, "%s is not there", path);
    while (n < SEEDS_MAX && fgets(line, sizeof(line), f)) {
        char *at = line;

        if (line[0] < '0' || line[0] > '9')
            continue;
        for (int c = 0; c < columns; c++) {
            v[c][n] = strtod(at, &at);
            ck_assert_msg(*at == (c < columns - 1 ? ',' : '\n'), "%s: %s", path, line);
            at++;
        }
        ck_assert_int_eq((int)v[0][n], n); /* the seed */
        n++;
    }
    fclose(f);
    return n;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts v. */
static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof(*v), by_size);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

START_TEST(the_tables_are_those_of_the_results)
{
    ck_assert_msg(system("tests/bench/readme_tables.sh --check") == 0, "see above");
}
END_TEST

/* Seeds and arithmetics differ by a hundredth. */
START_TEST(the_default_recipe_on_the_flights)
{
    double mape, naive, table;
    char line[512], text[64];
    struct err e = {0};

    line_of(line, RESULTS "tutorials.csv", "\"AirPassengers,");
    table = strtod(strstr(line, "\",") + 2, NULL);
    for (int seed = 0; seed < AGAIN; seed++) {
        ck_assert_msg(!tutorials_flights(&mape, &naive, "default", seed, &e), "%s", e.message);
        ck_assert_msg(fabs(mape - table) < 0.025, "seed %d: %g, the table has %g", seed, mape,
                      table);
        snprintf(text, sizeof(text), ",seasonal naive %.2f\n", naive);
        expect_in_table("\"AirPassengers,", text);
    }
}
END_TEST

/* The sine's row is the median of all seeds, and single ones are what they were. */
START_TEST(the_sine)
{
    static double v[COLUMNS_MAX][SEEDS_MAX];
    int n = read_numbers(v, 3, RESULTS "sine.csv");
    struct err e = {0};
    char text[128], row[128];
    double loss;

    ck_assert_int_ge(n, 400);
    for (int seed = 0; seed < AGAIN; seed++)
        for (int k = 0; k < 2; k++) {
            ck_assert_msg(!tutorials_sine(&loss, k ? 5 : 10, seed, &e), "%s", e.message);
            ck_assert_msg(fabs(loss / v[1 + k][seed] - 1) < 0.01, "seed %d: %g, the file has %g",
                          seed, loss, v[1 + k][seed]);
        }
    snprintf(row, sizeof(row),
             "\"`tutorial-sine`, loss of the last step, median of seeds 0 to %d\"", n - 1);
    snprintf(text, sizeof(text), ",\"%.4f (k = 10), %.4f (k = 5)\",", median(v[1], n),
             median(v[2], n));
    expect_in_table(row, text);
}
END_TEST

/* The tutorial's recipe ends elsewhere with every seed, and in every arithmetic: it is computed
 * again only in that of the file. */
START_TEST(the_tutorial_on_the_flights)
{
    static double v[COLUMNS_MAX][SEEDS_MAX];
    int n = read_numbers(v, 2, RESULTS "flights.csv");
    char line[512], text[128], arithmetic[ARITHMETIC_LEN_MAX + 1];
    double mape, naive;
    struct err e = {0};

    ck_assert_int_ge(n, 10);
    line_of(line, RESULTS "flights.csv", "# arithmetic: ");
    arithmetic_name(arithmetic);
    ck_assert_msg(!tutorials_flights(&mape, &naive, "tutorial-flights", 1, &e), "%s", e.message);
    ck_assert(mape > 1 && mape < 200);
    if (strncmp(line + 14, arithmetic, strlen(arithmetic)) == 0)
        ck_assert_msg(fabs(mape - v[1][1]) < 1e-3, "seed 1: %g, the file has %g", mape, v[1][1]);
    mape = median(v[1], n);
    snprintf(text, sizeof(text), "\"%.1f, %.1f, %.1f\",", mape, v[1][0], v[1][n - 1]);
    expect_in_table("\"the same, `tutorial-flights`", text);
}
END_TEST

START_TEST(the_tagger)
{
    char tags[TUTORIALS_TAGS_MAX], text[128];
    struct err e = {0};

    ck_assert_msg(!tutorials_tags(tags, 0, &e), "%s", e.message);
    snprintf(text, sizeof(text), ",%s,", tags);
    expect_in_table("\"`tutorial-tagger`, first sentence\"", text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("figures of the documents");
    TCase *t = tcase_create("figures");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 300);
    tcase_add_test(t, the_tables_are_those_of_the_results);
    tcase_add_test(t, the_default_recipe_on_the_flights);
    tcase_add_test(t, the_sine);
    tcase_add_test(t, the_tutorial_on_the_flights);
    tcase_add_test(t, the_tagger);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
