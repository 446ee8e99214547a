/* test_tagger_predict.c - the tags of sentences and their scores. */
#include "tests/unit/core/tagging/sentences.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct tagger *by_hand(void)
{
    struct tagger *t = NULL;
    struct err e = {0};
    uint8_t *b;
    size_t len;

    tagger_by_hand(&b, &len);
    ck_assert_msg(tagger_load(&t, b, len, &e) == ST_OK, "%s", e.message);
    free(b);
    return t;
}

START_TEST(scores_are_softmax_probabilities)
{
    struct tagger *t = by_hand();
    struct sentences s;
    struct err e = {0};
    int best[5];
    float score[5], log_probs[10];

    sentences_init(&s, "good bad new||bad|Good");
    ck_assert_int_eq(predict_upos(best, score, log_probs, t, s.views, s.corpus.count, &e), ST_OK);
    for (int i = 0; i < 5; i++) {
        int want = i == 1 || i == 3;

        ck_assert_int_eq(best[i], want);
        ck_assert_double_eq_tol((double)score[i], tagger_by_hand_score, 1e-4);
        ck_assert_double_eq_tol(exp((double)log_probs[2 * i + want]), tagger_by_hand_score, 1e-4);
        ck_assert_double_eq_tol(exp((double)log_probs[2 * i + 1 - want]), 1 - tagger_by_hand_score,
                                1e-4);
    }
    ck_assert_int_eq(predict_upos(NULL, NULL, NULL, t, NULL, 0, &e), ST_OK);
    ck_assert_int_eq(predict_upos(best, score, NULL, t, s.views + 1, 1, &e), ST_OK);
    tagger_free(t);
    sentences_release(&s);
}
END_TEST

START_TEST(bad_sentences_are_refused)
{
    static const char *const bad[] = {"good|\xFF", "good|b\x02", "good|/X"};
    struct tagger *t = by_hand();
    struct sentence_view v = {.length = -1};
    struct err e = {0};
    int best[4];
    float score[4];

    for (int i = 0; i < 3; i++) {
        struct sentences s;

        sentences_init(&s, bad[i]);
        ck_assert_int_eq(predict_upos(best, score, NULL, t, s.views, 2, &e), ST_INVALID);
        ck_assert_ptr_nonnull(strstr(e.message, "sentence 2: token 1 "));
        sentences_release(&s);
    }
    ck_assert_int_eq(predict_upos(best, score, NULL, t, &v, 1, &e), ST_INVALID);
    v.length = SENTENCE_TOKENS_MAX + 1;
    ck_assert_int_eq(predict_upos(best, score, NULL, t, &v, 1, &e), ST_INVALID);
    tagger_free(t);
}
END_TEST

static struct tagger *fitted(const struct corpus *c, int precision)
{
    struct params p;
    struct tagger *t = NULL;
    struct err e = {0};

    ck_assert_int_eq(params_defaults(&p, TASK_TAG, NULL, &e), ST_OK);
    p.hidden_size = 5;
    p.embedding_dim = 4;
    p.num_layers = 2;
    p.epochs = 1;
    p.precision = precision;
    ck_assert_msg(tagger_fit(&t, c, &p, NULL, &e) == ST_OK, "%s", e.message);
    return t;
}

START_TEST(a_sentence_is_tagged_alike_alone_and_in_company)
{
    enum { TOKENS = 7 };
    struct sentences s;
    struct tagger *t;
    struct err e = {0};
    int *best, alone[TOKENS];
    float *score, lone[TOKENS];
    size_t at = 0;

    sentences_random(&s, 200, 5);
    t = fitted(&s.corpus, PRECISION_FLOAT32);
    best = calloc(200 * TOKENS, sizeof(*best));
    score = calloc(200 * TOKENS, sizeof(*score));
    ck_assert(best && score);
    ck_assert_int_eq(predict_upos(best, score, NULL, t, s.views, 200, &e), ST_OK);
    for (int i = 0; i < 200; i++) {
        ck_assert_int_eq(predict_upos(alone, lone, NULL, t, &s.views[i], 1, &e), ST_OK);
        for (int k = 0; k < s.views[i].length; k++, at++) {
            ck_assert_int_eq(alone[k], best[at]);
            ck_assert_double_eq_tol((double)lone[k], (double)score[at], 1e-6);
        }
    }
    free(best);
    free(score);
    tagger_free(t);
    sentences_release(&s);
}
END_TEST

/* Reads the model file of t; frees t. */
static struct tagger *stored(struct tagger *t)
{
    struct tagger *read = NULL;
    struct err e = {0};
    uint8_t *b;
    size_t len;

    ck_assert_int_eq(tagger_save(t, NULL, &b, &len, &e), ST_OK);
    tagger_free(t);
    ck_assert_msg(tagger_load(&read, b, len, &e) == ST_OK, "%s", e.message);
    free(b);
    return read;
}

/* Short texts take workspaces from the pool, long ones make their own. The training is the same. */
START_TEST(bytes_tag_as_floats_do)
{
    enum { SENTENCES = 300, TOKENS = 7, MOST = SENTENCES * TOKENS };
    static int best[2][MOST];
    static float score[2][MOST];
    struct sentences s;
    struct err e = {0};
    int n = 0, other = 0, close = 0;

    sentences_random(&s, SENTENCES, 5);
    for (int i = 0; i < SENTENCES; i++)
        n += s.views[i].length;
    for (int i = 0; i < 2; i++) {
        struct tagger *t = stored(fitted(&s.corpus, i ? PRECISION_INT8 : PRECISION_FLOAT32));
        float one;
        int tag;

        ck_assert_int_eq(tagger_params(t)->precision, i);
        ck_assert_int_eq(predict_upos(best[i], score[i], NULL, t, s.views, SENTENCES, &e), ST_OK);
        ck_assert_int_eq(s.views[0].length > 0, 1);
        for (int k = 0; k < 3; k++) { /* from the pool: first a new workspace, then a kept one */
            struct sentence_view single = s.views[0];

            single.length = 1;
            ck_assert_int_eq(predict_upos(&tag, &one, NULL, t, &single, 1, &e), ST_OK);
        }
        tagger_free(t);
    }
    for (int k = 0; k < n; k++) {
        other += best[0][k] != best[1][k];
        close += score[0][k] != score[1][k] && fabsf(score[0][k] - score[1][k]) < 0.05F;
    }
    ck_assert_int_le(other, n / 100);
    ck_assert_int_gt(close, n / 2); /* they were computed in another way, and are near */
    sentences_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tagger_predict");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, scores_are_softmax_probabilities);
    tcase_add_test(t, bad_sentences_are_refused);
    tcase_add_test(t, a_sentence_is_tagged_alike_alone_and_in_company);
    tcase_add_test(t, bytes_tag_as_floats_do);
    suite_add_tcase(s, t);
    return suite_run(s);
}
