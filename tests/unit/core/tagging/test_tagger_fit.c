/* test_tagger_fit.c - training a tagger: the tutorial, resuming, cancelling, refusals. */
#include "tests/unit/core/tagging/sentences.h"

#include <check.h>
#include <lstm/checkpoint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct params recipe(const char *name)
{
    struct params p = {0};
    struct err e = {0};

    ck_assert_int_eq(params_defaults(&p, TASK_TAG, name, &e), ST_OK);
    return p;
}

/* A small net over a few epochs, with all that training can do switched on. */
static struct params small(void)
{
    struct params p = recipe(NULL);

    p.hidden_size = 5;
    p.members = 1;
    p.embedding_dim = 4;
    p.num_layers = 2;
    p.dropout = 0.2;
    p.epochs = 4;
    p.batch_size = 7;
    p.seed = 11;
    return p;
}

static struct tagger *fit(const struct corpus *c, const struct params *p,
                          const struct fit_hooks *hooks)
{
    struct tagger *t = NULL;
    struct err e = {0};

    ck_assert_msg(tagger_fit(&t, c, p, hooks, &e) == ST_OK, "%s", e.message);
    return t;
}

static bool same_weights(const struct tagger *a, const struct tagger *b)
{
    const struct net *x = tagger_net(a), *y = tagger_net(b);

    return net_num_params(x) == net_num_params(y) &&
           memcmp(net_params_const(x), net_params_const(y), net_num_params(x) * sizeof(float)) == 0;
}

START_TEST(the_tutorial_tags_its_first_sentence)
{
    static const char *const want[] = {"DET", "NN", "V", "DET", "NN"};
    struct sentences s;
    int right = 0;

    sentences_init(&s, tutorial_text);
    for (int seed = 0; seed < 20; seed++) {
        struct params p = recipe("tutorial-tagger");
        const struct tagger_evaluation *ev;
        struct tagger *t;
        struct err e = {0};
        int best[5], ok = 0;
        float score[5];

        p.seed = seed;
        t = fit(&s.corpus, &p, NULL);
        ck_assert_int_eq(predict_upos(best, score, NULL, t, s.views, 1, &e), ST_OK);
        for (int k = 0; k < 5; k++)
            ok += strcmp(tagger_tag(t, TAG_UPOS, best[k]), want[k]) == 0 && score[k] > 0.5F;
        right += ok == 5;
        ev = tagger_evaluation(t);
        ck_assert(ev->loss_before > 0.7 && ev->loss_before < 2.0);
        ck_assert(ev->loss_after < 0.5 * ev->loss_before);
        ck_assert(!ev->held_out && ev->column[TAG_UPOS].tokens == 9 && ev->first_length == 5);
        tagger_free(t);
    }
    ck_assert_int_ge(right, 19);
    sentences_release(&s);
}
END_TEST

START_TEST(a_fitted_tagger_tells_what_it_is)
{
    struct params p = recipe("tutorial-tagger");
    const struct tagger_evaluation *ev;
    struct sentences s;
    struct tagger *t;
    double sum_before = 0, sum_after = 0;

    sentences_init(&s, tutorial_text);
    t = fit(&s.corpus, &p, NULL);
    ck_assert_int_eq(tagger_num_tags(t, TAG_UPOS), 3);
    ck_assert_str_eq(tagger_tag(t, TAG_UPOS, 0), "DET");
    ck_assert_str_eq(tagger_tag(t, TAG_UPOS, 1), "NN");
    ck_assert_str_eq(tagger_tag(t, TAG_UPOS, 2), "V");
    ck_assert_int_eq(tagger_num_words(t), 10);
    ck_assert_int_eq(tagger_num_params(t), 10 * 6 + 4 * 6 * (6 + 6 + 2) + 3 * 7);
    ck_assert_uint_gt(tagger_bytes(t), 4 * (size_t)tagger_num_params(t));
    ck_assert_str_eq(tagger_params(t)->recipe, "tutorial-tagger");
    ev = tagger_evaluation(t);
    ck_assert_int_eq(ev->column[TAG_UPOS].num_tags, 3);
    for (int k = 0; k < 5 * 3; k++) {
        sum_before += exp((double)ev->first_before[k]);
        sum_after += exp((double)ev->first_after[k]);
    }
    ck_assert_double_eq_tol(sum_before, 5, 1e-4);
    ck_assert_double_eq_tol(sum_after, 5, 1e-4);
    ck_assert(ev->first_before[0] < -0.1F && ev->first_after[0] > -0.1F);
    ck_assert(isfinite(ev->last_batch_loss));
    tagger_free(t);
    tagger_free(NULL);
    sentences_release(&s);
}
END_TEST

/* Without its tensors and its entry in the metadata, a file is like an older one. */
START_TEST(neighbours_have_a_model_beside_the_net)
{
    struct params p = recipe("default");
    struct sentences s;
    struct tagger *with, *without, *loaded = NULL;
    struct err e = {0};
    uint8_t *bytes = NULL;
    size_t len = 0;
    float a[64 * 3], b[64 * 3], c[64 * 3];

    sentences_random(&s, 8, 1);
    p.hidden_size = 3;
    p.embedding_dim = 2;
    p.members = 1;
    p.epochs = 1;
    with = fit(&s.corpus, &p, NULL);
    p.context = false;
    without = fit(&s.corpus, &p, NULL);
    ck_assert_int_gt(tagger_num_params(with), tagger_num_params(without));
    ck_assert_int_eq(tagger_num_params(without), (int64_t)net_num_params(tagger_net(without)));
    ck_assert_int_eq(tagger_save(with, NULL, &bytes, &len, &e), ST_OK);
    ck_assert_int_eq(tagger_load(&loaded, bytes, len, &e), ST_OK);
    ck_assert_int_eq(tagger_num_params(loaded), tagger_num_params(with));
    ck_assert_int_eq(predict_upos(NULL, NULL, a, with, s.views, 8, &e), ST_OK);
    ck_assert_int_eq(predict_upos(NULL, NULL, b, loaded, s.views, 8, &e), ST_OK);
    ck_assert_int_eq(predict_upos(NULL, NULL, c, without, s.views, 8, &e), ST_OK);
    for (int i = 0; i < s.views[0].length * 3; i++) {
        ck_assert_float_eq(a[i], b[i]);
        ck_assert_float_ne(a[i], c[i]);
    }
    free(bytes);
    tagger_free(with);
    tagger_free(without);
    tagger_free(loaded);
    sentences_release(&s);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_weights_whatever_the_threads)
{
    struct params p = small();
    struct sentences s;
    struct tagger *a, *b, *other;

    sentences_random(&s, 60, 1);
    a = fit(&s.corpus, &p, NULL);
    p.threads = 4;
    b = fit(&s.corpus, &p, NULL);
    p.seed++;
    other = fit(&s.corpus, &p, NULL);
    ck_assert(same_weights(a, b));
    ck_assert(!same_weights(a, other));
    ck_assert_int_eq(tagger_params(a)->test_size, 6);
    ck_assert(tagger_evaluation(a)->held_out);
    tagger_free(a);
    tagger_free(b);
    tagger_free(other);
    sentences_release(&s);
}
END_TEST

/* Stops a fit after a number of batches and keeps its snapshot. */
struct stop {
    int batches; /* still to go */
    int seen, epoch_ends;
    int epoch; /* what was told last */
    int64_t samples;
    uint8_t *bytes;
    size_t len;
};

static bool stop_after(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct stop *stop = ctx;
    struct err e = {0};

    stop->seen++;
    stop->epoch_ends += p->epoch_end;
    ck_assert(p->fraction > 0 && p->fraction <= 1);
    ck_assert(p->epoch >= stop->epoch && p->epoch <= p->epochs && p->samples > stop->samples);
    stop->epoch = p->epoch;
    stop->samples = p->samples;
    if (--stop->batches)
        return true;
    if (s)
        ck_assert_int_eq(s->save(s->ctx, &stop->bytes, &stop->len, &e), ST_OK);
    return false;
}

/* How many members there are, and after which batches a fit is stopped. */
static const struct {
    int members, from, to, by;
} stops[] = {{1, 1, 32, 3}, {3, 1, 96, 19}, {3, 32, 34, 1}};

START_TEST(a_fit_goes_on_from_a_snapshot_bit_for_bit)
{
    struct params p = small();
    struct sentences s;
    struct tagger *whole, *t = NULL;
    struct err e = {0};

    p.members = stops[_i].members;
    sentences_random(&s, 60, 1);
    sentences_add_xpos(&s);
    whole = fit(&s.corpus, &p, NULL);
    ck_assert_int_eq(tagger_params(whole)->column, COLUMN_BOTH);
    for (int at = stops[_i].from; at <= stops[_i].to; at += stops[_i].by) {
        struct stop stop = {.batches = at};
        struct fit_hooks hooks = {.ctx = &stop, .progress = stop_after};
        const struct tagger_evaluation *x, *y;

        ck_assert_int_eq(tagger_fit(&t, &s.corpus, &p, &hooks, &e), ST_CANCELLED);
        ck_assert_ptr_null(t);
        hooks = (struct fit_hooks){.resume = stop.bytes, .resume_len = stop.len};
        t = fit(&s.corpus, &p, &hooks);
        ck_assert(same_weights(whole, t));
        x = tagger_evaluation(whole);
        y = tagger_evaluation(t);
        ck_assert(x->loss_before == y->loss_before && x->loss_after == y->loss_after);
        ck_assert(x->last_batch_loss == y->last_batch_loss &&
                  x->column[TAG_UPOS].correct == y->column[TAG_UPOS].correct);
        ck_assert(x->first_before[0] == y->first_before[0]);
        tagger_free(t);
        t = NULL;
        free(stop.bytes);
    }
    tagger_free(whole);
    sentences_release(&s);
}
END_TEST

START_TEST(progress_is_told_after_every_batch)
{
    struct params p = small();
    struct stop stop = {.batches = -1};
    struct fit_hooks hooks = {.ctx = &stop, .progress = stop_after};
    struct sentences s;

    sentences_random(&s, 60, 1);
    tagger_free(fit(&s.corpus, &p, &hooks));
    ck_assert_int_eq(stop.seen, 4 * 8); /* 54 sentences in batches of 7 */
    ck_assert_int_eq(stop.epoch_ends, 4);
    p.members = 2;
    stop = (struct stop){.batches = -1};
    tagger_free(fit(&s.corpus, &p, &hooks));
    ck_assert_int_eq(stop.seen, 2 * 4 * 8);
    ck_assert_int_eq(stop.epoch, 2 * 4);
    ck_assert_int_eq((int)stop.samples, 2 * 4 * 54);
    sentences_release(&s);
}
END_TEST

START_TEST(snapshots_of_other_fits_are_refused)
{
    struct params p = small(), q;
    struct stop stop = {.batches = 5};
    struct fit_hooks hooks = {.ctx = &stop, .progress = stop_after};
    struct sentences s, other;
    struct tagger *t = NULL;
    struct err e = {0};

    sentences_random(&s, 60, 1);
    sentences_random(&other, 60, 2);
    ck_assert_int_eq(tagger_fit(&t, &s.corpus, &p, &hooks, &e), ST_CANCELLED);
    hooks = (struct fit_hooks){.resume = stop.bytes, .resume_len = stop.len};
    ck_assert_int_eq(tagger_fit(&t, &other.corpus, &p, &hooks, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "other data"));
    ck_assert_int_eq(kernels_select("naive", NULL), ST_OK);
    ck_assert_int_eq(tagger_fit(&t, &s.corpus, &p, &hooks, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "computes in naive-"));
    ck_assert_int_eq(kernels_select(NULL, NULL), ST_OK);
    q = p;
    q.learning_rate *= 2;
    ck_assert_int_eq(tagger_fit(&t, &s.corpus, &q, &hooks, &e), ST_CORRUPT);
    for (size_t n = 0; n < stop.len; n += n < 64 ? 1 : 997) {
        hooks.resume_len = n;
        ck_assert_int_eq(tagger_fit(&t, &s.corpus, &p, &hooks, &e), ST_CORRUPT);
    }
    ck_assert_ptr_null(t);
    free(stop.bytes);
    sentences_release(&s);
    sentences_release(&other);
}
END_TEST

START_TEST(rare_words_teach_the_unknown_one)
{
    struct params p = small();
    struct sentences s, unseen;
    struct tagger *t;
    struct err e = {0};
    int best[3];
    float score[3];

    sentences_random(&s, 300, 3);
    sentences_init(&unseen, "the blob swallowed|THE Dog ate");
    p.num_layers = 1;
    p.dropout = 0;
    p.hidden_size = 12;
    p.embedding_dim = 12;
    p.epochs = 20;
    t = fit(&s.corpus, &p, NULL);
    ck_assert_int_gt((int)tagger_evaluation(t)->column[TAG_UPOS].unknown, 0);
    ck_assert_double_gt(tagger_evaluation(t)->column[TAG_UPOS].accuracy, 0.95);
    ck_assert_int_eq(predict_upos(best, score, NULL, t, unseen.views, 1, &e), ST_OK);
    ck_assert_str_eq(tagger_tag(t, TAG_UPOS, best[0]), "DET");
    ck_assert_str_eq(tagger_tag(t, TAG_UPOS, best[1]), "NN");
    ck_assert_str_eq(tagger_tag(t, TAG_UPOS, best[2]), "V");
    ck_assert_int_eq(predict_upos(best, score, NULL, t, unseen.views + 1, 1, &e), ST_OK);
    ck_assert_str_eq(tagger_tag(t, TAG_UPOS, best[1]), "NN");
    tagger_free(t);
    sentences_release(&s);
    sentences_release(&unseen);
}
END_TEST

/* For an unseen word the net predicts both columns: UPOS by its place, XPOS by its first letter. */
START_TEST(two_columns_are_learnt_at_once)
{
    struct params p = small();
    const struct column_evaluation *ev;
    struct sentences s, unseen;
    struct tagger *t;
    struct err e = {0};
    int upos[3], xpos[3];
    const struct tag_output out[TAG_COLUMNS] = {{.best = upos}, {.best = xpos}};

    sentences_random(&s, 300, 3);
    sentences_add_xpos(&s);
    sentences_init(&unseen, "the wxyz ate");
    p.context = false;
    p.hidden_size = p.embedding_dim = 16;
    p.num_layers = 1;
    p.epochs = 25;
    t = fit(&s.corpus, &p, NULL);
    ck_assert(tagger_has(t, TAG_UPOS) && tagger_has(t, TAG_XPOS));
    ck_assert_int_eq(tagger_main_column(t), TAG_UPOS);
    ck_assert_int_eq(tagger_num_tags(t, TAG_UPOS), 3);
    ck_assert_int_eq(tagger_num_tags(t, TAG_XPOS), 6);
    ev = tagger_evaluation(t)->column;
    ck_assert_double_gt(ev[TAG_UPOS].accuracy, 0.95);
    ck_assert_double_gt(ev[TAG_XPOS].accuracy, 0.95);
    ck_assert_int_eq((int)ev[TAG_UPOS].tokens, (int)ev[TAG_XPOS].tokens);
    ck_assert_int_eq(tagger_predict(out, t, unseen.views, 1, &e), ST_OK);
    ck_assert_str_eq(tagger_tag(t, TAG_UPOS, upos[1]), "NN");
    ck_assert_str_eq(tagger_tag(t, TAG_XPOS, xpos[1]), "nn-rare");
    ck_assert_str_eq(tagger_tag(t, TAG_XPOS, xpos[2]), "v");
    tagger_free(t);
    sentences_release(&s);
    sentences_release(&unseen);
}
END_TEST

START_TEST(the_column_that_there_is_is_learnt)
{
    struct params p = small(), q;
    struct sentences s;
    struct tagger *t;
    struct err e = {0};

    sentences_random(&s, 20, 3);
    p.epochs = 1;
    q = p;
    ck_assert_int_eq(tagger_resolve(&q, &s.corpus, &e), ST_OK);
    ck_assert_int_eq(q.column, COLUMN_UPOS);
    sentences_add_xpos(&s);
    q = p;
    ck_assert_int_eq(tagger_resolve(&q, &s.corpus, &e), ST_OK);
    ck_assert_int_eq(q.column, COLUMN_BOTH);
    p.column = COLUMN_XPOS;
    t = fit(&s.corpus, &p, NULL);
    ck_assert(!tagger_has(t, TAG_UPOS) && tagger_main_column(t) == TAG_XPOS);
    ck_assert_int_eq(tagger_num_tags(t, TAG_UPOS), 0);
    tagger_free(t);
    for (int i = 0; i < s.corpus.count; i++)
        s.views[i].tags[TAG_UPOS] = NULL;
    p.column = COLUMN_BOTH;
    ck_assert_int_eq(tagger_resolve(&p, &s.corpus, &e), ST_OK);
    ck_assert_int_eq(p.column, COLUMN_XPOS);
    p.column = COLUMN_UPOS;
    ck_assert_int_eq(tagger_resolve(&p, &s.corpus, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/params/column");
    sentences_release(&s);
}
END_TEST

/* A file keeps all of them. */
START_TEST(members_are_one_net)
{
    struct params p = small();
    struct sentences s;
    struct tagger *t, *same = NULL;
    uint8_t *bytes;
    size_t len;
    struct err e = {0};

    sentences_random(&s, 60, 1);
    p.members = 3;
    t = fit(&s.corpus, &p, NULL);
    ck_assert_int_eq(net_get_config(tagger_net(t))->hidden_size, 15);
    ck_assert_int_eq(net_get_config(tagger_net(t))->input_size, 12);
    ck_assert_int_eq(tagger_save(t, NULL, &bytes, &len, &e), ST_OK);
    ck_assert_msg(tagger_load(&same, bytes, len, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(tagger_params(same)->members, 3);
    ck_assert(same_weights(t, same));
    free(bytes);
    tagger_free(t);
    tagger_free(same);
    sentences_release(&s);
}
END_TEST

START_TEST(tokens_without_a_tag_are_not_trained_on)
{
    struct params p = recipe("tutorial-tagger");
    struct sentences s;
    struct tagger *t;

    sentences_init(&s, "The/DET dog/NN barks|nothing known here|That/DET cat/NN");
    p.epochs = 30;
    t = fit(&s.corpus, &p, NULL);
    ck_assert_int_eq(tagger_num_tags(t, TAG_UPOS), 2);
    ck_assert_int_eq((int)tagger_evaluation(t)->column[TAG_UPOS].tokens, 4);
    ck_assert_int_eq((int)tagger_evaluation(t)->column[TAG_UPOS].sentences, 2);
    tagger_free(t);
    sentences_release(&s);
}
END_TEST

/* With few sentences and default settings, the model should at least know its training part. */
START_TEST(the_defaults_learn_two_sentences)
{
    struct params p = recipe(NULL);
    struct sentences s;

    sentences_init(&s, tutorial_text);
    for (p.seed = 0; p.seed < 2; p.seed++) {
        struct tagger *t = fit(&s.corpus, &p, NULL);

        ck_assert_int_eq((int)tagger_evaluation(t)->column[TAG_UPOS].correct, 9);
        tagger_free(t);
    }
    sentences_release(&s);
}
END_TEST

START_TEST(sizes_pick_the_parts)
{
    struct params p = small();
    struct sentences s;
    struct tagger *t;

    sentences_init(&s, "a/X b/Y|a/X b/Y|c/Z|a/X d/Q|b/Y zz/X");
    p.epochs = 1;
    p.test_size = 2;
    p.train_size = 2;
    t = fit(&s.corpus, &p, NULL);
    ck_assert_int_eq(tagger_num_words(t), 3);
    ck_assert_int_eq(tagger_num_tags(t, TAG_UPOS), 2);
    ck_assert_int_eq((int)tagger_evaluation(t)->column[TAG_UPOS].tokens, 4);
    ck_assert_int_eq((int)tagger_evaluation(t)->column[TAG_UPOS].unknown, 2);
    tagger_free(t);
    sentences_release(&s);
}
END_TEST

START_TEST(training_that_diverges_says_so)
{
    struct params p = recipe("tutorial-tagger");
    struct sentences s;
    struct tagger *t = NULL;
    struct err e = {0};

    sentences_init(&s, tutorial_text);
    p.learning_rate = 100;
    p.momentum = 0.9999;
    p.weight_decay = 10;
    ck_assert_int_eq(tagger_fit(&t, &s.corpus, &p, NULL, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "diverged"));
    ck_assert_str_eq(e.pointer, "/params/learning_rate");
    ck_assert_ptr_null(t);
    sentences_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fit of a tagger");
    TCase *t = tcase_create("fit");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 300);
    tcase_add_test(t, the_tutorial_tags_its_first_sentence);
    tcase_add_test(t, a_fitted_tagger_tells_what_it_is);
    tcase_add_test(t, neighbours_have_a_model_beside_the_net);
    tcase_add_test(t, the_same_seed_gives_the_same_weights_whatever_the_threads);
    tcase_add_loop_test(t, a_fit_goes_on_from_a_snapshot_bit_for_bit, 0,
                        sizeof(stops) / sizeof(*stops));
    tcase_add_test(t, progress_is_told_after_every_batch);
    tcase_add_test(t, snapshots_of_other_fits_are_refused);
    tcase_add_test(t, rare_words_teach_the_unknown_one);
    tcase_add_test(t, two_columns_are_learnt_at_once);
    tcase_add_test(t, the_column_that_there_is_is_learnt);
    tcase_add_test(t, members_are_one_net);
    tcase_add_test(t, tokens_without_a_tag_are_not_trained_on);
    tcase_add_test(t, the_defaults_learn_two_sentences);
    tcase_add_test(t, sizes_pick_the_parts);
    tcase_add_test(t, training_that_diverges_says_so);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
