/* test_features.c - the features of a token. */
#include "core/tagging/features.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* The names in order, a blank between them. */
static void check_features(const char *token, const char *want)
{
    char got[16384] = "";
    struct features f;
    struct err e = {0};

    ck_assert_int_eq(features_of(&f, token, &e), ST_OK);
    for (int k = 0; k < NUM_FEATURES; k++) {
        if (!f.name[k])
            continue;
        strcat(got, got[0] ? "|" : "");
        strcat(got, f.name[k]);
    }
    ck_assert_str_eq(got, want);
}

START_TEST(names_by_hand)
{
    check_features("a", "w:a|p1:a|s1:a|h:x|a:a|z:a");
    check_features("Dogs", "w:dogs|f:Dogs|p1:d|p2:do|p3:dog|p4:dogs|s1:s|s2:gs|s3:ogs|s4:dogs|"
                           "h:Xxx|a:dogs|z:dogs");
    check_features("2,000", "w:2,000|p1:2|p2:2,|p3:2,0|p4:2,00|s1:0|s2:00|s3:000|s4:,000|s5:2,000|"
                            "h:9,99|a:2,000|z:2,000");
    check_features("...!", "w:...!|p1:.|p2:..|p3:...|p4:...!|s1:!|s2:.!|s3:..!|s4:...!|h:..!|"
                           "a:...!|z:...!");
}
END_TEST

/* Code points, not bytes; folding and normal form are Unicode's. */
START_TEST(names_beyond_ascii)
{
    check_features("\xC3\x84\xC3\x9F", /* Äß: folds to "äss" */
                   "w:\xC3\xA4ss|f:\xC3\x84\xC3\x9F|p1:\xC3\xA4|p2:\xC3\xA4s|p3:\xC3\xA4ss|"
                   "s1:s|s2:ss|s3:\xC3\xA4ss|h:Xx|a:\xC3\xA4ss|z:\xC3\xA4ss");
    check_features("e\xCC\x81", /* e and a combining acute: é */
                   "w:\xC3\xA9|f:e\xCC\x81|p1:\xC3\xA9|s1:\xC3\xA9|h:x\xCC\x81|a:\xC3\xA9|"
                   "z:\xC3\xA9");
    check_features("\xE5\xAD\xA6\xE6\xA0\xA1", /* 学校 */
                   "w:\xE5\xAD\xA6\xE6\xA0\xA1|p1:\xE5\xAD\xA6|p2:\xE5\xAD\xA6\xE6\xA0\xA1|"
                   "s1:\xE6\xA0\xA1|s2:\xE5\xAD\xA6\xE6\xA0\xA1|h:oo|a:\xE5\xAD\xA6\xE6\xA0\xA1|"
                   "z:\xE5\xAD\xA6\xE6\xA0\xA1");
    check_features("\xD9\xA3", "w:\xD9\xA3|p1:\xD9\xA3|s1:\xD9\xA3|h:9|a:\xD9\xA3|z:\xD9\xA3");
}
END_TEST

/* A word in a sentence that is written in one case: what it is in small letters, and the name that
 * it may be. */
START_TEST(names_in_one_case)
{
    struct features f;
    struct err e = {0};

    check_features("\002Do", "w:do|wi:do|p1:d|p2:do|s1:o|s2:do|hu:Xx|a:do|z:do");
    check_features("\002do", "w:do|wi:do|p1:d|p2:do|s1:o|s2:do|hu:xx|a:do|z:do");
    ck_assert(features_is_name("hu:Xx"));
    ck_assert_int_eq(features_of(&f, "\002DO", &e), ST_OK);
    ck_assert(f.uniform);
    ck_assert_int_eq(features_of(&f, "do", &e), ST_OK);
    ck_assert(!f.uniform);
}
END_TEST

START_TEST(parts_between_blanks)
{
    struct features f;
    struct err e = {0};

    ck_assert_int_eq(features_of(&f, "b\xC3\xA1o ch\xC3\xAD m\xE1\xBB\x9Bi", &e), ST_OK);
    ck_assert_str_eq(f.name[FEATURE_FIRST_PART], "a:b\xC3\xA1o");
    ck_assert_str_eq(f.name[FEATURE_LAST_PART], "z:m\xE1\xBB\x9Bi");
    ck_assert(f.parted);
    ck_assert_int_eq(features_of(&f, " ", &e), ST_OK);
    ck_assert_str_eq(f.name[FEATURE_FIRST_PART], "a:");
    ck_assert_int_eq(features_of(&f, "x", &e), ST_OK);
    ck_assert(!f.parted);
}
END_TEST

/* The longest tokens fit, and no name is longer than a vocabulary may hold. */
START_TEST(longest_tokens)
{
    static const char *const unit[] = {"x", "\xC4\xB0", "\xEF\xAC\x83", "\xF0\x9D\x94\x84"};
    char token[TOKEN_BYTES_MAX + 1];
    struct features f;
    struct err e = {0};

    for (int i = 0; i < 4; i++) {
        size_t n = strlen(unit[i]), at = 0;

        for (; at + n <= TOKEN_BYTES_MAX; at += n)
            memcpy(token + at, unit[i], n);
        token[at] = '\0';
        ck_assert_int_eq(features_of(&f, token, &e), ST_OK);
        for (int k = 0; k < NUM_FEATURES; k++)
            ck_assert(!f.name[k] || strlen(f.name[k]) <= TOKEN_BYTES_MAX);
        ck_assert_ptr_nonnull(f.name[FEATURE_SUFFIX]);
    }
}
END_TEST

START_TEST(rows_of_a_vocabulary)
{
    static const char *const names[] = {"<unk>", "w:dog", "s1:s", "h:xx"};
    struct vocabulary words = {0};
    int32_t rows[NUM_FEATURES], id;
    struct err e = {0};

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(vocabulary_add(&id, &words, names[i], 10, "names", &e), ST_OK);
    ck_assert_int_eq(features_rows(rows, &words, "DOG", &e), ST_OK);
    ck_assert_int_eq(rows[FEATURE_WORD], 1);
    ck_assert_int_eq(rows[FEATURE_FORM], -1);
    ck_assert_int_eq(rows[FEATURE_SHAPE], -1);
    ck_assert_int_eq(features_rows(rows, &words, "dogs", &e), ST_OK);
    ck_assert_int_eq(rows[FEATURE_WORD], 0);
    ck_assert_int_eq(rows[FEATURE_SUFFIX], 2);
    ck_assert_int_eq(rows[FEATURE_SUFFIX + 1], -1);
    ck_assert_int_eq(rows[FEATURE_SHAPE], 3);
    vocabulary_release(&words);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("features of a token");
    TCase *t = tcase_create("features");
    SRunner *r;
    int failed;

    tcase_add_test(t, names_by_hand);
    tcase_add_test(t, names_beyond_ascii);
    tcase_add_test(t, names_in_one_case);
    tcase_add_test(t, parts_between_blanks);
    tcase_add_test(t, longest_tokens);
    tcase_add_test(t, rows_of_a_vocabulary);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
