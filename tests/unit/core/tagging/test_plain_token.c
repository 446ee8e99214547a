/* test_plain_token.c - the form of a token that a model reads; tokens of any length are trained and
 * tagged. */
#include "core/tagging/plain_token.h"
#include "tests/unit/core/tagging/sentences.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

enum { LONG = 5000, HALF = TOKEN_BYTES_MAX / 2 };

START_TEST(short_tokens_are_themselves)
{
    char space[TOKEN_BYTES_MAX + 1], token[TOKEN_BYTES_MAX + 1];

    memset(token, 'x', sizeof(token));
    for (int n = 0; n <= TOKEN_BYTES_MAX; n++) {
        token[TOKEN_BYTES_MAX - n] = '\0';
        ck_assert_ptr_eq(plain_token(space, token), token);
    }
}
END_TEST

START_TEST(long_tokens_are_their_ends)
{
    char space[TOKEN_BYTES_MAX + 1], token[LONG + 1];

    for (int n = TOKEN_BYTES_MAX + 2; n <= LONG; n += 97) { /* the last byte is the end */
        memset(token, 'm', (size_t)n);
        memcpy(token, "Begin", 5);
        memcpy(token + n - 4, "ing", 4);
        ck_assert_ptr_eq(plain_token(space, token), space);
        ck_assert_uint_le(strlen(space), TOKEN_BYTES_MAX);
        ck_assert_int_eq(strncmp(space, token, HALF), 0);
        ck_assert_str_eq(space + HALF, token + strlen(token) - HALF);
    }
}
END_TEST

/* Long tokens with code points of 1 to 4 bytes, cut at every place among them. */
START_TEST(code_points_stay_whole)
{
    static const char some[] = "a\xC3\xA9\xE5\xAD\xA6\xF0\x9F\x99\x82";
    char space[TOKEN_BYTES_MAX + 1], token[LONG + 16];

    for (size_t lead = 0; lead < 12; lead++) {
        size_t n = lead;

        memset(token, 'x', lead);
        while (n + sizeof(some) < LONG) {
            memcpy(token + n, some, sizeof(some));
            n += sizeof(some) - 1;
        }
        ck_assert_ptr_eq(plain_token(space, token), space);
        ck_assert_ptr_null(u8_check((const uint8_t *)space, strlen(space)));
        ck_assert_uint_gt(strlen(space), TOKEN_BYTES_MAX - 8);
        ck_assert_str_eq(space + strlen(space) - 10, some);
    }
}
END_TEST

/* A token, and its form without invisible characters. */
static const char *const plain[][2] = {
    {"in\xC2\xADvisible", "invisible"},                       /* soft hyphen */
    {"zero\xE2\x80\x8Bwidth", "zerowidth"},                   /* zero-width space */
    {"\xEF\xBB\xBFIt", "It"},                                 /* byte order mark */
    {"It\xE2\x81\xA0", "It"},                                 /* word joiner */
    {"\xE2\x80\xAAleft\xE2\x80\xAC", "left"},                 /* direction marks */
    {"cafe\xCC\x81", "caf\xC3\xA9"},                          /* combining acute */
    {"a\xCC\xA3\xCC\x82", "\xE1\xBA\xAD"},                    /* Vietnamese, two marks */
    {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C"}, /* Hangul letters */
    {"can\xE2\x80\x8Cnot", "cannot"},                         /* a joiner that shapes nothing */
    {"\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xB1", "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xB1"}, /* Persian */
    {"\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D", "\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D"}, /* Hindi */
    {"\xE2\x80\x8B", "\xE2\x80\x8B"}, /* nothing else */
};

START_TEST(what_nobody_sees_is_not_read)
{
    char space[TOKEN_BYTES_MAX + 1];

    ck_assert_str_eq(plain_token(space, plain[_i][0]), plain[_i][1]);
    ck_assert_str_eq(plain_token(space, plain[_i][1]), plain[_i][1]);
}
END_TEST

/* Recipes with different features of a word. */
static const char *const recipes[] = {NULL, "tutorial-tagger"};

START_TEST(they_are_trained_and_tagged)
{
    static char text[4 * LONG];
    struct sentences s;
    struct params p;
    struct tagger *t = NULL, *again = NULL;
    struct tagger_evaluation ev;
    struct err e = {0};
    uint8_t *bytes = NULL;
    size_t len = 0;
    char run[LONG + 1];
    int best[3] = {-1, -1, -1}, second[3] = {-1, -1, -1};

    memset(run, 'a', LONG);
    run[LONG] = '\0';
    snprintf(text, sizeof(text), "The/DET %s/NN ate/V|A/DET dog/NN %sx/V|The/DET X%s/NN ate/V", run,
             run, run);
    sentences_init(&s, text);
    ck_assert_int_eq(params_defaults(&p, TASK_TAG, recipes[_i], &e), ST_OK);
    p.epochs = 2;
    ck_assert_msg(tagger_resolve(&p, &s.corpus, &e) == ST_OK, "%s", e.message);
    ck_assert_msg(tagger_fit(&t, &s.corpus, &p, NULL, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(predict_upos(best, NULL, NULL, t, s.views, 1, &e), ST_OK);
    ck_assert_int_ge(best[1], 0);
    ck_assert_int_eq(tagger_evaluate(&ev, t, &s.corpus, NULL, &e), ST_OK);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].tokens, 9);
    /* a row for the whole word has only a model of words alone */
    ck_assert_int_eq((int)ev.column[TAG_UPOS].unknown, recipes[_i] ? 0 : 3);
    ck_assert_int_eq(tagger_save(t, NULL, &bytes, &len, &e), ST_OK);
    ck_assert_msg(tagger_load(&again, bytes, len, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(predict_upos(second, NULL, NULL, again, s.views, 1, &e), ST_OK);
    ck_assert_int_eq(memcmp(best, second, sizeof(best)), 0);
    tagger_evaluation_release(&ev);
    free(bytes);
    tagger_free(t);
    tagger_free(again);
    sentences_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("plain tokens");
    TCase *t = tcase_create("plain tokens");
    SRunner *r;
    int failed;

    tcase_add_test(t, short_tokens_are_themselves);
    tcase_add_test(t, long_tokens_are_their_ends);
    tcase_add_test(t, code_points_stay_whole);
    tcase_add_loop_test(t, what_nobody_sees_is_not_read, 0, sizeof(plain) / sizeof(plain[0]));
    tcase_add_loop_test(t, they_are_trained_and_tagged, 0, sizeof(recipes) / sizeof(recipes[0]));
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
