/* test_cell_number.c - numbers as people write them. */
#include "server/data/table/cell_number.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#include <math.h>

static const struct {
    const char *text;
    unsigned styles;
    double value; /* in the plainest of them */
} cells[] = {
    {"5", NUMBER_ANY & ~NUMBER_BOOLEAN, 5},
    {"-1234.5", NUMBER_POINTS & ~NUMBER_POINT_COMMA & ~NUMBER_POINT_SPACE, -1234.5},
    {" 12.25 ", NUMBER_POINTS, 12.25},
    {"1,234.5", NUMBER_POINT_COMMA, 1234.5},
    {"1.234,5", NUMBER_COMMA_POINT, 1234.5},
    {"1 234,5", NUMBER_COMMA_SPACE, 1234.5},
    {"1\xc2\xa0"
     "234",
     NUMBER_POINT_SPACE | NUMBER_COMMA_SPACE, 1234},
    {"1'234.50", NUMBER_POINT_SPACE, 1234.5},
    {"12,34,567", NUMBER_POINT_COMMA, 1234567},
    {"1234,5", NUMBER_COMMAS, 1234.5},
    {"0,123", NUMBER_COMMA | NUMBER_COMMA_POINT | NUMBER_COMMA_SPACE, 0.123},
    {"$1,200.00", NUMBER_POINT_COMMA, 1200},
    {"3,50 \xe2\x82\xac", NUMBER_COMMAS, 3.5},
    {"-$5", NUMBER_ANY & ~NUMBER_BOOLEAN, -5},
    {"EUR 7.5", NUMBER_POINTS, 7.5},
    {"(1,234.5)", NUMBER_POINT_COMMA, -1234.5},
    {"\xe2\x88\x92"
     "3",
     NUMBER_ANY & ~NUMBER_BOOLEAN, -3},
    {"12.5%", NUMBER_POINTS, 12.5},
    {"1.5e3", NUMBER_POINTS, 1500},
    {"TRUE", NUMBER_BOOLEAN, 1},
    {"false", NUMBER_BOOLEAN, 0},
    {"0.1234567890123456789", NUMBER_POINTS, 0.1234567890123456789},
};

START_TEST(cells_are_numbers_in_styles)
{
    unsigned styles = cell_number_styles(cell_of(cells[_i].text), NULL);
    double v = NAN;

    if (cells[_i].styles & NUMBER_POINT)
        ck_assert_uint_eq(styles & NUMBER_POINT, NUMBER_POINT);
    else
        ck_assert_uint_eq(styles, cells[_i].styles);
    ck_assert(cell_number(&v, cell_of(cells[_i].text), styles & ~(styles - 1)));
    ck_assert_double_eq(v, cells[_i].value);
}
END_TEST

static const char *const others[] = {
    "abc", "1.2.3", "12:30",   "2020-01-01", "1,23,4", "--5", "1e400", "1e",         ".",
    ",",   "$",     "5apples", "7A",         "5 pm",   "2nd", "1,,2",  "01,234,567", "1.234.56"};

START_TEST(others_are_none)
{
    double v;

    ck_assert_uint_eq(cell_number_styles(cell_of(others[_i]), NULL), 0);
    if (!cell_missing(cell_of(others[_i])))
        ck_assert(!cell_number(&v, cell_of(others[_i]), NUMBER_POINT));
}
END_TEST

static const char *const absent[] = {
    ": c", ":",    ":bu",  "***", "unavailable", "(D)",  "",        "  ", "NA",   "n/a",
    "NaN", "null", "None", "-",   "--",          "#N/A", "#DIV/0!", "?",  "<NA>", "\xe2\x80\x94"};

START_TEST(absent_cells_are_missing)
{
    double v = 0;

    ck_assert(cell_missing(cell_of(absent[_i])));
    ck_assert(cell_number(&v, cell_of(absent[_i]), NUMBER_COMMA_POINT));
    ck_assert(isnan(v));
}
END_TEST

START_TEST(affixes_are_noted)
{
    struct number_affix affix;

    (void)cell_number_styles(cell_of("5"), &affix);
    ck_assert_uint_eq(affix.kinds, 0);
    (void)cell_number_styles(cell_of("$5"), &affix);
    ck_assert_uint_eq(affix.kinds, AFFIX_CURRENCY);
    (void)cell_number_styles(cell_of("5 %"), &affix);
    ck_assert_uint_eq(affix.kinds, AFFIX_PERCENT);
}
END_TEST

START_TEST(whole_numbers)
{
    int64_t v = 0;

    ck_assert(cell_integer(&v, cell_of(" -42 ")) && v == -42);
    ck_assert(!cell_integer(&v, cell_of("4.0")));
    ck_assert(!cell_integer(&v, cell_of("")));
    ck_assert(!cell_integer(&v, cell_of("-")));
    ck_assert(!cell_integer(&v, cell_of("1234567890123456")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cell number");
    TCase *t = tcase_create("cell number");

    tcase_add_test(t, affixes_are_noted);
    tcase_add_test(t, whole_numbers);
    tcase_add_loop_test(t, cells_are_numbers_in_styles, 0, (int)(sizeof(cells) / sizeof(cells[0])));
    tcase_add_loop_test(t, others_are_none, 0, (int)(sizeof(others) / sizeof(others[0])));
    tcase_add_loop_test(t, absent_cells_are_missing, 0, (int)(sizeof(absent) / sizeof(absent[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
