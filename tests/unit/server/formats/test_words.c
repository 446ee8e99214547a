/* test_words.c - plain text into sentences and tokens. */
#include "server/formats/words.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {.max_sentences = 100, .max_tokens = 20};

/* Tokens joined by '|', sentences by '/'. */
static const struct {
    const char *text, *expect;
} rows[] = {
    {"The dog ate the apple", "The|dog|ate|the|apple"},
    {"  Hello,\tworld!  ", "Hello|,|world|!"},
    {"(Hi!) \"you\"", "(|Hi|!|)|\"|you|\""},
    {"don't e-mail 3.14", "don't|e-mail|3.14"},
    {"... --", "...|--"},
    {"one\n\n two \r\n", "one/two"},
    {"a\xc2\xa0"
     "b\xe2\x80\xaf"
     "c\xe3\x80\x80"
     "d",
     "a|b|c|d"},
    {"\xe4\xbd\xa0\xe5\xa5\xbd \xc3\xa9t\xc3\xa9.", "\xe4\xbd\xa0\xe5\xa5\xbd|\xc3\xa9t\xc3\xa9|."},
};

START_TEST(text_is_split)
{
    struct tagged_set s;
    struct err e = {0};
    char got[256] = "";

    ck_assert_int_eq(words_split(&s, rows[_i].text, &limits, &e), ST_OK);
    for (int i = 0; i < s.count; i++)
        for (int k = 0; k < s.items[i].length; k++) {
            if (i + k)
                strncat(got, k ? "|" : "/", sizeof(got) - strlen(got) - 1);
            strncat(got, s.items[i].form[k], sizeof(got) - strlen(got) - 1);
        }
    ck_assert_str_eq(got, rows[_i].expect);
    tagged_set_release(&s);
}
END_TEST

static const struct {
    const char *text;
    enum status st;
} bad[] = {
    {"", ST_INVALID},
    {" \n\t ", ST_INVALID},
    {"a\xff", ST_MALFORMED},
    {"a \x07 b", ST_INVALID},
    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21", ST_TOO_LARGE},
};

START_TEST(bad_text_is_refused)
{
    struct tagged_set s;
    struct err e = {0};

    ck_assert_int_eq(words_split(&s, bad[_i].text, &limits, &e), bad[_i].st);
    ck_assert_int_eq(s.count, 0);
    ck_assert_int_gt((int)strlen(e.message), 10);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("words");
    TCase *t = tcase_create("split");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, text_is_split, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_loop_test(t, bad_text_is_refused, 0, (int)(sizeof(bad) / sizeof(bad[0])));
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
