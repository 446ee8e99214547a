/* test_tagger_resolve.c - parameters of a tagger that depend on the corpus, and corpora that are
 * refused. */
#include "tests/unit/core/tagging/sentences.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct params recipe(const char *name)
{
    struct params p = {0};
    struct err e = {0};

    ck_assert_int_eq(params_defaults(&p, TASK_TAG, name, &e), ST_OK);
    return p;
}

/* The automatic number of members: as many as 3,200,000 passes over a token allow, with at least 20
 * epochs. */
START_TEST(members_go_by_the_size_of_the_corpus)
{
    static const struct {
        int sentences, members, hidden_size;
    } cases[] = {{1, 3, 64},     {1000, 3, 64},  {1999, 3, 64},  {2000, 2, 112},
                 {2666, 2, 112}, {2667, 2, 112}, {4000, 2, 112}, {4001, 1, 112}};
    static const char *token[10], *tag[10];
    struct sentence_view *v = calloc(5000, sizeof(*v));
    struct err e = {0};

    ck_assert_ptr_nonnull(v);
    for (int i = 0; i < 10; i++) {
        token[i] = "x";
        tag[i] = "X";
    }
    for (int i = 0; i < 5000; i++)
        v[i] = (struct sentence_view){.tokens = token, .tags = {tag}, .length = 10};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct corpus c = {.sentences = v, .count = cases[i].sentences};
        struct params p = recipe(NULL);

        p.test_size = 0;
        p.epochs = cases[i].sentences < 2000 ? 0 : 40;
        ck_assert_int_eq(tagger_resolve(&p, &c, &e), ST_OK);
        ck_assert_int_eq(p.members, cases[i].members);
        ck_assert_int_eq(p.hidden_size, cases[i].hidden_size);
        p.members = 5;
        p.hidden_size = 9;
        ck_assert_int_eq(tagger_resolve(&p, &c, &e), ST_OK);
        ck_assert(p.members == 5 && p.hidden_size == 9);
    }
    free(v);
}
END_TEST

/* The automatic number of epochs: as many as make 1800 steps, within 20 to 300. */
START_TEST(epochs_go_by_the_size_of_the_corpus)
{
    static const struct {
        int sentences, batch_size, epochs;
    } cases[] = {{2, 32, 300}, {1, 1, 300}, {640, 32, 90}, {100000, 32, 20}, {1000, 1, 20}};
    static const char *const token[] = {"x"}, *const tag[] = {"X"};
    struct sentence_view *v = calloc(100000, sizeof(*v));
    struct err e = {0};

    ck_assert_ptr_nonnull(v);
    for (int i = 0; i < 100000; i++)
        v[i] = (struct sentence_view){.tokens = token, .tags = {tag}, .length = 1};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct corpus c = {.sentences = v, .count = cases[i].sentences};
        struct params p = recipe(NULL);

        p.test_size = 0;
        p.batch_size = cases[i].batch_size;
        ck_assert_int_eq(tagger_resolve(&p, &c, &e), ST_OK);
        ck_assert_int_eq(p.epochs, cases[i].epochs);
        p.epochs = 7;
        ck_assert_int_eq(tagger_resolve(&p, &c, &e), ST_OK);
        ck_assert_int_eq(p.epochs, 7);
    }
    free(v);
}
END_TEST

static const struct {
    const char *text;
    int test_size, train_size;
    const char *message, *pointer;
} refused[] = {
    {"a/X||b/Y", 0, 0, "sentence 2 has no tokens", ""},
    {"", 0, 0, "sentence 1 has no tokens", ""},
    {"a b|c", 0, 0, "none of the 2 sentences to train on has a tag in column upos",
     "/params/column"},
    {"a b|c/X", 1, 0, "none of the 1 sentences", "/params/column"},
    {"a/X|b/Y", 2, 0, "test_size is 2; with 2 sentences it must be at most 1", "/params/test_size"},
    {"a/X", 1, 0, "test_size is 1; with 1 sentence it must be at most 0", "/params/test_size"},
    {"a/X|b/Y", 1, 2, "train_size is 2; with 2 sentences it must be at most 1",
     "/params/train_size"},
    {"a/X b\x01/Y", 0, 0, "sentence 1: token 2 contains a control character", ""},
    {"a/X|b\xFF/Y", 0, 0, "sentence 2: token 1 is not valid UTF-8", ""},
    {"a/X|b/Y\x7F", 0, 0, "sentence 2: tag 1 contains a control character", ""},
    {"a/X b\xC2\x85/Y", 0, 0, "sentence 1: token 2 contains a control character", ""},
    {"a/", 0, 0, "sentence 1: tag 1 is empty", ""},
    {"/X", 0, 0, "sentence 1: token 1 is empty", ""},
};

START_TEST(bad_corpora_are_refused)
{
    struct params p = recipe(NULL), before;
    struct sentences s;
    struct err e = {0};
    struct tagger *t = NULL;

    sentences_init(&s, refused[_i].text);
    p.test_size = refused[_i].test_size;
    p.train_size = refused[_i].train_size;
    before = p;
    ck_assert_int_eq(tagger_resolve(&p, &s.corpus, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, refused[_i].message) != NULL, "%s", e.message);
    ck_assert_str_eq(e.pointer, refused[_i].pointer);
    ck_assert_int_eq(p.test_size, before.test_size);
    ck_assert_int_eq(tagger_fit(&t, &s.corpus, &p, NULL, &e), ST_INVALID);
    ck_assert_ptr_null(t);
    sentences_release(&s);
}
END_TEST

START_TEST(limits_are_named)
{
    struct params p = recipe(NULL);
    char token[TOKEN_BYTES_MAX + 2];
    const char *tokens[SENTENCE_TOKENS_MAX + 1], *tags[SENTENCE_TOKENS_MAX + 1];
    struct sentence_view v = {.tokens = tokens, .tags = {tags}, .length = 1};
    struct corpus c = {.sentences = &v, .count = 1};
    struct err e = {0};

    ck_assert_int_eq(tagger_resolve(&p, &(struct corpus){0}, &e), ST_INVALID);
    ck_assert_str_eq(e.message, "there are no sentences; at least one is needed");
    memset(token, 'x', sizeof(token));
    token[TOKEN_BYTES_MAX + 1] = '\0';
    for (int i = 0; i <= SENTENCE_TOKENS_MAX; i++)
        tokens[i] = tags[i] = "x";
    tags[0] = token;
    ck_assert_int_eq(tagger_resolve(&p, &c, &e), ST_INVALID);
    ck_assert_str_eq(e.message, "sentence 1: tag 1 is longer than 1024 bytes");
    tags[0] = "x";
    tokens[0] = token;
    ck_assert_int_eq(tagger_resolve(&p, &c, &e), ST_OK);
    p = recipe(NULL);
    token[TOKEN_BYTES_MAX] = '\0';
    v.length = SENTENCE_TOKENS_MAX;
    ck_assert_int_eq(tagger_resolve(&p, &c, &e), ST_OK);
    ck_assert_int_eq(p.test_size, 0);
    v.length = SENTENCE_TOKENS_MAX + 1;
    ck_assert_int_eq(tagger_resolve(&p, &c, &e), ST_INVALID);
    ck_assert_str_eq(e.message, "sentence 1 has 10001 tokens; at most 10000 are possible");
}
END_TEST

START_TEST(too_many_tags_are_refused)
{
    enum { N = TAGS_MAX + 1 };
    static char names[N][8];
    static const char *tags[N];
    static struct sentence_view v[N];
    struct corpus c = {.sentences = v, .count = N};
    struct params p = recipe(NULL);
    struct tagger *t = NULL;
    struct err e = {0};

    for (int i = 0; i < N; i++) {
        static const char *const token[] = {"x"};

        for (int k = 0, n = i; k < 4; k++, n /= 26)
            names[i][k] = (char)('a' + n % 26);
        tags[i] = names[i];
        v[i] = (struct sentence_view){.tokens = token, .tags = {&tags[i]}, .length = 1};
    }
    p.test_size = 0;
    ck_assert_int_eq(tagger_fit(&t, &c, &p, NULL, &e), ST_TOO_LARGE);
    ck_assert_ptr_nonnull(strstr(e.message, "4096 different tags"));
    ck_assert_ptr_null(t);
}
END_TEST

START_TEST(giant_workspaces_are_refused)
{
    static const char *tokens[SENTENCE_TOKENS_MAX], *tags[SENTENCE_TOKENS_MAX];
    static struct sentence_view v[64];
    struct corpus c = {.sentences = v, .count = 64};
    struct params p = recipe(NULL);
    struct tagger *t = NULL;
    struct err e = {0};

    for (int i = 0; i < SENTENCE_TOKENS_MAX; i++)
        tokens[i] = tags[i] = "x";
    for (int i = 0; i < 64; i++)
        v[i] =
            (struct sentence_view){.tokens = tokens, .tags = {tags}, .length = SENTENCE_TOKENS_MAX};
    p.hidden_size = 1024;
    p.batch_size = 32;
    ck_assert_int_eq(tagger_fit(&t, &c, &p, NULL, &e), ST_TOO_LARGE);
    ck_assert_str_eq(e.pointer, "/params/batch_size");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("parameters of a tagger");
    TCase *t = tcase_create("resolve");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 300);
    tcase_add_test(t, members_go_by_the_size_of_the_corpus);
    tcase_add_test(t, epochs_go_by_the_size_of_the_corpus);
    tcase_add_loop_test(t, bad_corpora_are_refused, 0, sizeof(refused) / sizeof(refused[0]));
    tcase_add_test(t, limits_are_named);
    tcase_add_test(t, too_many_tags_are_refused);
    tcase_add_test(t, giant_workspaces_are_refused);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
