/* test_train_tokenizer.c - a tokenizer is added to a tagger, and its training continues after a
 * stop. */
#include "server/tasks/train_tokenizer.h"
#include "tests/unit/server/json_at.h"
#include "tests/unit/server/tasks/treebank.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <lstm/tokenizer.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SENTENCES = 24, HELD_OUT = 4 };

static struct fixture f;
static struct tag_data data;
static struct params params;

/* The progress of a fit as a job sees it, and one snapshot. */
static struct watcher {
    int calls, stop_at; /* stop_at: the call that ends the fit; 0: none */
    double first, last;
    int epoch, epochs;
    uint8_t *snapshot;
    size_t len;
} watcher;

static bool watch(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct watcher *w = ctx;
    struct err e = {0};

    if (w->calls++ == 0)
        w->first = p->fraction;
    ck_assert_double_ge(p->fraction, w->last);
    w->last = p->fraction;
    w->epoch = p->epoch;
    w->epochs = p->epochs;
    if (w->calls != w->stop_at)
        return true;
    ck_ok(s->save(s->ctx, &w->snapshot, &w->len, &e), &e);
    return false;
}

static const struct fit_hooks hooks = {.ctx = &watcher, .progress = watch};

static void start(bool text)
{
    fixture_open(&f);
    put_treebank(&f, "t", SENTENCES, text);
    ck_ok(tag_data_load(&data, NULL, f.store, dataset_id(&f, "t"), 0, &f.e), &f.e);
    ck_ok(params_defaults(&params, TASK_TAG, NULL, &f.e), &f.e);
    params.hidden_size = 3;
    params.embedding_dim = 4;
    params.epochs = 2;
    params.test_size = HELD_OUT;
    ck_ok(tagger_resolve(&params, &data.corpus, &f.e), &f.e);
    watcher = (struct watcher){0};
}

static void setup(void)
{
    start(true);
}

static void teardown(void)
{
    free(watcher.snapshot);
    tag_data_release(&data);
    data = (struct tag_data){0};
    fixture_close(&f);
}

/* The result of the first part, the training of the tagger. */
static struct trained tagged(const struct fit_hooks *h)
{
    struct trained t = {.metrics = strdup("{\"accuracy\":1}"),
                        .evaluation = strdup("{\"task\":\"tag\"}"),
                        .details = strdup("{\"tokenizer\":\"unicode\"}")};
    struct tagger *k = NULL;

    ck_assert(t.metrics && t.evaluation && t.details);
    ck_ok(tagger_fit(&k, &data.corpus, &params, h, &f.e), &f.e);
    ck_ok(tagger_save(k, NULL, &t.checkpoint, &t.checkpoint_len, &f.e), &f.e);
    t.parameter_count = tagger_num_params(k);
    tagger_free(k);
    return t;
}

static struct train_tokenizer *begin(const struct fit_hooks *h)
{
    struct train_tokenizer *s = NULL;

    ck_ok(train_tokenizer_new(&s, &data, &params, h, &f.e), &f.e);
    return s;
}

/* The tokenizer in a checkpoint; NULL when it has none. */
static struct tokenizer *tokenizer_of(const struct trained *t)
{
    struct checkpoint *c = NULL;
    struct tokenizer *k = NULL;

    ck_ok(checkpoint_read(&c, t->checkpoint, t->checkpoint_len, &f.e), &f.e);
    ck_ok(tokenizer_load(&k, c, &f.e), &f.e);
    checkpoint_free(c);
    return k;
}

START_TEST(a_tokenizer_is_put_into_the_taggers_file)
{
    struct train_tokenizer *s = begin(&hooks);
    struct trained t = tagged(NULL);
    int64_t before = t.parameter_count;
    struct tagger *k = NULL;
    struct tokenizer *z;
    cJSON *metrics, *details;

    ck_assert(!train_tokenizer_resumes(s));
    ck_ok(train_tokenizer_run(&t, s, &f.e), &f.e);
    z = tokenizer_of(&t);
    ck_assert_ptr_nonnull(z);
    ck_assert_int_eq(t.parameter_count, before + tokenizer_num_params(z));
    ck_ok(tagger_load(&k, t.checkpoint, t.checkpoint_len, &f.e), &f.e); /* it is still there */
    metrics = cJSON_Parse(t.metrics);
    details = cJSON_Parse(t.details);
    ck_assert_double_eq(json_number_at(metrics, "accuracy"), 1);
    ck_assert_double_gt(json_number_at(metrics, "text/words/f1"), 0.9);
    ck_assert_str_eq(json_text_at(details, "tokenizer"), "learned");
    cJSON_Delete(metrics);
    cJSON_Delete(details);
    tokenizer_free(z);
    tagger_free(k);
    trained_release(&t);
    train_tokenizer_free(s);
    train_tokenizer_free(NULL);
}
END_TEST

/* The first part takes three quarters of the progress, and its epochs are counted on. */
START_TEST(both_parts_share_the_progress)
{
    struct train_tokenizer *s = begin(&hooks);
    struct fit_hooks first = hooks;
    struct trained t;
    int epochs;

    train_tokenizer_share(&first, s);
    t = tagged(&first);
    ck_assert_double_eq_tol(watcher.last, 0.75, 1e-9);
    epochs = watcher.epoch;
    watcher.calls = 0;
    ck_ok(train_tokenizer_run(&t, s, &f.e), &f.e);
    ck_assert_double_ge(watcher.first, 0.75);
    ck_assert_double_eq_tol(watcher.last, 1, 1e-9);
    ck_assert_int_gt(watcher.epoch, epochs);
    ck_assert_int_eq(watcher.epoch, watcher.epochs);
    trained_release(&t);
    train_tokenizer_free(s);
}
END_TEST

START_TEST(a_stopped_part_goes_on_bit_for_bit)
{
    struct train_tokenizer *s = begin(&hooks);
    struct trained whole = tagged(NULL), cut = tagged(NULL), rest = {0};
    struct fit_hooks resumed = hooks;

    ck_ok(train_tokenizer_run(&whole, s, &f.e), &f.e);
    train_tokenizer_free(s);
    watcher = (struct watcher){.stop_at = 3};
    s = begin(&hooks);
    ck_status(train_tokenizer_run(&cut, s, &f.e), ST_CANCELLED, &f.e);
    train_tokenizer_free(s);
    resumed.resume = watcher.snapshot;
    resumed.resume_len = watcher.len;
    watcher.stop_at = 0;
    watcher.last = 0;
    s = begin(&resumed);
    ck_assert(train_tokenizer_resumes(s));
    ck_ok(train_tokenizer_run(&rest, s, &f.e), &f.e); /* the snapshot has the first part, too */
    ck_assert_uint_eq(rest.checkpoint_len, whole.checkpoint_len);
    ck_assert_mem_eq(rest.checkpoint, whole.checkpoint, whole.checkpoint_len);
    ck_assert_str_eq(rest.metrics, whole.metrics);
    ck_assert_str_eq(rest.details, whole.details);
    ck_assert_str_eq(rest.evaluation, whole.evaluation);
    ck_assert_int_eq(rest.parameter_count, whole.parameter_count);
    train_tokenizer_free(s);
    trained_release(&whole);
    trained_release(&cut);
    trained_release(&rest);
}
END_TEST

/* A snapshot of the second part that lacks the result of the first. */
START_TEST(a_broken_snapshot_is_refused)
{
    struct fit_hooks resumed = hooks;
    struct checkpoint *c = NULL;
    struct train_tokenizer *s = NULL;
    struct trained t = {0};

    ck_ok(checkpoint_new(&c, &f.e), &f.e);
    ck_ok(checkpoint_set(c, "lstmd.fit", "splitting", &f.e), &f.e);
    ck_ok(checkpoint_set_arithmetic(c, &f.e), &f.e);
    ck_ok(checkpoint_write(&watcher.snapshot, &watcher.len, c, &f.e), &f.e);
    checkpoint_free(c);
    resumed.resume = watcher.snapshot;
    resumed.resume_len = watcher.len;
    s = begin(&resumed);
    ck_assert(train_tokenizer_resumes(s));
    ck_status(train_tokenizer_run(&t, s, &f.e), ST_CORRUPT, &f.e);
    train_tokenizer_free(s);
    trained_release(&t);
    resumed.resume_len = 7;
    s = NULL;
    ck_status(train_tokenizer_new(&s, &data, &params, &resumed, &f.e), ST_CORRUPT, &f.e);
    ck_assert_ptr_null(s);
}
END_TEST

START_TEST(without_raw_text_nothing_is_done)
{
    struct train_tokenizer *s;
    struct fit_hooks first = hooks;
    struct trained t;
    size_t before;

    teardown();
    start(false);
    s = begin(&hooks);
    train_tokenizer_share(&first, s);
    ck_assert(first.ctx == hooks.ctx && first.progress == hooks.progress);
    t = tagged(NULL);
    before = t.checkpoint_len;
    ck_ok(train_tokenizer_run(&t, s, &f.e), &f.e);
    ck_assert_uint_eq(t.checkpoint_len, before);
    ck_assert_str_eq(t.metrics, "{\"accuracy\":1}");
    ck_assert_ptr_null(tokenizer_of(&t));
    ck_assert_int_eq(watcher.calls, 0);
    trained_release(&t);
    train_tokenizer_free(s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks train tokenizer");
    TCase *t = tcase_create("train_tokenizer");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_tokenizer_is_put_into_the_taggers_file);
    tcase_add_test(t, both_parts_share_the_progress);
    tcase_add_test(t, a_stopped_part_goes_on_bit_for_bit);
    tcase_add_test(t, a_broken_snapshot_is_refused);
    tcase_add_test(t, without_raw_text_nothing_is_done);
    suite_add_tcase(s, t);
    return suite_run(s);
}
