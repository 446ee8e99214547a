/* test_time_pieces.c - times cut into pieces. */
#include "server/data/table/time_pieces.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

START_TEST(numbers_words_and_marks)
{
    struct pieces p;

    ck_assert(pieces_cut(&p, cell_of(" Mon, 05  Sept. 2020 1:30 PM ")));
    ck_assert_int_eq(p.n, 15);
    ck_assert_int_eq(p.p[0].kind, PIECE_WEEKDAY);
    ck_assert_int_eq(p.p[1].mark, ',');
    ck_assert_int_eq(p.p[3].value, 5);
    ck_assert_uint_eq(p.p[3].len, 2);
    ck_assert_int_eq(p.p[5].kind, PIECE_MONTH);
    ck_assert_int_eq(p.p[5].value, 9);
    ck_assert_int_eq(p.p[14].kind, PIECE_HALF);
    ck_assert_int_eq(p.p[14].value, 12);
}
END_TEST

static const char *const bad[] = {"", "a*b", "1234567890123456789", "1-1-1-1-1-1-1-1-1-1-1",
                                  "\xe5\xb9\xb4"};

START_TEST(what_no_time_has_is_refused)
{
    struct pieces p;

    ck_assert(!pieces_cut(&p, cell_of(bad[_i])));
}
END_TEST

START_TEST(names_of_months)
{
    ck_assert_int_eq(month_of_name(cell_of("january")), 1);
    ck_assert_int_eq(month_of_name(cell_of("SEP")), 9);
    ck_assert_int_eq(month_of_name(cell_of("Sept.")), 9);
    ck_assert_int_eq(month_of_name(cell_of("ma")), 0);
    ck_assert_int_eq(month_of_name(cell_of("marc")), 3);
    ck_assert_int_eq(month_of_name(cell_of("maybe")), 0);
    ck_assert_int_eq(month_of_name(cell_of("")), 0);
    ck_assert_int_eq(month_of_name(cell_of("M\xc3\xa4rz")), 3);
    ck_assert_int_eq(month_of_name(cell_of("F\xc3\x89VRIER")), 2);
    ck_assert_int_eq(month_of_name(cell_of("d\xc3\xa9"
                                           "c.")),
                     12);
    ck_assert_int_eq(month_of_name(cell_of("ottobre")), 10);
    ck_assert_int_eq(month_of_name(cell_of("ottobr")), 0);
    ck_assert(month_is_english(cell_of("may")) && !month_is_english(cell_of("mai")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("time pieces");
    TCase *t = tcase_create("time pieces");

    tcase_add_test(t, numbers_words_and_marks);
    tcase_add_test(t, names_of_months);
    tcase_add_loop_test(t, what_no_time_has_is_refused, 0, (int)(sizeof(bad) / sizeof(bad[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
