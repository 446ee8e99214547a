/* test_stored_lies.c - rows of a sound database that contradict each other are refused when they
 * are read. */
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

/* What SQLite cannot know to be wrong: values that contradict each other. */
static const char *const lies[] = {
    "UPDATE series SET length = -1",
    "UPDATE series SET length = 7",
    "UPDATE series SET length = 5",
    "UPDATE series SET length = 9223372036854775807",
    "UPDATE series SET length = 2147483647",
    "UPDATE series SET freq_unit = 9",
    "UPDATE series SET freq_unit = -1",
    "UPDATE series SET freq_multiple = 4294967297",
    "UPDATE series SET start = -9223372036854775808",
    "UPDATE series SET start = 9223372036854775",
    "UPDATE series SET time_style = '1|anchor=77'",
    "UPDATE series SET time_style = '1|open=Mon-Fri'",
    "UPDATE series SET time_style = 'x' || hex(zeroblob(100000))",
    "UPDATE series_chunk SET rows = zeroblob(0)",
    "UPDATE series_chunk SET rows = zeroblob(47)",
    "UPDATE series_chunk SET rows = zeroblob(49)",
    "DELETE FROM series_chunk",
};

START_TEST(stored_lies_are_found_out)
{
    struct series_set s, more = series_of("s", FREQ_M, 6, 2, 6.0);

    put_series(&f, "x", FREQ_M, 0, 6, 0.0);
    ck_ok(db_exec(fixture_db(&f), lies[_i], &f.e), &f.e);
    ck_status(store_series_load(&s, f.store, dataset_id(&f, "x"), &f.e), ST_CORRUPT, &f.e);
    ck_assert_int_eq(s.count, 0);
    ck_assert_int_ne(store_dataset_append_series(f.store, "x", &more, &wide, &f.e), ST_OK);
    series_set_release(&more);
}
END_TEST

START_TEST(damaged_sentences_are_found_out)
{
    static const char *const texts[] = {"'a'", "'a' || char(10)", "'a' || char(9) || char(10)",
                                        "char(9) || char(9) || char(10)"};
    char sql[128];
    struct tagged_set t;

    put_tagged(&f, "x", "a/B");
    snprintf(sql, sizeof(sql), "UPDATE sentence SET tokens = %s", texts[_i]);
    ck_ok(db_exec(fixture_db(&f), sql, &f.e), &f.e);
    ck_status(store_tagged_load(&t, f.store, dataset_id(&f, "x"), &f.e), ST_CORRUPT, &f.e);
    ck_assert_int_eq(t.count, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stored lies");
    TCase *t = tcase_create("lies");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, stored_lies_are_found_out, 0, (int)(sizeof(lies) / sizeof(lies[0])));
    tcase_add_loop_test(t, damaged_sentences_are_found_out, 0, 4);
    suite_add_tcase(s, t);
    return suite_run(s);
}
