/* test_csv_top.c - text around a table. */
#include "server/formats/csv_top.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

/* Names and rows, cells joined by '|', then how many lines were left out and of which kind. */
static const char *seen(const char *text, enum csv_header header)
{
    static char out[2000];
    struct csv_rows r;
    struct err e = {0};
    size_t n = 0;

    out[0] = '\0';
    if (csv_top_open(&r, text, strlen(text), header, &e)) {
        csv_rows_release(&r);
        snprintf(out, sizeof(out), "%s", e.message);
        return out;
    }
    for (size_t i = 0; i < r.t.columns; i++)
        n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s", i ? "|" : "", r.t.names[i]);
    for (int again = 0; again < 2; again++) /* a second walk counts nothing twice */
        for (r.t.seek(&r.t, SIZE_MAX); r.t.next(&r.t);)
            for (size_t i = 0; again && i < r.t.columns; i++)
                n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%.*s", i ? "|" : "\n",
                                      (int)r.t.cells[i].len, r.t.cells[i].at);
    if (r.t.st)
        n += (size_t)snprintf(out + n, sizeof(out) - n, "\n%s", e.message);
    if (r.titles.count + r.units.count + r.repeated.count + r.footers.count > 0)
        snprintf(out + n, sizeof(out) - n, "\n%ld %ld %ld %ld", r.titles.count, r.units.count,
                 r.repeated.count, r.footers.count);
    csv_rows_release(&r);
    return out;
}

#define ROWS "2020-01-01,5\n2020-01-02,6\n2020-01-03,7\n"
#define READ "\n2020-01-01|5\n2020-01-02|6\n2020-01-03|7"

static const struct {
    const char *text, *seen;
    enum csv_header header;
} texts[] = {
    {"date,y\n" ROWS, "date|y" READ, 0},
    /* titles */
    {"Sales report\n\ndate,y\n" ROWS, "date|y" READ "\n1 0 0 0", 0},
    {"Sales report,\n,\ndate,y\n" ROWS, "date|y" READ "\n1 0 0 0", 0},
    {"Report for Berlin, Germany\ndate,y\n" ROWS, "date|y" READ "\n1 0 0 0", 0},
    {"Country,Germany\nLatitude,52.5\nPrinted,2020-05-01\n\nday,y\n" ROWS, "day|y" READ "\n3 0 0 0",
     0},
    {";EUR;FLAGS\nunit;USD;\nlast update;01.06.2023;\n2020-01;5;\n2020-02;6;\n",
     "|EUR|FLAGS\n2020-01|5|\n2020-02|6|\n0 2 0 0", 0},
    {"Report\n" ROWS, "column_1|column_2" READ "\n1 0 0 0", 0},
    {"Source,World,\n\nName,Code,1990,1991,1992\na,A,1,2,3\nb,B,4,5,6\n",
     "Name|Code|1990|1991|1992\na|A|1|2|3\nb|B|4|5|6\n1 0 0 0", 0},
    {"Report\ny\n5\n6\n7\n", "y\n5\n6\n7\n1 0 0 0", 0},
    /* units, and names of two lines */
    {"date,y\n,kWh\n" ROWS, "date|y" READ "\n0 1 0 0", 0},
    {"date,y\nyyyy-mm-dd,[MW]\n" ROWS, "date|y" READ "\n0 1 0 0", 0},
    {"Title\nmoment,y\n(UTC),MW\n" ROWS, "moment|y" READ "\n1 1 0 0", 0},
    {"Price,Close,Close\nTicker,A,B\nDate,,\n2020-01-01,5,6\n2020-01-02,7,8\n",
     "Price Ticker|Close A|Close B\n2020-01-01|5|6\n2020-01-02|7|8\n0 2 0 0", 0},
    {",North,,South,\ndate,a,b,a,b\n2020-01-01,1,2,3,4\n2020-01-02,1,2,3,4\n",
     "date|North a|North b|South a|South b\n2020-01-01|1|2|3|4\n2020-01-02|1|2|3|4\n0 1 0 0", 0},
    /* the header again */
    {"date,y\n2020-01-01,5\ndate,y\n2020-01-02,6\n\n2020-01-03,7\n", "date|y" READ "\n0 0 1 0", 0},
    {"date,y\n,kW\n2020-01-01,5\ndate,y\n,kW\n2020-01-02,6\n2020-01-03,7\n",
     "date|y" READ "\n0 1 1 0", 0},
    {"Report 1\ndate,y\n2020-01-01,5\n2020-01-02,6\n\nReport 2\ndate,y\n2020-01-03,7\n",
     "date|y" READ "\n1 0 2 0", 0},
    /* footers */
    {"date,y\n" ROWS "\nSource: me, you, them\n", "date|y" READ "\n0 0 0 1", 0},
    {"date,y\n" ROWS "* provisional,\n2) without Berlin\n", "date|y" READ "\n0 0 0 2", 0},
    {"a,b,y\nx,2020-01-01,5\nx,2020-01-02,6\nNew York,,\nSource: them,,\n",
     "a|b|y\nx|2020-01-01|5\nx|2020-01-02|6\nNew York||\n0 0 0 1", 0},
    /* rules */
    {" date | y \n------+---\n 2020-01-01 | 5\n 2020-01-02 | 6\n(2 rows)\n",
     "date|y\n 2020-01-01 | 5\n 2020-01-02 | 6\n0 0 0 1", 0},
    {"| date | y |\n|:---|---:|\n| 2020-01-01 | 5 |\n", "|date|y|\n| 2020-01-01 | 5 |", 0},
    {"y\n-5\n--\n-6\n", "y\n-5\n--\n-6", 0},
    /* nothing that may be a row is lost */
    {"date,y\nBerlin\n2020-01-01,5\n2020-01-02,6\n", "date|y\nline 2 has 1 cells; the header has 2",
     0},
    {"date,y\n2020-01-01,5\nParis\n2020-01-02,6\n", "date|y\nline 3 has 1 cells; the header has 2",
     0},
    {"date,y\n2020-01-01,5\n2020-01-02\n", "date|y\nline 3 has 1 cells; the header has 2", 0},
    {"date,y\n2020-01-01,5\n2020-01-32,\n", "date|y\n2020-01-01|5\n2020-01-32|", 0},
    {"date,y\n2020-01-01,5\nx,6\n", "date|y\n2020-01-01|5\nx|6", 0},
    {"Title\ndate,y\n" ROWS, "Title\nline 2 has 2 cells; the header has 1", CSV_HEADER_YES},
};

START_TEST(the_table_is_found)
{
    ck_assert_str_eq(seen(texts[_i].text, texts[_i].header), texts[_i].seen);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv top");
    TCase *t = tcase_create("csv top");

    tcase_add_loop_test(t, the_table_is_found, 0, (int)(sizeof(texts) / sizeof(texts[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
