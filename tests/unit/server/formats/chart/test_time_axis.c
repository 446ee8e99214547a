/* test_time_axis.c - ticks of a time axis and their labels. */
#include "server/formats/chart/time_axis.h"
#include "tests/unit/suite.h"

#include <lstm/buf.h>
#include <stdio.h>
#include <string.h>

/* "row:label/second row:label ..." */
static const char *ticks_of(const char *frequency, const char *start, const char *open, int rows,
                            int most)
{
    static char text[1024];
    struct time_tick ticks[TIME_TICKS_MAX];
    struct timeline t;
    struct err e = {0};
    size_t used = 0;
    int n;

    ck_assert_msg(!timeline_parse(&t, frequency, start, &e), "%s", e.message);
    if (open)
        ck_assert_msg(!timeline_set_open(&t, open, &e), "%s", e.message);
    n = time_axis_ticks(ticks, &t, rows, most);
    text[0] = '\0';
    for (int i = 0; i < n; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%d:%s%s%s", i ? " " : "",
                                 ticks[i].row, ticks[i].label, ticks[i].second[0] ? "/" : "",
                                 ticks[i].second);
    return text;
}

START_TEST(ticks_stand_at_places_of_the_calendar)
{
    static const struct {
        const char *frequency, *start, *open;
        int rows, most;
        const char *ticks;
    } table[] = {
        {"M", "1958-11", NULL, 30, 12,
         "2:Jan/1959 5:Apr 8:Jul 11:Oct 14:Jan/1960 17:Apr 20:Jul "
         "23:Oct 26:Jan/1961 29:Apr"},
        {"M", "1949-01", NULL, 6, 12, "0:Jan/1949 1:Feb 2:Mar 3:Apr 4:May 5:Jun"},
        {"M", "1949-01", NULL, 144, 12,
         "0:1949 12:1950 24:1951 36:1952 48:1953 60:1954 72:1955 84:1956 96:1957 108:1958 120:1959 "
         "132:1960"},
        {"Y", "1897", NULL, 100, 8, "3:1900 23:1920 43:1940 63:1960 83:1980"},
        {"Q", "2019Q4", NULL, 6, 12, "0:Q4/2019 1:Q1/2020 2:Q2 3:Q3 4:Q4 5:Q1/2021"},
        {"D", "2022-02-25", NULL, 8, 12, "0:25/Feb 2022 1:26 2:27 3:28 4:1/Mar 2022 5:2 6:3 7:4"},
        {"D", "2022-02-25", NULL, 30, 8, "3:28/Feb 2022 10:7/Mar 2022 17:14 24:21"},
        /* 2022-01-31 is a Monday; from Tuesday on, closed at weekends */
        {"D", "2022-02-01", "Mon-Fri", 40, 4, "0:Feb/2022 20:Mar"},
        {"D", "2022-02-01", "Tue-Fri", 12, 4, "4:8/Feb 2022 8:15"},
        {"H", "2023-02-21T22:00:00Z", NULL, 12, 6, "2:00:00/22 Feb 2023 5:03:00 8:06:00 11:09:00"},
        {"15min", "2023-02-21T22:30:00Z", NULL, 4, 6,
         "0:22:30/21 Feb 2023 1:22:45 2:23:00 3:23:15"},
        {"S", "2023-02-21T23:59:58Z", NULL, 4, 6,
         "0:23:59:58/21 Feb 2023 1:23:59:59 2:00:00:00/22 Feb 2023 3:00:00:01"},
        {"W", "2023-01-02", NULL, 60, 6, "13:Apr/2023 26:Jul 39:Oct 52:Jan/2024"},
        {"", "0", NULL, 100, 8, "0:0 20:20 40:40 60:60 80:80"},
        {"", "0", NULL, 3, 8, "0:0 1:1 2:2"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        ck_assert_str_eq(ticks_of(table[i].frequency, table[i].start, table[i].open, table[i].rows,
                                  table[i].most),
                         table[i].ticks);
}
END_TEST

/* Whatever the length: not more ticks than asked for, in order, each of a row that is there. */
START_TEST(there_are_never_too_many)
{
    static const char *const lines[][2] = {{"H", "2023-02-21T22:00:00Z"},
                                           {"D", "2020-02-27"},
                                           {"5min", "2023-02-21T22:00:00Z"},
                                           {"M", "0001-01"},
                                           {"Y", "0001"},
                                           {"S", "1999-12-31T00:00:00Z"},
                                           {"", "7"}};
    struct time_tick ticks[TIME_TICKS_MAX];
    struct timeline t;
    struct err e = {0};

    for (int l = 0; l < 7; l++) {
        ck_assert(!timeline_parse(&t, lines[l][0], lines[l][1], &e));
        for (int rows = 1; rows < 9000; rows += 1 + rows / 3)
            for (int most = 2; most <= TIME_TICKS_MAX; most++) {
                int n = time_axis_ticks(ticks, &t, rows, most);

                ck_assert_int_le(n, most);
                for (int i = 0; i < n; i++)
                    ck_assert(ticks[i].row < rows && ticks[i].row > (i ? ticks[i - 1].row : -1));
            }
    }
    ck_assert_int_eq(time_axis_ticks(ticks, &t, 0, 8), 0);
}
END_TEST

/* Stamps of +05:30: midnight is theirs, not that of UTC. */
START_TEST(labels_are_local)
{
    struct time_tick ticks[TIME_TICKS_MAX];
    struct timeline t;
    struct err e = {0};

    ck_assert(!timeline_parse(&t, "30min", "2023-02-21T18:00:00Z", &e));
    t.style.offset = 330;
    ck_assert_int_eq(time_axis_ticks(ticks, &t, 3, 4), 3);
    ck_assert_str_eq(ticks[0].label, "23:30");
    ck_assert_str_eq(ticks[1].label, "00:00");
    ck_assert_str_eq(ticks[1].second, "22 Feb 2023");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("time_axis");
    TCase *t = tcase_create("all");

    tcase_add_test(t, ticks_stand_at_places_of_the_calendar);
    tcase_add_test(t, there_are_never_too_many);
    tcase_add_test(t, labels_are_local);
    suite_add_tcase(s, t);
    return suite_run(s);
}
