/* test_cell_spelling.c - the spelling of a cell with a time. */
#include "server/data/table/cell_spelling.h"
#include "server/data/table/time_reading.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text;
    enum time_reading reading;
    const char *format;
} cells[] = {
    {"2020-01-31", TIME_ISO, "%Y-%m-%d"},
    {"2020/01", TIME_ISO, "%Y/%m"},
    {"2020Q1", TIME_ISO, "%YQ%q"},
    {"2020-01-31T12:00:00Z", TIME_ISO, "%Y-%m-%dT%H:%M:%SZ"},
    {"2020-01-31 12:00:00+05:30", TIME_ISO, "%Y-%m-%d %H:%M:%S%:z"},
    {"31/01/2020", TIME_DMY, "%d/%m/%Y"},
    {"1/31/20 5:30 pm", TIME_MDY, "%-m/%-d/%y %-I:%M %P"},
    {"JAN-19", TIME_BY, "%^b-%y"},
    {"Okt-19", TIME_BY, ""},
    {"FY2020", TIME_FISCAL, "FY%Y"},
    {"5 January 2020", TIME_DBY, "%-d %B %Y"},
    {"2020-W05", TIME_WEEK, "%G-W%V"},
    {"Wed, 01 Jan 2020", TIME_DBY, "%a, %d %b %Y"},
    {"202005", TIME_YYYYWW, "%G%V"},
    {"1577836800", TIME_SECONDS, "%s"},
    {"2020-01-27/2020-02-02", TIME_RANGE, ""},
    {"43831", TIME_EXCEL, ""},
};

START_TEST(cells_are_spelt)
{
    struct time_traits traits = {0};
    char format[CELL_SPELLING_MAX];

    ck_assert(time_readings_of(cell_of(cells[_i].text), TIME_BIT(cells[_i].reading), &traits));
    ck_assert_str_eq(cell_spelling(format, cell_of(cells[_i].text), cells[_i].reading, &traits),
                     cells[_i].format);
}
END_TEST

/* "10/10/2020" in a column with "1/2/2020". */
START_TEST(short_parts_of_other_cells_count)
{
    const struct time_traits traits = {.short_part = true};
    char format[CELL_SPELLING_MAX];

    ck_assert_str_eq(cell_spelling(format, cell_of("10/10/2020"), TIME_DMY, &traits), "%-d/%-m/%Y");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cell spelling");
    TCase *t = tcase_create("cell spelling");

    tcase_add_test(t, short_parts_of_other_cells_count);
    tcase_add_loop_test(t, cells_are_spelt, 0, (int)(sizeof(cells) / sizeof(cells[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
