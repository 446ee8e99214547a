/* test_number_affix.c - text before and after the digits of a number. */
#include "server/data/table/cell_number.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#include <math.h>

static const struct {
    const char *text;
    double value;
    unsigned kinds;
    const char *unit;
} cells[] = {
    {"12.5-", -12.5, AFFIX_MINUS, ""},
    {"12 -", -12, AFFIX_MINUS, ""},
    {"(5)", -5, AFFIX_BRACKETS, ""},
    {"$ (5.50)", -5.5, AFFIX_BRACKETS | AFFIX_CURRENCY, ""},
    {"1.2k", 1200, AFFIX_POWER, ""},
    {"3M", 3e6, AFFIX_POWER, ""},
    {"$1.5bn", 1.5e9, AFFIX_POWER | AFFIX_CURRENCY, ""},
    {"5.2 Mio. \xe2\x82\xac", 5.2e6, AFFIX_POWER | AFFIX_CURRENCY, ""},
    {"-2.5 million", -2.5e6, AFFIX_POWER, ""},
    {"5*", 5, AFFIX_MARK, ""},
    {"5 p", 5, AFFIX_MARK, ""},
    {"5.5 (r)", 5.5, AFFIX_MARK, ""},
    {"7 [1]", 7, AFFIX_MARK, ""},
    {"'5", 5, AFFIX_MARK, ""},
    {"12 kWh", 12, 0, "kWh"},
    {"12kWh", 12, 0, "kWh"},
    {"300 K", 300, 0, "K"},
    {"-3.5\xc2\xb0\x43", -3.5, 0, "\xc2\xb0\x43"},
    {"80 km/h", 80, 0, "km/h"},
    {"5 hrs", 5, 0, "hrs"},
    {"5 apples", 5, 0, "apples"},
    {"5 EUR", 5, AFFIX_CURRENCY, ""},
};

START_TEST(affixes_are_taken_off)
{
    struct number_affix affix;
    double v = NAN;

    ck_assert_msg(cell_number_styles(cell_of(cells[_i].text), &affix), "%s", cells[_i].text);
    ck_assert_uint_eq(affix.kinds, cells[_i].kinds);
    ck_assert_msg(affix.unit.len == strlen(cells[_i].unit) &&
                      memcmp(affix.unit.at, cells[_i].unit, affix.unit.len) == 0,
                  "%s", cells[_i].text);
    ck_assert(cell_number(&v, cell_of(cells[_i].text), NUMBER_POINT));
    ck_assert_double_eq(v, cells[_i].value);
}
END_TEST

#define TABLE(a, b, c) "date,y\n2020-01-01," a "\n2020-01-02," b "\n2020-01-03," c "\n"

static const struct {
    const char *text, *shown;
} tables[] = {
    {TABLE("5 kWh", "0", "7 kWh"), "x D 2020-01-01 [5 0 7] {unit}"},
    {TABLE("900", "1.2k", "3k"), "x D 2020-01-01 [900 1200 3000] {powers_of_ten}"},
    {TABLE("5", "6-", "7"), "x D 2020-01-01 [5 -6 7] {trailing_minus}"},
    {TABLE("5", "6 p", "7*"), "x D 2020-01-01 [5 6 7] {marks}"},
    {TABLE("5", ":", "7"), "x D 2020-01-01 [5 nan 7] {missing_values}"},
    {TABLE("$5",
           "\xe2\x82\xac"
           "6",
           "$7"),
     "'\xe2\x82\xac"
     "6' in column 'y' is in another currency than the amounts before it (USD): "
     "make a series of each currency with ?id= and a column that names it, or write all amounts in "
     "one"},
    {TABLE("$5", "US$6", "7 USD"), "x D 2020-01-01 [5 6 7] {currency}"},
    {TABLE("5 kWh", "6 MWh", "7 kWh"), "'6 MWh' in column 'y' has another unit than the numbers "
                                       "before it (kWh): write all of them in "
                                       "one unit"},
    {TABLE("5 kWh", "6", "7 kWh"),
     "2 numbers of column 'y' have the unit 'kWh' and 1 have none, like '6': write all of them in "
     "one way, or name the columns to keep with ?target="},
    /* such texts are rather names than numbers */
    {"room,date,y\n1A,2020-01-01,5\n1A,2020-01-02,6\n2A,2020-01-01,7\n2A,2020-01-02,8\n",
     "1A D 2020-01-01 [5 6] 2A D 2020-01-01 [7 8] {id_columns}"},
    {"size,date,y\n5 kg,2020-01-01,5\n5 kg,2020-01-02,6\n9 kg,2020-01-01,7\n9 kg,2020-01-02,8\n",
     "5 kg D 2020-01-01 [5 6] 9 kg D 2020-01-01 [7 8] {id_columns}"},
};

START_TEST(columns_have_one_unit)
{
    ck_assert_str_eq(shown(tables[_i].text, NULL), tables[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("number affix");
    TCase *t = tcase_create("number affix");

    tcase_add_loop_test(t, affixes_are_taken_off, 0, (int)(sizeof(cells) / sizeof(cells[0])));
    tcase_add_loop_test(t, columns_have_one_unit, 0, (int)(sizeof(tables) / sizeof(tables[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
