/* test_word_hashes.c - hashes of words, of their parts and of their tags. */
#include "core/tagging/word_hashes.h"
#include "tests/unit/core/tagging/sentences.h"
#include "tests/unit/suite.h"

START_TEST(case_is_only_in_the_exact_form_and_the_shape)
{
    struct word_hash a, b, c, d;

    word_hash_of(&a, "\xC3\x84pfel");
    word_hash_of(&b, "\xC3\xA4pfel");
    word_hash_of(&c, "\xC3\x84PFEL");
    word_hash_of(&d, "\xC3\xA4pfel9");
    ck_assert_uint_eq(a.word, b.word);
    ck_assert_uint_eq(a.word, c.word);
    ck_assert_uint_eq(b.exact, b.word);
    ck_assert_uint_ne(a.exact, b.exact);
    ck_assert_uint_eq(a.suffix[2], c.suffix[2]);
    ck_assert_uint_eq(a.prefix[0], c.prefix[0]);
    ck_assert_int_eq(a.length, 5);
    ck_assert(a.shape != b.shape && b.shape != c.shape && a.shape != c.shape && b.shape != d.shape);
}
END_TEST

START_TEST(a_part_is_shorter_than_its_word)
{
    struct word_hash w;

    word_hash_of(&w, "\xC3\xA4\xC3\xB6");
    ck_assert_uint_ne(w.suffix[0], 0);
    ck_assert_uint_ne(w.prefix[0], 0);
    ck_assert_uint_eq(w.suffix[1], 0);
    ck_assert_uint_eq(w.prefix[1], 0);
    word_hash_of(&w, "x");
    ck_assert_uint_eq(w.suffix[0], 0);
    ck_assert_int_eq(w.length, 1);
}
END_TEST

START_TEST(equal_forms_have_one_number)
{
    struct word_hashes w = {0};
    struct sentences s;
    struct err e = {0};

    sentences_init(&s, "dog cat|cat d\xC2\xADog"); /* a soft hyphen */
    ck_assert_int_eq(word_hashes_init(&w, s.views, 2, NULL, &e), ST_OK);
    ck_assert_int_eq(w.forms.count, 2);
    ck_assert(w.types[0] == 0 && w.types[1] == 1 && w.types[2] == 1 && w.types[3] == 0);
    word_hashes_release(&w);
    sentences_release(&s);
}
END_TEST

static bool always(void *ctx)
{
    return ctx == NULL;
}

START_TEST(a_stop_is_heard)
{
    const struct stop_flag stop = {.asked = always};
    struct word_hashes w = {0};
    struct sentences s;
    struct err e = {0};

    sentences_init(&s, "dog cat");
    ck_assert_int_eq(word_hashes_init(&w, s.views, 1, &stop, &e), ST_CANCELLED);
    word_hashes_release(&w);
    sentences_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("word hashes");
    TCase *t = tcase_create("word_hashes");

    tcase_add_test(t, case_is_only_in_the_exact_form_and_the_shape);
    tcase_add_test(t, a_part_is_shorter_than_its_word);
    tcase_add_test(t, equal_forms_have_one_number);
    tcase_add_test(t, a_stop_is_heard);
    suite_add_tcase(s, t);
    return suite_run(s);
}
