/* test_text_check.c - valid tokens, ids and bodies. */
#include "server/data/text_check.h"

#include "server/data/data.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct row {
    const char *text;
    size_t len;
    enum status token, id, body;
    long line; /* of the body's fault */
} rows[] = {
    {"dog", 3, ST_OK, ST_OK, ST_OK, 0},
    {"", 0, ST_INVALID, ST_INVALID, ST_OK, 0},
    {"d\xc3\xb6g %s \"", 9, ST_OK, ST_OK, ST_OK, 0},
    {"12345678901", 11, ST_INVALID, ST_OK, ST_OK, 0}, /* ten bytes are allowed */
    {"a\nb", 3, ST_INVALID, ST_OK, ST_OK, 0},
    {"a\x7f", 2, ST_INVALID, ST_OK, ST_OK, 0},
    {"a\xc2\x85", 3, ST_INVALID, ST_OK, ST_OK, 0}, /* a control character of C1 */
    {"a\xc2\xa0", 3, ST_OK, ST_OK, ST_OK, 0},
    {"a\nb\n\xff", 5, ST_MALFORMED, ST_MALFORMED, ST_MALFORMED, 3},
    {"\xed\xa0\x80", 3, ST_MALFORMED, ST_MALFORMED, ST_MALFORMED, 1}, /* a surrogate */
    {"\xc0\xaf", 2, ST_MALFORMED, ST_MALFORMED, ST_MALFORMED, 1},     /* an overlong form */
    {"a\r\nb\rc\0d", 7, ST_INVALID, ST_OK, ST_MALFORMED, 3},
};

START_TEST(a_text_is_taken_or_refused)
{
    const struct row *row = &rows[_i];
    char *exact = malloc(row->len + 1); /* what is behind it is not text */
    struct err e = {0};

    ck_assert_ptr_nonnull(exact);
    memcpy(exact, row->text, row->len);
    exact[row->len] = '\xff';
    ck_assert_int_eq(text_check(exact, row->len, 10, "token", &e), row->token);
    if (!memchr(row->text, '\0', row->len))
        ck_assert_int_eq(series_id_check(exact, row->len, &e), row->id);
    e = (struct err){0};
    ck_assert_int_eq(text_valid(exact, row->len, &e), row->body);
    ck_assert_int_eq(e.line, row->line);
    free(exact);
}
END_TEST

START_TEST(an_id_has_a_longest)
{
    char text[SERIES_ID_MAX + 1];
    struct err e = {0};

    memset(text, 'x', sizeof(text));
    ck_assert_int_eq(series_id_check(text, SERIES_ID_MAX, &e), ST_OK);
    ck_assert_int_eq(series_id_check(text, sizeof(text), &e), ST_INVALID);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("text check");
    TCase *t = tcase_create("all");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, a_text_is_taken_or_refused, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, an_id_has_a_longest);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
