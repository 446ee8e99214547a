/* test_tagger_evaluate.c - the counts of an evaluation, and stopping it. */
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

static bool at_once(void *ctx)
{
    return *(const bool *)ctx;
}

START_TEST(an_evaluation_can_be_stopped)
{
    bool asked = false;
    const struct stop_flag stop = {.ctx = &asked, .asked = at_once};
    struct tagger *t = by_hand();
    struct tagger_evaluation ev = {0};
    struct sentences s;
    struct err e = {0};

    sentences_init(&s, "good/A bad/B|good");
    ck_assert_int_eq(tagger_evaluate(&ev, t, &s.corpus, &stop, &e), ST_OK);
    tagger_evaluation_release(&ev);
    asked = true;
    ck_assert_int_eq(tagger_evaluate(&ev, t, &s.corpus, &stop, &e), ST_CANCELLED);
    sentences_release(&s);
    tagger_free(t);
}
END_TEST

/* Given tags: A B A A | A | B A. Truth below; C is no tag of the model, one token has none. */
START_TEST(evaluation_counts_by_hand)
{
    struct tagger *t = by_hand();
    struct tagger_evaluation ev;
    struct sentences s;
    struct err e = {0};

    sentences_init(&s, "good/A bad/B good/B new/C|good|bad/B other/A");
    ck_assert_int_eq(tagger_evaluate(&ev, t, &s.corpus, NULL, &e), ST_OK);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].tokens, 6);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].correct, 4);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].unknown, 2);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].unknown_correct, 1);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].sentences, 2);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].sentences_correct, 1);
    ck_assert_double_eq_tol(ev.column[TAG_UPOS].accuracy, 4.0 / 6, 1e-12);
    ck_assert_double_eq_tol(ev.column[TAG_UPOS].unknown_accuracy, 0.5, 1e-12);
    ck_assert_int_eq(ev.column[TAG_UPOS].num_tags, 2);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].tags[0].support, 2);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].tags[0].predicted, 4);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].tags[0].correct, 2);
    ck_assert_double_eq_tol(ev.column[TAG_UPOS].tags[0].precision, 0.5, 1e-12);
    ck_assert_double_eq_tol(ev.column[TAG_UPOS].tags[0].recall, 1, 1e-12);
    ck_assert_double_eq_tol(ev.column[TAG_UPOS].tags[0].f1, 2 * 0.5 * 1 / 1.5, 1e-12);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].tags[1].support, 3);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].tags[1].predicted, 2);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].tags[1].correct, 2);
    ck_assert_double_eq_tol(ev.column[TAG_UPOS].tags[1].recall, 2.0 / 3, 1e-12);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].confusion[0], 2); /* A as A */
    ck_assert_int_eq((int)ev.column[TAG_UPOS].confusion[1], 0);
    ck_assert_int_eq((int)ev.column[TAG_UPOS].confusion[2], 1); /* B as A */
    ck_assert_int_eq((int)ev.column[TAG_UPOS].confusion[3], 2);
    ck_assert_int_eq(ev.column[TAG_XPOS].num_tags, 0);
    ck_assert(isnan(ev.loss_before) && isnan(ev.loss_after) && !ev.first_before);
    tagger_evaluation_release(&ev);
    ck_assert_int_eq(tagger_evaluate(&ev, t, &(struct corpus){0}, NULL, &e), ST_OK);
    ck_assert(isnan(ev.column[TAG_UPOS].accuracy) && isnan(ev.column[TAG_UPOS].unknown_accuracy) &&
              ev.column[TAG_UPOS].tags[0].f1 == 0);
    tagger_evaluation_release(&ev);
    ck_assert_ptr_null(tagger_evaluation(t));
    tagger_free(t);
    sentences_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tagger_evaluate");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, an_evaluation_can_be_stopped);
    tcase_add_test(t, evaluation_counts_by_hand);
    suite_add_tcase(s, t);
    return suite_run(s);
}
