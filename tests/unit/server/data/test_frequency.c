/* test_frequency.c - names of frequencies and their seasons. */
#include "server/data/frequency.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(frequencies_have_pandas_names)
{
    static const char *const names[][2] = {{"MS", "M"},    {"M", "M"},         {"QE-DEC", "Q"},
                                           {"W-SUN", "W"}, {"15min", "15min"}, {"15T", "15min"},
                                           {"h", "H"},     {"A", "Y"},         {"2D", "2D"},
                                           {"index", ""},  {"", ""},           {"s", "S"}};
    static const char *const bad[] = {"month", "0D", "1000001S", "D2", "-1D", "99999999999H"};
    struct frequency f;
    struct err e = {0};
    char name[16];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ck_assert_int_eq(frequency_parse(&f, names[i][0], &e), ST_OK);
        ck_assert_str_eq(frequency_name(name, f), names[i][1]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(frequency_parse(&f, bad[i], &e) == ST_INVALID, "%s was taken", bad[i]);
}
END_TEST

START_TEST(seasons_follow_from_frequencies)
{
    static const struct {
        const char *f;
        int season;
    } known[] = {{"M", 12}, {"Q", 4},  {"W", 52}, {"D", 7},  {"H", 24}, {"15min", 96},
                 {"Y", 1},  {"3M", 4}, {"", 1},   {"6H", 4}, {"7M", 1}};
    struct frequency f;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        ck_assert_int_eq(frequency_parse(&f, known[i].f, NULL), ST_OK);
        ck_assert_int_eq(frequency_season_length(f), known[i].season);
    }
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("frequency");
    TCase *c = tcase_create("frequency");

    tcase_add_test(c, frequencies_have_pandas_names);
    tcase_add_test(c, seasons_follow_from_frequencies);
    suite_add_tcase(s, c);
    return suite_run(s);
}
