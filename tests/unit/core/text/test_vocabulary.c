/* test_vocabulary.c - words are numbered as they come, and found again. */
#include "core/text/vocabulary.h"
#include "tests/unit/suite.h"

#include <string.h>

START_TEST(words_are_numbered_as_they_come)
{
    static const char *const words[] = {"<unk>", "the", "Dog", "the", "d\xc3\xb6g", "Dog"};
    static const int32_t numbers[] = {0, 1, 2, 1, 3, 2};
    struct vocabulary v = {0};
    struct err e = {0};
    int32_t n;

    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(vocabulary_add(&n, &v, words[i], 10, "words", &e), ST_OK);
        ck_assert_int_eq(n, numbers[i]);
    }
    ck_assert_int_eq(v.count, 4);
    ck_assert_str_eq(v.words[2], "Dog");
    ck_assert_uint_eq(v.bytes,
                      sizeof("<unk>") + sizeof("the") + sizeof("Dog") + sizeof("d\xc3\xb6g"));
    ck_assert_int_eq(vocabulary_find(&v, "dog"), -1);
    ck_assert_int_eq(vocabulary_lookup(&v, "THE"), 1); /* by its lower case */
    ck_assert_int_eq(vocabulary_lookup(&v, "Dog"), 2);
    ck_assert_int_eq(vocabulary_lookup(&v, "dog"), 0); /* upper case is not tried */
    ck_assert_uint_ge(vocabulary_bytes(&v), v.bytes);
    vocabulary_release(&v);
}
END_TEST

START_TEST(a_vocabulary_has_an_end)
{
    struct vocabulary v = {0};
    struct err e = {0};
    int32_t n;

    ck_assert_int_eq(vocabulary_add(&n, &v, "a", 1, "tags", &e), ST_OK);
    ck_assert_int_eq(vocabulary_add(&n, &v, "a", 1, "tags", &e), ST_OK);
    ck_assert_int_eq(vocabulary_add(&n, &v, "b", 1, "tags", &e), ST_TOO_LARGE);
    ck_assert_msg(strstr(e.message, "tags") != NULL, "%s", e.message);
    ck_assert_int_eq(v.count, 1);
    vocabulary_release(&v);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("vocabulary");
    TCase *t = tcase_create("all");

    tcase_add_test(t, words_are_numbered_as_they_come);
    tcase_add_test(t, a_vocabulary_has_an_end);
    suite_add_tcase(s, t);
    return suite_run(s);
}
