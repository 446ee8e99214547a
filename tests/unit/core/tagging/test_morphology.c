/* test_morphology.c - features and lemmas in fits, files and evaluations. */
#include "core/tagging/morphology.h"
#include "tests/unit/core/tagging/sentences.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

static void words_of(struct sentences *s, int count, unsigned seed)
{
    sentences_random(s, count, seed);
    sentences_add_xpos(s);
    sentences_add_words(s);
}

static struct tagger *reloaded(const struct tagger *t)
{
    struct tagger *copy = NULL;
    struct err e = {0};
    uint8_t *a = NULL, *b = NULL;
    size_t na = 0, nb = 0;

    ck_assert_int_eq(tagger_save(t, NULL, &a, &na, &e), ST_OK);
    ck_assert_msg(tagger_load(&copy, a, na, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(tagger_save(copy, NULL, &b, &nb, &e), ST_OK);
    ck_assert(na == nb && memcmp(a, b, na) == 0);
    free(a);
    free(b);
    return copy;
}

START_TEST(a_model_file_keeps_features_and_lemmas)
{
    struct sentences s;
    struct tagger *t, *copy;
    struct word_analysis a, b;
    size_t n = 0;

    words_of(&s, 80, 3);
    t = tagger_of_words(&s, NULL);
    copy = reloaded(t);
    a = analyse_tagged(t, &s);
    b = analyse_tagged(copy, &s);
    for (int i = 0; i < s.corpus.count; i++)
        for (int k = 0; k < s.views[i].length; k++, n++) {
            ck_assert_str_eq(a.feats[n], b.feats[n]);
            ck_assert_str_eq(a.lemmas[n], b.lemmas[n]);
        }
    ck_assert_uint_gt(tagger_bytes(copy), 0);
    ck_assert(tagger_params(copy)->feats && tagger_params(copy)->lemmas);
    word_analysis_release(&a);
    word_analysis_release(&b);
    tagger_free(t);
    tagger_free(copy);
    sentences_release(&s);
}
END_TEST

START_TEST(the_same_data_give_the_same_file)
{
    struct sentences s;
    struct err e = {0};
    uint8_t *bytes[2];
    size_t len[2];

    words_of(&s, 60, 5);
    for (int i = 0; i < 2; i++) {
        struct tagger *t = tagger_of_words(&s, NULL);

        ck_assert_int_eq(tagger_save(t, NULL, &bytes[i], &len[i], &e), ST_OK);
        tagger_free(t);
    }
    ck_assert(len[0] == len[1] && memcmp(bytes[0], bytes[1], len[0]) == 0);
    free(bytes[0]);
    free(bytes[1]);
    sentences_release(&s);
}
END_TEST

START_TEST(tags_are_the_same_with_and_without)
{
    struct sentences s;
    struct err e = {0};
    struct tagger *with, *without;
    float a[7 * 3], b[7 * 3];

    words_of(&s, 60, 6);
    with = tagger_of_words(&s, NULL);
    for (int i = 0; i < s.corpus.count; i++)
        s.views[i].feats = s.views[i].lemmas = NULL;
    without = tagger_of_words(&s, NULL);
    ck_assert(!tagger_has_feats(without) && !tagger_has_lemmas(without));
    ck_assert(!tagger_params(without)->feats && !tagger_params(without)->lemmas);
    ck_assert_int_eq(predict_upos(NULL, NULL, a, with, s.views, 1, &e), ST_OK);
    ck_assert_int_eq(predict_upos(NULL, NULL, b, without, s.views, 1, &e), ST_OK);
    for (int i = 0; i < s.views[0].length * tagger_num_tags(with, TAG_UPOS); i++)
        ck_assert(a[i] == b[i]);
    tagger_free(with);
    tagger_free(without);
    sentences_release(&s);
}
END_TEST

START_TEST(an_evaluation_counts_them)
{
    struct sentences s;
    struct tagger *t;
    const struct tagger_evaluation *ev;
    struct tagger_evaluation other;
    struct err e = {0};

    words_of(&s, 80, 7);
    t = tagger_of_words(&s, NULL);
    ev = tagger_evaluation(t);
    ck_assert_ptr_nonnull(ev);
    ck_assert_int_eq(ev->feats.tokens, ev->column[TAG_UPOS].tokens);
    ck_assert_int_eq(ev->lemmas.tokens, ev->column[TAG_UPOS].tokens);
    ck_assert(ev->feats.accuracy > 0 && ev->feats.accuracy <= 1);
    ck_assert(ev->lemmas.accuracy > 0 && ev->lemmas.accuracy <= 1);
    s.views[0].lemmas = NULL;
    s.views[1].feats = NULL;
    ck_assert_int_eq(tagger_evaluate(&other, t, &(struct corpus){s.views, 2}, NULL, &e), ST_OK);
    ck_assert_int_eq(other.feats.tokens, s.views[0].length);
    ck_assert_int_eq(other.lemmas.tokens, s.views[1].length);
    tagger_evaluation_release(&other);
    s.views[0].feats = s.views[1].lemmas = NULL;
    ck_assert_int_eq(tagger_evaluate(&other, t, &(struct corpus){s.views, 2}, NULL, &e), ST_OK);
    ck_assert(other.feats.tokens == 0 && isnan(other.feats.accuracy));
    ck_assert(other.lemmas.tokens == 0 && isnan(other.lemmas.accuracy));
    tagger_evaluation_release(&other);
    tagger_free(t);
    sentences_release(&s);
}
END_TEST

START_TEST(either_can_be_switched_off)
{
    struct sentences s;
    struct params p;
    struct err e = {0};

    words_of(&s, 20, 8);
    for (int i = 0; i < 2; i++) {
        struct tagger *t = NULL, *copy;

        ck_assert_int_eq(params_defaults(&p, TASK_TAG, NULL, &e), ST_OK);
        p.hidden_size = 3;
        p.epochs = 1;
        p.feats = i == 0;
        p.lemmas = i == 1;
        ck_assert_int_eq(tagger_fit(&t, &s.corpus, &p, NULL, &e), ST_OK);
        copy = reloaded(t);
        ck_assert_int_eq(tagger_has_feats(copy), i == 0);
        ck_assert_int_eq(tagger_has_lemmas(copy), i == 1);
        tagger_free(t);
        tagger_free(copy);
    }
    sentences_release(&s);
}
END_TEST

START_TEST(a_warm_start_keeps_what_was_known)
{
    struct sentences s, more, both;
    struct fit_hooks hooks = {0};
    struct tagger *t, *next;
    struct word_analysis a;
    struct err e = {0};
    uint8_t *bytes = NULL;

    sentences_init(&s,
                   "a/DET saw/NN|they/PRON saw/V|cats/NN|dogs/NN|books/NN|the/DET dog/NN ate/V");
    sentences_add_words(&s);
    t = tagger_of_words(&s, NULL);
    ck_assert_int_eq(tagger_save(t, NULL, &bytes, &hooks.warm_len, &e), ST_OK);
    hooks.warm = bytes;
    sentences_init(&more, "the/DET mouse/NN liked/V|a/DET mouse/NN");
    sentences_add_words(&more);
    next = tagger_of_words(&more, &hooks);
    sentences_init(&both, "saw/V saw/NN trees/NN liked/V");
    sentences_add_words(&both);
    a = analyse_tagged(next, &both);
    ck_assert_str_eq(a.lemmas[0], "see");
    ck_assert_str_eq(a.lemmas[1], "saw");
    ck_assert_str_eq(a.lemmas[2], "tree");
    ck_assert_str_eq(a.feats[2], "Number=Plur");
    ck_assert_str_eq(a.lemmas[3], "lik");
    ck_assert_str_eq(a.feats[3], "Tense=Past|VerbForm=Fin");
    word_analysis_release(&a);
    free(bytes);
    tagger_free(t);
    tagger_free(next);
    sentences_release(&s);
    sentences_release(&more);
    sentences_release(&both);
}
END_TEST

struct halt {
    bool now;
    int saved;
};

static bool asked(void *ctx)
{
    return ((struct halt *)ctx)->now;
}

/* Stops once the net is trained, which is before features and lemmas are learnt. */
static bool after_the_net(void *ctx, const struct fit_progress *p, const struct fit_saver *saver)
{
    struct halt *h = ctx;
    struct err e = {0};

    if (h->now) {
        uint8_t *bytes = NULL;
        size_t len = 0;

        ck_assert_int_eq(saver->save(saver->ctx, &bytes, &len, &e), ST_OK);
        free(bytes);
        h->saved++;
    }
    h->now = p->epoch == p->epochs;
    return true;
}

START_TEST(a_stop_is_heard_and_the_state_saved)
{
    struct sentences s;
    struct halt h = {0};
    const struct stop_flag stop = {&h, asked};
    const struct fit_hooks hooks = {.ctx = &h, .progress = after_the_net, .stop = &stop};
    struct tagger *t = NULL;
    struct params p;
    struct err e = {0};

    words_of(&s, 30, 9);
    ck_assert_int_eq(params_defaults(&p, TASK_TAG, NULL, &e), ST_OK);
    p.hidden_size = 3;
    p.members = 1;
    p.epochs = 2;
    p.context = false;
    ck_assert_int_eq(tagger_fit(&t, &s.corpus, &p, &hooks, &e), ST_CANCELLED);
    ck_assert_int_ge(h.saved, 1);
    sentences_release(&s);
}
END_TEST

/* Every list of a model file, with one entry changed. */
START_TEST(files_that_lie_are_refused)
{
    static const struct {
        const char *key, *value;
    } lies[] = {{"feats.bundles", ""},     {"feats.bundles", "_\n_"}, {"lemma.rules", "x"},
                {"lemma.rules", ""},       {"lemma.rules", "=a\n=a"}, {"feats.bundles", "_"},
                {"lemma.rules", "l0,0,0,"}};
    struct sentences s;
    struct tagger *t, *out = NULL;
    struct checkpoint *c = NULL;
    struct err e = {0};
    uint8_t *bytes = NULL, *other = NULL;
    size_t len = 0, n = 0;

    words_of(&s, 40, 10);
    t = tagger_of_words(&s, NULL);
    ck_assert_int_eq(tagger_save(t, NULL, &bytes, &len, &e), ST_OK);
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        ck_assert_int_eq(checkpoint_read(&c, bytes, len, &e), ST_OK);
        ck_assert_int_eq(checkpoint_set(c, lies[i].key, lies[i].value, &e), ST_OK);
        ck_assert_int_eq(checkpoint_write(&other, &n, c, &e), ST_OK);
        ck_assert_msg(tagger_load(&out, other, n, &e) == ST_CORRUPT, "%zu", i);
        free(other);
        checkpoint_free(c);
    }
    free(bytes);
    tagger_free(t);
    sentences_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("morphology");
    TCase *t = tcase_create("morphology");

    tcase_add_test(t, a_model_file_keeps_features_and_lemmas);
    tcase_add_test(t, the_same_data_give_the_same_file);
    tcase_add_test(t, tags_are_the_same_with_and_without);
    tcase_add_test(t, an_evaluation_counts_them);
    tcase_add_test(t, either_can_be_switched_off);
    tcase_add_test(t, a_warm_start_keeps_what_was_known);
    tcase_add_test(t, a_stop_is_heard_and_the_state_saved);
    tcase_add_test(t, files_that_lie_are_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
