/* test_column_names.c - hints from the names of columns. */
#include "server/data/table/column_names.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *name;
    unsigned hints;
} names[] = {
    {"Date", HINT_TIME},
    {"date_time", HINT_TIME},
    {"Month", HINT_TIME_LIKELY | HINT_MONTH},
    {"Monat", HINT_TIME_LIKELY | HINT_MONTH},
    {"ann\xc3\xa9"
     "e",
     HINT_TIME_LIKELY | HINT_YEAR},
    {"time_s", HINT_TIME},
    {"unique_id", HINT_ID},
    {"store_id", HINT_ID_LIKELY},
    {"DepTime", HINT_CLOCK | HINT_EPOCH},
    {"Unnamed: 0", HINT_INDEX},
    {"", HINT_INDEX},
    {"UOM_ID", HINT_CODE},
    {"tz_cd", HINT_CODE},
    {"TMAX_ATTRIBUTES", HINT_CODE},
    {"site_no", HINT_ID_LIKELY},
    {"Lat", HINT_PLACE},
    {"plateau", 0},
    {"<DATE>", HINT_TIME},
    {"TIME_PERIOD", HINT_TIME},
    {"service_date", HINT_TIME_LIKELY | HINT_EPOCH},
    {"sometime", 0},
    {"passengers", 0},
    {"a name that is longer than any that is known and that has no meaning at all, none, id", 0},
};

START_TEST(names_give_hints)
{
    ck_assert_uint_eq(column_hints(names[_i].name), names[_i].hints);
}
END_TEST

START_TEST(known_names)
{
    ck_assert(column_name_is_known(cell_of(" Timestamp ")));
    ck_assert(!column_name_is_known(cell_of("passengers")));
    ck_assert(!column_name_is_known(cell_of("")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("column names");
    TCase *t = tcase_create("column names");

    tcase_add_test(t, known_names);
    tcase_add_loop_test(t, names_give_hints, 0, (int)(sizeof(names) / sizeof(names[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
